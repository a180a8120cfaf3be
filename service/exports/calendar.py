"""Calendars (iCalendar, RFC 5545 and 7986), written entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event, vDDDTypes, vDuration, vText

from service.exports.words import in_lines, on_a_line, shortened, web_address

MEDIA_TYPE = "text/calendar"
_END = b"END:VCALENDAR\r\n"
_REFRESH = timedelta(hours=1)
_STATUSES = {"occurred": "CONFIRMED", "ongoing": "CONFIRMED", "cancelled": "CANCELLED"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar: whole days, the last one included.

    `exact` says that the day is told, and not only a stretch of time in which it lies. `created` and `changed` tell how
    often it may have changed: one revision a second. `uid` stays the same over all of them.
    """

    uid: str
    first: date
    last: date
    exact: bool
    status: str
    what: str
    told: Sequence[str]
    created: datetime
    changed: datetime
    url: str | None = None
    location: str | None = None
    point: tuple[float, float] | None = None
    withdrawn: bool = False


def written(name: str, entries: Iterable[Iterable[Entry]]) -> Iterator[bytes]:
    """The calendar of that name in pieces: its head, the entries as they come, its end."""
    yield _head(name).removesuffix(_END)
    for some in entries:
        yield b"".join(_event(entry) for entry in some)
    yield _END


def _head(name: str) -> bytes:
    head = Calendar()
    head.add("prodid", "-//Claimtrail//Claims//EN")
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("name", name)
    head.add("x-wr-calname", name)
    head.add("refresh-interval", vDuration(_REFRESH), parameters={"VALUE": "DURATION"})
    head.add("x-published-ttl", vDuration(_REFRESH))
    return bytes(head.to_ical())


def _event(entry: Entry) -> bytes:
    made = Event()
    made.add("uid", entry.uid)
    made.add("sequence", revision(entry))
    # There is no METHOD, so that this is when the entry was revised last.
    made.add("dtstamp", entry.changed.replace(microsecond=0))
    made.add("created", entry.created.replace(microsecond=0))
    made.add("last-modified", entry.changed.replace(microsecond=0))
    made.add("dtstart", vDDDTypes(entry.first))
    if entry.last < date.max:
        made.add("dtend", vDDDTypes(entry.last + timedelta(days=1)))
    else:  # there is no name for the day after
        made.add("duration", vDuration(entry.last - entry.first + timedelta(days=1)))
    word = "withdrawn" if entry.withdrawn else entry.status
    made.add("summary", vText(shortened(f"[{word}] {on_a_line(entry.what)}")))
    made.add("status", _standing(entry))
    made.add("transp", "TRANSPARENT")  # nobody who subscribes to it is busy then
    made.add("description", vText(in_lines("\n".join(entry.told))))
    made.add("categories", ["talks", word])
    if entry.location:
        made.add("location", vText(on_a_line(entry.location)))
    if entry.point:
        made.add("geo", entry.point)
    if url := web_address(entry.url):
        made.add("url", url)
    return bytes(made.to_ical())


def revision(entry: Entry) -> int:
    """The entry's SEQUENCE: seconds from its first to its last change, which grows with every one of them."""
    return max(0, int((entry.changed - entry.created).total_seconds()))


def _standing(entry: Entry) -> str:
    if entry.withdrawn:
        return "CANCELLED"
    sure = entry.status == "scheduled" and entry.exact
    return "CONFIRMED" if sure else _STATUSES.get(entry.status, "TENTATIVE")
