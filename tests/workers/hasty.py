"""The worker of `faulty.py`, whose reconciler is almost always ringing. Run as a process of its own by the tests."""

from __future__ import annotations

import logging
import sys
import time
import uuid

from faulty import note, open_reader
from rq import Queue

import settings
from workers import doorbell, work

ring = doorbell.ring


def ring_slowly(doorbells: Queue) -> bool:
    """Rings as one does whose connection takes its time: its client is locked meanwhile."""
    with doorbells.connection.connection_pool._lock:
        time.sleep(0.02)
    return ring(doorbells)


if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr)
    doorbell.ring = ring_slowly
    work.RECONCILE_SECONDS = 0.001
    sys.exit(work.work(settings.read(), open_reader(), uuid.uuid4().hex, ready=lambda: note("ready", "worker")))
