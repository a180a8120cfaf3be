"""Threads of a worker process that do something again and again: renew leases, look after what waits."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import logs
from store import checks, deliveries, idempotency, jobs, passing, planning, source_looks, tallies, workers
from store.database import Database, Unavailable
from workers.hand import Hand, Note

RECONCILE_SECONDS = 5.0
# A job lost so often with its whole process is given up; that takes minutes of bad luck, or a very bad article.
MAX_LOST = 50
_PRUNE_EVERY = 720
_MOST_TOLD = 20
# So few jobs, or deliveries, are forgotten in a round that nobody waits for it.
_FORGET_AT_ONCE = 200

_log = logging.getLogger(__name__)


class Rounds(threading.Thread):
    """Calls `step` every so many seconds until stopped. A fault is logged, not fatal."""

    def __init__(self, name: str, seconds: float, step: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._seconds = seconds
        self._step = step
        self._stopped = threading.Event()

    def run(self) -> None:
        """The rounds."""
        while not self._stopped.wait(self._seconds):
            self.round()

    def round(self) -> None:
        """One round, in whichever thread asks for it."""
        try:
            self._step()
        except Unavailable as fault:
            hint = "; run: claimtrail migrate" if fault.reason == "not migrated" else ""
            _log.warning("%s: %s%s", self.name, fault, hint)
        except Exception as fault:
            _log.error("%s failed", self.name, extra=logs.told(fault))

    def stop(self) -> None:
        """Ends after the round under way; waits for that."""
        self._stopped.set()
        self.join()


class Renewer:
    """Keeps the leases of what a work-horse holds, and ends a work-horse in whose hand nothing changes for too long.

    The limit on processor time does not end what only waits; this does. `horse` gives its pid, 0 where there is none.
    """

    def __init__(
        self,
        database: Database,
        hand: Hand,
        *,
        lease_seconds: float,
        overdue_seconds: float,
        horse: Callable[[], int],
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._hand = hand
        self._lease_seconds = lease_seconds
        self._overdue_seconds = overdue_seconds
        self._horse = horse
        self._now = now
        self._clock = clock
        self._seen: tuple[int, list[str], str | None] = (0, [], None)
        self._since = clock()

    def step(self) -> None:
        """One round. Raises Unavailable."""
        self._end_what_is_overdue()
        held = self._hand.held
        if held:
            with self._database.transaction() as s:
                for renew in (jobs.renew, checks.renew, source_looks.renew):
                    renew(s, held, lease_seconds=self._lease_seconds, now=self._now())

    def _end_what_is_overdue(self) -> None:
        horse = self._horse()
        seen = (horse, self._hand.held, self._hand.current)
        if seen != self._seen or not horse:
            self._seen, self._since = seen, self._clock()
        if self._clock() - self._since < self._overdue_seconds:
            return
        _log.warning("the work-horse %d has not got on for %.0f s and is ended", horse, self._clock() - self._since)
        self._hand.note = Note.OVERDUE
        with suppress(ProcessLookupError):
            os.kill(horse, signal.SIGKILL)


class Reconciler:
    """Frees jobs and checks whose process is gone, rings for what waits unheard, and forgets what is past its time.

    What the name `worker` holds before the first round is a predecessor's that has died: it need not run out.
    With `keep_jobs` ended jobs that are not their article's latest are forgotten after that time; None keeps all.
    Ended checks are forgotten after `keep_checks`, deliveries to webhooks after `keep_deliveries`.
    """

    def __init__(
        self,
        database: Database,
        *,
        worker: str,
        lease_seconds: float,
        ring: Callable[[], bool],
        now: Callable[[], datetime],
        keep_jobs: timedelta | None = None,
        keep_checks: timedelta = timedelta(days=1),
        keep_deliveries: timedelta = timedelta(days=30),
    ) -> None:
        self._database = database
        self._worker = worker
        self._lease_seconds = lease_seconds
        self._ring = ring
        self._now = now
        self._started_at = now()
        self._keep_jobs = keep_jobs
        self._keep_checks = keep_checks
        self._keep_deliveries = keep_deliveries
        self._emptied_of: passing.Standing | None = None
        self._forgetting = False
        self._round = 0
        self._begun = False
        self._heard = True

    def step(self) -> None:
        """One round. Raises Unavailable."""
        # Once, even where it fails: later this process holds jobs itself.
        predecessor, self._begun = None if self._begun else self._worker, True
        with self._database.transaction() as s:
            freed, drafts, looks = (
                free_expired(
                    s,
                    now=self._now(),
                    lease_seconds=self._lease_seconds,
                    max_lost=MAX_LOST,
                    worker=predecessor,
                )
                for free_expired in (jobs.free_expired, checks.free_expired, source_looks.free_expired)
            )
            now = self._now()
            checks.forget(s, before=now - self._keep_checks)
            source_looks.forget(s, before=now - self._keep_checks)
            workers.seen(s, self._worker, started_at=self._started_at, now=self._now())
            waiting = jobs.waiting(s)[0] > 0 or checks.are_waiting(s) or source_looks.are_waiting(s)
            passing_texts = passing.standing(s)
            counts = {
                ("reconciler", "queued again"): len(freed.queued),
                ("reconciler", "failed"): len(freed.failed),
                ("reconciler", "rung"): int(waiting),
                ("readings", "lost"): len(freed.queued) + len(freed.failed),
            }
            tallies.add(s, {of: count for of, count in counts.items() if count})
        if freed.queued or freed.failed:
            which = {"queued_again": freed.queued[:_MOST_TOLD], "failed": freed.failed[:_MOST_TOLD]}
            count = len(freed.queued) + len(freed.failed)
            _log.warning("%d jobs were lost with their process", count, extra=which)
        if drafts.queued or drafts.failed:
            which = {"queued_again": drafts.queued[:_MOST_TOLD], "failed": drafts.failed[:_MOST_TOLD]}
            _log.warning("%d checks were lost with their process", len(drafts.queued) + len(drafts.failed), extra=which)
        if looks.queued or looks.failed:
            _log.warning("%d looks at sources were lost with their process", len(looks.queued) + len(looks.failed))
        # Drafts that ended or were deleted since are to be gone. Not without need, as those who write wait for it.
        if passing_texts != self._emptied_of and self._database.empty_log():
            self._emptied_of = passing_texts
        if waiting:
            self._say(self._ring())
        if not self._database.is_sqlite:
            with self._database.transaction() as s:
                planning.analyse_grown(s)
        if self._round % _PRUNE_EVERY == 0:
            with self._database.transaction() as s:
                idempotency.prune(s, now=self._now())
            self._forgetting = True
        if self._forgetting:
            self._forgetting = self._forget_jobs() | self._forget_deliveries()
        self._round += 1

    def leave(self) -> None:
        """Says that this worker is no more. Raises Unavailable."""
        with self._database.transaction(patience=1) as s:
            workers.gone(s, self._worker)

    def _forget_jobs(self) -> bool:
        """Forgets some jobs; whether there may be more."""
        if self._keep_jobs is None:
            return False
        with self._database.reading() as s:
            past = jobs.past(s, before=self._now() - self._keep_jobs, limit=_FORGET_AT_ONCE)
        if past:
            with self._database.transaction() as s:
                jobs.forget(s, past)
        return len(past) == _FORGET_AT_ONCE

    def _forget_deliveries(self) -> bool:
        """Forgets some deliveries; whether there may be more."""
        with self._database.reading() as s:
            past = deliveries.past(s, before=self._now() - self._keep_deliveries, limit=_FORGET_AT_ONCE)
        if past:
            with self._database.transaction() as s:
                deliveries.forget(s, past)
        return len(past) == _FORGET_AT_ONCE

    def _say(self, heard: bool) -> None:
        if heard != self._heard:
            _log.warning("the queue %s", "can be reached again" if heard else "cannot be reached; work waits")
        self._heard = heard
