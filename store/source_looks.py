"""Orders to look for a claim's words in its source, which a worker parses, or fetches first."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session, undefer

from claims.model import Finding
from store import leases, passing, source_checks
from store.ids import is_id, new_id
from store.leases import Freed
from store.source_checks import SourceCheckView
from store.source_tables import SourceLook
from store.tables import Claim, Revision


@dataclass(frozen=True, slots=True)
class LookView:
    """Where an order stands: `status` is queued, started or failed. Once it is done, it is a source check."""

    id: str
    claim_id: str
    quote: str
    status: str
    attempts: int
    queued_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """An order in a worker's hands: the page, or None where the one at `url` is to be fetched, and what to look for."""

    look_id: str
    token: str
    attempts: int
    url: str
    html: str | None
    quote: str
    prefix: str
    suffix: str
    start: int


def add(s: Session, claim_id: str, html: str | None, *, now: datetime) -> LookView | None:
    """Queues an order. None for an unknown claim; TooMany, with nothing stored, where the claim has too many checks."""
    seq = source_checks.with_room(s, claim_id)
    if seq is None:
        return None
    look_id = new_id()
    s.add(
        SourceLook(
            id=look_id, status="queued", attempts=0, lost_leases=0, alone=False, queued_at=now, seq=seq, html=html
        )
    )
    s.flush()
    passing.note(s)
    return get(s, look_id)


def get(s: Session, look_id: str) -> LookView | None:
    """The order of that id, while it is not done."""
    row = s.execute(_joined().where(SourceLook.id == look_id)).first() if is_id(look_id) else None
    if row is None:
        return None
    look, claim = row
    attempts = look.attempts + (look.status == "started")
    return LookView(look.id, claim.id, claim.quote, look.status, attempts, look.queued_at, look.error)


def are_waiting(s: Session) -> bool:
    """Whether any order is queued."""
    return leases.more_wait_than(s, SourceLook, 0)


def more_wait_than(s: Session, most: int) -> bool:
    """Whether more than `most` orders are queued."""
    return leases.more_wait_than(s, SourceLook, most)


def take(s: Session, *, worker: str, lease_seconds: float, now: datetime, new_token: Callable[[], str]) -> Taken | None:
    """Takes the longest waiting order that is due, with a lease until `now + lease_seconds`; None when none is."""
    found = leases.take(
        s, SourceLook, worker=worker, limit=1, lease_seconds=lease_seconds, now=now, new_token=new_token
    )
    for token, row in found:
        look = s.get_one(SourceLook, row.id, options=[undefer(SourceLook.html)], populate_existing=True)
        claim = s.scalars(select(Claim).where(Claim.seq == look.seq)).one()
        url = s.scalars(
            select(Revision.url).where(Revision.article_id == claim.article_id, Revision.number == claim.revision)
        ).one()
        return Taken(
            look.id, token, look.attempts, url, look.html, claim.quote, claim.prefix, claim.suffix, claim.start
        )
    return None


def renew(s: Session, tokens: Collection[str], *, lease_seconds: float, now: datetime) -> set[str]:
    """Extends the leases of these tokens; returns those still held."""
    return leases.renew(s, SourceLook, tokens, lease_seconds=lease_seconds, now=now)


def finish(s: Session, token: str, finding: Finding, *, now: datetime) -> SourceCheckView | None:
    """Puts what came of it in the order's place, under its id. None, with nothing written, when no longer held."""
    row = leases.held(s, SourceLook, token)
    if row is None:
        return None
    look_id, seq = row.id, row.seq
    s.delete(row)
    s.flush()
    return source_checks.keep(s, look_id, seq, finding, now=now)


def give_back(s: Session, token: str) -> bool:
    """Queues an order again that was not begun, without counting an attempt. False when no longer held."""
    return leases.give_back(s, SourceLook, token)


def crashed(
    s: Session, token: str, reason: str, *, max_attempts: int, now: datetime, pause: timedelta | None = None
) -> bool:
    """Counts an attempt: the order is queued again (leases.crashed), or failed with `reason` and its page forgotten
    when `max_attempts` are spent. False when no longer held."""
    return leases.crashed(s, SourceLook, token, reason, max_attempts=max_attempts, now=now, pause=pause) is not None


def free_expired(s: Session, *, now: datetime, lease_seconds: float, max_lost: int, worker: str | None = None) -> Freed:
    """Queues the orders again whose process is gone (leases.free_expired), failing those lost `max_lost` times."""
    return leases.free_expired(s, SourceLook, now=now, lease_seconds=lease_seconds, max_lost=max_lost, worker=worker)


def forget(s: Session, *, before: datetime) -> None:
    """Deletes the orders that failed before that time."""
    old = delete(SourceLook).where(SourceLook.status == "failed", SourceLook.ended_at < before)
    s.execute(old.execution_options(synchronize_session=False))


def _joined() -> Select[SourceLook, Claim]:
    return select(SourceLook, Claim).join(Claim, Claim.seq == SourceLook.seq)
