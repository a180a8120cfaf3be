"""Many rows at once: what is read back is what was put in, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sqlalchemy import func, select

from store.bulk import insert_many
from store.event_tables import Event
from store.webhook_tables import Delivery, Webhook

ODD = "a\"b'c\\d\n\t{}[]%s :x €𝔘é"


def test_text_numbers_times_and_nested_values_come_back_as_they_were(desk: Any) -> None:
    noon = datetime(2025, 6, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    hook: dict[str, Any] = {"id": "w" * 36, "url": "https://a.example/", "types": [], "filters": {}, "secrets": []}
    hook |= {"served_at": noon, "created_at": noon, "updated_at": noon}
    attempts = [{"at": "x", "answer": None, "odd": ODD, "n": 1.5, "deep": [True, {"a": []}]}]
    row = {"webhook_id": hook["id"], "type": "article.read", "status": "waiting", "tries": 2**31 - 1, "due_at": noon}
    row |= {"created_at": noon, "attempts": attempts, "body": ODD}
    with desk.database.transaction() as s:
        s.add(Webhook(**hook))
        s.flush()
        insert_many(s, Delivery, [row | {"id": f"{n:036}"} for n in range(3)])
    with desk.database.reading() as s:
        kept = s.scalars(select(Delivery).order_by(Delivery.id)).all()
    assert [one.id for one in kept] == [f"{n:036}" for n in range(3)]
    assert all((one.body, one.attempts, one.tries) == (ODD, attempts, 2**31 - 1) for one in kept)
    assert all(one.due_at == noon and one.due_at.tzinfo is UTC for one in kept)


def test_days_and_what_is_open_come_back_as_they_were(desk: Any) -> None:
    day = date(1, 2, 3)
    with desk.database.transaction() as s:
        made = {"kind": "talks", "family": "f", "created_at": desk.now, "updated_at": desk.now, "state": "current"}
        made |= {"dated": True, "contradicted": False, "version": 1, "merged_into": None}
        insert_many(
            s, Event, [made | {"id": "a", "first": day, "last": None}, made | {"id": "b", "first": None, "last": day}]
        )
    with desk.database.reading() as s:
        kept = {one.id: (one.first, one.last, one.dated, one.contradicted) for one in s.scalars(select(Event))}
    assert kept == {"a": (day, None, True, False), "b": (None, day, True, False)}


def test_no_rows_are_no_statement(desk: Any) -> None:
    with desk.database.transaction() as s:
        insert_many(s, Event, [])
        assert s.scalar(select(func.count()).select_from(Event)) == 0
