"""The guards, each taken away: the check that its scenario ends with must then fail, so that it guards something."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import false, update

from claims.model import Article, Claim, Explanation, Reading, Status
from store import articles, jobs, results, tables
from store.database import Database
from workers.jobs import read_shift

STAGED = Path(__file__).with_name("staged.py")


@pytest.mark.slow
@pytest.mark.parametrize("without", ["", "reconciler"])
def test_without_the_reconciler_what_is_lost_or_unheard_stays_so(yard: Any, until: Any, without: str) -> None:
    lost = yard.submit("lost with its worker", ring=False)
    with yard.desk.database.transaction() as s:
        now = yard.desk.now
        assert jobs.take(s, worker="w", limit=1, lease_seconds=1, now=now, new_token=lambda: str(uuid.uuid4()))
    unheard = yard.submit("unheard of", ring=False)
    yard.start(STAGED, without=without)
    until(lambda: yard.ready(1))
    if without:
        time.sleep(4)
        with pytest.raises(AssertionError):
            yard.desk.check_each_once(2)
        assert yard.desk.statuses([lost, unheard]) == ["started", "queued"]
    else:
        until(lambda: yard.ended([lost, unheard]), 30)
        yard.desk.check_each_once(2)


def late_result(desk: Any) -> None:
    """A worker whose lease has run out comes with another reading than the one that has taken its place."""
    desk.submit("first second")
    plain = desk.reader

    class Late:
        def read(self, _: Article) -> Reading:
            desk.reader = plain
            desk.wait(31)
            with desk.database.transaction() as s:
                jobs.free_expired(s, now=desk.now, lease_seconds=30, max_lost=50)
            read_shift(desk.tools)
            claim = Claim("talks", Status.OCCURRED, 6, 12, "second", {}, Explanation("t", "second"), "second")
            return Reading("read", "en", (claim,))

    desk.reader = Late()
    read_shift(desk.tools)


def test_a_late_result_changes_nothing(desk: Any) -> None:
    late_result(desk)
    desk.check_each_once(1)


def test_without_the_fence_a_late_result_overwrites(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = results.commit

    def unfenced(s: Any, taken: jobs.Taken, *rest: Any, **more: Any) -> bool:
        s.execute(update(tables.Job).where(tables.Job.id == taken.job_id).values(token=taken.token, status="started"))
        return commit(s, taken, *rest, **more)

    monkeypatch.setattr(results, "commit", unfenced)
    late_result(desk)
    assert sorted(desk.rows("select quote, state from claims")) == [("first", "withdrawn"), ("second", "current")]
    with pytest.raises(AssertionError):
        desk.check_each_once(1)


def once_each(barrier: threading.Barrier, done: Callable[..., Any]) -> Callable[..., Any]:
    """The function, after which each of two threads waits for the other, the first time."""
    waited: set[int] = set()

    def wrapped(*rest: Any, **more: Any) -> Any:
        found = done(*rest, **more)
        if threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            barrier.wait(10)
        return found

    return wrapped


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(tasks)) as pool:
        return [one.result() for one in [pool.submit(task) for task in tasks]]


def drop_key(database: Database, table: str, column: str) -> None:
    with database.transaction() as s:
        s.connection().exec_driver_sql(f"alter table {table} drop constraint {table}_{column}_key")


@pytest.mark.parametrize("guarded", [True, False])
def test_without_the_key_of_their_url_twins_become_two_articles(
    postgres_database: Database, make_desk: Any, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """On SQLite writers take turns, and the second finds the article of the first in any case."""
    desk = make_desk(postgres_database)
    if not guarded:
        drop_key(postgres_database, "articles", "url_key")
        monkeypatch.setattr(articles.postgresql.Insert, "on_conflict_do_nothing", lambda found, **_: found)
    monkeypatch.setattr(articles, "_locked", once_each(threading.Barrier(2), articles._locked))
    at_once(*[lambda: desk.submit("text", url="https://news.example/twin")] * 2)
    read_shift(desk.tools)
    if guarded:
        desk.check_each_once(1)
    else:
        assert desk.rows("select count(*), count(distinct url) from articles") == [(2, 1)]
        with pytest.raises(AssertionError):
            desk.check_each_once(1)


def check_no_claim_twice(desk: Any) -> None:
    ids = [row for (row,) in desk.rows("select id from claims")]
    assert len(ids) == len(set(ids)) == 1


@pytest.mark.parametrize("guarded", [True, False])
def test_without_the_key_of_their_id_claims_that_are_not_looked_for_are_doubled(
    postgres_database: Database, make_desk: Any, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """A second reading that sees nothing of the first: with the key it fails, without it all claims are there twice."""
    desk = make_desk(postgres_database)
    job_id = desk.submit("text")
    read_shift(desk.tools)
    if not guarded:
        drop_key(postgres_database, "claims", "id")
    look = results.select
    monkeypatch.setattr(results, "select", lambda *of: look(*of).where(false()) if of[0] is tables.Claim else look(*of))
    with desk.database.transaction() as s:
        again = articles.reread(s, desk.job(job_id).article_id, extractor="1.0.0", now=desk.now)
    read_shift(desk.tools)
    if guarded:
        check_no_claim_twice(desk)
        assert "IntegrityError" in desk.job(again.id).error
    else:
        assert desk.job(again.id).status == "finished"
        with pytest.raises(AssertionError):
            check_no_claim_twice(desk)
