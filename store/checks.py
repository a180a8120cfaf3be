"""Checks: drafts that are read once and compared with what the desk holds, and then forgotten."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from store import leases, passing
from store.check_tables import Check
from store.ids import is_id, new_id
from store.leases import Freed


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as a client sends it."""

    text: str
    title: str | None = None
    published_at: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class CheckView:
    """Where a check stands, and once it is finished, its result."""

    id: str
    status: str
    attempts: int
    created_at: datetime
    ended_at: datetime | None
    error: str | None
    result: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Taken:
    """A check in a worker's hands."""

    check_id: str
    token: str
    draft: Draft


def add(s: Session, draft: Draft, *, now: datetime) -> CheckView:
    """Queues a draft."""
    check_id = new_id()
    s.execute(
        insert(Check).values(
            id=check_id,
            status="queued",
            queued_at=now,
            text=draft.text,
            title=draft.title,
            published_at=draft.published_at,
            language=draft.language,
        )
    )
    passing.note(s)
    return CheckView(check_id, "queued", 0, now, None, None, None)


def get(s: Session, check_id: str) -> CheckView | None:
    """The check of that id."""
    row = s.get(Check, check_id, populate_existing=True) if is_id(check_id) else None
    return None if row is None else _view(row)


def withdraw(s: Session, check_id: str) -> bool:
    """Deletes a check, whatever its state; who reads it finds the token gone. False for an unknown one."""
    if not is_id(check_id):
        return False
    gone = delete(Check).where(Check.id == check_id).returning(Check.id)
    return s.scalar(gone.execution_options(synchronize_session=False)) is not None


def are_waiting(s: Session) -> bool:
    """Whether any check is queued."""
    return leases.more_wait_than(s, Check, 0)


def more_wait_than(s: Session, most: int) -> bool:
    """Whether more than `most` checks are queued."""
    return leases.more_wait_than(s, Check, most)


def take(s: Session, *, worker: str, lease_seconds: float, now: datetime, new_token: Callable[[], str]) -> Taken | None:
    """Takes the longest waiting check, with a lease until `now + lease_seconds`; None when none waits."""
    found = leases.take(s, Check, worker=worker, limit=1, lease_seconds=lease_seconds, now=now, new_token=new_token)
    for token, row in found:
        return Taken(row.id, token, Draft(row.text or "", row.title, row.published_at, row.language))
    return None


def renew(s: Session, tokens: Collection[str], *, lease_seconds: float, now: datetime) -> set[str]:
    """Extends the leases of these tokens; returns those still held."""
    return leases.renew(s, Check, tokens, lease_seconds=lease_seconds, now=now)


def finish(s: Session, token: str, result: Mapping[str, Any], *, now: datetime) -> bool:
    """Stores what came of a check and deletes its draft. False, with nothing written, when no longer held."""
    row = leases.held(s, Check, token)
    if row is None:
        return False
    leases.finish(row, now)
    row.give_up()
    row.result = dict(result)
    return True


def give_back(s: Session, token: str) -> bool:
    """Queues a check again that was not read, without counting an attempt. False when no longer held."""
    return leases.give_back(s, Check, token)


def crashed(s: Session, token: str, reason: str, *, max_attempts: int, now: datetime) -> CheckView | None:
    """Counts an attempt of the check that was being read when its work-horse died or the reading raised.

    It is queued again, or failed with `reason`, and its draft deleted, when `max_attempts` are spent. None when no
    longer held.
    """
    row = leases.crashed(s, Check, token, reason, max_attempts=max_attempts, now=now)
    return None if row is None else _view(row)


def free_expired(s: Session, *, now: datetime, lease_seconds: float, max_lost: int, worker: str | None = None) -> Freed:
    """Queues the checks again whose process is gone (leases.free_expired), failing those lost `max_lost` times."""
    return leases.free_expired(s, Check, now=now, lease_seconds=lease_seconds, max_lost=max_lost, worker=worker)


def forget(s: Session, *, before: datetime) -> int:
    """Deletes the checks that ended before that time; returns how many."""
    old = delete(Check).where(Check.ended_at < before).returning(Check.id)
    return len(s.scalars(old.execution_options(synchronize_session=False)).all())


def _view(row: Check) -> CheckView:
    running = row.status in {"started", "finished"}
    return CheckView(row.id, row.status, row.attempts + running, row.queued_at, row.ended_at, row.error, row.result)
