"""A look at the database for those who run it: whether it can be used as it is, and if not, why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from store import keys, migrate
from store.database import Database, Unavailable


@dataclass(frozen=True, slots=True)
class Checkup:
    """What was found. `revision` is None where it was never migrated, `unwritable` the reason why it cannot be written.

    `keys` are how many can be used and how many were ever made, None where the schema is another; `ahead` is how far
    a PostgreSQL server's clock is before this machine's.
    """

    revision: str | None
    damage: tuple[str, ...] = ()
    unwritable: str | None = None
    keys: tuple[int, int] | None = None
    ahead: timedelta | None = None


def look(db: Database, *, now: Callable[[], datetime]) -> Checkup:
    """Reads all of a SQLite file in passing, which takes a while for a large one. Raises Unavailable."""
    revision = migrate.current(db)
    ahead = None if db.is_sqlite else _ahead(db, now)
    damage = _damage(db) if db.is_sqlite else ()
    if revision is None:
        return Checkup(None, damage, ahead=ahead)
    known = _keys(db, now()) if revision == migrate.head() else None
    return Checkup(revision, damage, _unwritable(db), known, ahead)


def place(db: Database) -> str:
    """Where the database is, without the user and the password that its URL may hold."""
    if db.path is not None:
        return str(db.path)
    url = db.engine.url
    host = url.host or url.query.get("host") or "localhost"
    return f"PostgreSQL at {host}{f':{url.port}' if url.port else ''}, database {url.database}"


def _damage(db: Database) -> tuple[str, ...]:
    try:
        with db.reading() as s:
            found = [str(row[0]) for row in s.execute(text("pragma quick_check(3)"))]
    except Unavailable as fault:
        if fault.reason != "damaged":
            raise
        return ("it cannot be read to the end",)
    return () if found == ["ok"] else tuple(found)


def _unwritable(db: Database) -> str | None:
    try:
        with db.transaction(patience=1.0) as s:
            s.execute(text("update jobs set id = id where 1 = 0"))
    except Unavailable as fault:
        return fault.reason
    return None


def _keys(db: Database, now: datetime) -> tuple[int, int]:
    with db.reading() as s:
        states = [key.state(now) for key in keys.listed(s)]
    return states.count("active"), len(states)


def _ahead(db: Database, now: Callable[[], datetime]) -> timedelta:
    with db.reading() as s:
        s.execute(text("select 1"))  # the connecting is over before the clocks are read
        before = now()
        there: datetime = s.execute(text("select clock_timestamp()")).scalar_one()
        return there - (before + (now() - before) / 2)
