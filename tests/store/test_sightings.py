"""Which claims each revision had, on both engines."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text as sql

from claims.events.editor import Editor
from claims.model import Attribution, DateValue, Sighting
from store import articles, migrate, sightings

URL = "https://news.example/a"
FIRST = "They freed 40 captives. Envoys met in Doha on Monday."
SECOND = "Update: They freed 45 captives. Envoys met in Doha on Monday."
BEFORE = "0005_reviews"


def stored(desk: Any, article_id: str, number: int) -> sightings.RevisionSeen:
    with desk.database.reading() as s:
        found = sightings.of_revision(s, article_id, number)
    assert found is not None
    return found


def quotes(desk: Any, article_id: str, number: int) -> list[tuple[str, Any]]:
    return [(one.quote, one.details.get("count")) for one in stored(desk, article_id, number).claims or ()]


@pytest.fixture
def two(desk: Any, claim_in: Any) -> str:
    """An article in two revisions, both read."""
    met = {"dated": (date(2025, 6, 2), date(2025, 6, 2)), "speaker": "Amina Yaro", "place": "Doha"}
    freed = [claim_in(FIRST, "They freed 40 captives.", kind="prisoners", count=40)]
    article_id = str(desk.read(FIRST, [*freed, claim_in(FIRST, "Envoys met in Doha on Monday.", **met)], URL))
    freed = [claim_in(SECOND, "They freed 45 captives.", kind="prisoners", count=45)]
    desk.read(SECOND, [claim_in(SECOND, "Envoys met in Doha on Monday.", **met), *freed], URL)
    return article_id


def test_each_revision_keeps_its_own(desk: Any, two: str) -> None:
    assert quotes(desk, two, 1) == [("They freed 40 captives.", 40), ("Envoys met in Doha on Monday.", None)]
    assert quotes(desk, two, 2) == [("They freed 45 captives.", 45), ("Envoys met in Doha on Monday.", None)]
    talks = (stored(desk, two, 1).claims or ())[1]
    (current,) = (claim for claim in desk.claims() if claim.kind == "talks")
    assert talks == Sighting(
        id=current.id,
        kind="talks",
        status="occurred",
        start=24,
        end=53,
        quote="Envoys met in Doha on Monday.",
        details=current.details,
        date=DateValue("then", date(2025, 6, 2), date(2025, 6, 2)),
        attribution=Attribution("Amina Yaro", None, "said"),
    )
    with desk.database.reading() as s:
        assert sightings.newest(s, two) == 2
        assert sightings.newest(s, "nonsense\0") is None
        assert sightings.of_revision(s, two, 3) is None
        assert sightings.of_revision(s, "nonsense\0", 1) is None


def test_another_reading_of_a_revision_replaces_them(desk: Any, two: str, claim_in: Any) -> None:
    with desk.database.transaction() as s:
        articles.reread(s, two, extractor="2.0.0", now=desk.now)
    (taken,) = desk.take()
    better = [claim_in(SECOND, "They freed 45 captives.", kind="prisoners", count=45, side="Chad")]
    assert desk.commit(taken, better, extractor="2.0.0")
    assert [one.details for one in stored(desk, two, 2).claims or ()] == [{"count": 45, "side": "Chad"}]
    assert len(quotes(desk, two, 1)) == 2, "the other revision's stay"
    with desk.database.reading() as s:
        kept = s.execute(sql("select revision, extractor from readings order by revision")).all()
    assert [tuple(row) for row in kept] == [(1, "1.0.0"), (2, "2.0.0")]


def test_none_are_known_before_the_reading_and_none_is_something_else(desk: Any) -> None:
    article_id = desk.submit(FIRST, URL).article.id
    assert stored(desk, article_id, 1) == sightings.RevisionSeen(1, "waiting", None, None)
    (taken,) = desk.take()
    assert desk.commit(taken)
    assert stored(desk, article_id, 1) == sightings.RevisionSeen(1, "read", None, ())


def test_a_revision_that_was_replaced_before_it_was_read_has_them_too(desk: Any, claim_in: Any) -> None:
    article_id = desk.submit(FIRST, URL).article.id
    (taken,) = desk.take()
    desk.submit(SECOND, URL)
    assert desk.commit(taken, [claim_in(FIRST, "They freed 40 captives.", kind="prisoners", count=40)])
    assert quotes(desk, article_id, 1) == [("They freed 40 captives.", 40)]
    assert desk.claims() == []


def test_a_reading_that_is_refused_leaves_none(desk: Any, claim_in: Any) -> None:
    article_id = desk.submit(FIRST, URL).article.id
    (taken,) = desk.take()
    with pytest.raises(ValueError, match="is not at"):
        desk.commit(taken, [claim_in(f"..{FIRST}", "They freed 40 captives.")])
    assert stored(desk, article_id, 1).claims is None


def test_they_go_with_their_article(desk: Any, two: str) -> None:
    with desk.database.transaction() as s:
        s.execute(sql("delete from articles where id = :id"), {"id": two})
        for table in ("sightings", "readings"):
            assert s.scalar(sql(f"select count(*) from {table}")) == 0


def test_what_was_read_before_they_were_kept_is_taken_over_as_far_as_it_is_known(
    desk: Any, two: str, claim_in: Any
) -> None:
    withdrawn = desk.read(FIRST, [claim_in(FIRST, "They freed 40 captives.")], "https://news.example/w")
    with desk.database.transaction() as s:
        articles.withdraw(s, withdrawn, Editor({}), desk.now)
    bare = desk.read(FIRST, [], "https://news.example/b")
    mended = desk.read(FIRST, [claim_in(FIRST, "They freed 40 captives.")], "https://news.example/m")
    desk.submit(SECOND, "https://news.example/m")
    waiting = desk.submit(FIRST, "https://news.example/q").article.id
    desk.submit("Another text.", "https://news.example/b")
    before = stored(desk, two, 2)
    migrate.downgrade(desk.database, BEFORE)
    migrate.upgrade(desk.database)
    assert stored(desk, two, 2) == before
    assert stored(desk, mended, 1).claims, "they stand until the next revision is read"
    for article_id, number in ((two, 1), (mended, 2), (withdrawn, 1), (bare, 1), (waiting, 1)):
        assert stored(desk, article_id, number).claims is None, "what is not known is not made up"


def test_an_article_in_which_nothing_was_found_is_taken_over(desk: Any) -> None:
    bare = desk.read(FIRST, [], URL)
    migrate.downgrade(desk.database, BEFORE)
    migrate.upgrade(desk.database)
    assert stored(desk, bare, 1).claims == ()
