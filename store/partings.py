"""Events that a person has parted: what was split stays apart, wherever its claims go."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.orm import Session

from store.bulk import insert_many
from store.event_tables import EventParting
from store.members import chunks


def among(s: Session, events: Collection[str]) -> frozenset[frozenset[str]]:
    """The pairs among the events that a person has parted."""
    return frozenset(
        frozenset((one, other))
        for some in chunks(sorted(events))
        for one, other in s.execute(select(EventParting.one, EventParting.other).where(EventParting.one.in_(some)))
        if other in events
    )


def part(s: Session, event_id: str, others: Collection[str]) -> None:
    """Keeps machines from putting an event together with any of the others, from which it is not parted yet."""
    pairs = [pair for other in sorted(others) for pair in ((event_id, other), (other, event_id))]
    insert_many(s, EventParting, [{"one": one, "other": other} for one, other in pairs])


def inherit(s: Session, event_id: str, heir: str) -> None:
    """Parts the heir, which has claims of an event now, from all that a person parted the event from."""
    others = select(EventParting.other).where(EventParting.one == event_id, EventParting.other != heir)
    known = select(EventParting.other).where(EventParting.one == heir)
    part(s, heir, set(s.scalars(others)) - set(s.scalars(known)))


def rejoin(s: Session, event_id: str, other: str) -> None:
    """Forgets that two events were parted."""
    parted = or_(
        and_(EventParting.one == event_id, EventParting.other == other),
        and_(EventParting.one == other, EventParting.other == event_id),
    )
    s.execute(delete(EventParting).where(parted).execution_options(synchronize_session=False))
