"""Claims' words are looked for in pages that a worker parses, or fetches first; and no order is lost."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import pytest

from store import source_checks, source_looks
from store.fetches import Fetched
from workers.fetching import NotFetched, NotNow
from workers.hand import Note
from workers.jobs import read_shift
from workers.rounds import Reconciler, Renewer
from workers.settle import Rules, settle

URL = "https://news.example/ferry"
TEXT = "Delegates of the two islands met on Monday to discuss the ferry that links their harbours, officials said."
PAGE = f"<html><body><article><p>{TEXT}</p><p>{TEXT.replace('Monday', 'Friday')}</p></article></body></html>"
RULES = Rules(5, 20, 1024)


@pytest.fixture
def claim_id(desk: Any) -> str:
    """A claim of which the quote is the first word."""
    desk.submit(TEXT, URL)
    read_shift(desk.tools)
    return str(desk.rows("select id from claims")[0][0])


def order(desk: Any, claim_id: str, html: str | None = None) -> str:
    with desk.database.transaction() as s:
        found = source_looks.add(s, claim_id, html, now=desk.now)
    assert found is not None
    return found.id


def look(desk: Any, look_id: str) -> Any:
    with desk.database.reading() as s:
        return source_looks.get(s, look_id) or source_checks.get(s, look_id)


def take(desk: Any) -> Any:
    with desk.database.transaction() as s:
        return source_looks.take(
            s, worker="w", lease_seconds=30, now=desk.now, new_token=lambda: desk.hand.pick_up("t" * 36)
        )


def test_a_page_that_was_sent_is_parsed(desk: Any, claim_id: str) -> None:
    look_id = order(desk, claim_id, PAGE)
    read_shift(desk.tools)
    found = look(desk, look_id)
    assert (found.id, found.claim_id, found.quote) == (look_id, claim_id, "Delegates")
    text = f"{TEXT}\n\n{TEXT.replace('Monday', 'Friday')}"
    assert found.finding.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert found.finding.outcome == "present"
    assert text[found.finding.start : found.finding.end] == "Delegates"
    assert desk.rows("select count(*) from source_looks") == [(0,)]
    assert desk.hand.held == []


@pytest.mark.parametrize(("content", "is_html"), [(PAGE, True), (TEXT, False)])
def test_a_page_is_fetched_where_it_stands(desk: Any, claim_id: str, content: str, is_html: bool) -> None:
    asked = []

    def fetch(url: str) -> Fetched:
        asked.append(url)
        return Fetched(url, 200, {}, content.encode(), content, is_html)

    desk.fetch = fetch
    look_id = order(desk, claim_id)
    read_shift(desk.tools)
    assert look(desk, look_id).finding.outcome == "present"
    assert asked == [URL]


def test_what_cannot_be_had_fails_and_what_may_come_is_tried_later(desk: Any, claim_id: str) -> None:
    faults: list[Exception] = [NotFetched("the page is empty"), NotNow("the site answered 503")]

    def fetch(url: str) -> Fetched:
        raise faults[0]

    desk.fetch = fetch
    gone = order(desk, claim_id)
    read_shift(desk.tools)
    assert (look(desk, gone).status, look(desk, gone).error) == ("failed", "the page is empty")
    faults.pop(0)
    later = order(desk, claim_id)
    read_shift(desk.tools)
    assert (look(desk, later).status, look(desk, later).attempts) == ("queued", 1)
    desk.wait(9)
    read_shift(desk.tools)
    assert look(desk, later).attempts == 1
    desk.wait(1)
    read_shift(desk.tools)
    assert look(desk, later).attempts == 2
    empty = order(desk, claim_id, "<html><body></body></html>")
    read_shift(desk.tools)
    assert (look(desk, empty).status, look(desk, empty).error) == ("failed", "no article text was found in the page")
    assert desk.rows("select count(*) from source_looks where html is not null") == [(0,)]


def test_what_a_work_horse_held_when_it_died_is_counted_and_tried_again(desk: Any, claim_id: str) -> None:
    look_id = order(desk, claim_id, PAGE)
    for number in range(1, 6):
        desk.hand.begin(take(desk).token)
        assert settle(desk.database, desk.hand, -9, RULES, now=lambda: desk.now)
        assert look(desk, look_id).attempts == number
    assert look(desk, look_id).status == "failed"
    other = order(desk, claim_id, PAGE)
    desk.hand.begin(take(desk).token)
    desk.hand.note = Note.NO_DATABASE
    settle(desk.database, desk.hand, 1, RULES, now=lambda: desk.now)
    assert (look(desk, other).status, look(desk, other).attempts) == ("queued", 0)


def test_leases_are_renewed_and_freed_and_what_failed_is_forgotten(desk: Any, claim_id: str) -> None:
    look_id = order(desk, claim_id, PAGE)
    take(desk)
    desk.wait(25)
    Renewer(
        desk.database,
        desk.hand,
        lease_seconds=30,
        overdue_seconds=900,
        horse=lambda: 0,
        now=lambda: desk.now,
        clock=lambda: desk.seconds,
    ).step()
    rung = []
    keeper = Reconciler(
        desk.database,
        worker="v",
        lease_seconds=30,
        ring=lambda: rung.append(1) or True,
        now=lambda: desk.now,
        keep_checks=timedelta(hours=1),
    )
    desk.wait(25)
    keeper.step()
    assert look(desk, look_id).status == "started"
    desk.wait(31)
    keeper.step()
    assert look(desk, look_id).status == "queued"
    assert rung, "and somebody is called to it"
    token = take(desk).token
    with desk.database.transaction() as s:
        assert source_looks.crashed(s, token, "no", max_attempts=0, now=desk.now)
    desk.wait(3599)
    keeper.step()
    assert look(desk, look_id).status == "failed"
    desk.wait(2)
    keeper.step()
    assert look(desk, look_id) is None
