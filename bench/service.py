"""Services in processes of their own, to be ill-treated: on free ports, killed by pid, ended without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

_PROC = Path("/proc")
# The newsroom's own addresses are not to be touched by a test.
_NOT_INHERITED = {"DATABASE_URL", "REDIS_URL"}
_Found = TypeVar("_Found")


def until(true: Callable[[], _Found], seconds: float = 60, what: str = "it") -> _Found:
    """Asks until the answer is true, and returns it. TimeoutError when it is not in time."""
    deadline = time.monotonic() + seconds
    while not (found := true()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(0.05)
    return found


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def running(data_dir: Path) -> list[int]:
    """The pids of all living processes that were started for this data directory."""
    mark = f"CLAIMTRAIL_DATA_DIR={data_dir}".encode()
    found = []
    for entry in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile, or a zombie
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def children(pid: int) -> list[int]:
    """The pids of a process's children; none where it is gone."""
    with suppress(OSError):
        return [int(child) for child in (_PROC / f"{pid}/task/{pid}/children").read_text("ascii").split()]
    return []


def pid_in(path: Path) -> int:
    """The pid that a pid file names; 0 where there is no file, or the process it names is none of ours."""
    with suppress(OSError, ValueError):
        pid = int(path.read_text("ascii"))
        # A file may be older than the process that has its number by now.
        said = (_PROC / str(pid) / "cmdline").read_bytes()
        return pid if b"claimtrail" in said or b"valkey" in said else 0
    return 0


def slay(pid: int) -> bool:
    """Kills a process with SIGKILL; False where there is none."""
    with suppress(ProcessLookupError):
        if pid:
            os.kill(pid, signal.SIGKILL)
            return True
    return False


def end_on_sigterm() -> None:
    """Has SIGTERM end this program as Ctrl-C does, so that it takes what it has started with it."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


class Process:
    """One command of `claimtrail` with an environment and a log of its own. Ended with the block it is used in."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log_file: Path) -> None:
        self.command = [sys.executable, "-m", "claimtrail", *command]
        inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
        self.env = inherited | dict(env)
        self.log_file = log_file
        self.popen: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(self) -> float:
        """Starts it; returns the seconds that took."""
        began = time.monotonic()
        with self.log_file.open("ab") as log:
            self.popen = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log, process_group=0)
        return time.monotonic() - began

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """What was started. RuntimeError before."""
        if self.popen is None:
            raise RuntimeError(f"{self.command} was not started")
        return self.popen

    def log(self) -> str:
        """What it has said so far."""
        return self.log_file.read_text("utf-8", "replace")

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 40) -> int:
        """Asks it to stop; returns its status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)

    def kill(self) -> None:
        """Kills it with SIGKILL and waits for its end."""
        self.process.kill()
        self.process.wait()

    def end(self) -> None:
        """Ends it, if it ever began."""
        if self.popen is not None:
            self.kill()


class Service(Process):
    """`claimtrail up` on a data directory in `folder`, or elsewhere, and a port of its own. `env` are its settings."""

    def __init__(self, folder: Path, env: Mapping[str, str], *, data_dir: Path | None = None) -> None:
        self.data_dir = data_dir or folder / "data"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.settings = {"CLAIMTRAIL_DATA_DIR": str(self.data_dir), "CLAIMTRAIL_PORT": str(self.port)}
        self.settings |= {"CLAIMTRAIL_WORKERS": "1"} | dict(env)
        super().__init__(["up"], self.settings, folder / "log")
        self._seen = 0

    def start(self) -> float:
        """Brings it up; returns the seconds until it announced itself. RuntimeError with its log when it does not."""
        began = time.monotonic()
        self._seen = self.log_file.stat().st_size if self.log_file.exists() else 0
        super().start()
        until(lambda: "is ready" in self.log() or self.process.poll() is not None, 90, "the service")
        if self.process.poll() is not None:
            raise RuntimeError(f"the service does not start: {self.log()[-3000:]}")
        return time.monotonic() - began

    def log(self) -> str:
        """What it has said since it was last started."""
        with self.log_file.open("rb") as log:
            log.seek(self._seen)
            return log.read().decode("utf-8", "replace")

    def worries(self) -> str:
        """The end of what it has said, without the requests that it answered and the articles that it read."""
        daily = ('"event": "request"', '"event": "read"')
        lines = [line for line in self.log().splitlines() if not any(event in line for event in daily)]
        return "\n".join(lines[-30:])

    def pid_file(self, name: str) -> Path:
        """The pid file of one of its processes: supervisor, api, worker-1, …, valkey."""
        return self.data_dir / "run" / f"{name}.pid"

    def pid(self, name: str) -> int:
        """The pid of one of its processes; waits for one that is being started again."""
        return until(lambda: pid_in(self.pid_file(name)), what=name)

    def names(self) -> set[str]:
        """The processes that have a pid file."""
        return {path.stem for path in (self.data_dir / "run").glob("*.pid")}

    def end(self) -> None:
        """Ends whatever is left, by pid."""
        super().end()
        for pid in running(self.data_dir):
            slay(pid)
