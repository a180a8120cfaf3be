"""The calendar of talks: one entry for each meeting, however many claims tell of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from claims.events import views
from claims.model import Member
from service.exports import calendar
from service.exports.calendar import Entry
from service.exports.contract import Format, Frame
from store import events
from store.database import Database
from store.events import EventFilter, EventView

# Few, so that of each all that is told of it is weighed.
_PAGE = 50
_MOST_QUOTES = 5
# A longer stretch says no more than that they are to be within it.
_EXACT_DAYS = 7


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with what tells of it, and when any of that changed last."""

    event: EventView
    members: Sequence[Member]
    changed: datetime


def batches(database: Database, wanted: EventFilter, *, most: int | None) -> Iterator[Sequence[Happening]]:
    """All events that pass the filter, the earliest first, at most `most`; each page is a reading of its own. Raises
    Unavailable."""
    after = None
    left = most
    while left is None or left > 0:
        limit = _PAGE if left is None else min(_PAGE, left)
        with database.reading() as s:
            page = events.page(s, wanted, after=after, limit=limit, oldest_first=True)
            listed = [one.id for one in page.items]
            told, changed = events.members(s, listed), events.last_changes(s, listed)
        yield [
            Happening(one, told.get(one.id, []), max(one.updated_at, changed.get(one.id, one.updated_at)))
            for one in page.items
        ]
        if page.next is None:
            return
        after = page.next
        left = None if left is None else left - len(page.items)


def _write(found: Iterable[Sequence[Happening]], frame: Frame) -> Iterator[bytes]:
    entries = ([entry for one in some if (entry := _entry(one, frame.root))] for some in found)
    return calendar.written("Claimtrail: talks", entries)


def _entry(found: Happening, root: str) -> Entry | None:
    event, told = found.event, views.talk_of(found.members)
    if told.status is None or event.first is None or event.last is None:
        return None
    where = told.place
    named = None if where is None else dict.fromkeys(filter(None, (where.names[-1], where.region, where.country)))
    number = f"round {told.round}" if told.round is not None else None
    parties = " – ".join(told.parties)
    return Entry(
        uid=f"urn:uuid:{event.id}",
        first=event.first,
        last=event.last,
        exact=event.dated and (event.last - event.first).days < _EXACT_DAYS,
        status=told.status,
        what=", ".join(
            filter(None, (f"{told.format or 'talks'}: {parties}" if parties else told.format or "talks", number))
        ),
        told=list(_told(found, root)),
        created=event.created_at,
        changed=found.changed,
        url=f"{root}/v1/events/{event.id}",
        location=None if named is None else ", ".join(named),
    )


def _told(found: Happening, root: str) -> Iterator[str]:
    event = found.event
    if not event.dated:
        yield "No day is told; the days are those that the reports leave room for."
    if event.contradicted:
        yield "The reports contradict each other."
    yield f"Claims that tell of it: {event.claims_count}, articles: {event.articles_count}. {root}/v1/events/{event.id}"
    for member in found.members[-_MOST_QUOTES:][::-1]:
        day = None if member.published_on is None else member.published_on.isoformat()
        source = ", ".join(filter(None, (member.speaker, member.publisher, day)))
        yield f"“{member.quote}”" + (f" ({source})" if source else "")


FORMAT = Format(
    suffix="ics",
    name="Calendar",
    media_type=calendar.MEDIA_TYPE,
    parameters="; charset=utf-8",
    write=_write,
    title="a calendar",
    told="The calendar of talks for calendar programs (iCalendar)",
)
