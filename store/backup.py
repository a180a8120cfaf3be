"""Backup and restore of a SQLite database, through SQLite's own online backup."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from store import migrate
from store.database import Database, Unavailable
from store.files import SIDES, beside, keep_as, publish
from store.holdings import BackupError, Holdings, holdings

# Called with the bytes copied so far and the bytes there are.
Progress = Callable[[int, int], None]

_MAGIC = b"SQLite format 3\0"
_PAGES_A_STEP = 2048
_PATIENCE_SECONDS = 5.0
_IN_USE = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@dataclass(frozen=True, slots=True)
class Restored:
    """What has been restored, and where the database that was there before is now, if there was one."""

    holdings: Holdings
    kept: Path | None


def take(db: Database, target: Path, *, force: bool, progress: Progress) -> Holdings:
    """Writes a checked copy of the database as it is at this moment into one file, while others read and write.

    An existing file is replaced only with `force`, and only when the copy has been found good. Raises BackupError.
    """
    path = _file_of(db)
    if not path.is_file():
        raise BackupError(f"there is no database at {path}")
    _not_the_same(path, target)
    if target.exists() and not target.is_file():
        raise BackupError(f"{target} is no file, and is left alone")
    if target.exists() and not force:
        raise BackupError(f"there is a file {target} already; --force replaces it")
    try:
        with beside(target) as new:
            with _told_as("the database cannot be copied"):
                _copy(path, new, progress)
            with _told_as("the copy is not good, and is thrown away"):
                found = check(new)
            publish(new, target, replace=force)
    except FileExistsError:
        raise BackupError(f"there is a file {target} already; --force replaces it") from None
    except OSError as fault:
        raise BackupError(f"{target} cannot be written: {fault.strerror or fault}") from fault
    return found


def restore(db: Database, source: Path, *, now: datetime, progress: Progress) -> Restored:
    """Puts a checked copy of the backup, brought up to this release's schema, in the database's place.

    The database that was there stays beside it under a name with the time. No other process may have it open. Until
    the last step nothing of it is touched; a crash leaves the one or the other. Raises BackupError.
    """
    path = _file_of(db)
    _looks_like_a_backup(source)
    _not_the_same(path, source)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside(path) as new:
            with _told_as(f"{source} cannot be restored"):
                _copy(source, new, progress)
                check(new)
            with _told_as(f"{source} cannot be brought up to this release's schema"):
                found = _brought_up(new)
            if path.exists():
                shutil.copymode(path, new)
            with _set_aside(path, now) as kept:
                publish(new, path, replace=True)
    except OSError as fault:
        raise BackupError(f"{path} cannot be written: {fault.strerror or fault}") from fault
    return Restored(found, kept)


def check(path: Path) -> Holdings:
    """What a copy that nobody else uses holds, once all of it was found sound. Raises BackupError."""
    with closing(_connect(path, "rw")) as connection:
        try:
            faults = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            if faults != ["ok"]:
                raise BackupError(f"it is damaged ({'; '.join(faults)})")
            found = holdings(lambda query: _first(connection, query))
            orphans = connection.execute("PRAGMA foreign_key_check").fetchmany(1)
            if orphans:
                raise BackupError(f"it is damaged (rows of {orphans[0][0]} refer to others that are not there)")
        except sqlite3.Error as fault:
            raise BackupError(_why(fault)) from fault
    return found


def _file_of(db: Database) -> Path:
    if db.path is None:
        raise ValueError("this is for SQLite")
    return db.path


def _not_the_same(path: Path, other: Path) -> None:
    for mine in (path, *(Path(f"{path}{side}") for side in SIDES)):
        if mine.resolve() == other.resolve() or (mine.exists() and other.exists() and mine.samefile(other)):
            raise BackupError(f"{other} is the database itself")


def _looks_like_a_backup(source: Path) -> None:
    if source.exists() and not source.is_file():
        raise BackupError(f"{source} is no file")
    try:
        with source.open("rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as fault:
        raise BackupError(f"{source} cannot be read: {fault.strerror}") from fault
    if head.startswith(b"PGDMP"):
        raise BackupError(f"{source} is a backup of a PostgreSQL database: name the one to restore in DATABASE_URL")
    if head != _MAGIC:
        raise BackupError(f"{source} is no backup made by `claimtrail backup`")


def _copy(source: Path, new: Path, progress: Progress) -> None:
    """Copies all pages of one snapshot. Raises BackupError, sqlite3.Error and OSError."""
    with closing(_connect(source, "ro")) as reader, closing(_connect(new, "rw")) as writer:
        # A read transaction of the reader's own holds on to one snapshot. Without it the copying begins anew with each
        # commit of another process, and under a steady stream of them never ends.
        reader.execute("BEGIN")
        size = _first(reader, "PRAGMA page_size")
        pages = _first(reader, "PRAGMA page_count")
        _first(reader, "select count(*) from sqlite_schema")
        if shutil.disk_usage(new.parent).free < size * pages:
            raise BackupError(f"{size * pages / 1e6:,.0f} MB are needed, and {new.parent} has not so much room")
        for pragma in ("journal_mode=OFF", "synchronous=OFF"):  # it is synced as a whole when it is complete
            writer.execute(f"PRAGMA {pragma}")
        reader.backup(
            writer, pages=_PAGES_A_STEP, progress=lambda _, left, total: progress((total - left) * size, total * size)
        )
        # One file, without others beside it.
        writer.execute("PRAGMA journal_mode=DELETE")


def _brought_up(new: Path) -> Holdings:
    copy = Database.open(f"sqlite:///{new}")
    try:
        migrate.upgrade(copy)
    except Unavailable as fault:
        raise BackupError(str(fault)) from fault
    finally:
        copy.dispose()
    with closing(_connect(new, "rw")) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # all that was written goes into the one file
    return check(new)


@contextmanager
def _set_aside(path: Path, now: datetime) -> Iterator[Path | None]:
    """Keeps the database under another name, with nobody using it, for as long as the block takes to replace it."""
    kept = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise BackupError(f"there is a file {kept} already")
    with closing(_exclusive(path)) if path.exists() else closing(sqlite3.connect(":memory:")):
        # What a database left beside itself would be read into the one that takes its place.
        for side in SIDES:
            left = Path(f"{path}{side}")
            if left.exists():
                left.rename(f"{kept}{side}")
        if not path.exists():
            yield None
            return
        keep_as(path, kept)
        yield kept


def _exclusive(path: Path) -> sqlite3.Connection:
    """A connection that keeps all others out. Raises BackupError while another process has the database open."""
    connection = _connect(path, "rw")
    try:
        # All that was written goes into the one file, which SQLite does for its last user only.
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as fault:
        if _code(fault) in _DAMAGED:
            return connection
        connection.close()
        if _code(fault) in _IN_USE:
            raise BackupError("another process has the database open; stop it first") from fault
        raise BackupError(f"the database that is there cannot be opened: {fault}") from fault
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=_PATIENCE_SECONDS, isolation_level=None)


def _first(connection: sqlite3.Connection, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return None if row is None else row[0]


@contextmanager
def _told_as(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as fault:
        raise BackupError(f"{what}: {_why(fault)}") from fault
    except BackupError as fault:
        raise BackupError(f"{what}: {fault}") from fault


def _code(fault: sqlite3.Error) -> int:
    return getattr(fault, "sqlite_errorcode", 0) & 0xFF


def _why(fault: sqlite3.Error) -> str:
    if _code(fault) in _DAMAGED:
        return f"it is damaged ({fault})"
    if str(fault).startswith("no such table"):
        return "it is no database of Claimtrail's"
    return str(fault)
