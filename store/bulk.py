"""Writing many rows at once, past the unit of work, which costs thrice that."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Insert, Table, Text, TypeDecorator, Update, bindparam, column, func, insert, select, update
from sqlalchemy import cast as as_type
from sqlalchemy.dialects.postgresql import JSON
from sqlalchemy.orm import Session

from store.columns import Base


def insert_many(s: Session, model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Inserts rows, all of the same columns, in their order.

    PostgreSQL gets them as one JSON text: as many sets of parameters cost both sides about twice that.
    """
    if not rows:
        return
    table, dialect = cast(Table, model.__table__), s.get_bind().dialect
    if dialect.name != "postgresql":
        s.execute(insert(table), rows)
        return
    names = tuple(rows[0])
    made = {name: kind for name in names if isinstance(kind := table.c[name].type, TypeDecorator)}
    told = [row | {name: kind.process_bind_param(row[name], dialect) for name, kind in made.items()} for row in rows]
    s.execute(_from_json(table, names), {"rows": json.dumps(told, default=_iso)})


def update_many(model: type[Base]) -> Update:
    """A change of many rows at once, each by its own parameters."""
    return update(cast(Table, model.__table__))


def _iso(moment: date) -> str:
    return moment.isoformat()  # a day, or, as its own kind of date, a time


@lru_cache(maxsize=64)
def _from_json(table: Table, names: tuple[str, ...]) -> Insert:
    columns = [column(name, table.c[name].type) for name in names]
    rows = func.json_to_recordset(as_type(bindparam("rows", type_=Text), JSON))
    told = rows.table_valued(*columns).render_derived(with_types=True)
    return insert(table).from_select(names, select(*(told.c[name] for name in names)))
