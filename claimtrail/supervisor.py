"""Keeps a handful of processes running, in one thread: the kernel counts the thread that forks as the parent."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from claimtrail.children import Child, Role
from claimtrail.programs import SIGNALS

_TICK_SECONDS = 0.2
_STOP_SECONDS = 25.0
_LAST_STOP_SECONDS = 5.0
# How a process of ours ends that cannot use its settings. It has said why; another try would end the same way.
_REFUSES_ITS_SETTINGS = 2


class Supervisor:
    """Starts the roles, passes on what they log under their names, starts again who dies, stops all on a signal.

    With `plain` a line of log begins with its process' name, for people; without, it is a JSON object. Pid files are
    kept in `run_dir`, if it is given.
    """

    def __init__(self, roles: Iterable[Role], run_dir: Path | None, *, plain: bool = True) -> None:
        self._children = [Child(role, run_dir and run_dir / f"{role.name}.pid") for role in roles]
        self._width = max(len(child.role.name) for child in self._children)
        self._plain = plain
        self._stops = 0
        self._status = 0
        self._announced = False
        self._woken, self._waker = socket.socketpair()

    def run(self, is_up: Callable[[], bool], announce: Callable[[], None]) -> int:
        """Runs until SIGTERM, SIGINT or SIGHUP; returns the exit status: 0, or 2 where a child refuses its settings.

        `is_up` is asked a few times a second until it is and all who say that they are ready have said so;
        then `announce` is called, once. A second signal ends everything at once.
        """
        self._listen()
        for child in self._children:
            child.forget()
        while not self._stops:
            self._start_who_is_due()
            if not self._announced and all(c.ready or not c.role.says_ready for c in self._children) and is_up():
                announce()
                self._announced = True
            self._turn(_TICK_SECONDS)
        self._stop([child for child in self._children if not child.role.last], _STOP_SECONDS)
        self._stop([child for child in self._children if child.role.last], _LAST_STOP_SECONDS)
        return self._status

    def _listen(self) -> None:
        for end in (self._woken, self._waker):
            end.setblocking(False)
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # only to be woken

    def _asked_to_stop(self, *_: object) -> None:
        self._stops += 1

    def _start_who_is_due(self) -> None:
        for child in self._children:
            child.note()
            if child.process is None and child.due <= time.monotonic():
                try:
                    child.start(time.monotonic())
                except OSError as fault:  # no memory, no more processes: the others are to live on
                    self._log(child.role.name, f"cannot be started: {fault.strerror or fault}; trying again")

    def _turn(self, seconds: float) -> None:
        """Waits for at most that long, then does what there is to do."""
        heard = {child.output: child for child in self._children if child.output >= 0}
        told = {child.ready_pipe: child for child in self._children if child.ready_pipe >= 0}
        for number in select.select([self._woken.fileno(), *heard, *told], [], [], seconds)[0]:
            if number in heard:
                self._pass_on(heard[number])
            elif number in told:
                self._note_ready(told[number])
            else:
                with suppress(BlockingIOError):
                    self._woken.recv(4096)
        self._bury_the_dead()

    def _pass_on(self, child: Child) -> None:
        for line in child.lines():
            self._log(child.role.name, line.decode("utf-8", "replace"))

    def _note_ready(self, child: Child) -> None:
        child.ready = bool(os.read(child.ready_pipe, 1))
        os.close(child.ready_pipe)
        child.ready_pipe = -1

    def _bury_the_dead(self) -> None:
        while True:
            try:
                found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            except ChildProcessError:
                return
            if found is None:
                return
            child = next((c for c in self._children if c.process is not None and c.process.pid == found.si_pid), None)
            if child is None:
                os.waitpid(found.si_pid, 0)  # an orphan that came to us because we are the first process here
                continue
            self._pass_on(child)
            status = child.bury(time.monotonic())
            if self._stops:
                continue
            if status == _REFUSES_ITS_SETTINGS and not self._announced:
                self._status, self._stops = status, 1
            else:
                how = f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
                self._log(child.role.name, f"{how}; starting it again")

    def _stop(self, children: Sequence[Child], patience: float) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + patience
        while any(child.process for child in children):
            if time.monotonic() > deadline or self._stops > 1:
                for child in children:
                    child.kill()
            self._turn(_TICK_SECONDS)

    def _log(self, name: str, line: str) -> None:
        # A log nobody reads any more is no reason to stop.
        with suppress(OSError):
            sys.stderr.write(f"{name:<{self._width}} | {line}\n" if self._plain else f"{as_json(name, line)}\n")
            sys.stderr.flush()


def as_json(name: str, line: str) -> str:
    """A line of the process `name` as one JSON object that names it, or the one below it whose name it has already.

    Plain words, which only what is amiss leaves there, become an event of the level "warning".
    """
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        told = {"event": line, "level": "warning", "timestamp": datetime.now(UTC).isoformat()}
    return json.dumps({**told, "process": told.get("process", name)}, ensure_ascii=False)
