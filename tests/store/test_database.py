from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, exc, text

from store import articles
from store import database as database_module
from store.database import Database, Unavailable

SUBMISSION = articles.Submission("https://a.example/", "https://a.example/", text="Words.")


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which the lock is never released."""
    monkeypatch.setattr(database_module, "BUSY_SECONDS", 0.3)


def path_of(database: Database) -> Path:
    assert database.path is not None
    return database.path


def submit(database: Database, desk_now: Any) -> None:
    with database.transaction() as s:
        articles.submit(s, SUBMISSION, extractor="1", now=desk_now)


def listed(database: Database) -> int:
    with database.reading() as s:
        return len(articles.page(s, filters=articles.ArticleFilter(), after=None, limit=5).items)


def test_sqlite_keeps_what_it_has_accepted_through_a_power_cut(sqlite_database: Database) -> None:
    with sqlite_database.reading() as s:
        pragmas = {name: s.scalar(text(f"pragma {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_failed_block_leaves_nothing(desk: Any) -> None:
    with pytest.raises(ZeroDivisionError), desk.database.transaction() as s:
        articles.submit(s, SUBMISSION, extractor="1", now=desk.now)
        raise ZeroDivisionError
    assert listed(desk.database) == 0


def test_readers_see_one_snapshot_and_are_not_blocked_by_a_writer(desk: Any) -> None:
    with desk.database.reading() as reader:
        assert articles.page(reader, filters=articles.ArticleFilter(), after=None, limit=5).items == []
        submit(desk.database, desk.now)
        assert articles.page(reader, filters=articles.ArticleFilter(), after=None, limit=5).items == []
    with desk.database.transaction() as s:
        articles.submit(s, articles.Submission("b", "b", text="x"), extractor="1", now=desk.now)
        assert listed(desk.database) == 1
    assert listed(desk.database) == 2


def test_postgres_refuses_to_write_while_reading(postgres_database: Database) -> None:
    with pytest.raises(Unavailable, match="read-only"), postgres_database.reading() as s:
        s.execute(text("delete from jobs"))


@pytest.mark.usefixtures("_impatient")
def test_a_locked_sqlite_file_is_unavailable_to_writers_only(sqlite_url: str, desk_time: Any) -> None:
    database = Database.open(sqlite_url)
    other = sqlite3.connect(path_of(database), isolation_level=None)
    other.execute("begin exclusive")
    try:
        with pytest.raises(Unavailable, match="locked"):
            submit(database, desk_time)
        assert listed(database) == 0
    finally:
        other.close()
    submit(database, desk_time)
    assert listed(database) == 1
    database.dispose()


@pytest.mark.usefixtures("_impatient")
def test_a_writer_of_this_process_that_takes_too_long_is_a_lock_too(sqlite_url: str, desk_time: Any) -> None:
    database = Database.open(sqlite_url)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with database.transaction():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert entered.wait(5)
        with pytest.raises(Unavailable, match="locked"):
            submit(database, desk_time)
    finally:
        leave.set()
        thread.join()
    submit(database, desk_time)
    database.dispose()


@pytest.mark.usefixtures("_impatient")
def test_a_locked_table_on_postgres_is_unavailable(postgres_url: str, desk_time: Any) -> None:
    database = Database.open(postgres_url)
    with psycopg.connect(postgres_url) as other:
        other.execute("lock table articles in exclusive mode")
        with pytest.raises(Unavailable, match="locked"):
            submit(database, desk_time)
        assert listed(database) == 0
    submit(database, desk_time)
    database.dispose()


def test_a_missing_sqlite_file_is_unavailable_and_not_made_anew(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'gone.sqlite3'}")
    with pytest.raises(Unavailable, match="missing"):
        listed(database)
    assert list(tmp_path.iterdir()) == []
    database.dispose()


def test_a_sqlite_file_that_vanishes_or_is_replaced_is_noticed(sqlite_database: Database, desk_time: Any) -> None:
    """Writing on into an unlinked file would lose what was accepted."""
    path = path_of(sqlite_database)
    submit(sqlite_database, desk_time)
    aside = path.with_suffix(".aside")
    sqlite_database.dispose()
    assert listed(sqlite_database) == 1
    path.rename(aside)
    for _ in range(2):
        with pytest.raises(Unavailable, match="missing"):
            submit(sqlite_database, desk_time)
        with pytest.raises(Unavailable, match="missing"):
            listed(sqlite_database)
    path.touch()
    with pytest.raises(Unavailable, match="not migrated"):
        listed(sqlite_database)
    path.unlink()
    aside.rename(path)
    assert listed(sqlite_database) == 1


def test_what_is_no_database_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    path.write_bytes(b"not a database at all" * 500)
    database = Database.open(f"sqlite:///{path}")
    with pytest.raises(Unavailable, match="damaged"):
        listed(database)
    database.dispose()


def test_a_full_disk_is_unavailable_and_recovers(sqlite_database: Database, desk_time: Any) -> None:
    @event.listens_for(sqlite_database.engine, "begin")
    def shrink(connection: Any) -> None:
        connection.exec_driver_sql("pragma max_page_count = 1")

    long = articles.Submission("c", "c", text="x" * 3_000_000)
    with pytest.raises(Unavailable, match="full"), sqlite_database.transaction() as s:
        articles.submit(s, long, extractor="1", now=desk_time)
    event.remove(sqlite_database.engine, "begin", shrink)
    sqlite_database.dispose()
    assert listed(sqlite_database) == 0
    submit(sqlite_database, desk_time)


def test_a_read_only_sqlite_file_is_unavailable(sqlite_database: Database, desk_time: Any) -> None:
    @event.listens_for(sqlite_database.engine, "begin")
    def guard(connection: Any) -> None:
        connection.exec_driver_sql("pragma query_only = on")

    with pytest.raises(Unavailable, match="read-only"):
        submit(sqlite_database, desk_time)
    assert listed(sqlite_database) == 0


def test_a_probe_tells_a_postgres_that_can_only_be_read(postgres_database: Database, postgres_url: str) -> None:
    postgres_database.probe()
    with postgres_database.transaction() as s:
        name = s.connection().exec_driver_sql("select current_database()").scalar()
        s.connection().exec_driver_sql(f"alter database {name} set default_transaction_read_only = on")
    later = Database.open(postgres_url)
    with pytest.raises(Unavailable, match="read-only"):
        later.probe()
    later.dispose()


def test_a_probe_tells_a_sqlite_file_that_is_locked(sqlite_database: Database) -> None:
    other = sqlite3.connect(str(sqlite_database.path), isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(Unavailable, match="locked"):
        sqlite_database.probe(patience=0.1)
    other.close()
    sqlite_database.probe()


def test_an_unmigrated_database_says_so(blank_postgres_url: str) -> None:
    database = Database.open(blank_postgres_url)
    with pytest.raises(Unavailable, match="not migrated"):
        listed(database)
    database.dispose()


@pytest.mark.parametrize(
    ("change", "reason"), [({"dbname": "nowhere"}, "unreachable"), ({"host": "/nowhere"}, "unreachable")]
)
def test_a_postgres_that_cannot_be_reached_is_unavailable(postgres_url: str, change: Any, reason: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(postgres_url) | change
    url = f"postgresql://{parts['user']}@/{parts['dbname']}?host={parts['host']}"
    database = Database.open(url)
    with pytest.raises(Unavailable, match=reason):
        listed(database)
    database.dispose()


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    database = Database.open("postgres://u:p@127.0.0.1:1/x")
    with pytest.raises(Unavailable, match="unreachable"):
        listed(database)
    database.dispose()


def test_connections_cut_by_the_server_are_replaced(postgres_database: Database, postgres_url: str) -> None:
    assert listed(postgres_database) == 0
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s and pid <> pg_backend_pid()"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(cut, [admin.info.dbname])
    assert listed(postgres_database) == 0
    with pytest.raises(Unavailable, match="unreachable"), postgres_database.reading() as s:
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(cut, [admin.info.dbname])
        articles.page(s, filters=articles.ArticleFilter(), after=None, limit=1)
    assert listed(postgres_database) == 0


def test_an_exhausted_pool_is_busy(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = Database.open(sqlite_url)
    pool: Any = database.engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.1)
    with ExitStack() as stack, pytest.raises(Unavailable, match="busy"):
        for _ in range(100):
            stack.enter_context(database.reading())
    database.dispose()


def test_a_mistake_of_ours_is_not_called_unavailable(desk: Any) -> None:
    with pytest.raises(exc.IntegrityError), desk.database.transaction() as s:
        s.execute(text("insert into claim_facets(facet, value, seq) values ('party', 'x', 99)"))
    with pytest.raises(exc.DBAPIError), desk.database.transaction() as s:
        s.execute(text("this is no statement"))


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", ""])
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="database"):
        Database.open(url)


def test_threads_write_in_turn(desk: Any) -> None:
    faults: list[BaseException] = []

    def work(name: int) -> None:
        try:
            for number in range(10):
                desk.submit(f"text {number}", f"https://t.example/{name}/{number}")
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with desk.database.reading() as s:
        assert s.scalar(text("select count(*) from articles")) == 80


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forked_children_and_their_parent_write_side_by_side(desk: Any) -> None:
    """Forked while other threads write, as work-horses are while their parent renews leases."""
    done = threading.Event()
    written = itertools.count()

    def keep_writing(name: int) -> None:
        while not done.is_set():
            desk.submit("from the parent", f"https://parent.example/{name}/{next(written)}")

    threads = [threading.Thread(target=keep_writing, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    codes = []
    for number in range(6):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for turn in range(3):
                    desk.submit("from a child", f"https://child.example/{number}/{turn}")
                code = 0
            finally:
                os._exit(code)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    done.set()
    for thread in threads:
        thread.join()
    assert codes == [0] * 6
    with desk.database.reading() as s:
        assert s.scalar(text("select count(*) from articles")) == next(written) + 18
        if desk.database.is_sqlite:
            assert s.scalar(text("pragma integrity_check")) == "ok"


def test_a_process_that_writes_without_pause_leaves_others_their_turn(sqlite_url: str, desk_time: Any) -> None:
    """SQLite's own waiting let the second process wait for seconds; it needs one gap of the first.

    It is overtaken by 8 to 15 transactions; by SQLite's own waiting it was by 70 to 160."""
    script = """
import itertools, sys
from datetime import UTC, datetime
from store import articles
from store.database import Database
database = Database.open(sys.argv[1])
for number in itertools.count():
    with database.transaction() as s:
        sent = articles.Submission(f"https://busy.example/{number}", f"https://busy.example/{number}", text="x" * 2000)
        articles.submit(s, sent, extractor="1", now=datetime.now(UTC))
    if number == 5:
        print("busy", flush=True)
"""
    database = Database.open(sqlite_url)
    count = text("select count(*) from articles")
    overtaken = 0
    with subprocess.Popen([sys.executable, "-c", script, sqlite_url], stdout=subprocess.PIPE, text=True) as busy:
        try:
            assert busy.stdout is not None
            assert busy.stdout.readline() == "busy\n"
            for number in range(60):
                with database.reading() as s:
                    before = s.scalar(count)
                with database.transaction() as s:
                    overtaken += s.scalar(count) - before
                    sent = articles.Submission(f"https://b.example/{number}", f"https://b.example/{number}", text="x")
                    articles.submit(s, sent, extractor="1", now=desk_time)
                time.sleep(0.02)
        finally:
            busy.kill()
    database.dispose()
    assert overtaken < 60 * 40


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_fork_waits_for_a_transaction_but_not_for_its_own(sqlite_database: Database, desk_time: Any) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with sqlite_database.transaction() as s:
            articles.submit(s, SUBMISSION, extractor="1", now=desk_time)
            inside.set()
            leave.wait(0.3)
            assert listed(sqlite_database) == 0

    thread = threading.Thread(target=hold)
    thread.start()
    assert inside.wait(5)
    child = os.fork()
    if child == 0:
        os._exit(0 if listed(sqlite_database) == 1 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    thread.join()
    with sqlite_database.reading():
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    assert listed(sqlite_database) == 1


def test_the_log_is_emptied_between_those_who_read_without_a_pause(sqlite_database: Database) -> None:
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            with sqlite_database.reading() as s:
                s.execute(text("select count(*) from articles"))
                time.sleep(0.03)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(5):
            with sqlite_database.transaction() as s:
                s.execute(text("insert into tallies values ('a', 'b', 1) on conflict do update set value = value + 1"))
            assert sqlite_database.empty_log()
    finally:
        done.set()
        for reader in readers:
            reader.join()
