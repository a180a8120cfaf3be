"""Checks of drafts in the store: taken once, fenced, ended, and their words gone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text as sql

from store import checks
from store.checks import Draft
from store.database import Database

NOW = datetime(2025, 6, 4, 9, tzinfo=UTC)
DRAFT = Draft("Chad freed 40 captives on Monday.", "Forty are free", "2025-06-04", "en")
RESULT = {"reading": {"state": "read", "reason": None}, "claims": []}
UNKNOWN = "0197a1b2-0000-7000-8000-000000000000"


def add(database: Database, draft: Draft = DRAFT, *, now: datetime = NOW) -> str:
    with database.transaction() as s:
        return checks.add(s, draft, now=now).id


def take(database: Database, token: str, *, now: datetime = NOW) -> checks.Taken | None:
    with database.transaction() as s:
        return checks.take(s, worker="w", lease_seconds=30, now=now, new_token=lambda: token)


def look(database: Database, check_id: str) -> checks.CheckView | None:
    with database.reading() as s:
        return checks.get(s, check_id)


def words(database: Database) -> list[tuple[Any, ...]]:
    with database.reading() as s:
        return [tuple(row) for row in s.execute(sql("select text, title from checks order by id"))]


def test_a_check_is_taken_once_the_oldest_first_and_ends_without_its_draft(database: Database) -> None:
    later, first = add(database, now=NOW + timedelta(seconds=1)), add(database)
    assert look(database, first) == checks.CheckView(first, "queued", 0, NOW, None, None, None)
    taken = take(database, "a")
    assert taken == checks.Taken(first, "a", DRAFT)
    assert getattr(take(database, "b"), "check_id", None) == later
    assert take(database, "c") is None
    end = NOW + timedelta(seconds=3)
    with database.transaction() as s:
        assert checks.finish(s, "a", RESULT, now=end)
        assert not checks.finish(s, "a", RESULT, now=end), "the token ends with the check"
    assert look(database, first) == checks.CheckView(first, "finished", 1, NOW, end, None, RESULT)
    assert words(database) == [(DRAFT.text, DRAFT.title), (None, None)]


def test_who_lost_the_lease_can_do_nothing(database: Database) -> None:
    check_id = add(database)
    take(database, "slow")
    late = NOW + timedelta(seconds=31)
    with database.transaction() as s:
        assert checks.renew(s, ["slow", "nobody's"], lease_seconds=30, now=NOW + timedelta(seconds=10)) == {"slow"}
        assert checks.free_expired(s, now=late, lease_seconds=30, max_lost=50).queued == []
        assert checks.free_expired(s, now=late + timedelta(seconds=10), lease_seconds=30, max_lost=50).queued == [
            check_id
        ]
    assert getattr(take(database, "quick"), "draft", None) == DRAFT
    with database.transaction() as s:
        assert not checks.finish(s, "slow", RESULT, now=late)
        assert not checks.give_back(s, "slow")
        assert checks.crashed(s, "slow", "why", max_attempts=5, now=late) is None
        assert checks.renew(s, ["slow"], lease_seconds=30, now=late) == set()
        assert checks.finish(s, "quick", RESULT, now=late)


def test_crashes_are_counted_and_the_last_one_takes_the_draft_along(database: Database) -> None:
    check_id = add(database)
    for attempt in range(1, 6):
        take(database, f"t{attempt}")
        with database.transaction() as s:
            found = checks.crashed(s, f"t{attempt}", "it\0 broke", max_attempts=5, now=NOW)
        assert found is not None
        assert (found.attempts, found.status) == (attempt, "failed" if attempt == 5 else "queued")
        assert words(database) == [(None, None) if attempt == 5 else (DRAFT.text, DRAFT.title)]
    failed = look(database, check_id)
    assert failed is not None
    assert (failed.error, failed.ended_at, failed.result) == ("it broke", NOW, None)


def test_a_check_lost_too_often_fails_and_one_given_back_counts_nothing(database: Database) -> None:
    check_id = add(database)
    take(database, "a")
    with database.transaction() as s:
        assert checks.give_back(s, "a")
    take(database, "b")
    with database.transaction() as s:
        assert checks.free_expired(s, now=NOW, lease_seconds=30, max_lost=2, worker="w").queued == [check_id]
    take(database, "c")
    with database.transaction() as s:
        assert checks.free_expired(s, now=NOW, lease_seconds=30, max_lost=2, worker="w").failed == [check_id]
    failed = look(database, check_id)
    assert failed is not None
    assert failed.error == "the worker was lost 2 times while reading"
    assert words(database) == [(None, None)]


def test_ended_checks_are_forgotten_after_their_time_and_waiting_ones_never(database: Database) -> None:
    old, waits = add(database), add(database, now=NOW - timedelta(days=9))
    for token in ("a", "b"):
        take(database, token)
    with database.transaction() as s:
        assert checks.give_back(s, "a")
        assert checks.finish(s, "b", RESULT, now=NOW)
    with database.transaction() as s:
        assert checks.forget(s, before=NOW) == 0
        assert checks.forget(s, before=NOW + timedelta(seconds=1)) == 1
    assert look(database, old) is None
    assert look(database, waits) is not None


def test_a_check_can_be_withdrawn_in_any_state(database: Database) -> None:
    waits, held = add(database, now=NOW + timedelta(seconds=1)), add(database)
    take(database, "a")
    with database.transaction() as s:
        assert checks.are_waiting(s)
        assert not checks.more_wait_than(s, 1)
        assert checks.withdraw(s, waits)
        assert checks.withdraw(s, held)
        assert not checks.withdraw(s, held)
        assert not checks.finish(s, "a", RESULT, now=NOW)
        assert not checks.are_waiting(s)
    assert words(database) == []


@pytest.mark.parametrize("unknown", [UNKNOWN, "no id\0"])
def test_unknown_ids(database: Database, unknown: str) -> None:
    with database.transaction() as s:
        assert checks.get(s, unknown) is None
        assert not checks.withdraw(s, unknown)
