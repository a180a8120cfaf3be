"""Articles come in: alone, again, anew, and with a client that waits."""

from __future__ import annotations

from typing import Any

import pytest

TEXT = "Envoys of Chad and Niger met in Doha on Monday, Amina Yaro said. They freed 40 captives."


def test_an_article_becomes_a_job_and_then_claims(newsroom: Any, claim_of: Any) -> None:
    sent = newsroom.article(
        title="Talks",
        publisher="The Sahel Note",
        published_at="2025-06-03T01:30:00+03:00",
        language="en",
        external_id="cms/7",
    )
    posted = newsroom.post(sent)
    assert posted.status_code == 202
    article, job = posted.json["article"], posted.json["job"]
    assert posted.json["duplicate"] is False
    assert posted.headers["Location"] == f"/v1/jobs/{job['id']}" == article["links"]["job"] == job["links"]["self"]
    assert int(posted.headers["Retry-After"]) >= 1
    assert {name: article[name] for name in sent if name != "text"} == {k: v for k, v in sent.items() if k != "text"}
    assert (article["revision"], article["state"], article["status"]) == (1, "current", "queued")
    assert article["reading"] == {"state": "waiting", "reason": None}
    assert article["claims_count"] == 0
    assert "text" not in article
    queued = newsroom.http.get(posted.headers["Location"]).json
    assert (queued["status"], queued["attempts"], queued["article_id"]) == ("queued", 0, article["id"])
    assert queued["started_at"] is queued["ended_at"] is queued["error"] is None

    newsroom.read(claim_of("Envoys of Chad and Niger met", speaker="Amina Yaro", parties=("Chad", "Niger")))
    assert newsroom.http.get(job["links"]["self"]).json["status"] == "finished"
    shown = newsroom.http.get(article["links"]["self"]).json
    assert (shown["status"], shown["reading"]["state"], shown["claims_count"]) == ("finished", "read", 1)
    assert shown["text"] == TEXT
    (claim,) = newsroom.http.get(article["links"]["claims"]).json["items"]
    source = claim["source"]
    assert TEXT[source["start"] : source["end"]] == claim["quote"] == "Envoys of Chad and Niger met"
    assert source["article_id"] == article["id"]
    assert (source["publisher"], source["title"], source["published_at"]) == (
        "The Sahel Note",
        "Talks",
        sent["published_at"],
    )
    assert claim["attribution"] == {"speaker": "Amina Yaro", "via": None, "cue": "said"}
    assert claim["details"]["parties"] == ["Chad", "Niger"]
    assert claim["explanation"]["fields"] == {"quote": "Envoys of Chad and Niger met"}
    assert claim["date"] is None
    assert newsroom.http.get(f"/v1/claims/{claim['id']}").json == claim


def test_the_local_date_of_publication_is_kept(newsroom: Any) -> None:
    from store import articles

    article = newsroom.post(newsroom.article(published_at="2025-06-03T01:30:00+03:00")).json["article"]
    with newsroom.database.reading() as s:
        found = articles.get(s, article["id"])
    assert str(found.published_on) == "2025-06-03", "in UTC it was still the day before"


def test_html_has_no_text_until_it_was_read(newsroom: Any) -> None:
    article = newsroom.post({"url": "https://news.example/page", "html": "<p>Words</p>"}).json["article"]
    assert newsroom.http.get(article["links"]["self"]).json["text"] is None


def test_an_article_that_is_not_read_says_why(newsroom: Any) -> None:
    article = newsroom.post().json["article"]
    newsroom.read(reading="skipped", reason="language uk is not read yet")
    shown = newsroom.http.get(article["links"]["self"]).json
    assert shown["reading"] == {"state": "skipped", "reason": "language uk is not read yet"}
    assert shown["status"] == "finished"


@pytest.mark.parametrize("again", ["?utm_source=mail&fbclid=1#top", "#top", "?", ""])
def test_the_same_again_is_a_duplicate(newsroom: Any, again: str) -> None:
    url = "https://News.example:443/a/../story"
    first = newsroom.post({"url": url, "text": TEXT})
    second = newsroom.post({"url": f"https://news.example/story{again}", "text": TEXT})
    assert (first.status_code, second.status_code) == (202, 200)
    assert second.json["duplicate"] is True
    assert second.json["article"]["id"] == first.json["article"]["id"]
    assert second.json["job"]["id"] == first.json["job"]["id"]
    newsroom.read()
    third = newsroom.post({"url": url, "text": TEXT})
    assert third.status_code == 200
    assert third.json["job"]["status"] == "finished"
    assert "Retry-After" not in third.headers


@pytest.mark.parametrize("other", ["?id=2", "?gallery=5", "?12345", "/", "x", "?cid=9"])
def test_what_chooses_the_article_makes_it_another(desk: Any, other: str) -> None:
    first = desk.post({"url": "https://news.example/story", "text": TEXT}).json["article"]
    assert desk.post({"url": f"https://news.example/story{other}", "text": TEXT}).json["article"]["id"] != first["id"]


def test_another_text_is_the_next_revision(newsroom: Any) -> None:
    first = newsroom.post(newsroom.article(url="https://news.example/s"))
    second = newsroom.post(newsroom.article(url="https://news.example/s", text="Corrected. " + TEXT))
    assert second.status_code == 202
    assert second.json["article"]["id"] == first.json["article"]["id"]
    assert second.json["article"]["revision"] == 2
    assert second.json["duplicate"] is False
    assert second.json["job"]["id"] != first.json["job"]["id"]


def test_a_failed_article_sent_again_is_read_again(newsroom: Any) -> None:
    sent = newsroom.article()
    first = newsroom.post(sent)
    newsroom.fail("it crashed the reader")
    failed = newsroom.http.get(first.headers["Location"]).json
    assert (failed["status"], failed["error"]) == ("failed", "it crashed the reader")
    second = newsroom.post(sent)
    assert (second.status_code, second.json["duplicate"]) == (200, True)
    assert second.json["job"]["id"] != first.json["job"]["id"]
    assert second.json["job"]["status"] == "queued"
    assert second.headers["Retry-After"]


def test_who_waits_hears_of_a_failure(newsroom: Any) -> None:
    newsroom.meanwhile = lambda: newsroom.fail("no article text was found in the page")
    answer = newsroom.post(Prefer="wait=5")
    assert answer.status_code == 202
    assert (answer.json["job"]["status"], answer.json["article"]["status"]) == ("failed", "failed")
    assert answer.json["article"]["reading"] == {"state": "skipped", "reason": "no article text was found in the page"}
    assert "claims" not in answer.json
    assert "Retry-After" not in answer.headers


def test_who_waits_gets_the_claims(newsroom: Any, claim_of: Any) -> None:
    newsroom.meanwhile = lambda: newsroom.read(claim_of("They freed 40 captives", kind="prisoners", count=40))
    answer = newsroom.post(Prefer="wait=5")
    assert answer.status_code == 201
    assert [claim["quote"] for claim in answer.json["claims"]] == ["They freed 40 captives"]
    assert answer.json["article"]["status"] == answer.json["job"]["status"] == "finished"
    assert answer.headers["Preference-Applied"] == "wait=5"
    assert answer.headers["Location"] == f"/v1/jobs/{answer.json['job']['id']}"
    assert "Link" not in answer.headers


def test_the_first_page_of_claims_leads_to_the_next(newsroom: Any, claim_of: Any) -> None:
    text = " ".join(f"Word{n}" for n in range(30))
    found = [claim_of(f"Word{n} ".strip(), text) for n in range(30) if n != 2]
    newsroom.meanwhile = lambda: newsroom.read(*found)
    answer = newsroom.post(newsroom.article(text=text), Prefer="wait=5")
    assert len(answer.json["claims"]) == 25
    following = answer.headers["Link"].partition(">")[0].lstrip("<")
    rest = newsroom.http.get(following)
    assert rest.status_code == 200
    assert len(rest.json["items"]) == 4


def test_who_waits_in_vain_gets_the_job(desk: Any) -> None:
    answer = desk.post(Prefer="respond-async, wait=2")
    assert answer.status_code == 202
    assert "claims" not in answer.json
    assert desk.ticks >= 2
    assert desk.ticks < 3


def test_nobody_waits_longer_than_half_a_minute(desk: Any) -> None:
    assert desk.post(Prefer="wait=3600").headers["Preference-Applied"] == "wait=30"
    assert 30 <= desk.ticks < 31


@pytest.mark.parametrize("wish", ["wait", "wait=x", "wait=-1", "", "return=minimal", "wait=5s"])
def test_a_wish_that_says_nothing_is_ignored(desk: Any, wish: str) -> None:
    answer = desk.post(Prefer=wish)
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer.headers
    assert desk.ticks == 0


def test_those_who_wait_leave_threads_for_others(desk: Any) -> None:
    """There is one place to wait in; a request that comes while it is taken is answered at once."""
    inner: list[Any] = []

    def meanwhile() -> None:
        if not inner:
            inner.append(None)
            before = desk.ticks
            inner[0] = desk.post(Prefer="wait=9").status_code, desk.ticks - before

    desk.meanwhile = meanwhile
    desk.post(Prefer="wait=1")
    assert inner == [(202, 0)]


def test_read_again(newsroom: Any) -> None:
    article = newsroom.post().json["article"]
    newsroom.read()
    again = newsroom.http.post(f"/v1/articles/{article['id']}/jobs")
    assert again.status_code == 202
    assert again.json["status"] == "queued"
    assert again.headers["Location"] == f"/v1/jobs/{again.json['id']}" != article["links"]["job"]
    assert newsroom.http.post(f"/v1/articles/{article['id']}/jobs").json["id"] == again.json["id"], "it waits already"
    assert newsroom.read() == 1
