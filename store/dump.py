"""Backup and restore of a PostgreSQL database, through PostgreSQL's own pg_dump and pg_restore."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg.conninfo
from sqlalchemy import text

from store import migrate
from store.database import Database
from store.files import beside, publish
from store.holdings import BackupError, Holdings, check_revision, holdings

_MAGIC = b"PGDMP"


def take(db: Database, target: Path, *, force: bool) -> Holdings:
    """Has pg_dump write the database as it is at this moment, while others read and write, and checks what it wrote.

    An existing file is replaced only with `force`. Raises BackupError, with what to run elsewhere where there is no
    pg_dump, and Unavailable.
    """
    if target.exists() and not target.is_file():
        raise BackupError(f"{target} is no file, and is left alone")
    if target.exists() and not force:
        raise BackupError(f"there is a file {target} already; --force replaces it")
    command = ["pg_dump", "--format=custom", "--no-password"]
    if shutil.which("pg_dump") is None:
        raise BackupError(_run_elsewhere([*command, f"--file={target}", f"--dbname={_server(db)[0]}"]))
    try:
        with beside(target) as new:
            with db.reading() as s:
                s.execute(text("set local statement_timeout = 0"))
                found = holdings(lambda query: s.scalar(text(query)))
                # pg_dump sees what this transaction sees, so that what is told is what the file holds.
                snapshot = s.scalar(text("select pg_export_snapshot()"))
                _run([*command, f"--snapshot={snapshot}", f"--file={new}"], db)
            _run(["pg_restore", "--file=/dev/null", str(new)])
            publish(new, target, replace=force)
    except FileExistsError:
        raise BackupError(f"there is a file {target} already; --force replaces it") from None
    except OSError as fault:
        raise BackupError(f"{target} cannot be written: {fault.strerror or fault}") from fault
    return found


def restore(db: Database, source: Path) -> Holdings:
    """Fills an empty database from the backup, as a whole or not at all, and brings it up to this release's schema.

    A database that holds anything is not touched. Raises BackupError and Unavailable.
    """
    _looks_like_a_backup(source)
    command = [
        "pg_restore",
        "--single-transaction",
        "--exit-on-error",
        "--no-password",
        "--no-owner",
        "--no-privileges",
        "--no-comments",
    ]
    if shutil.which("pg_restore") is None:
        raise BackupError(_run_elsewhere([*command, f"--dbname={_server(db)[0]}", str(source)]))
    check_revision(_revision_in(source))
    with db.reading() as s:
        tables = s.scalar(text("select count(*) from pg_tables where schemaname = any (current_schemas(false))"))
    if tables:
        raise BackupError(
            "the database named in DATABASE_URL is not empty, and is not touched. Make an empty one "
            "(createdb claimtrail_restored), name it in DATABASE_URL, and restore into it; the other stays as it is"
        )
    _run([*command, str(source)], db)
    migrate.upgrade(db)
    with db.reading() as s:
        s.execute(text("set local statement_timeout = 0"))
        return holdings(lambda query: s.scalar(text(query)))


def _looks_like_a_backup(source: Path) -> None:
    try:
        with source.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as fault:
        raise BackupError(f"{source} cannot be read: {fault.strerror}") from fault
    if head == b"SQLit":
        raise BackupError(f"{source} is a backup of a SQLite database: restore it without DATABASE_URL")
    if head != _MAGIC:
        raise BackupError(f"{source} is no backup made by `claimtrail backup`")


def _revision_in(source: Path) -> str:
    told = _run(["pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source)])
    lines = told.splitlines()
    start = next((n for n, line in enumerate(lines) if line.startswith("COPY ")), None)
    if start is None:
        raise BackupError(f"{source} is no backup of a database of Claimtrail's")
    return lines[start + 1]


def _server(db: Database) -> tuple[str, Mapping[str, str]]:
    """How the tools reach the database: a connection string without the password, and the environment with it."""
    known: dict[str, Any] = dict(db.engine.dialect.create_connect_args(db.engine.url)[1])
    del known["context"]  # the driver's own
    password = known.pop("password", None)
    try:
        where = psycopg.conninfo.make_conninfo(**known)
    except psycopg.ProgrammingError as fault:
        raise BackupError(f"DATABASE_URL: {str(fault).strip()}") from fault
    return where, dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})


def _run_elsewhere(command: list[str]) -> str:
    return (
        f"{command[0]} is not on the PATH: install PostgreSQL's client programs, of the server's version or newer, or "
        f"run this where they are (the password in PGPASSWORD or ~/.pgpass):\n  {shlex.join(command)}"
    )


def _run(command: list[str], db: Database | None = None) -> str:
    """What the tool printed. Raises BackupError with its own last words."""
    where, env = ("", None) if db is None else _server(db)
    if where:
        command = [command[0], f"--dbname={where}", *command[1:]]
    try:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own tools, from the operator's PATH
            command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        raise BackupError(f"{command[0]} is not on the PATH: install PostgreSQL's client programs") from None
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"{command[0]} ended with status {done.returncode}"]
        raise BackupError(" / ".join(said[-3:]))
    return done.stdout
