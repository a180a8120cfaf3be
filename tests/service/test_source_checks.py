"""Whether a claim's words still stand in its source."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from claims.model import Finding
from settings import Hosts
from store import source_checks, source_looks

BEFORE, QUOTE, AFTER = "It rained in the hills.", "They freed 40 captives at dawn.", "The market was closed."
TEXT = f"{BEFORE} {QUOTE} {AFTER}"
UNKNOWN = "0197a1b2-0000-7000-8000-000000000000"


@pytest.fixture
def address(newsroom: Any, claim_of: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the checks of a claim are."""
    newsroom.post(newsroom.article(text=TEXT))
    newsroom.read(claim_of(QUOTE, TEXT, kind="prisoners", count=40))
    (claim,) = newsroom.http.get("/v1/claims").json["items"]
    with newsroom.database.transaction() as s:
        anchor = "update claims set prefix = 'It rained in the hills. ', suffix = ' The market was closed.'"
        s.connection().exec_driver_sql(anchor)
    return f"/v1/claims/{claim['id']}/source-checks"


def test_a_check_is_made_and_kept(newsroom: Any, address: str) -> None:
    text = TEXT.replace("40", "41")
    made = newsroom.post({"text": text}, address)
    assert made.status_code == 201
    start = text.index("They")
    assert made.json == {
        "id": made.json["id"],
        "claim_id": address.split("/")[3],
        "status": "finished",
        "error": None,
        "outcome": "altered",
        "checked_at": newsroom.now.isoformat(),
        "quote": QUOTE,
        "start": start,
        "end": start + len(QUOTE),
        "found": QUOTE.replace("40", "41"),
        "differences": [{"op": "replace", "old": "40", "new": "41"}],
        "candidates": 1,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
        "text_length": len(text),
    }
    assert made.headers["Location"] == f"/v1/source-checks/{made.json['id']}"
    assert newsroom.http.get(made.headers["Location"]).json == made.json


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (TEXT, "present"),
        (f"Nothing else is left. {QUOTE}", "moved"),
        (f"Word is that: {QUOTE.replace('40', '41')} That is all.", "gone"),
        (f"{QUOTE} Again: {QUOTE} Again.", "ambiguous"),
    ],
)
def test_outcomes(newsroom: Any, address: str, text: str, outcome: str) -> None:
    found = newsroom.post({"text": text}, address).json
    assert found["outcome"] == outcome
    assert found["found"] == (QUOTE if outcome in ("present", "moved") else None)
    if found["found"]:
        assert text[found["start"] : found["end"]] == QUOTE


def test_pages_newest_first(newsroom: Any, address: str, faults: Any) -> None:
    assert newsroom.http.get(address).json == {"items": [], "next_cursor": None}
    made = [newsroom.post({"text": TEXT}, address).json["id"] for _ in range(3)]
    first = newsroom.http.get(f"{address}?limit=2")
    assert [one["id"] for one in first.json["items"]] == made[:0:-1]
    second = newsroom.http.get(first.headers["Link"].partition(">")[0].lstrip("<"))
    assert [one["id"] for one in second.json["items"]] == made[:1]
    assert second.json["next_cursor"] is None
    assert faults(newsroom.http.get(f"{address}?cursor=x")) == {("cursor", "invalid_cursor")}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/text", "not_fetched")),
        ({"text": None, "html": None}, ("/text", "not_fetched")),
        ({"html": " "}, ("/html", "blank")),
        ({"text": "a", "html": "<p>"}, ("/html", "conflict")),
        ({"text": " "}, ("/text", "blank")),
        ({"text": "a\0"}, ("/text", "invalid_text")),
        ({"text": "a" * 100_001}, ("/text", "too_long")),
        ({"text": 1}, ("/text", "type")),
    ],
)
def test_what_is_no_text(newsroom: Any, address: str, faults: Any, body: Any, fault: tuple[str, str]) -> None:
    answer = newsroom.post(body, address)
    assert (answer.status_code, faults(answer)) == (422, {fault})
    assert newsroom.http.get(address).json["items"] == []


def test_nothing_is_fetched_and_it_is_said_so(newsroom: Any, address: str) -> None:
    detail = newsroom.post({}, address).json["errors"][0]["detail"]
    assert detail.startswith("Fetching is off here: send it as `text` or `html`")


def test_a_page_is_left_to_a_worker_and_so_is_one_that_is_fetched(
    newsroom: Any, address: str, make_newsroom: Any
) -> None:
    fetching = make_newsroom(newsroom.database, fetch_hosts=Hosts(("news.example",)))
    for body in ({"html": "<p>They freed 40 captives at dawn.</p>"}, {}):
        made = fetching.post(body, address)
        assert (made.status_code, made.json["status"], made.json["outcome"]) == (202, "queued", None)
        assert made.headers["Retry-After"]
        assert fetching.http.get(made.headers["Location"]).json == made.json
    assert fetching.http.get(address).json["items"] == [], "not before it is done"
    small = make_newsroom(newsroom.database, max_backlog=2, fetch_hosts=Hosts(("news.example",)))
    assert small.post({}, address).status_code == 503
    with newsroom.database.transaction() as s:
        one = source_looks.take(s, worker="w", lease_seconds=9, now=newsroom.now, new_token=lambda: "t")
        assert (one.html, one.quote, one.url) == ("<p>They freed 40 captives at dawn.</p>", QUOTE, one.url)
        found = Finding("gone", None, None, None, [], 0, "0" * 64, 1)
        assert source_looks.finish(s, "t", found, now=newsroom.now).id == one.look_id
    done = fetching.http.get(f"/v1/source-checks/{one.look_id}").json
    assert (done["status"], done["outcome"], done["error"]) == ("finished", "gone", None)
    assert fetching.http.get(address).json["items"] == [done]


def test_no_more_than_so_many_are_kept(
    newsroom: Any, address: str, faults: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_checks, "MOST", 1)
    assert newsroom.post({"text": TEXT}, address).status_code == 201
    answer = newsroom.post({"text": TEXT}, address)
    assert (answer.status_code, faults(answer)) == (409, {("", "too_many")})
    assert len(newsroom.http.get(address).json["items"]) == 1


@pytest.mark.parametrize("claim_id", [UNKNOWN, "nonsense"])
def test_unknown_ids(desk: Any, faults: Any, claim_id: str) -> None:
    path = f"/v1/claims/{claim_id}/source-checks"
    for answer in (
        desk.http.get(path),
        desk.post({"text": TEXT}, path),
        desk.http.get(f"/v1/source-checks/{claim_id}"),
    ):
        assert (answer.status_code, faults(answer)) == (404, set())


def test_who_reads_may_not_check(newsroom: Any, address: str) -> None:
    reader, reviewer = newsroom.key("claims:read"), newsroom.key("claims:review")
    assert newsroom.as_key(reader, address, "POST", json={"text": TEXT}).status_code == 403
    assert newsroom.as_key(reviewer, address, "POST", json={"text": TEXT}).status_code == 201
    assert newsroom.as_key(reader, address).status_code == 200
