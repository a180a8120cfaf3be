"""Under what events are found when a fact is looked a place for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from claims.model import Member
from store.bulk import insert_many
from store.event_tables import EventKey
from store.members import MOST_COMPARED, chunks

# One document for all that is wanted: a question of as many parts would be put together anew each time.
_NEAR_SQLITE = text("""
    select distinct k.event_id from json_each(:wanted) w cross join event_keys k
    where k.key = json_extract(w.value, '$[0]')
    and k.first <= json_extract(w.value, '$[2]') and k.last >= json_extract(w.value, '$[1]')
""")
_NEAR_POSTGRESQL = text("""
    select distinct k.event_id from json_array_elements(cast(:wanted as json)) w join event_keys k
    on k.key = w ->> 0 and k.first <= cast(w ->> 2 as date) and k.last >= cast(w ->> 1 as date)
""")


def near(s: Session, looks: Collection[tuple[str, date, date]]) -> set[str]:
    """The events kept under these keys in these days."""
    wanted = [(key, lo.isoformat(), hi.isoformat()) for key, lo, hi in sorted(looks)]
    query = _NEAR_POSTGRESQL if s.get_bind().dialect.name == "postgresql" else _NEAR_SQLITE
    return set(s.scalars(query, {"wanted": json.dumps(wanted)})) if wanted else set()


def rows(event_id: str, members: Sequence[Member]) -> list[dict[str, Any]]:
    """The rows of an event's keys, with the days in which its members may be met; none without a time."""
    days = [(f.first, f.last) for f in (m.fact for m in members) if f.first is not None and f.last is not None]
    if not days:
        return []
    first, last = min(day for day, _ in days), max(day for _, day in days)
    keys = dict.fromkeys(key for member in members for key in member.fact.keys)
    return [{"key": key, "event_id": event_id, "first": first, "last": last} for key in keys]


def bring_up_to_date(s: Session, events: Mapping[str, Sequence[Member]]) -> None:
    """Keeps events under the keys of these members, and under those of others where there may be more of them."""
    query = select(EventKey.event_id, EventKey.key, EventKey.first, EventKey.last)
    kept: dict[str, dict[str, tuple[date, date]]] = {event_id: {} for event_id in events}
    for some in chunks(sorted(events)):
        for event_id, key, first, last in s.execute(query.where(EventKey.event_id.in_(some))):
            kept[event_id][key] = first, last
    changed = {event_id: wanted for event_id, wanted in _wanted(events, kept).items() if wanted != kept[event_id]}
    if not changed:
        return
    if moved := [event_id for event_id in changed if kept[event_id]]:
        drop(s, moved)
    added = [
        {"event_id": event_id, "key": key, "first": first, "last": last}
        for event_id, wanted in changed.items()
        for key, (first, last) in wanted.items()
    ]
    insert_many(s, EventKey, added)


def _wanted(
    events: Mapping[str, Sequence[Member]], kept: Mapping[str, Mapping[str, tuple[date, date]]]
) -> dict[str, dict[str, tuple[date, date]]]:
    found = {}
    for event_id, members in events.items():
        wanted = {row["key"]: (row["first"], row["last"]) for row in rows(event_id, members)}
        before = kept[event_id]
        if len(members) >= MOST_COMPARED and before and wanted:
            days = [*before.values(), *wanted.values()]
            wide = min(first for first, _ in days), max(last for _, last in days)
            wanted = dict.fromkeys([*before, *wanted], wide)
        found[event_id] = wanted
    return found


def drop(s: Session, events: Collection[str]) -> None:
    """No longer has these events found."""
    gone = delete(EventKey).where(EventKey.event_id.in_(events))
    s.execute(gone.execution_options(synchronize_session=False))
