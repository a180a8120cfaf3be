from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from claims.model import Reading
from store import articles, jobs
from store.database import Unavailable
from workers.hand import Note
from workers.jobs import read_shift, rehearse

PAGE = """<!doctype html><html lang="en"><head><title>Ferry talks</title>
<meta property="article:published_time" content="2025-06-03T09:30:00+02:00"></head><body><article>
<p>Delegates of the two islands met on Monday to discuss the ferry that links their harbours, officials said.</p>
<p>They will meet again on Friday in the northern port, where the ferry is to be repaired over the summer.</p>
</article></body></html>"""


def test_everything_that_waits_is_read_and_stored(desk: Any) -> None:
    ids = [desk.submit(f"word{n} and more") for n in range(40)]
    read_shift(desk.tools)
    assert desk.statuses(ids) == ["finished"] * 40
    assert [article.text for article in desk.reader.articles] == [f"word{n} and more" for n in range(40)]
    assert all(desk.article(job_id).claims_count == 1 for job_id in ids)
    assert desk.armed == 40, "the limit on processor time is armed for each article"
    assert desk.rung == 2, "a full batch rings for the next worker; the last is not full, and nothing is left"
    assert (desk.hand.held, desk.hand.current) == ([], None)


def test_an_article_is_named_in_the_hand_while_it_is_read(small_desk: Any) -> None:
    seen = []
    small_desk.submit("first text")
    small_desk.submit("second text")
    small_desk.reader.hook = lambda text: seen.append((text, len(small_desk.hand.held), small_desk.hand.current))
    read_shift(small_desk.tools)
    (first, held, current), (second, left, later) = seen
    assert (first, held, second, left) == ("first text", 2, "second text", 1)
    assert len({current, later, None}) == 3


def test_a_shift_that_is_over_gives_back_what_it_did_not_begin_and_rings(desk: Any) -> None:
    ids = [desk.submit(f"text {n}") for n in range(5)]
    desk.reader.hook = lambda _: desk.wait(20)
    read_shift(desk.tools, seconds=45)
    assert desk.statuses(ids) == ["finished"] * 3 + ["queued"] * 2
    assert [desk.job(job_id).attempts for job_id in ids[3:]] == [0, 0]
    assert desk.rung == 1
    assert desk.hand.held == []
    assert [taken.alone for taken in desk.take()] == [False, False]


def test_a_worker_that_stops_finishes_the_article_in_hand(desk: Any) -> None:
    ids = [desk.submit(f"text {n}") for n in range(3)]

    def stop(_: str) -> None:
        desk.hand.stopping = True

    desk.reader.hook = stop
    read_shift(desk.tools)
    assert desk.statuses(ids) == ["finished", "queued", "queued"]
    assert desk.rung == 1, "for another worker"


def test_an_article_that_cannot_be_read_fails_alone_after_its_attempts(desk: Any) -> None:
    ids = [desk.submit(text) for text in ("good 1", "bad", "good 2")]

    def stumble(text: str) -> None:
        if text == "bad":
            raise ZeroDivisionError("no such number")

    desk.reader.hook = stumble
    read_shift(desk.tools)
    assert desk.statuses(ids) == ["finished", "failed", "finished"]
    job = desk.job(ids[1])
    assert job.attempts == 5
    assert job.error == "reading it failed (ZeroDivisionError); the worker's log tells where"
    assert [article.text for article in desk.reader.articles].count("bad") == 5


TRIGGERS = {
    "sqlite": ["create trigger odd before insert on claims begin select {raised}; end"],
    "postgresql": [
        "create function odd() returns trigger language plpgsql as 'begin perform 1/0; return new; end'",
        "create trigger odd before insert on claims for each row execute function odd()",
    ],
}


@pytest.mark.parametrize("raised", ["raise(abort, 'odd')", "* from nowhere"])
def test_nothing_of_an_article_gets_into_the_log_or_its_jobs_error(
    desk: Any, caplog: pytest.LogCaptureFixture, raised: str
) -> None:
    """Databases tell with a fault what they were to write."""
    engine = "sqlite" if desk.database.is_sqlite else "postgresql"
    with desk.database.transaction() as s:
        for statement in TRIGGERS[engine]:
            s.connection().exec_driver_sql(statement.format(raised=raised))
    job_id = desk.submit("SECRETWORD and more")
    told = ""
    try:
        read_shift(desk.tools)
    except Unavailable as fault:
        told = "".join(traceback.format_exception(fault))
    records = [f"{record.getMessage()} {vars(record)} {record.exc_text}" for record in caplog.records]
    assert told or records
    assert "SECRETWORD" not in told + "".join(records) + (desk.job(job_id).error or "")


def test_a_result_that_cannot_be_true_to_its_text_is_refused(small_desk: Any) -> None:
    job_id = small_desk.submit("one two")

    class Liar:
        def read(self, article: Any) -> Reading:
            claim = plain.read(article).claims[0]
            return Reading("read", "en", (type(claim)(**{f: getattr(claim, f) for f in claim.__slots__} | {"end": 7}),))

    plain = small_desk.reader
    small_desk.reader = Liar()
    read_shift(small_desk.tools)
    assert small_desk.job(job_id).status == "failed"
    assert "ValueError" in small_desk.job(job_id).error


def test_what_the_reader_refused_is_stored_and_replaced_by_the_next_reading(desk: Any) -> None:
    job_id = desk.submit("one two three")
    read_shift(desk.tools)
    assert desk.refused(job_id) == ["two"]
    plain = desk.reader

    class Learned:
        def read(self, article: Any) -> Reading:
            return replace(plain.read(article), abstentions=())

    desk.reader = Learned()
    with desk.database.transaction() as s:
        articles.reread(s, desk.job(job_id).article_id, extractor="1.0.0", now=desk.now)
    read_shift(desk.tools)
    assert desk.refused(job_id) == []


def test_a_refusal_that_cannot_be_true_to_its_text_is_refused(small_desk: Any) -> None:
    job_id = small_desk.submit("one two")
    plain = small_desk.reader

    class Liar:
        def read(self, article: Any) -> Reading:
            reading = plain.read(article)
            return replace(reading, abstentions=tuple(replace(one, end=99) for one in reading.abstentions))

    small_desk.reader = Liar()
    read_shift(small_desk.tools)
    assert small_desk.job(job_id).status == "failed"
    assert "ValueError" in small_desk.job(job_id).error
    assert small_desk.refused(job_id) == []


def test_a_page_is_reduced_to_its_text_and_its_date_is_what_the_reader_goes_by(desk: Any) -> None:
    job_id = desk.submit(None, html=PAGE)
    read_shift(desk.tools)
    article = desk.article(job_id)
    (read,) = desk.reader.articles
    assert article.text == read.text
    assert article.text.startswith("Delegates of the two islands met")
    assert (article.title, read.title) == ("Ferry talks", "Ferry talks")
    assert article.published_at == "2025-06-03T09:30:00+02:00"
    assert article.published_on == date(2025, 6, 3)
    assert read.published_at.isoformat() == "2025-06-03T09:30:00+02:00"


def test_what_the_submission_says_of_a_page_comes_first(desk: Any) -> None:
    said = {"title": "Our title", "published_at": "2025-06-05", "published_on": date(2025, 6, 5), "language": "en-GB"}
    job_id = desk.submit(None, html=PAGE, **said)
    read_shift(desk.tools)
    (read,) = desk.reader.articles
    assert (read.title, read.published_at, read.language) == ("Our title", date(2025, 6, 5), "en-GB")
    article = desk.article(job_id)
    assert (article.title, article.published_at, article.language) == ("Our title", "2025-06-05", "en-GB")


def test_a_page_is_parsed_once_and_read_again_from_its_text(desk: Any) -> None:
    job_id = desk.submit(None, html=PAGE)
    read_shift(desk.tools)
    with desk.database.transaction() as s:
        again = articles.reread(s, desk.job(job_id).article_id, extractor="1.0.0", now=desk.now)
    assert again is not None
    read_shift(desk.tools)
    assert desk.job(again.id).status == "finished"
    first, second = desk.reader.articles
    assert first == second


def test_a_page_without_an_article_fails_at_once_with_its_reason(desk: Any) -> None:
    job_id = desk.submit(None, html="<html><body></body></html>")
    read_shift(desk.tools)
    assert (desk.job(job_id).status, desk.job(job_id).attempts) == ("failed", 1)
    assert "no article text" in desk.job(job_id).error


def test_a_result_whose_lease_was_lost_is_dropped(desk: Any) -> None:
    """The fence: another worker has the job by now, and only it may write."""
    job_id = desk.submit("slow text")
    other = []

    def lose(_: str) -> None:
        if not other:
            desk.wait(31)
            with desk.database.transaction() as s:
                jobs.free_expired(s, now=desk.now, lease_seconds=30, max_lost=50)
            other.extend(desk.take())

    desk.reader.hook = lose
    read_shift(desk.tools)
    assert desk.job(job_id).status == "started"
    assert desk.article(job_id).claims_count == 0
    with desk.database.transaction() as s:
        assert jobs.give_back(s, other[0].token), "the other worker still holds it"


def test_without_a_database_all_is_let_go_and_nothing_held_against_it(small_desk: Any) -> None:
    ids = [small_desk.submit(f"text {n}") for n in range(3)]
    path = small_desk.database.path
    aside = path.with_suffix(".aside")

    def vanish(text: str) -> None:
        if text == "text 1":
            path.rename(aside)

    small_desk.reader.hook = vanish
    with pytest.raises(Unavailable):
        read_shift(small_desk.tools)
    aside.rename(path)
    assert small_desk.hand.note is Note.NO_DATABASE
    assert len(small_desk.hand.held) == 2
    assert small_desk.statuses(ids) == ["finished", "started", "started"]


def test_want_of_memory_is_noted_for_the_parent(small_desk: Any) -> None:
    small_desk.submit("large text")

    def starve(_: str) -> None:
        raise MemoryError

    small_desk.reader.hook = starve
    with pytest.raises(MemoryError):
        read_shift(small_desk.tools)
    assert small_desk.hand.note is Note.OUT_OF_MEMORY
    assert small_desk.hand.current is not None


def test_a_rehearsal_reads_a_whole_page(small_desk: Any) -> None:
    rehearse(small_desk.reader)
    (read,) = small_desk.reader.articles
    assert read.text.count("\n\n") == 2
