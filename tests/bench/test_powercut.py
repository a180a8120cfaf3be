"""Power cuts: what may be lost of a file is lost, what may not is there; and what the HTTP door promises holds."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise, product
from pathlib import Path
from random import Random

import pytest

from bench.powercut import __main__ as program
from bench.powercut import lives, record, replay, rounds
from bench.powercut.lives import Acknowledged
from bench.powercut.record import DELETE, HEADER, SYNC, SYNC_FOLDER, TRUNCATE, WRITE
from bench.powercut.replay import Cut
from store import articles
from store.articles import Submission
from store.database import Database

PROJECT = Path(__file__).resolve().parents[2]
SECTOR = 512
EVERYTHING, NOTHING = 1.0, 0.0


class Disk:
    """A folder with what was on it before, and a log of what was done to it since."""

    def __init__(self, folder: Path) -> None:
        self.before, self.log, self._folder, self._cuts = folder / "before", folder / "log", folder, 0
        self.before.mkdir()
        self.log.touch()

    @property
    def size(self) -> int:
        return self.log.stat().st_size

    def note(self, what: int, name: str, number: int = 0, data: bytes = b"") -> None:
        with self.log.open("ab") as log:
            log.write(HEADER.pack(what, len(name), number, len(data)) + name.encode() + data)

    def write(self, name: str, data: bytes, at: int = 0) -> None:
        self.note(WRITE, name, at, data)

    def sync(self, name: str) -> None:
        self.note(SYNC, name, self.size)

    def sync_folder(self) -> None:
        self.note(SYNC_FOLDER, "", self.size)

    def cut(self, kept: float, *, moment: int | None = None, seed: int = 1) -> dict[str, bytes]:
        """The files after a cut."""
        self._cuts += 1
        after = self._folder / f"after-{self._cuts}"
        cut = Cut(self.size if moment is None else moment, kept, SECTOR)
        replay.image(replay.read(self.log), self.before, after, cut, Random(seed))
        return {path.name: path.read_bytes() for path in after.iterdir()}


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path)


def test_what_was_synced_is_kept(disk: Disk) -> None:
    disk.write("a", b"one")
    disk.note(TRUNCATE, "a", 2)
    disk.write("a", b"xyz", at=4)
    disk.sync("a")
    assert disk.cut(NOTHING) == {"a": b"on\0\0xyz"}


def test_what_was_there_before_is_kept(disk: Disk) -> None:
    (disk.before / "a").write_bytes(b"old")
    (disk.before / "b").write_bytes(b"untouched")
    disk.write("a", b"new")
    assert disk.cut(NOTHING) == {"a": b"old", "b": b"untouched"}


def test_what_was_not_synced_may_vanish_or_stay(disk: Disk) -> None:
    disk.write("a", b"one")
    disk.sync("a")
    disk.write("a", b"two", at=3)
    assert disk.cut(NOTHING) == {"a": b"one"}
    assert disk.cut(EVERYTHING) == {"a": b"onetwo"}


def test_what_was_written_while_a_sync_ran_is_not_synced(disk: Disk) -> None:
    disk.write("a", b"one")
    begun = disk.size
    disk.write("a", b"two")
    disk.note(SYNC, "a", begun)
    assert disk.cut(NOTHING) == {"a": b"one"}


def test_a_sync_is_of_one_file(disk: Disk) -> None:
    disk.write("a", b"one")
    disk.write("b", b"two")
    disk.sync("b")
    assert disk.cut(NOTHING) == {"b": b"two"}


def test_only_what_came_before_the_cut_counts(disk: Disk) -> None:
    disk.write("a", b"one")
    disk.sync("a")
    moment = disk.size
    disk.write("a", b"two")
    disk.sync("a")
    assert disk.cut(EVERYTHING, moment=moment) == {"a": b"one"}


def test_a_write_survives_by_sectors_and_may_be_torn(disk: Disk) -> None:
    (disk.before / "a").write_bytes(b"o" * 8 * SECTOR)
    disk.write("a", b"n" * 6 * SECTOR, at=SECTOR // 2)
    pairs = set()
    for seed in range(100):
        held = disk.cut(0.5, seed=seed)["a"]
        assert len(held) == 8 * SECTOR
        assert set(held[: SECTOR // 2] + held[SECTOR // 2 * 13 :]) == {ord("o")}
        pieces = [held[sector * SECTOR : (sector + 1) * SECTOR] for sector in range(1, 6)]
        assert not any(b"on" in piece for piece in pieces)
        pairs |= set(pairwise("new" if b"o" not in p else "old" if b"n" not in p else "torn" for p in pieces))
    assert pairs == set(product(["new", "old", "torn"], repeat=2))


def test_a_deleted_file_may_be_back_until_its_folder_is_synced(disk: Disk) -> None:
    (disk.before / "a").write_bytes(b"old")
    disk.note(DELETE, "a")
    assert disk.cut(NOTHING) == {"a": b"old"}
    assert disk.cut(EVERYTHING) == {}
    disk.sync_folder()
    assert disk.cut(NOTHING) == {}


def test_a_deletion_that_syncs_its_folder_is_kept(disk: Disk) -> None:
    (disk.before / "a").write_bytes(b"old")
    disk.note(DELETE, "a", 1)
    assert disk.cut(NOTHING) == {}


def test_a_file_that_is_back_holds_nothing_of_its_successor(disk: Disk) -> None:
    (disk.before / "a").write_bytes(b"old")
    disk.note(DELETE, "a")
    disk.write("a", b"n", at=1)
    seen = {disk.cut(0.5, seed=seed).get("a") for seed in range(40)}
    assert seen == {None, b"", b"old", b"\0n"}


def test_a_step_cut_off_at_the_end_of_the_log_does_not_count(disk: Disk) -> None:
    disk.write("a", b"one")
    disk.sync("a")
    whole = disk.size
    disk.write("a", b"two")
    for size in range(disk.size - 1, whole - 1, -1):
        with disk.log.open("r+b") as log:
            log.truncate(size)
        assert len(replay.read(disk.log)) == 2


def test_the_shared_memory_does_not_outlast_the_machine(disk: Disk) -> None:
    (disk.before / "a-shm").write_bytes(b"index")
    assert disk.cut(EVERYTHING) == {}


RECORDED = """
import os, sqlite3, sys
from pathlib import Path
from bench.powercut import record
folder, log, other = map(Path, sys.argv[1:4])
try:
    record.start(folder, log)
except record.CannotRecordError as fault:
    print(fault, file=sys.stderr)
    os._exit(3)
"""
CONNECT = """
def connect(path):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma wal_autocheckpoint=50")
    return connection
"""
COMMITS = """
connection = connect(folder / "db")
connection.execute(f"pragma synchronous={sys.argv[4]}")
connection.execute("create table t (n, x)")
for number in range(100):
    connection.execute("insert into t values (?, randomblob(9000))", (number,))
    if number == 95:
        connection.execute("pragma wal_checkpoint(truncate)")
os._exit(0)
"""


FORKED = """
if (child := os.fork()) == 0:
    connect(folder / "db").execute("create table t as select 7 as n")
    os._exit(0)
os.waitpid(child, 0)
connect(other / "elsewhere").execute("create table t as select 8 as n")
os._exit(0)
"""
UNREACHABLE = """
record._places = lambda: [str(folder / "copy.so")]
try:
    record.start(folder, log)
except record.CannotRecordError as fault:
    connect(folder / "db").execute("create table t as select 9 as n")
    sys.exit(str(fault))
"""


@pytest.fixture
def recordable(tmp_path: Path) -> None:
    """Skips where nothing can be recorded, as Python's SQLite is no library of its own."""
    done = child(RECORDED + "os._exit(0)", tmp_path, tmp_path / "probe.log", tmp_path)
    if done.returncode == 3 and sqlite_library() is None:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


def sqlite_library() -> str | None:
    """The library that Python's sqlite3 uses."""
    names = {line.split()[-1] for line in Path("/proc/self/maps").read_text("utf-8").splitlines()}
    return next((name for name in names if "libsqlite3" in name), None)


def child(code: str, *args: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *args]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)


@pytest.fixture
def recorded(recordable: None, tmp_path: Path) -> Callable[..., Disk]:
    """Runs a program in a process that is recorded, and gives the disk."""

    def run(code: str, *args: str) -> Disk:
        disk = Disk(tmp_path)
        (tmp_path / "live").mkdir()
        (tmp_path / "other").mkdir()
        done = child(RECORDED + CONNECT + code, tmp_path / "live", disk.log, tmp_path / "other", *args)
        assert done.returncode == 0, done.stderr
        return disk

    return run


def rows(files: dict[str, bytes], folder: Path) -> set[int]:
    """The numbers in table t of a database made of these files."""
    folder.mkdir()
    for name, held in files.items():
        (folder / name).write_bytes(held)
    with closing(sqlite3.connect(folder / "db")) as connection:
        return {row[0] for row in connection.execute("select n from t")}


@pytest.mark.slow
def test_the_record_is_whole(recorded: Callable[..., Disk], tmp_path: Path) -> None:
    disk = recorded(COMMITS, "full")
    live = {path.name: path.read_bytes() for path in (tmp_path / "live").iterdir() if not path.name.endswith("-shm")}
    assert set(live) == {"db", "db-wal"}
    assert len(live["db"]) > 500_000
    assert disk.cut(EVERYTHING) == live


@pytest.mark.slow
def test_a_synced_commit_survives_the_worst_cut(recorded: Callable[..., Disk], tmp_path: Path) -> None:
    disk = recorded(COMMITS, "full")
    assert rows(disk.cut(NOTHING), tmp_path / "after") == set(range(100))


@pytest.mark.slow
def test_a_commit_without_a_sync_does_not(recorded: Callable[..., Disk], tmp_path: Path) -> None:
    disk = recorded(COMMITS, "normal")
    assert rows(disk.cut(NOTHING), tmp_path / "after") < set(range(100))


@pytest.mark.slow
def test_forks_are_recorded_and_other_folders_are_not(recorded: Callable[..., Disk], tmp_path: Path) -> None:
    disk = recorded(FORKED)
    files = disk.cut(NOTHING)
    assert set(files) == {"db", "db-wal"}
    assert rows(files, tmp_path / "after") == {7}


@pytest.mark.slow
def test_a_library_that_python_does_not_use_is_no_good(recordable: None, tmp_path: Path) -> None:
    if (used := sqlite_library()) is None:
        pytest.skip("Python's SQLite is no library of its own here")
    shutil.copy(used, tmp_path / "copy.so")
    code = RECORDED.partition("try:")[0] + CONNECT + UNREACHABLE
    done = child(code, tmp_path, tmp_path / "log", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("Python's sqlite3 does not use")
    assert (tmp_path / "log").read_bytes() == b""


@pytest.fixture
def owed(sqlite_url: str) -> tuple[Path, Acknowledged]:
    """A database's folder, and an article in it that was acknowledged."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    return path.parent, submitted(path, "Words.")


def submitted(path: Path, text: str) -> Acknowledged:
    database = Database.open(f"sqlite:///{path}")
    sent = Submission(url="https://a.example/", canonical_url="https://a.example/", text=text)
    with database.transaction() as s:
        made = articles.submit(s, sent, extractor="1.0.0", now=datetime(2025, 6, 1, tzinfo=UTC))
    database.dispose()
    return Acknowledged(made.article.id, made.article.revision, made.job.id, lives.digest(text), 0)


def test_an_article_that_is_there_is_found(owed: tuple[Path, Acknowledged]) -> None:
    folder, article = owed
    assert rounds.look(folder, [article]) == rounds.Found()


@pytest.mark.parametrize(
    "harm",
    [
        "delete from articles where id = '{article}'",
        "delete from revisions where article_id = '{article}'",
        "update revisions set text = 'Word' where article_id = '{article}'",
        "delete from jobs where id = '{job}'",
        "update jobs set revision = 2 where id = '{job}'",
    ],
)
def test_an_article_that_is_not_wholly_there_is_missing(owed: tuple[Path, Acknowledged], harm: str) -> None:
    folder, article = owed
    with closing(sqlite3.connect(folder / rounds.FILE)) as connection, connection:
        connection.execute(harm.format(article=article.article, job=article.job))
    found = rounds.look(folder, [article])
    assert found.missing == 1
    assert not any("cannot be" in fault for fault in found.faults)


def test_each_revision_and_its_job_are_looked_for(owed: tuple[Path, Acknowledged]) -> None:
    folder, first = owed
    second = submitted(folder / rounds.FILE, "Other words.")
    assert rounds.look(folder, [first, second]) == rounds.Found()
    with closing(sqlite3.connect(folder / rounds.FILE)) as connection, connection:
        connection.execute("delete from jobs where id = ?", (first.job,))
    assert rounds.look(folder, [first, second]) == rounds.Found(missing=1)


def test_a_damaged_database_is_noticed(owed: tuple[Path, Acknowledged]) -> None:
    folder, article = owed
    with (folder / rounds.FILE).open("r+b") as file:
        for page in range(1, file.seek(0, 2) // 4096):
            file.seek(page * 4096)
            file.write(b"\xff" * 64)
    found = rounds.look(folder, [article])
    assert found.missing == 1
    assert found.faults


@pytest.mark.slow
def test_what_was_acknowledged_survives_power_cuts(recordable: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main("--rounds 2 --seed 1 --articles 30".split()) == 0
    told = capsys.readouterr().out
    assert told.startswith("seed 1, 2 rounds: ")
    assert " 0 missing, 0 faults" in told
    assert " 0 of " not in told  # something was dropped


@pytest.mark.slow
def test_without_a_sync_at_each_commit_it_does_not(recordable: None, capsys: pytest.CaptureFixture[str]) -> None:
    options = "--rounds 1 --lives 1 --seed 1 --articles 30 --synchronous NORMAL"
    assert program.main(options.split()) == program.LOST
    assert " 0 missing" not in capsys.readouterr().out


def test_nothing_acknowledged_proves_nothing() -> None:
    assert not rounds.Figures().clean
    assert rounds.Figures(acknowledged=1).clean
    assert not rounds.Figures(acknowledged=1, missing=1).clean
    assert not rounds.Figures(acknowledged=1, faults=["damaged"]).clean


def test_a_python_that_cannot_be_recorded_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_args: object, **_more: object) -> None:
        raise record.CannotRecordError("no SQLite in reach")

    monkeypatch.setattr(rounds, "run", refuse)
    assert program.main(["--rounds", "1"]) == program.CANNOT_RECORD
    assert "no SQLite in reach" in capsys.readouterr().err
