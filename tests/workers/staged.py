"""The worker of `faulty.py` on a stage: its reconciler makes haste, its clock goes wrong by as many seconds as the file
FAULTY_CLOCK holds, it notes each commit, and it can be killed at the points named below. Run as a process of its own.

WITHOUT names what is taken away: the "reconciler", to show that the tests would notice, or the "patience" with readings
that only wait.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from faulty import FaultyReader, note
from points import at

import settings
from claims.model import Article, Reading
from store import checks as store_checks
from store import results
from store.jobs import Taken
from workers import jobs, orders, rounds, work
from workers.hand import Hand
from workers.worker import HouseWorker

CLOCK = Path(os.environ["FAULTY_CLOCK"])
commit, take, put_down, wait_for_horse = results.commit, jobs._take, Hand.put_down, HouseWorker.wait_for_horse
finish_draft, take_draft = store_checks.finish, orders.take


def die(victim: str) -> None:
    """Ends the work-horse, or the whole worker, whose work-horse is then ended by the kernel."""
    os.kill(os.getpid() if victim == "work-horse" else os.getppid(), signal.SIGKILL)
    time.sleep(60)


def here(point: str) -> None:
    for victim in ("work-horse", "worker"):
        at(f"{victim} {point}", partial(die, victim))


def taking(use: Any) -> list[Taken]:
    batch = take(use)
    here("with its leases taken")
    return batch


def committing(s: Any, taken: Taken, *rest: Any, **more: Any) -> bool:
    kept = commit(s, taken, *rest, **more)
    note("commit" if kept else "drop", taken.job_id)
    here("before the commit")
    return kept


def taking_draft(use: Any, queue: Any) -> Any:
    taken = take_draft(use, queue)
    if taken is not None and queue is store_checks:
        here("with its leases taken")
    return taken


def finishing_draft(s: Any, *rest: Any, **more: Any) -> bool:
    kept = finish_draft(s, *rest, **more)
    here("before the commit")
    return kept


def putting_down(hand: Hand, token: str) -> None:
    here("before its hand is emptied")
    put_down(hand, token)


def waiting(worker: HouseWorker) -> Any:
    ended = wait_for_horse(worker)
    note("cpu", f"{ended[2].ru_utime + ended[2].ru_stime:.2f}")
    return ended


class StagedReader(FaultyReader):
    def read(self, article: Article) -> Reading:
        here("while reading")
        return super().read(article)


def now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(CLOCK.read_text("utf-8")) if CLOCK.exists() else 0)


if __name__ == "__main__":
    logging.basicConfig(level="INFO", stream=sys.stderr)
    work.RECONCILE_SECONDS, work._now = 0.5, now
    without = os.environ["WITHOUT"]
    work._OVERDUE_FACTOR = 1 if without == "patience" else 60
    jobs._take, results.commit, Hand.put_down, HouseWorker.wait_for_horse = taking, committing, putting_down, waiting
    orders.take, store_checks.finish = taking_draft, finishing_draft
    if without == "reconciler":
        rounds.Reconciler.step = lambda _: None
    sys.exit(work.work(settings.read(), StagedReader(), uuid.uuid4().hex, ready=lambda: note("ready", "worker")))
