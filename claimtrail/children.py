"""One process under the supervisor: how it is started, heard, and started again."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from claimtrail.programs import Process, Program

# Who lived so long before it died is started again at once; who did not waits, each time twice as long.
_LIVED_SECONDS = 3.0
_SHORTEST_PAUSE = 0.25
# Not longer: one killed several times in a row by something else than its own fault is to be back soon.
_LONGEST_PAUSE = 5.0
# A line of log that never ends is passed on in pieces.
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Role:
    """A process that the supervisor keeps running.

    `says_ready` tells that it announces itself on the descriptor that it is given; `last` that it is stopped after
    all others.
    """

    name: str
    program: Program
    says_ready: bool = False
    last: bool = False


@dataclass(slots=True)
class Child:
    """A role and the process that plays it, if any does. Times are seconds of one monotonic clock."""

    role: Role
    pid_file: Path | None
    process: Process | None = None
    output: int = -1
    ready_pipe: int = -1
    ready: bool = False
    due: float = 0.0
    _pause: float = 0.0
    _began: float = 0.0
    _rest: bytes = field(default=b"")
    _noted: bool = False

    def start(self, now: float) -> None:
        """Starts the process in a process group of its own, its output going into a pipe.

        Raises OSError where it cannot be started now; it is `due` again later.
        """
        passed, end = -1, -1
        self._began, self._noted = now, False
        try:
            if self.role.says_ready and not self.ready:
                self.ready_pipe, passed = os.pipe()
                os.set_blocking(self.ready_pipe, False)
            self.output, end = os.pipe()
            os.set_blocking(self.output, False)
            self.process = self.role.program.start(end, passed)
        except OSError:
            self._close()
            self._postpone(now)
            raise
        finally:
            for given in (end, passed):
                if given >= 0:
                    os.close(given)
        self.note()

    def note(self) -> None:
        """Writes the pid file, unless that is done. On a full disk it is left for another call."""
        if self.process is not None and self.pid_file is not None and not self._noted:
            with suppress(OSError):
                write_pid(self.pid_file, self.process.pid)
                self._noted = True

    def forget(self) -> None:
        """Removes the pid file, which may be that of a predecessor."""
        if self.pid_file is not None:
            with suppress(OSError):
                self.pid_file.unlink(missing_ok=True)

    def lines(self) -> Iterator[bytes]:
        """What the process has written since the last call, by lines, without waiting; what is unfinished is kept."""
        with suppress(BlockingIOError):
            while self.output >= 0:
                piece = os.read(self.output, _LONGEST_LINE)
                if not piece:
                    os.close(self.output)
                    self.output = -1
                *whole, self._rest = (self._rest + piece).split(b"\n")
                yield from whole
                if self._rest and (self.output < 0 or len(self._rest) >= _LONGEST_LINE):
                    yield self._rest
                    self._rest = b""

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process alone."""
        # Not by Popen's own method, which may reap the process unseen.
        if self.process is not None:
            os.kill(self.process.pid, number)

    def kill(self) -> None:
        """Ends the process and all of its group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def bury(self, now: float) -> int:
        """Reaps a process that has ended; returns its status, negative for a signal. Sets when it is `due` again."""
        if self.process is None:
            raise RuntimeError(f"{self.role.name} is not running")
        # While it is not reaped its number cannot be another's; what it leaves of its group would hold its port.
        self.kill()
        status = self.process.wait()
        self.process = None
        self._close()
        self.forget()
        self._postpone(now)
        return status

    def _postpone(self, now: float) -> None:
        lived = now - self._began >= _LIVED_SECONDS
        self._pause = 0.0 if lived else max(_SHORTEST_PAUSE, min(self._pause * 2, _LONGEST_PAUSE))
        self.due = now + self._pause

    def _close(self) -> None:
        # Whoever else still holds the other ends is not waited for.
        for end in (self.output, self.ready_pipe):
            if end >= 0:
                os.close(end)
        self.output, self.ready_pipe, self._rest = -1, -1, b""


def write_pid(path: Path, pid: int) -> None:
    """Writes a pid file that is never seen half written."""
    new = path.with_suffix(".new")
    new.write_text(f"{pid}\n", "ascii")
    new.replace(path)
