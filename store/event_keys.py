"""Under what events are found when a fact is looked a place for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import and_, column, delete, insert, select, values
from sqlalchemy.orm import Session
from sqlalchemy.types import Date, String

from claims.model import Member
from store.event_tables import EventKey
from store.members import MOST_COMPARED, chunks


def near(s: Session, looks: Collection[tuple[str, date, date]]) -> set[str]:
    """The events kept under these keys in these days."""
    found: set[str] = set()
    for some in chunks(sorted(looks)):
        asked = values(column("key", String), column("lo", Date), column("hi", Date)).data(list(some))
        wanted = asked.cte("wanted")
        there = and_(EventKey.key == wanted.c.key, EventKey.first <= wanted.c.hi, EventKey.last >= wanted.c.lo)
        found |= {
            event_id
            for (event_id,) in s.execute(select(EventKey.event_id).distinct().join_from(EventKey, wanted, there))
        }
    return found


def rows(event_id: str, members: Sequence[Member]) -> list[dict[str, Any]]:
    """The rows of an event's keys, with the days in which its members may be met; none without a time."""
    days = [(f.first, f.last) for f in (m.fact for m in members) if f.first is not None and f.last is not None]
    if not days:
        return []
    first, last = min(day for day, _ in days), max(day for _, day in days)
    keys = dict.fromkeys(key for member in members for key in member.fact.keys)
    return [{"key": key, "event_id": event_id, "first": first, "last": last} for key in keys]


def bring_up_to_date(s: Session, event_id: str, members: Sequence[Member]) -> None:
    """Keeps an event under the keys of these members, and under those of others where there may be more of them."""
    query = select(EventKey.key, EventKey.first, EventKey.last).where(EventKey.event_id == event_id)
    kept = {key: (first, last) for key, first, last in s.execute(query)}
    wanted = {row["key"]: (row["first"], row["last"]) for row in rows(event_id, members)}
    if len(members) >= MOST_COMPARED and kept and wanted:
        days = [*kept.values(), *wanted.values()]
        wide = min(first for first, _ in days), max(last for _, last in days)
        wanted = dict.fromkeys([*kept, *wanted], wide)
    if wanted == kept:
        return
    drop(s, [event_id])
    if wanted:
        of = {"event_id": event_id}
        s.execute(insert(EventKey), [of | {"key": k, "first": f, "last": t} for k, (f, t) in wanted.items()])


def drop(s: Session, events: Collection[str]) -> None:
    """No longer has these events found."""
    gone = delete(EventKey).where(EventKey.event_id.in_(events))
    s.execute(gone.execution_options(synchronize_session=False))
