"""The API as a process of its own, for tests that talk to its socket."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import httpx

from store import migrate
from store.database import Database

PROJECT = Path(__file__).resolve().parents[2]
_SERVE = (
    "import json, sys, dataclasses, settings; from service.server import LIMITS, serve; "
    "serve(settings.read(), dataclasses.replace(LIMITS, **json.loads(sys.argv[1])))"
)


class Api:
    """A running API process with its database in `data_dir`. `limits` are those of service.limits."""

    def __init__(self, data_dir: Path, *, threads: int = 4, host: str = "127.0.0.1", **limits: float) -> None:
        self.host = host
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, 0), family=family) as free:
            self.port = free.getsockname()[1]
        self.log = data_dir / "api.log"
        self.database = data_dir / "claimtrail.sqlite3"
        database = Database.open(f"sqlite:///{self.database}")
        migrate.upgrade(database)
        database.dispose()
        env = {
            "PATH": os.environ["PATH"],
            "CLAIMTRAIL_DATA_DIR": str(data_dir),
            "CLAIMTRAIL_HOST": host,
            "CLAIMTRAIL_PORT": str(self.port),
            "CLAIMTRAIL_API_THREADS": str(threads),
            "REDIS_URL": "redis://127.0.0.1:1",
        }
        command = [sys.executable, "-c", _SERVE, json.dumps(limits)]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, cwd=PROJECT, env=env, stderr=log, stdout=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{self.url}/healthz").raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, self.log.read_text("utf-8")
                assert self.process.poll() is None, self.log.read_text("utf-8")
                time.sleep(0.05)

    @property
    def url(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def connect(self) -> socket.socket:
        return socket.create_connection((self.host, self.port), timeout=30)

    def raw(self, sent: bytes, *, end: bool = False) -> tuple[int, dict[str, str], bytes]:
        """What comes back for bytes as they are, until the connection ends: the first answer and all after its head."""
        with self.connect() as link:
            link.sendall(sent)
            if end:
                link.shutdown(socket.SHUT_WR)
            return answer_of(all_of(link))

    def stored(self) -> int:
        """How many articles there are."""
        with closing(sqlite3.connect(self.database)) as link:
            (count,) = link.execute("select count(*) from articles").fetchone()
        return int(count)

    def worker(self) -> int:
        """The number of the process that serves."""
        (child,) = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(child)

    def sockets(self) -> int:
        """How many it has open."""
        count = 0
        for path in Path(f"/proc/{self.worker()}/fd").iterdir():
            with suppress(FileNotFoundError):  # closed meanwhile
                count += str(path.readlink()).startswith("socket:")
        return count

    def memory(self, what: str = "VmHWM") -> float:
        """Its most memory so far, in MB."""
        lines = Path(f"/proc/{self.worker()}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(what)) / 1024


def all_of(link: socket.socket) -> bytes:
    """All that comes until the other side ends."""
    came = b""
    try:
        while part := link.recv(65536):
            came += part
    except ConnectionResetError:
        pass
    return came


def answer_of(came: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers in lower case, and what follows."""
    head, _, body = came.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split()[1]), headers, body


def answers_of(came: bytes) -> Iterator[tuple[int, dict[str, str], Any]]:
    """One answer after the other, each with the length that it names."""
    while came:
        status, headers, rest = answer_of(came)
        length = int(headers["content-length"])
        yield status, headers, rest[:length]
        came = rest[length:]


def problem_of(answer: tuple[int, dict[str, str], bytes], *statuses: int) -> dict[str, Any]:
    """The problem in an answer, which is one and agrees with itself."""
    status, headers, body = answer
    assert status in statuses, (status, body[:300])
    assert headers["content-type"] == "application/problem+json"
    assert len(body) == int(headers["content-length"])
    told: dict[str, Any] = json.loads(body)
    assert told["status"] == status
    assert told["request_id"] == headers["x-request-id"]
    assert told["detail"]
    assert "<" not in told["detail"]
    return told
