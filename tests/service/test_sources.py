"""Articles by their address alone, and what revisions were made of: kept, given out safely, and proving claims."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from settings import Hosts
from store import fetches, jobs
from store.fetches import Fetched

UNKNOWN = "0197a1b2-0000-7000-8000-000000000000"
TEXT = "They freed 40 captives at dawn."
PAGE = "<html><script>alert(1)</script><p>They freed 40 captives.</p></html>"


def sha256(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


@pytest.fixture
def fetching(newsroom: Any, make_newsroom: Any) -> Any:
    """A desk where some pages may be fetched."""
    return make_newsroom(newsroom.database, fetch_hosts=Hosts(("news.example", ".daily.example")))


def fetched(desk: Any, content: str, **more: Any) -> None:
    """Does what a worker does with the one page that is to be fetched."""
    with desk.database.transaction() as s:
        (taken,) = jobs.take(s, worker="w", limit=9, lease_seconds=30, now=desk.now, new_token=lambda: "t")
        page = Fetched("https://news.example/found", 200, {"etag": "x"}, content.encode(), content, is_html=False)
        assert fetches.store(s, taken, replace(page, **more), now=desk.now)
        jobs.give_back(s, "t")


def test_an_address_alone_is_taken_where_its_host_is_listed(fetching: Any) -> None:
    made = fetching.post({"url": "https://news.example/1", "publisher": "Radio Lamu"})
    assert (made.status_code, made.json["duplicate"]) == (202, False)
    article = made.json["article"]
    assert (article["source"], article["reading"]["state"], article["publisher"]) == (None, "waiting", "Radio Lamu")
    assert fetching.http.get(article["links"]["source"]).status_code == 404
    again = fetching.post({"url": "https://news.example/1#part", "text": None})
    assert (again.status_code, again.json["job"]["id"]) == (200, made.json["job"]["id"])
    fetched(fetching, TEXT)
    fetching.read()
    later = fetching.post({"url": "https://news.example/1"})
    assert (later.status_code, later.json["duplicate"]) == (202, False), "it may be another page by now"
    assert later.json["job"]["id"] != made.json["job"]["id"]
    found = fetching.http.get(article["links"]["self"]).json
    assert (found["text"], found["revision"], found["status"]) == (TEXT, 1, "queued")
    assert found["source"] == {
        "form": "text",
        "sha256": sha256(TEXT),
        "fetched": {
            "at": fetching.now.isoformat(),
            "url": "https://news.example/found",
            "status": 200,
            "headers": {"etag": "x"},
        },
    }


@pytest.mark.parametrize("url", ["https://other.example/", "https://daily.example/", "https://xnews.example/"])
def test_other_hosts_are_refused_and_it_is_said_what_helps(fetching: Any, faults: Any, url: str) -> None:
    answer = fetching.post({"url": url})
    assert (answer.status_code, faults(answer)) == (422, {("/url", "not_fetched")})
    detail = answer.json["errors"][0]["detail"]
    assert "CLAIMTRAIL_FETCH_HOSTS" in detail
    assert "`text`" in detail
    assert fetching.rows() == 0
    assert fetching.post({"url": url, "text": TEXT}).status_code == 202


def test_nothing_is_fetched_unless_the_operator_says_so(desk: Any, faults: Any) -> None:
    answer = desk.post({"url": "https://news.example/1"})
    assert faults(answer) == {("/url", "not_fetched")}
    assert answer.json["errors"][0]["detail"].startswith("Fetching is off here")


def test_in_a_batch_each_is_looked_at_by_itself(fetching: Any) -> None:
    urls = ["https://www.daily.example/1", "https://other.example/1", "https://news.example/2"]
    answer = fetching.http.post("/v1/articles/batch", json=[{"url": url} for url in urls])
    assert [item["status"] for item in answer.json["items"]] == [202, 422, 202]
    assert answer.json["items"][1]["problem"]["errors"][0]["pointer"] == "/url"


def test_a_source_is_given_out_as_bytes_that_no_browser_shows(newsroom: Any) -> None:
    article = newsroom.post({"url": "https://news.example/1", "html": PAGE}).json["article"]
    assert article["source"] == {"form": "html", "sha256": sha256(PAGE), "fetched": None}
    answer = newsroom.http.get(article["links"]["source"])
    assert (answer.status_code, answer.get_data(as_text=True)) == (200, PAGE)
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{article["id"]}-1.source.txt"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    digest = base64.b64encode(hashlib.sha256(PAGE.encode()).digest()).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"


def test_the_sources_of_older_revisions_stay(newsroom: Any) -> None:
    for text in ("First.", "Second."):
        made = newsroom.post({"url": "https://news.example/1", "text": text}).json["article"]
    path = f"/v1/articles/{made['id']}/revisions"
    assert [newsroom.http.get(f"{path}/{n}/source").get_data(as_text=True) for n in (1, 2)] == ["First.", "Second."]
    for number in ("3", "0", "-1", "2147483647", "2147483648", "9" * 30, "x"):
        assert newsroom.http.get(f"{path}/{number}/source").status_code == 404, number
    assert newsroom.http.get(f"/v1/articles/{UNKNOWN}/revisions/1/source").status_code == 404


@pytest.fixture
def claim(newsroom: Any, claim_of: Any) -> str:
    """The id of a claim in an article that was sent."""
    newsroom.post({"url": "https://news.example/1", "text": TEXT})
    newsroom.read(claim_of("freed 40 captives", TEXT, kind="prisoners", count=40))
    (found,) = newsroom.http.get("/v1/claims").json["items"]
    return str(found["id"])


def test_a_claim_is_proved_after_its_page_has_changed(newsroom: Any, claim: str) -> None:
    article = newsroom.post({"url": "https://news.example/1", "text": "Nothing of that."}).json["article"]
    newsroom.read()
    found = newsroom.http.get(f"/v1/claims/{claim}/proof")
    assert found.status_code == 200
    assert found.json == {
        "claim_id": claim,
        "article_id": article["id"],
        "revision": 1,
        "quote": "freed 40 captives",
        "start": 5,
        "end": 22,
        "quote_matches": True,
        "text_sha256": sha256(TEXT),
        "source": {"form": "text", "sha256": sha256(TEXT), "fetched": None, "kept": True, "matches": True},
        "links": {"claim": f"/v1/claims/{claim}", "source": f"/v1/articles/{article['id']}/revisions/1/source"},
    }
    assert newsroom.http.get(f"/v1/claims/{UNKNOWN}/proof").status_code == 404


def test_what_was_changed_behind_the_services_back_is_told(newsroom: Any, claim: str) -> None:
    with newsroom.database.transaction() as s:
        s.connection().exec_driver_sql("update revisions set text = 'They freed 41 captives at dawn.'")
    found = newsroom.http.get(f"/v1/claims/{claim}/proof").json
    assert (found["quote_matches"], found["source"]["matches"], found["source"]["kept"]) == (False, False, True)


def test_a_page_that_is_not_kept_is_told_apart(newsroom: Any, claim: str) -> None:
    with newsroom.database.transaction() as s:
        s.connection().exec_driver_sql("update sources set form = 'html'")
    proof = newsroom.http.get(f"/v1/claims/{claim}/proof").json
    assert (proof["source"]["kept"], proof["source"]["matches"], proof["quote_matches"]) == (False, None, True)
    answer = newsroom.http.get(proof["links"]["source"])
    assert answer.status_code == 404
    assert sha256(TEXT) in answer.json["detail"]
