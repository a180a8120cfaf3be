"""The HTTP door, which can be killed at the points named below. Run as a process group of its own by the tests."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from points import at

import settings
from service import server
from service.doorbell import Doorbell
from store.database import Database

transaction, ring = Database.transaction, Doorbell.ring


def here(point: str) -> None:
    at(point, lambda: os.killpg(0, signal.SIGKILL))


@contextmanager
def writing(database: Database) -> Iterator[Any]:
    with transaction(database) as s:
        yield s
        here("before the commit")
    here("after the commit")


def ringing(doorbell: Doorbell) -> bool:
    rung = ring(doorbell)
    here("after the doorbell")
    return rung


if __name__ == "__main__":
    Database.transaction, Doorbell.ring = writing, ringing
    server.serve(settings.read())
