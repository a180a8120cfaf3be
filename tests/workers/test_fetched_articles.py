"""Articles that came by their address alone: what a worker makes of the page that it fetched, or could not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from store import articles, sources
from store.fetches import Fetched
from workers.fetching import NotFetched, NotNow
from workers.jobs import read_shift

URL = "https://news.example/ferry"
PAGE = """<!doctype html><html lang="en"><head><title>Ferry talks</title></head><body><article>
<p>Delegates of the two islands met on Monday to discuss the ferry that links their harbours, officials said.</p>
<p>They will meet again on Friday in the northern port, where the ferry is to be repaired over the summer.</p>
</article></body></html>"""


def page(content: str = PAGE, *, body: bytes | None = None, is_html: bool = True) -> Fetched:
    headers = {"content-type": "text/html"}
    return Fetched(f"{URL}?moved", 200, headers, content.encode() if body is None else body, content, is_html)


def fails(fault: Exception) -> Callable[[str], Fetched]:
    def fetch(url: str) -> Fetched:
        raise fault

    return fetch


@pytest.fixture
def send(desk: Any) -> Callable[..., str]:
    """Takes an article in by its address, to be answered by what `fetch` gives, and has it read; the id of its job."""

    def sent(found: Fetched | Exception, **more: Any) -> str:
        desk.wait(1)
        desk.fetch = fails(found) if isinstance(found, Exception) else lambda _: found
        job_id: str = desk.submit(None, URL, **more)
        read_shift(desk.tools)
        return job_id

    return sent


def kept(desk: Any, revision: int = 1) -> Any:
    with desk.database.reading() as s:
        return sources.kept(s, desk.rows("select id from articles")[0][0], revision)


def test_it_is_read_as_if_its_page_had_been_sent(desk: Any, send: Any) -> None:
    job_id = send(page(), publisher="Radio Lamu", published_at="2025-06-03")
    article = desk.article(job_id)
    assert article.job.status == "finished", article.job.error
    assert article.text.startswith("Delegates of the two islands met")
    assert (article.title, article.publisher, article.published_at) == ("Ferry talks", "Radio Lamu", "2025-06-03")
    assert (article.revision, article.claims_count, article.url) == (1, 1, URL)
    source = article.source
    assert source.sha256 == hashlib.sha256(PAGE.encode()).hexdigest()
    assert (source.form, source.url, source.status) == ("html", f"{URL}?moved", 200)
    assert (source.fetched_at, source.headers) == (desk.now, {"content-type": "text/html"})
    assert kept(desk).body == PAGE.encode()
    with desk.database.transaction() as s:
        same = articles.Submission(URL, URL, html=PAGE)
        assert articles.submit(s, same, extractor="1.0.0", now=desk.now).outcome == "duplicate"


def test_what_was_sent_is_kept_byte_for_byte_in_whatever_characters(desk: Any, send: Any) -> None:
    text = "Зустріч відбулася у Києві."
    article = desk.article(send(page(text, body=text.encode("cp1251"), is_html=False)))
    assert article.text == text
    assert (kept(desk).body, kept(desk).source.form) == (text.encode("cp1251"), "text")
    assert kept(desk).source.sha256 == hashlib.sha256(text.encode("cp1251")).hexdigest()
    (claim,) = desk.rows('select quote, start, "end" from claims')
    assert text[claim[1] : claim[2]] == claim[0]


def test_sent_again_it_is_fetched_again_and_only_another_page_is_a_revision(desk: Any, send: Any) -> None:
    first = send(page())
    second = send(page(), publisher="ignored: it is as it was")
    assert second != first
    article = desk.article(second)
    assert (article.revision, article.publisher, article.job.status) == (1, None, "finished")
    third = send(page(PAGE.replace("Monday", "Tuesday")), publisher="Radio Lamu", external_id="x-1")
    article = desk.article(third)
    assert (article.revision, article.publisher, article.external_id) == (2, "Radio Lamu", "x-1")
    assert "on Tuesday" in article.text
    assert article.source.fetched_at == desk.now
    assert kept(desk, 1).body == PAGE.encode()
    assert desk.rows("select count(*) from revisions") == [(2,)]
    assert desk.rows("select count(*) from jobs where revision = 2") == [(1,)]


def test_while_a_fetch_is_ordered_no_other_one_is(desk: Any) -> None:
    first = desk.submit(None, URL)
    assert desk.submit(None, URL) == first
    desk.take()
    assert desk.submit(None, URL) == first


def test_a_page_that_is_gone_fails_at_once_and_leaves_the_article_as_it_was(desk: Any, send: Any) -> None:
    send(page())
    job_id = send(NotFetched("the site answered 410: the page was taken down"))
    article = desk.article(job_id)
    assert (article.job.status, article.job.attempts) == ("failed", 1)
    assert article.job.error == "the site answered 410: the page was taken down"
    assert (article.revision, article.claims_count, article.reading_state) == (1, 1, "read")
    assert article.text.startswith("Delegates")


def test_a_site_that_does_not_answer_is_asked_later_and_later_and_then_no_more(desk: Any, send: Any) -> None:
    job_id = send(NotNow("the site answered 503"))
    waited = []
    for _ in range(4):
        job = desk.job(job_id)
        assert (job.status, job.error) == ("queued", "the site answered 503")
        pause = 0
        while desk.job(job_id).attempts == job.attempts and desk.job(job_id).status == "queued":
            pause += 10
            assert pause < 1000
            desk.wait(10)
            read_shift(desk.tools)
        waited.append(pause)
    assert waited == [10, 30, 90, 270]
    assert (desk.job(job_id).status, desk.job(job_id).attempts) == ("failed", 5)
    # Then it may be asked for once more, and is there.
    again = send(page())
    assert desk.article(again).job.status == "finished"
    assert desk.article(again).revision == 1


def test_a_failed_fetch_is_ordered_again_by_another_reading(desk: Any, send: Any) -> None:
    job_id = send(NotFetched("the page is empty"))
    desk.fetch = lambda _: page()
    with desk.database.transaction() as s:
        again = articles.reread(s, desk.job(job_id).article_id, extractor="1.0.0", now=desk.now)
    read_shift(desk.tools)
    assert desk.article(again.id).job.status == "finished", desk.article(again.id).job.error


def test_what_waits_for_its_time_is_not_in_the_way_of_others(desk: Any, send: Any) -> None:
    send(NotNow("the site answered 503"))
    other = desk.submit("plain words")
    read_shift(desk.tools)
    assert desk.job(other).status == "finished"


def test_nothing_is_locked_while_a_site_is_asked(desk: Any) -> None:
    def fetch(url: str) -> Fetched:
        desk.submit("sent meanwhile", "https://news.example/other")
        return page()

    desk.fetch = fetch
    job_id = desk.submit(None, URL)
    read_shift(desk.tools)
    assert desk.job(job_id).status == "finished"


def test_what_somebody_sends_meanwhile_stays_the_newest(desk: Any, send: Any) -> None:
    send(page())

    def fetch(url: str) -> Fetched:
        desk.submit("sent meanwhile", URL)
        return page(PAGE.replace("Monday", "Tuesday"))

    desk.fetch = fetch
    job_id = desk.submit(None, URL)
    read_shift(desk.tools)
    assert desk.job(job_id).status == "finished"
    article = desk.article(job_id)
    assert (article.revision, article.text) == (2, "sent meanwhile")
    assert desk.rows("select count(*) from revisions") == [(2,)]


def test_who_lost_the_lease_while_asking_writes_nothing(desk: Any) -> None:
    def fetch(url: str) -> Fetched:
        with desk.database.transaction() as s:
            s.connection().exec_driver_sql("update jobs set token = 'of another'")
        return page()

    desk.fetch = fetch
    job_id = desk.submit(None, URL)
    read_shift(desk.tools)
    assert desk.job(job_id).status == "started"
    assert desk.rows("select text, html, content_hash from revisions") == [(None, None, "")]
    assert desk.rows("select count(*) from sources") == [(0,)]
    assert desk.hand.held == []


def test_a_page_that_cannot_be_read_is_not_fetched_at_each_attempt(desk: Any) -> None:
    asked = []
    desk.fetch = lambda url: asked.append(url) or page()

    def poison(text: str) -> None:
        raise ArithmeticError

    desk.reader.hook = poison
    job_id = desk.submit(None, URL)
    read_shift(desk.tools)
    assert (desk.job(job_id).status, desk.job(job_id).attempts) == ("failed", 5)
    assert asked == [URL]


def test_without_keeping_pages_their_hash_stays(desk: Any) -> None:
    desk.fetch = lambda _: page(body=b"\xef\xbb\xbf" + PAGE.encode())
    jobs = [desk.submit(None, URL), desk.submit(None, html=PAGE), desk.submit("plain words")]
    read_shift(replace(desk.tools, keep_html=False))
    assert desk.statuses(jobs) == ["finished"] * 3
    assert desk.rows("select count(*) from revisions where html is not null") == [(0,)]
    assert desk.rows("select count(*) from sources where body is not null") == [(0,)]
    assert kept(desk).body is None
    assert desk.article(jobs[0]).source.sha256 == hashlib.sha256(b"\xef\xbb\xbf" + PAGE.encode()).hexdigest()
    with desk.database.transaction() as s:
        again = articles.reread(s, desk.job(jobs[1]).article_id, extractor="2.0.0", now=desk.now)
    read_shift(desk.tools)
    assert desk.job(again.id).status == "finished"
