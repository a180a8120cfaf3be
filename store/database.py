"""Opening the database, its transactions, and what is said when it cannot be used."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Engine, create_engine, event, exc, make_url, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection, QueuePool

from store.forks import ForkGate

BUSY_SECONDS = 5.0
_CONNECT_SECONDS = 3
_STATEMENT_SECONDS = 30
_LOOK_SECONDS = 0.002
_EMPTYING_MS = 500

_SQLITE_REASONS = {
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "failing to read or write",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_CANTOPEN: "missing",
    sqlite3.SQLITE_PROTOCOL: "locked",
    sqlite3.SQLITE_AUTH: "refusing access",
    sqlite3.SQLITE_NOTADB: "damaged",
}
# SQLSTATE codes and classes: PostgreSQL documentation, appendix A.
_POSTGRES_REASONS = {
    "08": "unreachable",
    "25006": "read-only",
    "28": "refusing access",
    "3D": "missing",
    "40001": "busy",
    "40P01": "busy",
    "42501": "refusing access",
    "42703": "not migrated",
    "42P01": "not migrated",
    "53100": "full",
    "53": "busy",
    "55P03": "locked",
    "57014": "busy",
    "57": "unreachable",
    "58": "failing to read or write",
    "XX": "damaged",
}


class Unavailable(Exception):  # noqa: N818 - says a state, as the HTTP code does
    """The database cannot be used now; trying again later may help. `reason` completes "the database is …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database is {reason}")
        self.reason = reason


class Conflict(Exception):  # noqa: N818 - as above
    """Another transaction has just written what this one wanted to: roll back and look again."""


def _reason(fault: BaseException) -> str | None:
    """Why the database could not be used, or None where the fault is the caller's."""
    if isinstance(fault, exc.TimeoutError):
        return "busy"
    if not isinstance(fault, exc.DBAPIError):
        return None
    driver = fault.orig
    if isinstance(driver, sqlite3.Error):
        code = getattr(driver, "sqlite_errorcode", None)
        if code is not None and (code & 0xFF) in _SQLITE_REASONS:
            return _SQLITE_REASONS[code & 0xFF]
        return "not migrated" if str(driver).startswith(("no such table", "no such column")) else None
    state = getattr(driver, "sqlstate", None)
    if state is not None:
        return next((r for code in (state, state[:2]) if (r := _POSTGRES_REASONS.get(code))), None)
    # psycopg has no SQLSTATE where the server was never reached or has gone.
    return "unreachable" if isinstance(fault, exc.OperationalError) or fault.connection_invalidated else None


@contextmanager
def unavailable_as_such() -> Iterator[None]:
    """Turns the drivers' many errors for a database out of reach into Unavailable."""
    try:
        yield
    except (exc.DBAPIError, exc.TimeoutError) as fault:
        reason = _reason(fault)
        if reason is None:
            raise
        raise Unavailable(reason) from fault


class Database:
    """One database for all threads of a process; after a fork the child opens connections of its own."""

    def __init__(self, engine: Engine, path: Path | None) -> None:
        self.engine = engine
        self.path = path
        self._pid = os.getpid()
        self._writer = threading.Lock()
        self._inherited: list[Any] = []
        # Only SQLite's connections must be closed, but nothing at all may be half done when a process forks.
        self._gate = ForkGate(engine.dispose if path is not None else lambda: None)

    @classmethod
    def open(cls, url: str) -> Database:
        """A database by its URL (`sqlite:///file`, `postgresql://…`). Does not connect. ValueError for other URLs."""
        try:
            parsed = make_url(url)
        except exc.ArgumentError:
            raise ValueError("the database URL cannot be read") from None
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            if parsed.database in {None, "", ":memory:"}:
                raise ValueError("the SQLite database must be a file")
            path = Path(str(parsed.database)).absolute()
            return cls(_open_sqlite(path), path)
        if backend in {"postgresql", "postgres"}:
            return cls(_open_postgres(parsed.set(drivername="postgresql+psycopg")), None)
        raise ValueError(f"databases of the kind {backend!r} are not supported")

    @property
    def is_sqlite(self) -> bool:
        """Whether this is a SQLite file."""
        return self.path is not None

    @contextmanager
    def transaction(self, *, patience: float = BUSY_SECONDS) -> Iterator[Session]:
        """A transaction that may write: committed at the end of the block, rolled back when it raises.

        On SQLite it holds the one write lock from its start, and waits `patience` seconds for it. Raises Unavailable.
        """
        with self._beside_forks(), self._turn(patience), self._session(writes=True, patience=patience) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, all of it from one snapshot; writers do not block it. Raises Unavailable."""
        with self._beside_forks(), self._session(writes=False) as session:
            yield session

    def probe(self, *, patience: float = 1.0) -> None:
        """Makes sure that it can be written to now. Raises Unavailable."""
        with self.transaction(patience=patience) as session:
            # On SQLite any statement begins the transaction, and so takes the write lock.
            asked = "select 'off'" if self.is_sqlite else "select current_setting('transaction_read_only')"
            if session.scalar(text(asked)) == "on":
                raise Unavailable("read-only")

    def empty_log(self) -> bool:
        """Empties SQLite's write-ahead log, in which deleted words outlast their deletion.

        It waits half a second for those who read or write just now, and nobody writes meanwhile. False where that is
        not enough, or the file cannot be used.
        """
        if not self.is_sqlite:
            return True
        with self._beside_forks():
            try:
                raw = self.engine.raw_connection()
            except (sqlite3.Error, exc.SQLAlchemyError):
                return False
            try:
                driver: Any = raw.driver_connection
                driver.execute(f"PRAGMA busy_timeout={_EMPTYING_MS}")
                busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                driver.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
            except sqlite3.Error:
                raw.invalidate()
                return False
            else:
                return not busy
            finally:
                raw.close()

    def dispose(self) -> None:
        """Closes the connections of this process."""
        self._notice_fork()
        self.engine.dispose()

    @contextmanager
    def _beside_forks(self) -> Iterator[None]:
        self._notice_fork()
        with self._gate.session():
            yield

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        # SQLite's own waiting is by sleeping and unfair; threads of one process queue here instead.
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(timeout=patience):
            raise Unavailable("locked")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _session(self, *, writes: bool, patience: float = BUSY_SECONDS) -> Iterator[Session]:
        options: dict[str, Any] = {"sqlite_writes": writes, "sqlite_patience": patience}
        if not self.is_sqlite and not writes:
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with unavailable_as_such(), self.engine.connect() as connection:
            connection.execution_options(**options)
            with Session(connection, expire_on_commit=False) as session, session.begin():
                yield session

    def _notice_fork(self) -> None:
        if self._pid == os.getpid():
            return
        # The parent's connections (PostgreSQL's; SQLite's were closed before) are neither used nor closed here, and so
        # kept from the garbage collector.
        self._inherited.append(self.engine.pool)
        self.engine.dispose(close=False)
        self._writer = threading.Lock()
        self._pid = os.getpid()


def _open_sqlite(path: Path) -> Engine:
    # mode=rw: a file that has gone is an error, not a new empty database. Migrations create it.
    uri = f"file:{quote(str(path))}?mode=rw"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        try:
            # What is deleted is to be gone: SQLite's own default leaves it in the file until its place is needed.
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
        except BaseException:
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://",
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=56,
        pool_timeout=BUSY_SECONDS,
        hide_parameters=True,  # they hold texts, and exceptions tend to be logged
    )

    def remember(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["file"] = _identity(path)

    def verify(_connection: Any, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
        # A file that was removed or replaced stays readable and writable through old connections, but is lost.
        if record.info.get("file") != _identity(path):
            raise exc.DisconnectionError("the database file has been replaced")

    def begin(connection: Any) -> None:
        options = connection.get_execution_options()
        if not options.get("sqlite_writes", True):
            connection.exec_driver_sql("BEGIN")
            return
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA busy_timeout=0")
        try:
            if not _begin_writing(driver, options.get("sqlite_patience", BUSY_SECONDS)):
                connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for the fault to come as all others do
        finally:
            driver.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")

    event.listen(engine, "connect", remember)
    event.listen(engine, "checkout", verify)
    event.listen(engine, "begin", begin)
    return engine


def _begin_writing(connection: sqlite3.Connection, patience: float) -> bool:
    """Waits for the write lock; False when it is not to be had.

    SQLite itself would wait by sleeping up to a tenth of a second between looks, so that a process which writes in
    quick succession keeps the others out for seconds. Short sleeps give everyone the same chance at each gap.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as fault:
            if getattr(fault, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_SECONDS)
        else:
            return True


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _open_postgres(url: URL) -> Engine:
    settings = f"-c lock_timeout={int(BUSY_SECONDS * 1000)} -c statement_timeout={_STATEMENT_SECONDS * 1000}"
    return create_engine(
        url,
        connect_args={"connect_timeout": _CONNECT_SECONDS, "options": settings, "application_name": "claimtrail"},
        pool_size=8,
        max_overflow=24,
        pool_timeout=BUSY_SECONDS,
        pool_pre_ping=True,
        hide_parameters=True,
    )
