from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from store import checkup, migrate
from store.checkup import Checkup
from store.database import Database, Unavailable


def now() -> datetime:
    return datetime.now(UTC)


def test_a_database_as_it_should_be(database: Database) -> None:
    found = checkup.look(database, now=now)
    assert (found.revision, found.damage, found.unwritable) == (migrate.head(), (), None)
    assert (found.ahead is None) is database.is_sqlite


def test_one_never_migrated(blank_database: Database) -> None:
    if blank_database.path is not None:
        blank_database.path.parent.mkdir()
        blank_database.path.touch()
    assert checkup.look(blank_database, now=now).revision is None


def test_one_that_cannot_be_written_to(postgres_database: Database) -> None:
    reader = f"r{uuid.uuid4().hex}"
    with postgres_database.transaction() as s:
        s.execute(text(f"create role {reader} login"))
        s.execute(text(f"grant select on all tables in schema public to {reader}"))
    url = postgres_database.engine.url.set(username=reader)
    db = Database.open(url.render_as_string(hide_password=False))
    try:
        assert checkup.look(db, now=now).unwritable == "refusing access"
    finally:
        db.dispose()
        with postgres_database.transaction() as s:
            s.execute(text(f"drop owned by {reader}"))
            s.execute(text(f"drop role {reader}"))


def test_one_that_is_held_by_a_writer(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    with closing(sqlite3.connect(sqlite_database.path)) as other:
        other.execute("begin immediate")
        assert checkup.look(sqlite_database, now=now).unwritable == "locked"


@pytest.mark.parametrize(
    ("ours", "seconds"), [(timedelta(seconds=-40), 40), (timedelta(), 0), (timedelta(hours=1), -3600)]
)
def test_how_far_the_servers_clock_is_ahead(postgres_database: Database, ours: timedelta, seconds: int) -> None:
    found = checkup.look(postgres_database, now=lambda: now() + ours)
    assert found.ahead is not None
    assert abs(found.ahead.total_seconds() - seconds) < 5


def spoil(path: Path, at: Callable[[int], int], size: int) -> None:
    with path.open("r+b") as file:
        file.seek(at(path.stat().st_size))
        file.write(b"\xff" * size)


def test_damage_within_is_found(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    with sqlite_database.transaction() as s:
        for n in range(100):
            key = {"key": str(n), "body": "x" * 4000}
            s.execute(text("insert into idempotency_keys values ('s', :key, 'h', 202, '{}', :body, null, '2025')"), key)
    sqlite_database.dispose()
    spoil(sqlite_database.path, lambda size: size * 3 // 4, 30_000)
    found: Checkup = checkup.look(sqlite_database, now=now)
    assert found.damage


def test_a_file_that_is_no_database_is_damaged(sqlite_database: Database) -> None:
    assert sqlite_database.path is not None
    sqlite_database.dispose()
    spoil(sqlite_database.path, lambda _: 0, 200)
    with pytest.raises(Unavailable, match="damaged"):
        checkup.look(sqlite_database, now=now)


def test_the_place_is_told_without_user_and_password() -> None:
    def place(url: str) -> str:
        return checkup.place(Database.open(url))

    assert place("sqlite:////srv/a b.sqlite3") == "/srv/a b.sqlite3"
    told = place("postgresql://desk:hunter2@db.internal:5433/claims?password=hunter2&sslmode=require")
    assert told == "PostgreSQL at db.internal:5433, database claims"
    assert place("postgresql:///claims?host=/run/pg") == "PostgreSQL at /run/pg, database claims"
