"""What PostgreSQL's planner knows of the tables."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

# The system catalogue pg_class has -1 tuples for a table that was never analysed (PostgreSQL 14 and later).
_NEVER_ANALYSED = text("""
    select relname from pg_class
    where relkind = 'r' and relnamespace = to_regnamespace(current_schema()) and pg_has_role(relowner, 'USAGE')
    and reltuples < 0 and pg_relation_size(oid) >= :least
    order by relname
""")
_LEAST_BYTES = 512 * 1024


def analyse_grown(s: Session) -> list[str]:
    """Has tables analysed, on PostgreSQL, that have grown and never were; returns their names.

    PostgreSQL does so by itself, but in the first minute of a load it reads such tables whole, again and again.
    """
    if s.get_bind().dialect.name != "postgresql":
        return []
    names = list(s.scalars(_NEVER_ANALYSED, {"least": _LEAST_BYTES}))
    for name in names:
        s.execute(text(f'analyze "{name}"'))
    return names
