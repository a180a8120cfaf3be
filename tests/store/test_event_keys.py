from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store import event_keys, grouping
from store.bulk import insert_many
from store.event_tables import Event, EventKey
from store.ids import new_id

NOW = datetime(2025, 6, 1, tzinfo=UTC)
FIRST, LAST, DAY = date(2025, 6, 3), date(2025, 6, 5), timedelta(1)


@pytest.mark.parametrize(
    ("key", "lo", "hi", "is_near"),
    [
        ("talks|Kenya", FIRST, LAST, True),
        ("talks|Kenya", date.min, FIRST, True),
        ("talks|Kenya", LAST, date.max, True),
        ("talks|Kenya", FIRST + DAY, FIRST + DAY, True),
        ("talks|Kenya", date.min, FIRST - DAY, False),
        ("talks|Kenya", LAST + DAY, date.max, False),
        ("talks|Chad", FIRST, LAST, False),
        ("talks|\"Kenya's", FIRST, LAST, False),
    ],
)
def test_an_event_is_near_under_its_keys_in_its_days(desk: Any, key: str, lo: date, hi: date, is_near: bool) -> None:
    event_id = new_id()
    with desk.database.transaction() as s:
        insert_many(s, Event, [grouping.new_event(event_id, "talks", "meeting", NOW)])
        insert_many(s, EventKey, [{"key": "talks|Kenya", "event_id": event_id, "first": FIRST, "last": LAST}])
    with desk.database.reading() as s:
        other = ("talks|Mali", FIRST, LAST)
        assert event_keys.near(s, {(key, lo, hi), other}) == ({event_id} if is_near else set())
        assert event_keys.near(s, ()) == set()
