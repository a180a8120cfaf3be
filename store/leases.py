"""Leases: who may work now on what waits, be it a job or a draft's check.

What waits is queued, taken (started, with a fencing token and a lease), and ends finished or failed. Only the holder
of the token may renew, give back or finish it; whoever lost the lease finds the token changed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from store.columns import Leased

# A process that dies twice with the same order in its hands may have died of it.
_LOSSES_BEFORE_ALONE = 2
# Workers may be set to leases of different lengths, but no lease ends so many of them ahead.
_LEASES_AHEAD = 10
L = TypeVar("L", bound=Leased)


@dataclass(frozen=True, slots=True)
class Freed:
    """The ids of those whose lease had run out: `queued` again, or `failed` as it happened too often."""

    queued: list[str]
    failed: list[str]


def take(
    s: Session,
    order: type[L],
    *,
    worker: str,
    limit: int,
    lease_seconds: float,
    now: datetime,
    new_token: Callable[[], str],
) -> list[tuple[str, L]]:
    """Takes up to `limit` of the longest waiting, each with a lease until `now + lease_seconds`: the tokens and rows.

    One marked `alone` is taken when its turn comes, and then by itself. Concurrent takers never get the same one:
    on PostgreSQL each skips the rows another has locked, on SQLite they take turns; the conditional UPDATE guards both.
    """
    due = or_(order.not_before.is_(None), order.not_before <= now)
    waiting = select(order.id, order.alone).where(order.status == "queued", due).order_by(order.queued_at, order.id)
    first = s.execute(waiting.limit(1).with_for_update(skip_locked=True)).first()
    if first is None:
        return []
    chosen = [first.id]
    if not first.alone and limit > 1:
        others = waiting.where(~order.alone, order.id != first.id).limit(limit - 1).with_for_update(skip_locked=True)
        chosen += s.scalars(others)
    taken = []
    for one in chosen:
        token = new_token()
        row = s.scalar(
            update(order)
            .where(order.id == one, order.status == "queued")
            .values(
                status="started",
                token=token,
                worker=worker[:200],
                lease_until=now + timedelta(seconds=lease_seconds),
                started_at=now,
                ended_at=None,
                error=None,
            )
            .returning(order)
            .execution_options(synchronize_session=False, populate_existing=True)
        )
        if row is not None:
            taken.append((token, row))
    return taken


def renew(s: Session, order: type[L], tokens: Collection[str], *, lease_seconds: float, now: datetime) -> set[str]:
    """Extends the leases of these tokens; returns those still held. Work under any other token is to be dropped."""
    held = (
        update(order)
        .where(order.token.in_(list(tokens)), order.status == "started")
        .values(lease_until=now + timedelta(seconds=lease_seconds))
        .returning(order.token)
        .execution_options(synchronize_session=False)
    )
    return {token for token in s.scalars(held) if token is not None}


def held(s: Session, order: type[L], token: str) -> L | None:
    """The row that the token holds, locked; None when it is no longer held."""
    wanted = select(order).where(order.token == token, order.status == "started").with_for_update()
    return s.scalar(wanted.execution_options(populate_existing=True))


def give_back(s: Session, order: type[L], token: str, *, alone: bool = False) -> bool:
    """Queues again what was not begun, without counting an attempt: the worker stops, or a batch crashed.

    With `alone` it is taken by itself next time. False when the token is no longer held.
    """
    row = held(s, order, token)
    if row is None:
        return False
    _requeue(row, alone=row.alone or alone)
    return True


def crashed(
    s: Session,
    order: type[L],
    token: str,
    reason: str,
    *,
    max_attempts: int,
    now: datetime,
    pause: timedelta | None = None,
) -> L | None:
    """Counts an attempt of what was being read when its work-horse died or the reading raised.

    It is queued again, to be taken alone, or failed with `reason` when `max_attempts` are spent. With `pause` it is no
    fault of what is read: it is not taken before so long, and among others then. None when no longer held.
    """
    row = held(s, order, token)
    if row is None:
        return None
    row.attempts += 1
    if row.attempts >= max_attempts:
        _fail(row, reason, now)
    else:
        _requeue(row, alone=row.alone or pause is None)
        row.error = _storable(reason)
        row.not_before = None if pause is None else now + pause
    return row


def finish(row: Leased, now: datetime) -> None:
    """Ends what was held, well."""
    row.status, row.token, row.lease_until = "finished", None, None
    row.ended_at, row.error = now, None


def free_expired(
    s: Session,
    order: type[L],
    *,
    now: datetime,
    lease_seconds: float,
    max_lost: int,
    worker: str | None = None,
    limit: int = 1000,
) -> Freed:
    """Queues those again whose process is gone, failing those lost `max_lost` times: their lease has run out, or
    they are held in the name of `worker`, which the caller bears now.

    Leases last `lease_seconds`, or not much more: one that ends ten times as far ahead was given before the clock was
    set back. It counts as run out; a holder that is alive has renewed it since.
    """
    furthest = now + timedelta(seconds=_LEASES_AHEAD * lease_seconds)
    lost = or_(order.lease_until < now, order.lease_until > furthest, order.worker == worker)
    expired = select(order).where(order.status == "started", lost).limit(limit).with_for_update(skip_locked=True)
    freed = Freed([], [])
    for row in s.scalars(expired.execution_options(populate_existing=True)).all():
        row.lost_leases += 1
        if row.lost_leases >= max_lost:
            _fail(row, f"the worker was lost {row.lost_leases} times while reading", now)
            freed.failed.append(row.id)
        else:
            _requeue(row, alone=row.alone or row.lost_leases >= _LOSSES_BEFORE_ALONE)
            freed.queued.append(row.id)
    return freed


def more_wait_than(s: Session, order: type[L], most: int) -> bool:
    """Whether more than `most` are queued."""
    return s.scalar(select(order.id).where(order.status == "queued").offset(most).limit(1)) is not None


def _requeue(row: Leased, *, alone: bool) -> None:
    # It keeps its place in the queue, so that it is not overtaken for ever.
    row.status, row.token, row.worker, row.lease_until = "queued", None, None, None
    row.alone, row.not_before = alone, None


def _fail(row: Leased, reason: str, now: datetime) -> None:
    row.status, row.token, row.lease_until = "failed", None, None
    row.ended_at, row.error = now, _storable(reason)
    row.give_up()


def _storable(reason: str) -> str:
    return reason.replace("\0", "")[:2000]
