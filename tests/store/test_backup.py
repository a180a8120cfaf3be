"""Backups of a SQLite database: whole, checked, of one moment, and put back without a moment in between."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from store import backup, files, migrate
from store.backup import Restored
from store.database import Database
from store.holdings import BackupError, Holdings

NOW = datetime(2025, 6, 3, 12, tzinfo=UTC)
KEPT = "claimtrail.sqlite3.20250603T120000Z"


def nothing(_done: int, _total: int) -> None:
    """No bar."""


def taken(db: Database, target: Path, *, force: bool = False) -> Holdings:
    return backup.take(db, target, force=force, progress=nothing)


def restored(db: Database, source: Path) -> Restored:
    return backup.restore(db, source, now=NOW, progress=nothing)


def rows(path: Path, table: str = "articles") -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchone()[0])


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The desk's, here on SQLite only."""
    return sqlite_database


@pytest.fixture
def source(desk: Any, tmp_path: Path) -> Path:
    """A backup with two articles in it."""
    for n in range(2):
        desk.submit(f"text {n}")
    taken(desk.database, tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def other(tmp_path: Path) -> Database:
    """A database that is not there yet, in a folder of its own."""
    return Database.open(f"sqlite:///{tmp_path / 'other' / 'claimtrail.sqlite3'}")


def test_a_backup_is_one_private_file_and_says_what_it_holds(desk: Any, tmp_path: Path) -> None:
    desk.submit("text", "https://news.example/1")
    desk.submit("another text", "https://news.example/1")
    found = taken(desk.database, tmp_path / "out")
    assert found == Holdings(migrate.head(), {"articles": 1, "revisions": 2, "jobs": 2, "claims": 0})
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600
    assert sorted(path.name for path in tmp_path.iterdir() if "claimtrail" not in path.name) == ["out"]
    assert rows(tmp_path / "out", "revisions") == 2


def test_what_was_only_written_to_the_log_is_in_it(desk: Any, tmp_path: Path) -> None:
    """A live database keeps what is new beside its file; a plain copy of the file would miss it."""
    taken(desk.database, tmp_path / "before")
    desk.submit("text")
    assert (tmp_path / "claimtrail.sqlite3-wal").stat().st_size > 0
    assert taken(desk.database, tmp_path / "out").rows["articles"] == 1


def test_a_file_that_is_there_is_not_overwritten_unless_forced(desk: Any, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("precious", "utf-8")
    with pytest.raises(BackupError, match=r"there is a file .*out already; --force replaces it"):
        taken(desk.database, tmp_path / "out")
    assert (tmp_path / "out").read_text("utf-8") == "precious"
    taken(desk.database, tmp_path / "out", force=True)
    assert rows(tmp_path / "out") == 0


def test_a_file_that_appears_meanwhile_is_not_overwritten_either(desk: Any, tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(BackupError, match="already"):
        backup.take(
            desk.database,
            target,
            force=False,
            progress=lambda *_: (target.write_text("precious", "utf-8"), None)[1],
        )
    assert target.read_text("utf-8") == "precious"
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("name", ["claimtrail.sqlite3", "claimtrail.sqlite3-wal", "link"])
def test_the_database_itself_is_never_the_target(desk: Any, tmp_path: Path, name: str) -> None:
    desk.submit("text")
    (tmp_path / "link").symlink_to(tmp_path / "claimtrail.sqlite3")
    with pytest.raises(BackupError, match="is the database itself"):
        taken(desk.database, tmp_path / name, force=True)
    assert rows(tmp_path / "claimtrail.sqlite3") == 1


def test_a_database_that_is_damaged_gives_no_backup(desk: Any, tmp_path: Path) -> None:
    for n in range(50):
        desk.submit(f"text {n} " * 200)
    desk.database.dispose()
    path = tmp_path / "claimtrail.sqlite3"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size - 20_000)  # in the texts: the schema stands before them
        file.write(b"\xff" * 20_000)
    with pytest.raises(BackupError, match="not good, and is thrown away: it is damaged"):
        taken(desk.database, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.glob(".*"))


def test_rows_that_refer_to_nothing_make_no_good_backup(desk: Any, tmp_path: Path) -> None:
    desk.submit("text")
    with closing(sqlite3.connect(tmp_path / "claimtrail.sqlite3")) as connection:
        connection.execute("delete from articles")
        connection.commit()
    with pytest.raises(BackupError, match="rows of revisions refer to others"):
        taken(desk.database, tmp_path / "out")


def test_where_nothing_is_to_be_backed_up(other: Database, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="there is no database at"):
        taken(other, tmp_path / "out")
    assert other.path is not None
    other.path.parent.mkdir()
    other.path.touch()
    with pytest.raises(BackupError, match="it is no database of Claimtrail's"):
        taken(other, tmp_path / "out")


def test_a_folder_that_cannot_be_written_to_is_told(desk: Any, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nowhere/out cannot be written: No such file or directory"):
        taken(desk.database, tmp_path / "nowhere" / "out")


WRITER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
connection.execute("pragma synchronous=off")
for n in range(10**9):
    insert = "insert or replace into idempotency_keys values ('s', ?, 'h', 202, '{}', ?, null, '2025')"
    connection.execute(insert, (str(n % 20000), "x" * 4000))
    if n == 20:
        print(flush=True)
"""

READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("select * from jobs").fetchall()
print(flush=True)
input()
"""

KILLED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("delete from jobs")
connection.commit()
os._exit(0)
"""


def test_a_backup_ends_though_another_process_never_stops_writing(desk: Any, tmp_path: Path) -> None:
    """The copy is larger than one step, so that without a snapshot held it would begin anew with every commit."""
    path = tmp_path / "claimtrail.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        filler = [("f", str(n), "h", 202, "{}", "y" * 4000, None, "2025") for n in range(10_000)]
        connection.executemany("insert into idempotency_keys values (?,?,?,?,?,?,?,?)", filler)
        connection.commit()
    steps: list[int] = []
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        writer.stdout.readline()
        try:
            backup.take(desk.database, tmp_path / "out", force=False, progress=lambda done, _: steps.append(done))
            assert writer.poll() is None
        finally:
            writer.kill()
    assert len(steps) > 3
    assert steps == sorted(steps), "it never began anew"
    assert rows(tmp_path / "out", "idempotency_keys") < rows(path, "idempotency_keys")


def test_a_restored_database_is_the_one_that_was_backed_up(source: Path, other: Database) -> None:
    done = restored(other, source)
    assert (done.holdings.rows["articles"], done.kept) == (2, None)
    assert other.path is not None
    assert [path.name for path in other.path.parent.iterdir()] == ["claimtrail.sqlite3"]
    assert migrate.current(other) == migrate.head()
    other.dispose()


def test_what_was_there_stays_beside_it_with_all_that_it_held(source: Path, desk: Any, tmp_path: Path) -> None:
    for n in range(3):
        desk.submit(f"later {n}")
    desk.database.dispose()
    path = tmp_path / "claimtrail.sqlite3"
    path.chmod(0o640)
    done = restored(desk.database, source)
    assert done.kept == tmp_path / KEPT
    assert (rows(path), rows(tmp_path / KEPT)) == (2, 5)
    assert path.stat().st_mode & 0o777 == 0o640
    assert {p.name for p in tmp_path.iterdir()} == {"backup", path.name, KEPT}


def test_what_a_killed_service_left_beside_the_database_goes_with_it(source: Path, desk: Any, tmp_path: Path) -> None:
    """The log of the one database would be read into the other."""
    path = tmp_path / "claimtrail.sqlite3"
    desk.database.dispose()
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=True)
    assert (tmp_path / "claimtrail.sqlite3-wal").stat().st_size
    restored(desk.database, source)
    assert (rows(path, "jobs"), rows(tmp_path / KEPT, "jobs")) == (2, 0)


def test_a_database_too_damaged_to_be_opened_is_replaced_and_kept_with_its_log(
    source: Path, desk: Any, tmp_path: Path
) -> None:
    desk.database.dispose()
    path = tmp_path / "claimtrail.sqlite3"
    path.write_bytes(b"this was a database" * 100)
    (tmp_path / "claimtrail.sqlite3-wal").write_bytes(b"and this its log")
    restored(desk.database, source)
    assert rows(path) == 2
    assert (tmp_path / KEPT).read_bytes().startswith(b"this was")
    assert (tmp_path / f"{KEPT}-wal").read_bytes() == b"and this its log"


def test_a_log_without_its_database_is_moved_out_of_the_way(source: Path, other: Database) -> None:
    assert other.path is not None
    other.path.parent.mkdir()
    Path(f"{other.path}-wal").write_bytes(b"of another time")
    assert restored(other, source).kept is None
    assert {path.name for path in other.path.parent.iterdir()} == {"claimtrail.sqlite3", f"{KEPT}-wal"}


def test_nothing_is_restored_while_another_process_has_the_database_open(
    source: Path, desk: Any, tmp_path: Path
) -> None:
    """Though it has no transaction under way."""
    path = tmp_path / "claimtrail.sqlite3"
    desk.submit("later")
    desk.database.dispose()
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as reader:
        assert reader.stdout
        reader.stdout.readline()
        with pytest.raises(BackupError, match="another process has the database open"):
            restored(desk.database, source)
        reader.kill()
    assert rows(path) == 3
    assert not list(tmp_path.glob("*Z")) + list(tmp_path.glob(".*"))


def test_nobody_opens_the_old_database_while_it_is_replaced(
    source: Path, desk: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote would go into a log beside the new one."""
    desk.database.dispose()
    path, told = tmp_path / "claimtrail.sqlite3", []

    def publish(new: Path, target: Path, *, replace: bool) -> None:
        with closing(sqlite3.connect(path, timeout=0)) as other, pytest.raises(sqlite3.OperationalError) as fault:
            other.execute("select * from jobs")
        told.append(str(fault.value))
        files.publish(new, target, replace=replace)

    monkeypatch.setattr(backup, "publish", publish)
    restored(desk.database, source)
    assert told == ["database is locked"]


def test_an_older_backup_is_brought_up(tmp_path: Path, other: Database) -> None:
    old = Database.open(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    migrate.upgrade(old, "0001_initial")
    assert taken(old, tmp_path / "backup").revision == "0001_initial"
    old.dispose()
    assert restored(other, tmp_path / "backup").holdings.revision == migrate.head()
    assert migrate.current(other) == migrate.head()
    other.dispose()


def refusals(source: Path) -> dict[str, str]:
    """Files that are no good backup, and what is said of them."""
    folder = source.parent
    whole = source.read_bytes()
    (folder / "text").write_text("Dear diary", "utf-8")
    (folder / "empty").touch()
    (folder / "dump").write_bytes(b"PGDMP\x01\x0e")
    (folder / "cut").write_bytes(whole[: len(whole) // 2])
    (folder / "spoilt").write_bytes(whole[:40960] + os.urandom(40960) + whole[81920:])
    with closing(sqlite3.connect(folder / "foreign")) as connection:
        connection.execute("create table recipes (name)")
        connection.commit()
    for name, revision in (("newer", "'9999_future'"), ("blank", "null")):
        (folder / name).write_bytes(whole)
        with closing(sqlite3.connect(folder / name)) as connection:
            connection.execute("delete from alembic_version")
            if name == "newer":
                connection.execute(f"insert into alembic_version values ({revision})")
            connection.commit()
    return {
        "text": "is no backup made by",
        "empty": "is no backup made by",
        "missing": "cannot be read: No such file",
        ".": "is no file",
        "dump": "is a backup of a PostgreSQL database",
        "cut": "it is damaged",
        "spoilt": "it is damaged",
        "foreign": "it is no database of Claimtrail's",
        "newer": "its schema, 9999_future, is of a newer release",
        "blank": "it was never migrated",
        "claimtrail.sqlite3": "is the database itself",
    }


def test_what_is_no_good_backup_is_refused_and_nothing_touched(source: Path, desk: Any, tmp_path: Path) -> None:
    desk.submit("later")
    desk.database.dispose()
    for name, told in refusals(source).items():
        with pytest.raises(BackupError, match=told):
            restored(desk.database, tmp_path / name)
        assert rows(tmp_path / "claimtrail.sqlite3") == 3
    assert not list(tmp_path.glob("*Z")) + list(tmp_path.glob(".*"))


def test_at_no_moment_is_there_no_database(source: Path, desk: Any, tmp_path: Path) -> None:
    """A crash in between must not have the service begin with an empty one."""
    desk.database.dispose()
    path, gaps, stop = tmp_path / "claimtrail.sqlite3", [], threading.Event()

    def look() -> None:
        while not stop.is_set():
            if not path.exists():
                gaps.append(True)

    watch = threading.Thread(target=look)
    watch.start()
    try:
        for n in range(8):
            backup.restore(desk.database, source, now=NOW.replace(second=n), progress=nothing)
    finally:
        stop.set()
        watch.join()
    assert gaps == []


def test_what_is_no_file_is_neither_replaced_nor_waited_for(database: Database, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for force in (False, True):
        with pytest.raises(BackupError, match="is no file"):
            taken(database, pipe, force=force)
    with pytest.raises(BackupError, match="is no file"):
        restored(database, pipe)
    assert pipe.is_fifo()
