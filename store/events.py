"""Events as others see them: one, lists by filter, and the claims that tell of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, cast, func, or_, select, tuple_
from sqlalchemy.orm import Session

from claims.model import Member
from store import claims
from store.claims import ClaimView
from store.event_tables import Event, EventChange, EventKey, EventMember
from store.ids import is_id
from store.members import chunks, fact_of
from store.norm import fold
from store.page import Key, Page, key_number, key_text
from store.tables import Claim, Facet, Revision

# Of an event that more facts tell of, so many are weighed when it is shown; of one among others its share, but so many.
MOST_SHOWN = 2_000
LEAST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class EventView:
    """An event: its days, how many claims of how many articles tell of it, and whether they contradict each other."""

    id: str
    kind: str
    family: str
    state: str
    merged_into: str | None
    first: date | None
    last: date | None
    dated: bool
    contradicted: bool
    claims_count: int
    articles_count: int
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class EventClaim:
    """A claim of an event, and whether a person confirmed that it is one."""

    claim: ClaimView
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What a person did to an event."""

    id: str
    event_id: str
    action: str
    reviewer: str | None
    by_key: str | None
    reason: str | None
    details: dict[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events a list holds; an empty field narrows nothing. Days ask for an overlap with the event's.

    A party is a name, by which claims are found, with the keys under which events of it are kept; each has to be told.
    """

    kinds: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    states: tuple[str, ...] = ("current",)
    contradicted: bool | None = None
    parties: tuple[tuple[str, Sequence[str]], ...] = ()
    places: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    date_from: date | None = None
    date_to: date | None = None


def get(s: Session, event_id: str) -> EventView | None:
    """The event of that id, in whatever state."""
    row = s.execute(_counted().where(Event.id == event_id)).first() if is_id(event_id) else None
    return None if row is None else _view(*row)


def page(
    s: Session, wanted: EventFilter, *, after: Key | None, limit: int, oldest_first: bool = False
) -> Page[EventView]:
    """The events that pass the filter by their days, the latest first, those after the key `after`. ValueError for a
    key that no such page gave."""
    place = (Event.first, Event.id)
    query = _counted().where(*_conditions(wanted), Event.first.is_not(None))
    if after is not None:
        known = (date.fromisoformat(key_text(after, 0)), key_text(after, 1))
        query = query.where(tuple_(*place) > tuple_(*known) if oldest_first else tuple_(*place) < tuple_(*known))
    order = place if oldest_first else tuple(column.desc() for column in place)
    rows = s.execute(query.order_by(*order).limit(limit + 1)).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    following = None if last is None or last.first is None else (last.first.isoformat(), last.id)
    return Page([_view(*row) for row in rows[:limit]], following)


def before(s: Session, wanted: EventFilter, key: Key | None, *, most: int) -> list[str]:
    """The ids of the events that pass the filter up to the key of a page, the earliest first; the last `most` of them.

    ValueError for a key that no such page gave.
    """
    if key is None:
        return []
    place = (Event.first, Event.id)
    known = (date.fromisoformat(key_text(key, 0)), key_text(key, 1))
    query = select(Event.id).where(*_conditions(wanted), tuple_(*place) <= tuple_(*known))
    return list(s.scalars(query.order_by(Event.first.desc(), Event.id.desc()).limit(most)))[::-1]


def members(s: Session, events: Collection[str]) -> dict[str, list[Member]]:
    """What tells of each event, in the order in which it was told: the facts of its current claims with their sources,
    at most MOST_SHOWN, the earliest. Where several events are asked for, of each its share of them, LEAST_SHOWN at
    least."""
    order = (func.coalesce(Claim.published_on, date.min), Claim.seq, EventMember.number)
    place = func.row_number().over(partition_by=EventMember.event_id, order_by=order)
    current = select(EventMember.claim_seq, EventMember.number, place.label("place")).join(
        Claim, (Claim.seq == EventMember.claim_seq) & (Claim.state == "current")
    )
    found: dict[str, list[Member]] = {}
    for some in chunks(sorted(events)):
        each = max(LEAST_SHOWN, MOST_SHOWN // len(some))
        placed = current.where(EventMember.event_id.in_(some)).subquery()
        same = (EventMember.claim_seq == placed.c.claim_seq) & (EventMember.number == placed.c.number)
        query = (
            select(EventMember, Claim, Revision.publisher)
            .join(placed, same & (placed.c.place <= each))
            .join(Claim, Claim.seq == EventMember.claim_seq)
            .join(Revision, (Revision.article_id == Claim.article_id) & (Revision.number == Claim.revision))
            .order_by(*order)
        )
        for row, claim, publisher in s.execute(query):
            event_id = row.event_id
            member = Member(
                claim.id,
                row.number,
                fact_of(row.fact),
                claim.article_id,
                claim.quote,
                publisher=publisher,
                speaker=claim.speaker,
                via=claim.via,
                published_on=claim.published_on,
                event_id=event_id,
                confirmed=row.confirmed,
            )
            found.setdefault(event_id, []).append(member)
    return found


def last_changes(s: Session, events: Collection[str]) -> dict[str, datetime]:
    """When the claims of each event changed last, by its id; of those that have any."""
    query = select(EventMember.event_id, func.max(Claim.updated_at)).join(Claim, Claim.seq == EventMember.claim_seq)
    return {
        event_id: changed
        for some in chunks(sorted(events))
        for event_id, changed in s.execute(query.where(EventMember.event_id.in_(some)).group_by(EventMember.event_id))
    }


def claims_of(s: Session, event_id: str, *, after: Key | None, limit: int) -> Page[EventClaim]:
    """The claims of an event in the order in which they were told, withdrawn ones too where a person confirmed them.

    ValueError for a key that no such page gave.
    """
    told_on = func.coalesce(Claim.published_on, date.min)
    query = (
        select(Claim.seq, Claim.id, told_on, func.max(cast(EventMember.confirmed, Integer)))
        .join(EventMember, EventMember.claim_seq == Claim.seq)
        .where(EventMember.event_id == event_id)
        .group_by(Claim.seq, Claim.id, told_on)
    )
    if after is not None:
        known = (date.fromisoformat(key_text(after, 0)), key_number(after, 1))
        query = query.where(tuple_(told_on, Claim.seq) > tuple_(*known))
    rows = s.execute(query.order_by(told_on, Claim.seq).limit(limit + 1)).all()
    views = claims.load(s, [row[0] for row in rows[:limit]])
    shown = [EventClaim(view, bool(row[3])) for view, row in zip(views, rows, strict=False)]
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(shown, None if last is None else (str(last[2]), last[0]))


def changes(s: Session, event_id: str, *, after: Key | None, limit: int) -> Page[ChangeView]:
    """What people did to an event, the oldest first. ValueError for a key that no such page gave."""
    query = select(EventChange).where(EventChange.event_id == event_id)
    if after is not None:
        query = query.where(EventChange.id > key_text(after, 0))
    rows = s.scalars(query.order_by(EventChange.id).limit(limit + 1)).all()
    views = [
        ChangeView(r.id, r.event_id, r.action, r.reviewer, r.by_key, r.reason, r.details, r.created_at)
        for r in rows[:limit]
    ]
    return Page(views, (views[-1].id,) if len(rows) > limit else None)


def _counted() -> Select[Any, Any, Any]:
    tells = select(func.count(EventMember.claim_seq.distinct())).where(EventMember.event_id == Event.id)
    articles = (
        select(func.count(Claim.article_id.distinct()))
        .join(EventMember, EventMember.claim_seq == Claim.seq)
        .where(EventMember.event_id == Event.id)
    )
    return select(Event, tells.scalar_subquery(), articles.scalar_subquery())


def _conditions(wanted: EventFilter) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    for column, choice in ((Event.kind, wanted.kinds), (Event.family, wanted.families), (Event.state, wanted.states)):
        if choice:
            asked.append(column.in_(choice))
    if wanted.contradicted is not None:
        asked.append(Event.contradicted.is_(wanted.contradicted))
    if wanted.date_from is not None:
        asked.append(Event.last >= wanted.date_from)
    if wanted.date_to is not None:
        asked.append(Event.first <= wanted.date_to)
    if wanted.keys:
        asked.append(Event.id.in_(select(EventKey.event_id).where(EventKey.key.in_(wanted.keys))))
    for name, keys in wanted.parties:
        kept = Event.id.in_(select(EventKey.event_id).where(EventKey.key.in_(keys)))
        asked.append(or_(_told(Facet, Facet.seq, Facet.facet == "party", Facet.value == fold(name)), kept))
    asked += [_told(Facet, Facet.seq, Facet.facet == "place", Facet.value == fold(one)) for one in wanted.places]
    for column, ids in ((Claim.article_id, wanted.articles), (Claim.id, wanted.claims)):
        asked += [_told(Claim, Claim.seq, column.in_(ids))] if ids else []
    return asked


def _told(table: Any, seq: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether any claim of the event meets conditions on another table."""
    by = select(EventMember.event_id).join(table, seq == EventMember.claim_seq)
    return Event.id.in_(by.where(*conditions))


def _view(event: Event, claims_count: int, articles_count: int) -> EventView:
    return EventView(
        event.id,
        event.kind,
        event.family,
        event.state,
        event.merged_into,
        event.first,
        event.last,
        event.dated,
        event.contradicted,
        claims_count,
        articles_count,
        event.version,
        event.created_at,
        event.updated_at,
    )
