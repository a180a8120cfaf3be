"""Idempotency-Keys: the answer of a request, kept with what the request made, to be given again to its repetition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.database import Conflict
from store.tables import IdempotencyKey

KEPT = timedelta(days=7)
# Beyond what any request may wait. A flight that ends later began before the clock was set back, and is over.
LONGEST_FLIGHT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Replay:
    """The same request was answered before, like this."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The key was used for another request."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """The same request is being answered; until then at the latest."""

    until: datetime


def look(s: Session, scope: str, key: str, request_hash: str, now: datetime) -> Replay | Mismatch | InFlight | None:
    """What is known of a key in its scope (endpoint and client); None when it is new, or older than 7 days."""
    row = s.get(IdempotencyKey, (scope, key), populate_existing=True)
    if row is None or row.created_at <= now - KEPT:
        return None
    if row.request_hash != request_hash:
        return Mismatch()
    if row.in_flight_until is not None and now < row.in_flight_until <= now + LONGEST_FLIGHT:
        return InFlight(row.in_flight_until)
    return Replay(row.status, dict(row.headers), row.body)


def save(
    s: Session,
    scope: str,
    key: str,
    request_hash: str,
    *,
    status: int,
    headers: Mapping[str, str],
    body: str,
    in_flight_until: datetime | None,
    now: datetime,
) -> None:
    """Keeps an answer in the transaction that made what it tells of.

    Until `in_flight_until` a repetition is refused, as the first request may still better its answer. Raises Conflict
    when another transaction has saved the key meanwhile: roll back, and look again.
    """
    s.execute(
        delete(IdempotencyKey)
        .where(IdempotencyKey.scope == scope, IdempotencyKey.key == key, IdempotencyKey.created_at <= now - KEPT)
        .execution_options(synchronize_session=False)
    )
    insert = postgresql.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert
    saved = s.execute(
        insert(IdempotencyKey)
        .values(
            scope=scope,
            key=key,
            request_hash=request_hash,
            status=status,
            headers=dict(headers),
            body=body,
            in_flight_until=in_flight_until,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    ).first()
    if saved is None:
        raise Conflict("the key has just been used")


def better(s: Session, scope: str, key: str, *, status: int, headers: Mapping[str, str], body: str) -> None:
    """Replaces a kept answer by the final one and ends the flight."""
    s.execute(
        update(IdempotencyKey)
        .where(IdempotencyKey.scope == scope, IdempotencyKey.key == key)
        .values(status=status, headers=dict(headers), body=body, in_flight_until=None)
        .execution_options(synchronize_session=False)
    )


def forget(s: Session, scope: str, key: str) -> None:
    """Drops a key, so that the request may be tried anew."""
    s.execute(delete(IdempotencyKey).where(IdempotencyKey.scope == scope, IdempotencyKey.key == key))


def prune(s: Session, *, now: datetime) -> int:
    """Deletes the keys older than 7 days; returns how many."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at <= now - KEPT).returning(IdempotencyKey.key)
    return len(s.scalars(old.execution_options(synchronize_session=False)).all())
