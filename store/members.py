"""What the members of events tell, as it is compared: one for all that tell the very same."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Text, case, cast, func, select
from sqlalchemy.orm import Session

from claims.model import Fact, Member, Spot
from store.event_tables import EventMember
from store.tables import Claim

# Of an event that is told in ever other ways, so many are compared with what is new.
MOST_COMPARED = 40
# New facts are compared with the newest so many events that are near, and with no more members of them.
_MOST_NEAR, _MOST_KNOWN = 300, 600
_CHUNK = 500
T = TypeVar("T")


def compared(s: Session, events: Collection[str]) -> list[tuple[str, Member]]:
    """What the events' members tell, one member for each signature, with it: at most MOST_COMPARED of an event.

    Confirmed members stand before others. Those of claims that were withdrawn are left out, but what a person confirmed
    of one of them is confirmed for all that tell the very same.
    """
    found: list[tuple[str, Member]] = []
    for some in chunks(sorted(events)):
        members, gaps = _leading(s, some, withdrawn=True)
        if gaps:
            found += [(mark, member) for mark, member in members if member.event_id not in gaps]
            members, _ = _leading(s, sorted(gaps), withdrawn=False)
        found += members
    return found


def newest(s: Session, events: Collection[str]) -> tuple[set[str], list[tuple[str, Member]]]:
    """The newest of the events, and what their members tell: all of it, or nothing, of each."""
    latest = sorted(events, reverse=True)[:_MOST_NEAR]
    members: dict[str, list[tuple[str, Member]]] = {event_id: [] for event_id in latest}
    for mark, member in compared(s, latest):
        members[str(member.event_id)].append((mark, member))
    taken: list[tuple[str, Member]] = []
    near: set[str] = set()
    for event_id in latest:
        if taken and len(taken) + len(members[event_id]) > _MOST_KNOWN:
            break
        near.add(event_id)
        taken += members[event_id]
    return near, taken


def _leading(s: Session, events: Collection[str], *, withdrawn: bool) -> tuple[list[tuple[str, Member]], set[str]]:
    """The oldest member of each signature, at most MOST_COMPARED of an event, and the events of which one of these is
    missing, as its claim is withdrawn.

    Where `withdrawn` ones are looked at, too, the index alone tells which is the oldest, whatever an event's size.
    """
    seq: ColumnElement[Any] = EventMember.claim_seq.expression
    if not withdrawn:
        seq = case((Claim.state == "current", seq))
    oldest, confirmed = func.min(seq), func.max(cast(EventMember.confirmed, Integer))
    query = select(EventMember.event_id, EventMember.signature, oldest.label("seq"), confirmed.label("confirmed"))
    if not withdrawn:
        query = query.join(Claim, Claim.seq == EventMember.claim_seq).having(oldest.is_not(None))
    told = (
        query.where(EventMember.event_id.in_(events)).group_by(EventMember.event_id, EventMember.signature).subquery()
    )
    place = func.row_number().over(partition_by=told.c.event_id, order_by=(told.c.confirmed.desc(), told.c.seq))
    placed = select(told, place.label("place")).subquery()
    first = select(placed.c.seq, placed.c.signature, placed.c.event_id, placed.c.confirmed)
    wanted = {
        (number, mark): (event_id, bool(sure))
        for number, mark, event_id, sure in s.execute(first.where(placed.c.place <= MOST_COMPARED))
    }
    confirmations = {place: sure for place, (_, sure) in wanted.items()}
    found: list[tuple[str, Member]] = []
    for seqs in chunks(sorted({number for number, _ in wanted})):
        found += _members(s, seqs, confirmations)
    there = {(int(member.claim_id), mark) for mark, member in found}
    return found, {event_id for place, (event_id, _) in wanted.items() if place not in there}


def _members(s: Session, seqs: Collection[int], wanted: Mapping[tuple[int, str], bool]) -> Iterator[tuple[str, Member]]:
    """The members of these claims whose signature is wanted of them, and whether that stands as confirmed."""
    fact = cast(EventMember.fact, Text)
    told = (EventMember.claim_seq, EventMember.number, EventMember.event_id, EventMember.signature, fact)
    query = select(*told, Claim.article_id, Claim.speaker, Claim.published_on)
    query = query.join(Claim, Claim.seq == EventMember.claim_seq)
    query = query.where(EventMember.claim_seq.in_(seqs), Claim.state == "current").order_by(EventMember.claim_seq)
    for seq, number, event_id, mark, kept, article_id, speaker, published_on in s.execute(query):
        confirmed = wanted.get((seq, mark))
        if confirmed is not None:
            yield (
                mark,
                Member(
                    str(seq),
                    number,
                    _fact(kept),
                    article_id,
                    "",
                    speaker=speaker,
                    published_on=published_on,
                    event_id=event_id,
                    confirmed=confirmed,
                ),
            )


@lru_cache(maxsize=8192)
def _fact(kept: str) -> Fact:
    """A fact from the text of the form in which it is kept: articles of one happening ask for the same ones."""
    return fact_of(json.loads(kept))


def fact_of(kept: Mapping[str, Any]) -> Fact:
    """A fact from the form in which it is kept."""
    spot = kept["spot"]
    days = {name: None if kept[name] is None else date.fromisoformat(kept[name]) for name in ("first", "last")}
    lists = {name: tuple(kept[name]) for name in ("parties", "theatre", "keys")}
    where = None if spot is None else Spot(**{**spot, "names": tuple(spot["names"])})
    return Fact(**{**kept, **days, **lists, "spot": where})


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, as many at a time as one question may hold."""
    return (items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK))
