"""Reviews as stored: nothing that was written is lost, changed, or written over by another."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from store import migrate, reviews
from store.database import Database
from store.review_tables import ReviewVersion
from store.reviews import Content, Hand, ReviewFilter, ReviewView

CLAIM = "5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d"
OTHER = "5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3e"
HAND = Hand("Ada", "desk key", "k1", "a reason")


def add(desk: Any, subject_id: str = CLAIM, hand: Hand = HAND, **said: Any) -> ReviewView:
    with desk.database.transaction() as s:
        return reviews.add(s, "claim", subject_id, Content(**said), hand, now=desk.now)


def change(desk: Any, review_id: str, hand: Hand = HAND, **said: Any) -> ReviewView:
    with desk.database.transaction() as s:
        held = reviews.hold(s, review_id)
        assert held is not None
        return reviews.change(s, held, replace(held.content, **said), hand, now=desk.now)


def get(desk: Any, review_id: str) -> ReviewView | None:
    with desk.database.reading() as s:
        return reviews.get(s, review_id)


def history(desk: Any, review_id: str, limit: int = 7) -> list[ReviewView]:
    found: list[ReviewView] = []
    after = None
    while True:
        with desk.database.reading() as s:
            page = reviews.versions(s, review_id, after=after, limit=limit)
        found += page.items
        if page.next is None:
            return found
        after = page.next


def rows(database: Database, table: str = "review_versions") -> list[Any]:
    with database.reading() as s:
        return [tuple(map(str, row)) for row in s.connection().exec_driver_sql(f"select * from {table}")]


def random_change(chance: random.Random, number: int) -> dict[str, Any]:
    values = [207, 1.0, True, None, "по-русски", [1, {"name": "Doha", "lat": -1.5}], {"a": {"b": []}}, 2**70]
    field = chance.choice(["state", "verdict", "rationale", "evidence", "corrections", "assignee"])
    return {
        field: {
            "state": chance.choice(["draft", "published", "withdrawn"]),
            "verdict": chance.choice(["true", "false", None]),
            "rationale": chance.choice([None, f"Because of {number}.\nAnd “more”."]),
            "evidence": tuple({"url": f"https://a.example/{n}", "title": None} for n in range(chance.randrange(4))),
            "corrections": tuple({"field": f"details.f{n}", "value": chance.choice(values)} for n in range(3)),
            "assignee": chance.choice([None, "Ben", "Chidi"]),
        }[field]
    }


def test_a_hundred_edits_and_each_state_is_in_the_history_as_it_was(desk: Any) -> None:
    chance = random.Random(7)
    first = add(desk)
    seen = [first]
    for number in range(100):
        desk.wait(1)
        before = set(rows(desk.database))
        made = change(desk, first.id, Hand(f"R{number % 3}", reason=str(number)), **random_change(chance, number))
        assert before < set(rows(desk.database)), "what stood there stands there still"
        assert get(desk, first.id) == made
        seen.append(made)
    assert [repr(one) for one in history(desk, first.id)] == [repr(one) for one in seen]
    assert [one.version for one in seen] == list(range(1, 102))


@pytest.mark.parametrize(
    "deed", ["update review_versions set verdict = 'x'", "delete from review_versions", "delete from reviews"]
)
def test_the_database_itself_refuses_to_change_or_drop_what_was_written(desk: Any, deed: str) -> None:
    add(desk, verdict="false")
    before = rows(desk.database), rows(desk.database, "reviews")
    with pytest.raises(DBAPIError), desk.database.transaction() as s:
        s.connection().exec_driver_sql(deed)
    assert (rows(desk.database), rows(desk.database, "reviews")) == before


@pytest.mark.parametrize("known", [False, True])
def test_a_failure_between_a_review_and_its_version_stores_neither(
    desk: Any, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    review = add(desk) if known else None
    before = rows(desk.database), rows(desk.database, "reviews")
    flush = Session.flush
    reached = []

    def fail(session: Session, *given: Any) -> None:
        if any(isinstance(row, ReviewVersion) for row in session.new):
            reached.append(session.connection().exec_driver_sql("select max(version) from reviews").scalar())
            raise RuntimeError("the power went")
        flush(session, *given)

    monkeypatch.setattr(Session, "flush", fail)
    with pytest.raises(RuntimeError, match="power"):
        add(desk) if review is None else change(desk, review.id, verdict="true")
    monkeypatch.undo()
    assert reached == [2 if known else 1], "the review itself had been written"
    assert (rows(desk.database), rows(desk.database, "reviews")) == before


def test_twenty_who_change_one_review_at_once_make_twenty_versions(desk: Any) -> None:
    review = add(desk)
    with ThreadPoolExecutor(20) as threads:
        made = list(threads.map(lambda n: change(desk, review.id, rationale=str(n)), range(20)))
    assert sorted(one.version for one in made) == list(range(2, 22))
    assert {one.content.rationale for one in history(desk, review.id)} == {None, *map(str, range(20))}


def test_the_time_of_publication_is_the_last_and_outlives_a_step_back(desk: Any) -> None:
    review = add(desk, state="published", verdict="true")
    first = desk.now
    assert review.published_at == first
    desk.wait(60)
    assert change(desk, review.id, rationale="More.").published_at == first
    assert change(desk, review.id, state="draft").published_at == first
    assert change(desk, review.id, state="published").published_at == desk.now
    assert change(desk, review.id, state="withdrawn").published_at == desk.now
    assert add(desk).published_at is None


def test_no_subject_has_more_than_its_measure_whoever_adds_at_once(desk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviews, "MOST_OF_SUBJECT", 5)

    def try_to_add(_: int) -> bool:
        try:
            add(desk)
        except reviews.Full:
            return False
        return True

    with ThreadPoolExecutor(12) as threads:
        assert sum(threads.map(try_to_add, range(12))) == 5
    assert add(desk, OTHER).version == 1


def test_lists_give_each_review_once_newest_change_first(desk: Any) -> None:
    made = []
    for number in range(9):
        made.append(add(desk, assignee="Ben" if number % 2 else None, verdict="true" if number % 3 else None).id)
        desk.wait(number % 2)
    desk.wait(5)
    change(desk, made[2], Hand("Bea"), state="withdrawn")

    def listed(**filters: Any) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            with desk.database.reading() as s:
                page = reviews.page(s, ReviewFilter(**filters), after=after, limit=2)
            found += [one.id for one in page.items]
            if page.next is None:
                return found
            after = page.next

    rest = [one for one in made[::-1] if one != made[2]]
    assert listed() == [made[2], *rest]
    assert listed(states=("withdrawn",)) == listed(reviewers=("Bea",)) == listed(updated_since=desk.now) == [made[2]]
    assert listed(assignees=("Ben", "Nobody")) == made[7::-2]
    assert listed(verdicts=("true",), states=("draft",)) == [one for one in rest if made.index(one) % 3]
    assert listed(subject_types=("event",)) == []
    with desk.database.reading() as s:
        first = reviews.of_subject(s, "claim", CLAIM, after=None, limit=5)
        second = reviews.of_subject(s, "claim", CLAIM, after=first.next, limit=5)
    assert [one.id for one in (*first.items, *second.items)] == made[::-1]


@pytest.mark.parametrize("key", [("x",), (1,), ("2025-06-01T00:00:00",), ("2025-06-01T00:00:00", "a"), ()])
def test_a_key_that_no_page_gave_is_refused(desk: Any, key: Any) -> None:
    with desk.database.reading() as s, pytest.raises(ValueError):
        reviews.page(s, ReviewFilter(), after=key, limit=2)


def test_reviews_outlive_the_withdrawal_and_the_second_reading_of_their_claim(desk: Any, claim_in: Any) -> None:
    text = "Envoys met in Doha on Monday."
    desk.read(text, [claim_in(text, "met in Doha")], "https://news.example/a")
    (claim,) = desk.claims()
    review = add(desk, claim.id, verdict="true")
    desk.read("Nothing of it is left.", [], "https://news.example/a")
    assert [one.state for one in desk.claims(states=("withdrawn",))] == ["withdrawn"]
    desk.read(text, [claim_in(text, "met in Doha")], "https://news.example/a")
    assert [one.id for one in desk.claims()] == [claim.id]
    with desk.database.transaction() as s:
        s.connection().exec_driver_sql("delete from articles")
    assert desk.claims() == []
    assert get(desk, review.id) == review


def test_what_is_no_id_is_not_asked_for(desk: Any) -> None:
    for nothing in ("", "\0", "x" * 36, CLAIM):
        assert get(desk, nothing) is None
        with desk.database.transaction() as s:
            assert reviews.hold(s, nothing) is None


def test_a_step_back_takes_the_reviews_with_it(desk: Any) -> None:
    add(desk)
    migrate.downgrade(desk.database, "0004_events")
    migrate.upgrade(desk.database)
    assert rows(desk.database) == []
