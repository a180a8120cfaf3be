"""Counts of what workers did, kept in the database: right over any number of processes, and over their ends."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.tables import Tally

Counts = Mapping[tuple[str, str], float]


def add(s: Session, counts: Counts) -> None:
    """Adds to the counts of these metrics and labels, in the transaction of what is counted: best its last step, as
    others that count the same wait for its end."""
    if not counts:
        return
    insert = postgresql.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert
    # In one order everywhere, so that no two wait for each other in a circle.
    row = insert(Tally).values(
        [{"metric": metric, "label": label, "value": value} for (metric, label), value in sorted(counts.items())]
    )
    s.execute(
        row.on_conflict_do_update(
            index_elements=[Tally.metric, Tally.label], set_={"value": Tally.value + row.excluded.value}
        ).execution_options(synchronize_session=False)
    )


def read(s: Session) -> dict[tuple[str, str], float]:
    """All counts by metric and label."""
    return {(row.metric, row.label): row.value for row in s.execute(select(Tally.metric, Tally.label, Tally.value))}
