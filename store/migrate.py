"""Bringing a database to the schema of this release (alembic; the migrations are packaged with the code)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, text

from store.database import Database, Unavailable, unavailable_as_such
from store.files import WAL

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK_KEY = 0x636C61696D  # any constant will do: "claim" in ASCII
_PATIENCE_SECONDS = 60.0


def upgrade(db: Database, revision: str = "head") -> None:
    """Migrates up to `revision`, making the SQLite file if there is none. Processes starting together take turns.

    Raises Unavailable, after a minute if another process keeps the database locked, and where SQLite's file is gone but
    its write-ahead log is not: a new file would take what is in the log with it.
    """
    if db.path is not None:
        log = db.path.with_name(db.path.name + WAL)
        try:
            if not db.path.exists() and log.exists() and log.stat().st_size:
                raise Unavailable(
                    f"missing, and its log {log} is there: put its file back beside that, or move it away"
                )
            # For nobody else to read; SQLite gives its other files the same mode.
            db.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            db.path.touch(mode=0o600)
        except OSError as fault:
            raise Unavailable("read-only" if isinstance(fault, PermissionError) else "missing") from fault
    _run(db, command.upgrade, revision)


def downgrade(db: Database, revision: str) -> None:
    """Migrates down to `revision`; "base" drops everything. Raises Unavailable."""
    _run(db, command.downgrade, revision)


def current(db: Database) -> str | None:
    """The revision the database is at, None when it was never migrated. Raises Unavailable."""
    try:
        with db.reading() as session:
            found: str | None = session.scalar(text("select version_num from alembic_version"))
            return found
    except Unavailable as fault:
        if fault.reason == "not migrated":
            return None
        raise


def head() -> str:
    """The revision this release needs."""
    found = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if found is None:
        raise RuntimeError("no migrations are packaged")
    return found


def knows(revision: str) -> bool:
    """Whether this release has a migration of that name, and so a way up from it."""
    return revision in {script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions()}


def _run(db: Database, step: Any, revision: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            with unavailable_as_such(), db.engine.connect() as connection, _alone(db, connection):
                config = Config()
                config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
                config.attributes["connection"] = connection
                step(config, revision)
            return
        except Unavailable as fault:
            if fault.reason not in {"locked", "busy"} or time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        except CommandError as fault:
            raise Unavailable("of a later release, or not this service's") from fault


@contextmanager
def _alone(db: Database, connection: Connection) -> Iterator[None]:
    """One transaction that no other migration overlaps: SQLite's write lock, PostgreSQL's advisory lock."""
    with connection.begin():
        if not db.is_sqlite:
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("set local lock_timeout = '60s'"))
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        yield
