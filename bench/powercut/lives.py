"""One life of the HTTP door, from its start on a folder to kill -9, and what it acknowledged meanwhile."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import httpx

from bench.powercut.door import CANNOT_RECORD
from bench.powercut.record import CannotRecordError

_PROJECT = Path(__file__).resolve().parents[2]
_START_SECONDS = 120.0
_POSTING_SECONDS = 120.0
_LONGEST_AFTER = 0.1
_POSTERS = 4
_LONGEST = 90_000
_WORDS = "talks prisoners were exchanged near the river after a long night of shelling officials said".split()


class ShutDoorError(Exception):
    """The door did not open on what it was started on."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """An article that was answered 202 when the log was at most `seen` long."""

    article: str
    revision: int
    job: str
    digest: str
    seen: int


def live(folder: Path, log: Path, *, synchronous: str, count: int, rng: Random) -> list[Acknowledged]:
    """Starts the door on `folder`, recording into `log`; posts articles; returns what it acknowledged.

    It is killed at a random moment soon after `count` were acknowledged, or when that takes too long.

    Raises CannotRecordError, ShutDoorError.
    """
    with _door(folder, log, synchronous) as url:
        ended = threading.Event()
        posters = [_Poster(url, log, Random(rng.random()), ended) for _ in range(_POSTERS)]
        for poster in posters:
            poster.start()
        until = time.monotonic() + _POSTING_SECONDS
        while sum(len(poster.acknowledged) for poster in posters) < count and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(rng.uniform(0, _LONGEST_AFTER))
    ended.set()
    for poster in posters:
        poster.join()
    return [one for poster in posters for one in poster.acknowledged]


class _Poster(threading.Thread):
    """Posts one article after the other, each fifth a new revision of the one before, until the door is gone."""

    def __init__(self, url: str, log: Path, rng: Random, ended: threading.Event) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[Acknowledged] = []
        self._url, self._log, self._rng, self._ended = url, log, rng, ended

    def run(self) -> None:
        words = " ".join(self._rng.choices(_WORDS, k=_LONGEST // 4))
        address, number = "", 0
        with _client(self._url) as http:
            while not self._ended.is_set():
                number += 1
                if number % 5 or not address:
                    address = f"https://news.example/{self._rng.getrandbits(64):x}"
                start, size = self._rng.randrange(1_000), self._rng.randrange(100, _LONGEST)
                text = f"Report {number}. {words[start : start + size].strip()}."
                try:
                    answer = http.post("/v1/articles", json={"url": address, "text": text})
                except httpx.HTTPError:
                    return
                if answer.status_code == 202:
                    self._keep(answer.json(), text)

    def _keep(self, told: dict[str, dict[str, str]], text: str) -> None:
        article, job = told["article"], told["job"]
        seen = self._log.stat().st_size
        self.acknowledged.append(Acknowledged(article["id"], int(article["revision"]), job["id"], digest(text), seen))


def digest(text: str) -> str:
    """What a text is known by here."""
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _door(folder: Path, log: Path, synchronous: str) -> Iterator[str]:
    """A door that answers, killed with all its processes at the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {
        **os.environ,
        "CLAIMTRAIL_HOST": "127.0.0.1",
        "CLAIMTRAIL_PORT": str(port),
        "CLAIMTRAIL_DATA_DIR": str(folder),
        "DATABASE_URL": "",
        "REDIS_URL": "redis://127.0.0.1:1",  # nobody there: all that counts is in the database
    }
    told = log.with_suffix(".err")
    # Each process of the door holds this pipe; when it reads as closed, the last of them is gone.
    gone, held = os.pipe()
    with told.open("wb") as err:
        door = subprocess.Popen(
            [sys.executable, "-m", "bench.powercut.door", str(log), synchronous],
            cwd=_PROJECT,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=err,
            pass_fds=[held],
            start_new_session=True,
        )
    os.close(held)
    try:
        url = f"http://127.0.0.1:{port}"
        _await(url, door, told)
        yield url
    finally:
        if door.poll() is None:
            os.killpg(door.pid, signal.SIGKILL)
        door.wait()
        os.read(gone, 1)
        os.close(gone)


def _await(url: str, door: subprocess.Popen[bytes], told: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    with _client(url) as http:
        while True:
            try:
                http.get("/healthz").raise_for_status()
            except httpx.HTTPError:
                said = told.read_text("utf-8", "replace").strip()
                if door.poll() == CANNOT_RECORD:
                    raise CannotRecordError(said) from None
                if door.poll() is not None or time.monotonic() > until:
                    raise ShutDoorError(f"the door did not open: {said.rpartition(chr(10))[2]}") from None
                time.sleep(0.05)
            else:
                return


def _client(url: str) -> httpx.Client:
    # Certificates are not needed here, and slow to load.
    return httpx.Client(base_url=url, timeout=30, trust_env=False, verify=False)
