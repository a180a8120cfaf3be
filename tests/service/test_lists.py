"""Lists: pages, cursors, filters, withdrawal, and jobs that are looked at."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claims.model import Status


def test_articles_newest_first(newsroom: Any, pages: Any) -> None:
    ids = [newsroom.post().json["article"]["id"] for _ in range(7)]
    assert pages(newsroom, "/v1/articles?limit=3") == [ids[:3:-1], ids[3:0:-1], ids[:1]]
    answer = newsroom.http.get("/v1/articles").json
    assert [item["id"] for item in answer["items"]] == ids[::-1]
    assert all("text" not in item for item in answer["items"])


def test_articles_by_address(newsroom: Any) -> None:
    newsroom.post()
    wanted = newsroom.post(newsroom.article(url="https://news.example/wanted?utm_source=x")).json["article"]["id"]
    (found,) = newsroom.http.get("/v1/articles?url=https://NEWS.example/wanted%23part").json["items"]
    assert found["id"] == wanted
    assert newsroom.http.get("/v1/articles?url=https://news.example/unknown").json["items"] == []


def test_withdrawing_marks_an_article_and_its_claims(newsroom: Any, claim_of: Any, quotes: Any) -> None:
    sent = newsroom.article()
    article = newsroom.post(sent).json["article"]
    newsroom.read(claim_of("They freed 40 captives"))
    (claim,) = newsroom.http.get("/v1/claims").json["items"]
    for _ in range(2):
        gone = newsroom.http.delete(f"/v1/articles/{article['id']}")
        assert gone.status_code == 200
        assert (gone.json["state"], gone.json["claims_count"]) == ("withdrawn", 0)
    assert newsroom.http.get(f"/v1/articles/{article['id']}").json["state"] == "withdrawn"
    assert newsroom.http.get(f"/v1/claims/{claim['id']}").json["state"] == "withdrawn"
    for path in ("/v1/claims", f"/v1/articles/{article['id']}/claims", "/v1/articles"):
        assert newsroom.http.get(path).json["items"] == []
        assert len(newsroom.http.get(f"{path}?state=withdrawn").json["items"]) == 1
        assert len(newsroom.http.get(f"{path}?state=withdrawn,current").json["items"]) == 1
    newsroom.post(sent)
    newsroom.read(claim_of("They freed 40 captives"))
    (back,) = newsroom.http.get("/v1/claims").json["items"]
    assert back["id"] == claim["id"]


def test_claims_of_an_article_in_its_order(newsroom: Any, claim_of: Any, quotes: Any, pages: Any) -> None:
    article = newsroom.post().json["article"]
    newsroom.read(claim_of("They freed 40 captives"), claim_of("Envoys of Chad"), claim_of("met in Doha"))
    address = f"/v1/articles/{article['id']}/claims"
    assert quotes(newsroom.http.get(address)) == ["Envoys of Chad", "met in Doha", "They freed 40 captives"]
    assert [len(page) for page in pages(newsroom, f"{address}?limit=2")] == [2, 1]


def test_a_cursor_belongs_to_its_list(newsroom: Any, claim_of: Any, faults: Any) -> None:
    article = newsroom.post().json["article"]
    newsroom.read(claim_of("They freed 40 captives"), claim_of("Envoys of Chad"))
    cursor = newsroom.http.get("/v1/claims?limit=1").json["next_cursor"]
    assert newsroom.http.get(f"/v1/claims?cursor={cursor}&limit=5").status_code == 200
    for other in ("/v1/claims?kind=talks&", "/v1/articles?", f"/v1/articles/{article['id']}/claims?"):
        refused = newsroom.http.get(f"{other}cursor={cursor}")
        assert refused.status_code == 400
        assert faults(refused) == {("cursor", "invalid_cursor")}
    swapped = cursor[:-4] + ("AAAA" if cursor[-4:] != "AAAA" else "BBBB")
    assert newsroom.http.get(f"/v1/claims?cursor={swapped}").status_code == 400


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("updated_since=2025-06-03", "2025-06-03T09:30:00Z"),
        ("updated_since=2025-06-03T09:30:00+02:00", "+ of +02:00 is %2B"),
        ("date_from=tomorrow", "2025-06-03"),
    ],
)
def test_a_date_that_is_none_is_told_what_is_wanted(desk: Any, faults: Any, query: str, wanted: str) -> None:
    refused = desk.http.get(f"/v1/claims?{query}")
    assert faults(refused) == {(query.partition("=")[0], "invalid_date")}
    assert wanted in refused.get_data(as_text=True)


@pytest.fixture
def archive(newsroom: Any, claim_of: Any) -> Any:
    """Three articles with four claims."""
    newsroom.post(newsroom.article(url="https://a.example/", publisher="The Sahel Note", published_at="2025-06-03"))
    newsroom.read(
        claim_of(
            "Envoys of Chad and Niger met",
            dated=date(2025, 6, 2),
            speaker="Amina Yaro",
            place="Doha",
            parties=("Chad", "Niger"),
        ),
        claim_of(
            "They freed 40 captives", kind="prisoners", status=Status.PROPOSED, count=40, count_low=40, count_high=40
        ),
    )
    newsroom.wait(hours=1)
    newsroom.post(newsroom.article(url="https://b.example/", publisher="Lake Radio", published_at="2025-07-01"))
    newsroom.read(claim_of("met in Doha", dated=date(2025, 6, 30), speaker="Idriss Moussa", parties=("Mali",)))
    newsroom.wait(hours=1)
    newsroom.post(newsroom.article(url="https://c.example/"))
    newsroom.read(claim_of("Doha on Monday", status=Status.SCHEDULED))
    return newsroom


FILTERS: list[tuple[str, set[str]]] = [
    ("", {"envoys", "freed", "met", "doha"}),
    ("kind=prisoners", {"freed"}),
    ("kind=prisoners,talks", {"envoys", "freed", "met", "doha"}),
    ("kind=prisoners&kind=none", {"freed"}),
    ("status=proposed,scheduled", {"freed", "doha"}),
    ("q=envoys", {"envoys"}),
    ("q=niger&q=CHAD", {"envoys"}),
    ("q=%22freed+40%22", {"freed"}),
    ("q=%2240+freed%22", set()),
    ("speaker=yaro", {"envoys"}),
    ("speaker=yaro&speaker=Idriss", {"envoys", "met"}),
    ("party=Niger", {"envoys"}),
    ("party=niger&party=mali", {"envoys", "met"}),
    ("place=Doha", {"envoys"}),
    ("publisher=lake+radio", {"met"}),
    ("date_from=2025-06-10", {"met"}),
    ("date_to=2025-06-10", {"envoys"}),
    ("date_from=2025-06-02&date_to=2025-06-02", {"envoys"}),
    ("published_from=2025-06-04", {"met"}),
    ("published_to=2025-06-30", {"envoys", "freed"}),
    ("count_min=40", {"freed"}),
    ("count_min=41", set()),
    ("count_max=39", set()),
    ("count_min=1&count_max=40", {"freed"}),
    ("updated_since=2025-06-03T10:00:00Z", {"met", "doha"}),
    ("updated_since=2025-06-03T12:30:00%2B02:00", {"doha"}),
    ("state=withdrawn", set()),
    ("kind=talks&party=Chad&q=met&speaker=amina&date_from=2025-06-01", {"envoys"}),
]


def test_filters(archive: Any) -> None:
    names = {"Envoys of Chad and Niger met": "envoys", "They freed 40 captives": "freed", "met in Doha": "met"}
    for query, wanted in FILTERS:
        answer = archive.http.get(f"/v1/claims?{query}")
        assert answer.status_code == 200, answer.text
        assert {names.get(claim["quote"], "doha") for claim in answer.json["items"]} == wanted, query


def test_claims_of_some_articles(archive: Any, quotes: Any) -> None:
    by_url = {item["url"]: item["id"] for item in archive.http.get("/v1/articles").json["items"]}
    b, c = by_url["https://b.example/"], by_url["https://c.example/"]
    assert set(quotes(archive.http.get(f"/v1/claims?article={b},{c}"))) == {"met in Doha", "Doha on Monday"}
    assert quotes(archive.http.get(f"/v1/claims?article={b.upper()}")) == ["met in Doha"]


def test_the_order_of_claims(archive: Any, quotes: Any) -> None:
    newest = quotes(archive.http.get("/v1/claims"))
    assert newest[:2] == ["Doha on Monday", "met in Doha"]
    changed = quotes(archive.http.get("/v1/claims?updated_since=2025-06-03T10:00:00Z"))
    assert changed == ["met in Doha", "Doha on Monday"]


@pytest.mark.parametrize("query", ["", "kind=talks,prisoners&", "updated_since=2025-01-01T00:00:00Z&"])
def test_pages_of_claims_miss_and_repeat_none(archive: Any, query: str, pages: Any) -> None:
    all_pages = pages(archive, f"/v1/claims?{query}limit=1")
    assert [len(page) for page in all_pages] == [1, 1, 1, 1]
    assert len({one for page in all_pages for one in page}) == 4


def test_dates_and_numbers_on_the_wire(archive: Any) -> None:
    (claim,) = archive.http.get("/v1/claims?q=envoys").json["items"]
    assert claim["date"] == {"text": "then", "from": "2025-06-02", "to": "2025-06-02", "edtf": None, "precision": None}
    assert claim["details"]["place"]["name"] == "Doha"
    assert list(claim)[:5] == ["id", "kind", "status", "state", "quote"]
    (claim,) = archive.http.get("/v1/claims?kind=prisoners").json["items"]
    assert claim["details"]["count"] == 40


def test_a_job_is_sent_again_only_when_it_changed(newsroom: Any) -> None:
    address = newsroom.post().headers["Location"]
    first = newsroom.http.get(address)
    tag = first.headers["ETag"]
    assert first.headers["Retry-After"]
    same = newsroom.http.get(address, headers={"If-None-Match": tag})
    assert same.status_code == 304
    assert same.get_data() == b""
    assert same.headers["ETag"] == tag
    other = newsroom.http.get(address, headers={"If-Match": '"another"'})
    assert (other.status_code, other.mimetype) == (412, "application/problem+json")
    newsroom.read()
    changed = newsroom.http.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert "Retry-After" not in changed.headers
    assert (changed.json["status"], changed.json["attempts"]) == ("finished", 1)
    assert changed.json["started_at"]
    assert changed.json["ended_at"]


def test_waiting_for_a_job(newsroom: Any) -> None:
    address = newsroom.post().headers["Location"]
    newsroom.meanwhile = newsroom.read
    done = newsroom.http.get(address, headers={"Prefer": "wait=20"})
    assert done.json["status"] == "finished"
    assert done.headers["Preference-Applied"] == "wait=20"
    assert newsroom.ticks < 1, "it is told at once"


def test_waiting_for_a_job_in_vain(newsroom: Any) -> None:
    address = newsroom.post().headers["Location"]
    waited = newsroom.http.get(address, headers={"Prefer": "wait=3"})
    assert waited.json["status"] == "queued"
    assert 3 <= newsroom.ticks < 4
    assert newsroom.http.get("/v1/jobs/unknown", headers={"Prefer": "wait=3"}).status_code == 404
    assert newsroom.ticks < 4, "what is unknown is not waited for"
