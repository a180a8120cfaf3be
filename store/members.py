"""What the members of events tell, as it is compared: one for all that tell the very same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import Integer, case, cast, func, select
from sqlalchemy.orm import Session

from claims.model import Fact, Member, Spot
from store.event_tables import EventMember
from store.tables import Claim

# Of an event that is told in ever other ways, so many are compared with what is new.
MOST_COMPARED = 80
_CHUNK = 500
T = TypeVar("T")


def compared(s: Session, events: Collection[str]) -> list[tuple[str, Member]]:
    """What the events' members tell, one member for each signature, with it: at most MOST_COMPARED of an event.

    Confirmed members stand before others. Those of claims that were withdrawn are left out, but what a person confirmed
    of one of them is confirmed for all that tell the very same.
    """
    found: list[tuple[str, Member]] = []
    for some in chunks(sorted(events)):
        oldest = func.min(case((Claim.state == "current", EventMember.claim_seq)))
        confirmed = func.max(cast(EventMember.confirmed, Integer))
        distinct = select(
            EventMember.event_id, oldest.label("seq"), EventMember.signature, confirmed.label("confirmed")
        ).join(Claim, Claim.seq == EventMember.claim_seq)
        distinct = distinct.where(EventMember.event_id.in_(some)).group_by(EventMember.event_id, EventMember.signature)
        distinct = distinct.having(oldest.is_not(None))
        told: dict[str, list[tuple[int, str, bool]]] = {}
        for event_id, seq, mark, sure in s.execute(distinct.order_by(confirmed.desc(), oldest)):
            if len(mine := told.setdefault(event_id, [])) < MOST_COMPARED:
                mine.append((seq, mark, bool(sure)))
        wanted = {(seq, mark): sure for mine in told.values() for seq, mark, sure in mine}
        for seqs in chunks(sorted({seq for seq, _ in wanted})):
            found += _members(s, seqs, wanted)
    return found


def _members(s: Session, seqs: Collection[int], wanted: Mapping[tuple[int, str], bool]) -> Iterator[tuple[str, Member]]:
    """The members of these claims whose signature is wanted of them, and whether that stands as confirmed."""
    told = (EventMember.claim_seq, EventMember.number, EventMember.event_id, EventMember.signature, EventMember.fact)
    query = select(*told, Claim.article_id, Claim.speaker, Claim.published_on)
    query = query.join(Claim, Claim.seq == EventMember.claim_seq)
    query = query.where(EventMember.claim_seq.in_(seqs), Claim.state == "current").order_by(EventMember.claim_seq)
    for seq, number, event_id, mark, fact, article_id, speaker, published_on in s.execute(query):
        confirmed = wanted.get((seq, mark))
        if confirmed is not None:
            yield (
                mark,
                Member(
                    str(seq),
                    number,
                    fact_of(fact),
                    article_id,
                    "",
                    speaker=speaker,
                    published_on=published_on,
                    event_id=event_id,
                    confirmed=confirmed,
                ),
            )


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
