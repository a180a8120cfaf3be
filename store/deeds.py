"""What people do to events: confirm, split and merge, each written down for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from store import grouping, partings
from store.bulk import insert_many
from store.event_tables import Event, EventChange, EventMember
from store.grouping import Editor
from store.ids import new_id
from store.members import chunks
from store.tables import Claim


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something to an event, by which key, and why."""

    reviewer: str | None
    by_key: str | None
    reason: str | None


class NotThere(Exception):  # noqa: N818 - says a state
    """Claims or an event that a person's deed names are not what it takes them for; the message says how."""


def confirm(s: Session, event_id: str, claim_ids: Sequence[str], deed: Deed, editor: Editor, now: datetime) -> None:
    """Marks claims as members of their event, all that it has now where none are named. Raises NotThere."""
    _open(s, [event_id])
    seqs = _seqs(s, event_id, claim_ids)
    if not seqs:
        raise NotThere("it has no claims: there is nothing to confirm")
    _fix(s, event_id, seqs, event_id)
    _write_down(s, event_id, "confirmed", deed, {"claims": _ids(s, seqs)}, now)
    grouping.refresh(s, [event_id], editor, now)


def split(s: Session, event_id: str, claim_ids: Sequence[str], deed: Deed, editor: Editor, now: datetime) -> str:
    """Takes claims out of an event into a new one, for good, and returns its id. Raises NotThere."""
    event = _open(s, [event_id])[0]
    seqs = _seqs(s, event_id, claim_ids)
    if len(seqs) == len(_seqs(s, event_id, ())):
        raise NotThere("these are all its claims: there is nothing to split")
    other = new_id()
    insert_many(s, Event, [grouping.new_event(other, event.kind, event.family, now)])
    _fix(s, event_id, seqs, other)
    partings.inherit(s, event_id, other)
    partings.part(s, other, [event_id])
    ids = _ids(s, seqs)
    _write_down(s, event_id, "split", deed, {"claims": ids, "into": other}, now)
    _write_down(s, other, "split", deed, {"claims": ids, "from": event_id}, now)
    grouping.refresh(s, [event_id, other], editor, now)
    return other


def merge(s: Session, event_id: str, other: str, deed: Deed, editor: Editor, now: datetime) -> None:
    """Puts all claims of another event into this one, and confirms those of both. Raises NotThere."""
    if event_id == other:
        raise NotThere("an event cannot be merged with itself")
    one, two = _open(s, [event_id, other])
    if one.kind != two.kind:
        raise NotThere(f"events of different kinds cannot be merged: {one.kind} and {two.kind}")
    ids = _ids(s, list(s.scalars(select(EventMember.claim_seq).where(EventMember.event_id == other).distinct())))
    moved = update(EventMember).where(EventMember.event_id.in_([event_id, other]))
    s.execute(moved.values(event_id=event_id, confirmed=True).execution_options(synchronize_session=False))
    partings.rejoin(s, event_id, other)
    _write_down(s, event_id, "merged", deed, {"claims": ids, "from": other}, now)
    _write_down(s, other, "merged", deed, {"claims": ids, "into": event_id}, now)
    grouping.retire(s, other, event_id, now)
    grouping.refresh(s, [event_id], editor, now)


def _open(s: Session, events: Sequence[str]) -> list[Event]:
    """The events, which must be current, with nobody else at any."""
    grouping.alone(s)
    query = select(Event).where(Event.id.in_(events)).execution_options(populate_existing=True)
    found = {event.id: event for event in s.scalars(query)}
    for event_id in events:
        if event_id not in found:
            raise NotThere(f"there is no event {event_id}")
        if found[event_id].state == "merged":
            raise NotThere(f"event {event_id} was merged into {found[event_id].merged_into}")
    return [found[event_id] for event_id in events]


def _seqs(s: Session, event_id: str, claim_ids: Sequence[str]) -> list[int]:
    """The rows of these claims of an event, of all that it has where none are named."""
    query = select(Claim.seq, Claim.id).join(EventMember, EventMember.claim_seq == Claim.seq).distinct()
    query = query.where(EventMember.event_id == event_id)
    found = {claim_id: seq for seq, claim_id in s.execute(query.where(Claim.id.in_(claim_ids)) if claim_ids else query)}
    for claim_id in claim_ids:
        if claim_id not in found:
            raise NotThere(f"claim {claim_id} is not of event {event_id}")
    return sorted(found.values())


def _fix(s: Session, event_id: str, seqs: Sequence[int], other: str) -> None:
    """Gives members of an event their place in another one, or in their own, for good."""
    fixed = update(EventMember).where(EventMember.event_id == event_id).values(event_id=other, confirmed=True)
    for some in chunks(seqs):
        chosen = fixed.where(EventMember.claim_seq.in_(some))
        s.execute(chosen.execution_options(synchronize_session=False))


def _ids(s: Session, seqs: Sequence[int]) -> list[str]:
    query = select(Claim.id).order_by(Claim.seq)
    return [claim_id for some in chunks(sorted(seqs)) for claim_id in s.scalars(query.where(Claim.seq.in_(some)))]


def _write_down(s: Session, event_id: str, action: str, deed: Deed, details: Mapping[str, Any], now: datetime) -> None:
    row = {"id": new_id(), "event_id": event_id, "action": action, "details": dict(details), "created_at": now}
    insert_many(s, EventChange, [row | {"reviewer": deed.reviewer, "by_key": deed.by_key, "reason": deed.reason}])
