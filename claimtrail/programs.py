"""The two ways in which a supervisor starts a process: a command of its own, or a fork of itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

# What a supervisor handles, and a fork of it must not handle in its way.
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Process(Protocol):
    """A process that was started and is not reaped yet."""

    @property
    def pid(self) -> int:
        """Its number."""

    def wait(self) -> int:
        """Reaps it; its status, negative for a signal."""


class Program(Protocol):
    """What a role runs."""

    def start(self, output: int, ready: int) -> Process:
        """Starts it in a process group of its own, with the descriptor `output` as standard output and error.

        `ready` is the descriptor on which it says that it is ready, -1 for none. Raises OSError where it cannot be.
        """


@dataclass(frozen=True, slots=True)
class Command:
    """A command line. It is told the descriptor for `ready` by --ready-fd."""

    line: Sequence[str]
    env: Mapping[str, str]

    def start(self, output: int, ready: int) -> Process:
        """Starts it (Program.start)."""
        told = [] if ready < 0 else ["--ready-fd", str(ready)]
        return subprocess.Popen(  # noqa: S603 - our own commands
            [*self.line, *told],
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            process_group=0,
            pass_fds=() if ready < 0 else (ready,),
        )


@dataclass(frozen=True, slots=True)
class Fork:
    """A function, run by a fork of this process, which must have one thread only: what is in memory here is there.

    `play` gets the descriptor for `ready` and returns the exit status.
    """

    play: Callable[[int], int]

    def start(self, output: int, ready: int) -> Process:
        """Starts it (Program.start)."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what waits there would be written twice
        # Held back until the child has let go of the parent's handlers: one that came between would be lost.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            pid = os.fork()
            if not pid:
                self._be(output, ready, before)
            os.setpgid(pid, pid)  # as the child does: whoever comes first
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return _Forked(pid)

    def _be(self, output: int, ready: int, mask: set[int]) -> NoReturn:
        status = 1
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for number in (*SIGNALS, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for old, new in ((nothing, 0), (output, 1), (output, 2)):
                os.dup2(old, new)
            os.close(nothing)
            os.close(output)
            status = self.play(ready)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:  # nothing may come back to where the parent goes on
            traceback.print_exc()
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            os._exit(status)


@dataclass(frozen=True, slots=True)
class _Forked:
    pid: int

    def wait(self) -> int:
        """Reaps it (Process.wait)."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
