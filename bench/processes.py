"""A service in processes of its own, and what they cost: CPU seconds and resident memory, read from /proc."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from claims.model import Article
from claimtrail.client import Client, ServiceError

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its client, and the folder with its processes' numbers."""

    client: Client
    run: Path

    def submit(self, articles: Sequence[Article], count: int) -> None:
        """Posts `count` articles, each under an address of its own, and waits until all are read."""
        run = time.monotonic_ns()
        jobs = []
        for number in tqdm(range(count), desc="articles", unit="article", disable=None, leave=False):
            article = articles[number % len(articles)]
            sent = {"url": f"https://news.example/{run}/{number}", "text": article.text, "language": "en"}
            jobs.append(self.client.submit(sent)["job"]["id"])
        for job in jobs:
            self.client.wait(job)

    def cpu(self) -> float:
        """CPU seconds of the API and the workers so far, their children included."""
        return sum(_cpu(pid) for name in ("api", "worker") for pid in self._pids(name))

    def memory(self) -> dict[str, float]:
        """The resident memory in MB of the largest process of the API and of the workers."""
        return {name: max(_resident(pid) for pid in self._pids(name)) for name in ("api", "worker")}

    def _pids(self, name: str) -> list[int]:
        heads = [int(path.read_text()) for path in self.run.glob(f"{name}*.pid")]
        return list({pid for head in heads for pid in _family(head)})


@contextmanager
def running() -> Iterator[Service]:
    """The whole service with one worker in a temporary folder, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="ct-") as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = {"CLAIMTRAIL_PORT": str(port), "CLAIMTRAIL_DATA_DIR": folder, "CLAIMTRAIL_WORKERS": "1"}
        with subprocess.Popen(
            [sys.executable, "-m", "claimtrail", "up"],
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as supervisor:
            try:
                with Client(f"http://127.0.0.1:{port}") as client:
                    _ready(client, supervisor)
                    yield Service(client, Path(folder) / "run")
            finally:
                supervisor.send_signal(signal.SIGINT)
                supervisor.wait(60)


def children() -> float:
    """CPU seconds of the child processes of this one that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _ready(client: Client, supervisor: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_SECONDS
    while True:
        try:
            client.wait(client.submit({"url": "https://news.example/ready", "text": "Ready."})["job"]["id"])
        except ServiceError:
            if supervisor.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.5)
        else:
            return


def _fields(pid: int) -> list[str]:
    """What /proc/<pid>/stat tells behind the command's name: state first. Empty where the process is gone."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _family(head: int) -> list[int]:
    """A process and all below it."""
    parents = {int(p.name): fields[1] for p in _PROC.glob("[0-9]*") if (fields := _fields(int(p.name)))}
    found = [head]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == str(pid)]
    return found


def _cpu(pid: int) -> float:
    fields = _fields(pid)
    return sum(int(ticks) for ticks in fields[11:15]) / _TICKS if fields else 0.0


def _resident(pid: int) -> float:
    try:
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:")), 0.0)
