"""What PostgreSQL's planner is told of tables that grow."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from store import planning
from store.bulk import insert_many
from store.tables import Tally


def analysed(desk: Any) -> list[str]:
    with desk.database.transaction() as s:
        return planning.analyse_grown(s)


def test_a_table_that_has_grown_is_analysed_once(desk: Any) -> None:
    assert analysed(desk) == []
    with desk.database.transaction() as s:
        insert_many(s, Tally, [{"metric": "m" * 60, "label": f"{n:050}", "value": n} for n in range(6000)])
    if desk.database.is_sqlite:
        assert analysed(desk) == []
        return
    assert analysed(desk) == ["tallies"]
    with desk.database.reading() as s:
        assert s.scalar(text("select reltuples from pg_class where relname = 'tallies'")) == 6000
    assert analysed(desk) == []
