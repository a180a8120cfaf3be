"""What becomes of the jobs and checks that a work-horse still held when it ended."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from store import checks, jobs, source_looks, tallies
from store.database import Database, Unavailable
from workers.hand import Hand, Note

# Beyond this the leases are left to run out.
_TRIES = 5

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """How crashes are counted, and the limits that their reasons name."""

    max_attempts: int
    cpu_seconds: int
    memory_mb: int


def settle(
    database: Database,
    hand: Hand,
    exit_code: int,
    rules: Rules,
    *,
    now: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Counts an attempt of the job that was being read, gives back the others to be read one by one; empties the hand.

    `exit_code` is negative for a signal, as `os.waitstatus_to_exitcode` has it. A work-horse that had no database gives
    all back, and nothing is held against them. Returns whether anything was held. Without a database, the leases
    are left to run out.
    """
    held, current = hand.held, hand.current
    if not held:
        return False
    innocent = hand.note is Note.NO_DATABASE
    blamed = None if innocent else current
    reason = _reason(hand, exit_code, rules)
    for rest in reversed(range(_TRIES)):
        try:
            with database.transaction() as s:
                for token in held:
                    if token == blamed:
                        _blame(s, token, reason, rules, now())
                    elif not (jobs.give_back(s, token, alone=not innocent) or checks.give_back(s, token)):
                        source_looks.give_back(s, token)
            break
        except Unavailable as fault:
            _log.warning("%s: %d jobs wait for their leases to run out", fault, len(held))
            if rest:
                sleep(1)
    hand.clear()
    return True


def _blame(s: Any, token: str, reason: str, rules: Rules, now: datetime) -> None:
    """Counts an attempt of the job, the check or the look at a source that this token holds."""
    job = jobs.crashed(s, token, reason, max_attempts=rules.max_attempts, now=now)
    if job is not None:
        _log.warning(reason, extra={"job_id": job.id, "article_id": job.article_id, "attempt": job.attempts})
        tallies.add(s, {("readings", "failed" if job.status == "failed" else "crashed"): 1})
        return
    check = checks.crashed(s, token, reason, max_attempts=rules.max_attempts, now=now)
    if check is not None:
        _log.warning(reason, extra={"check_id": check.id, "attempt": check.attempts})
    elif source_looks.crashed(s, token, reason, max_attempts=rules.max_attempts, now=now):
        _log.warning(reason)


def _reason(hand: Hand, exit_code: int, rules: Rules) -> str:
    if hand.note is Note.OUT_OF_MEMORY:
        return f"reading it took more than {rules.memory_mb} MB of memory"
    if hand.note is Note.OVERDUE:
        return "reading it took too long and did not end"
    if exit_code == -signal.SIGXCPU:
        return f"reading it took more than {rules.cpu_seconds} s of processor time"
    if exit_code < 0:
        return f"the process reading it was ended by {signal.Signals(-exit_code).name}"
    return f"the process reading it ended unexpectedly (status {exit_code})"
