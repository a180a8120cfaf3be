"""What was refused, as stored: checked, replaced by each reading, paged, and gone with its article."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from claims.events.editor import Editor
from claims.model import Abstention
from store import abstentions, articles, migrate
from store.database import Database, Unavailable

TEXT = "Talks were lively. The territory is vast. A prisoner of habit, he stayed."


def refused(quote: str, kind: str = "talks", reason: str = "it names no sides", of: str = TEXT) -> Abstention:
    start = of.index(quote)
    return Abstention(kind, f"{kind}.rule", quote.split(maxsplit=1)[0], start, start + len(quote), quote, reason)


THREE = (
    refused("Talks were lively."),
    refused("The territory is vast.", "territory", "nobody holds it"),
    refused("A prisoner of habit, he stayed.", "prisoners", "no number"),
)


def stored(desk: Any, article_id: str, **filters: Any) -> list[abstentions.AbstentionView]:
    with desk.database.reading() as s:
        page = abstentions.of_article(s, article_id, after=None, limit=200, **filters)
    assert page.next is None
    return page.items


def quotes(desk: Any, article_id: str, **filters: Any) -> list[str]:
    return [one.quote for one in stored(desk, article_id, **filters)]


def read(desk: Any, *found: Abstention, words: str = TEXT, url: str = "https://news.example/a") -> str:
    submitted = desk.submit(words, url)
    (taken,) = desk.take()
    assert desk.commit(taken, refused=found)
    return str(submitted.article.id)


def test_each_is_kept_as_it_was_found(desk: Any) -> None:
    other = read(desk, refused("Talks were lively."), url="https://news.example/b")
    article_id = read(desk, *THREE)
    assert stored(desk, article_id)[1] == abstentions.AbstentionView(
        kind="territory",
        rule="territory.rule",
        trigger="The",
        quote="The territory is vast.",
        start=19,
        end=41,
        reason="nobody holds it",
        revision=1,
    )
    assert quotes(desk, article_id) == [one.quote for one in THREE]
    assert quotes(desk, other) == ["Talks were lively."]


def test_several_of_one_sentence_are_kept_apart(desk: Any) -> None:
    twice = [refused("Talks were lively."), refused("Talks were lively.", "territory"), refused("Talks were lively.")]
    assert [one.kind for one in stored(desk, read(desk, *twice))] == ["talks", "territory", "talks"]


def test_some_kinds_only(desk: Any) -> None:
    article_id = read(desk, *THREE)
    assert quotes(desk, article_id, kinds=["territory"]) == [THREE[1].quote]
    assert quotes(desk, article_id, kinds=["prisoners", "talks"]) == [THREE[0].quote, THREE[2].quote]
    assert quotes(desk, article_id, kinds=["none"]) == []


def test_another_reading_replaces_them_all(desk: Any) -> None:
    article_id = read(desk, *THREE)
    for again in (THREE[1:2], ()):
        with desk.database.transaction() as s:
            articles.reread(s, article_id, extractor="1.0.0", now=desk.now)
        (taken,) = desk.take()
        assert desk.commit(taken, refused=again)
        assert quotes(desk, article_id) == [one.quote for one in again]


def test_a_new_revision_replaces_those_of_the_old_one_once_it_is_read(desk: Any) -> None:
    article_id = read(desk, *THREE)
    desk.submit("Talks stalled.", "https://news.example/a")
    assert len(quotes(desk, article_id)) == 3
    (taken,) = desk.take()
    assert desk.commit(taken, refused=[refused("Talks stalled.", of="Talks stalled.")])
    assert [(one.quote, one.revision) for one in stored(desk, article_id)] == [("Talks stalled.", 2)]


def test_a_late_reading_of_an_old_revision_changes_nothing(desk: Any) -> None:
    article_id = read(desk, *THREE)
    with desk.database.transaction() as s:
        articles.reread(s, article_id, extractor="1.0.0", now=desk.now)
    (late,) = desk.take()
    desk.submit("Talks stalled.", "https://news.example/a")
    assert desk.commit(late, refused=THREE[:1])
    assert len(quotes(desk, article_id)) == 3


def test_the_reading_of_a_withdrawn_article_changes_nothing(desk: Any) -> None:
    article_id = read(desk, *THREE)
    with desk.database.transaction() as s:
        articles.withdraw(s, article_id, Editor({}), desk.now)
        articles.reread(s, article_id, extractor="1.0.0", now=desk.now)
    (taken,) = desk.take()
    assert desk.commit(taken, refused=THREE[:1])
    assert len(quotes(desk, article_id)) == 3


def test_whoever_lost_the_job_writes_none(desk: Any) -> None:
    article_id = desk.submit(TEXT).article.id
    (taken,) = desk.take()
    assert desk.commit(taken, refused=THREE[:1])
    assert not desk.commit(taken, refused=THREE)
    assert quotes(desk, article_id) == [THREE[0].quote]


@pytest.mark.parametrize(("start", "end"), [(1, 19), (0, 17), (-18, 18), (0, 0), (0, 999)])
def test_a_quote_that_is_not_at_its_place_is_refused_with_all_else(desk: Any, start: int, end: int) -> None:
    article_id = desk.submit(TEXT).article.id
    (taken,) = desk.take()
    wrong = Abstention("talks", "talks.rule", "Talks", start, end, "Talks were lively.", "it names no sides")
    with pytest.raises(ValueError, match=f"the quote of a talks abstention is not at {start}:{end} of its text"):
        desk.commit(taken, refused=[THREE[1], wrong])
    assert quotes(desk, article_id) == []
    assert desk.article(article_id).job.status == "started"


def test_they_go_with_their_article(desk: Any) -> None:
    article_id = read(desk, *THREE)
    with desk.database.transaction() as s:
        s.execute(text("delete from articles where id = :id"), {"id": article_id})
    with desk.database.reading() as s:
        assert s.scalar(text("select count(*) from abstentions")) == 0


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_pages_miss_and_repeat_none(desk: Any, limit: int) -> None:
    article_id = read(desk, *THREE)
    found, after = [], None
    for _ in range(3):
        with desk.database.reading() as s:
            page = abstentions.of_article(s, article_id, after=after, limit=limit)
        assert len(page.items) <= limit
        found += [one.quote for one in page.items]
        after = page.next
        if after is None:
            break
    assert after is None
    assert found == [one.quote for one in THREE]


def test_a_page_goes_on_with_a_revision_that_was_read_meanwhile(desk: Any) -> None:
    article_id = read(desk, *THREE)
    with desk.database.reading() as s:
        first = abstentions.of_article(s, article_id, after=None, limit=2)
    read(desk, refused("Talks stalled.", of="Talks stalled."), words="Talks stalled.")
    with desk.database.reading() as s:
        rest = abstentions.of_article(s, article_id, after=first.next, limit=2)
    assert [one.quote for one in rest.items] == ["Talks stalled."]


@pytest.mark.parametrize("key", [(), (1,), ("1", "2"), (1, -1), (1, 2**70)])
def test_keys_that_no_page_gave(desk: Any, key: Any) -> None:
    article_id = read(desk, *THREE)
    with pytest.raises(ValueError, match="key"), desk.database.reading() as s:
        abstentions.of_article(s, article_id, after=key, limit=2)


@pytest.mark.parametrize("unknown", ["", "nonsense", "\0", "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"])
def test_an_unknown_article_has_none(desk: Any, unknown: str) -> None:
    read(desk, *THREE)
    assert stored(desk, unknown) == []


def test_a_database_of_the_release_before_keeps_its_articles(blank_database: Database, desk_time: Any) -> None:
    migrate.upgrade(blank_database)
    with blank_database.transaction() as s:
        sent = articles.Submission("https://a.example/", "https://a.example/", text=TEXT)
        article_id = articles.submit(s, sent, extractor="1", now=desk_time).article.id
    migrate.downgrade(blank_database, "0001_initial")
    with pytest.raises(Unavailable, match="not migrated"), blank_database.reading() as s:
        abstentions.of_article(s, article_id, after=None, limit=1)
    migrate.upgrade(blank_database)
    with blank_database.transaction() as s:
        abstentions.replace(s, article_id, 1, THREE)
    with blank_database.reading() as s:
        assert len(abstentions.of_article(s, article_id, after=None, limit=5).items) == 3
    migrate.downgrade(blank_database, "0001_initial")
    with blank_database.reading() as s:
        assert s.connection().exec_driver_sql("select id from articles").all() == [(article_id,)]
    migrate.upgrade(blank_database)
