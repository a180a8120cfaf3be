"""Checks whether a claim's words still stand in its source: what came of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from claims.model import Finding
from store.ids import is_id, new_id
from store.page import Key, Page, key_text
from store.sighting_tables import SourceCheck
from store.source_tables import SourceLook
from store.tables import Claim

MOST = 1_000


class TooMany(Exception):  # noqa: N818 - says a state, as the HTTP code does
    """A claim has as many checks as are kept."""


@dataclass(frozen=True, slots=True)
class SourceCheckView:
    """A check of one claim, with the words that were looked for."""

    id: str
    claim_id: str
    quote: str
    checked_at: datetime
    finding: Finding


def add(s: Session, claim_id: str, finding: Finding, *, now: datetime) -> SourceCheckView | None:
    """Stores a check. None for an unknown claim; TooMany, with nothing stored, where it has MOST of them already."""
    seq = with_room(s, claim_id)
    return None if seq is None else keep(s, new_id(), seq, finding, now=now)


def with_room(s: Session, claim_id: str) -> int | None:
    """The row of a claim that has room for a check more, locked. None for an unknown claim; raises TooMany."""
    if not is_id(claim_id):
        return None
    # Locked, so that two checks at once are counted one after the other.
    claim = s.scalar(select(Claim).where(Claim.id == claim_id).with_for_update())
    if claim is None:
        return None
    checks, looks = (
        s.scalar(select(func.count()).select_from(table).where(table.seq == claim.seq)) or 0
        for table in (SourceCheck, SourceLook)
    )
    if checks + looks >= MOST:
        raise TooMany(claim_id)
    return claim.seq


def keep(s: Session, check_id: str, seq: int, finding: Finding, *, now: datetime) -> SourceCheckView | None:
    """Stores a check of the claim in this row under this id."""
    s.execute(
        insert(SourceCheck).values(
            id=check_id,
            seq=seq,
            checked_at=now,
            outcome=finding.outcome,
            start=finding.start,
            end=finding.end,
            found=finding.found,
            differences=list(finding.differences),
            candidates=finding.candidates,
            text_sha256=finding.text_sha256,
            text_length=finding.text_length,
        )
    )
    return get(s, check_id)


def get(s: Session, check_id: str) -> SourceCheckView | None:
    """The check of that id."""
    row = s.execute(_joined().where(SourceCheck.id == check_id)).first() if is_id(check_id) else None
    return None if row is None else _view(*row)


def of_claim(s: Session, claim_id: str, *, after: Key | None, limit: int) -> Page[SourceCheckView] | None:
    """The checks of a claim, newest first. None for an unknown claim, ValueError for a key that no such page gave."""
    seq = s.scalar(select(Claim.seq).where(Claim.id == claim_id)) if is_id(claim_id) else None
    if seq is None:
        return None
    query = _joined().where(SourceCheck.seq == seq)
    if after is not None:
        query = query.where(SourceCheck.id < key_text(after, 0))
    rows = s.execute(query.order_by(SourceCheck.id.desc()).limit(limit + 1)).all()
    items = [_view(*row) for row in rows[:limit]]
    return Page(items, (items[-1].id,) if len(rows) > limit else None)


def _joined() -> Select[SourceCheck, str, str]:
    return select(SourceCheck, Claim.id, Claim.quote).join(Claim, Claim.seq == SourceCheck.seq)


def _view(row: SourceCheck, claim_id: str, quote: str) -> SourceCheckView:
    return SourceCheckView(
        id=row.id,
        claim_id=claim_id,
        quote=quote,
        checked_at=row.checked_at,
        finding=Finding(
            outcome=row.outcome,
            start=row.start,
            end=row.end,
            found=row.found,
            differences=row.differences,
            candidates=row.candidates,
            text_sha256=row.text_sha256,
            text_length=row.text_length,
        ),
    )
