"""Drafts by HTTP: taken in, waited for, read, deleted; refused like articles where they have to be."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from typing import Any

import pytest

from service import examples_checks
from store import checks
from store.database import Database

DRAFT = {"text": "Xanadu freed 40 captives on Monday.", "title": "Quixotic title", "published_at": "2025-06-03"}
UNKNOWN = "/v1/checks/0197a1b2-0000-7000-8000-000000000000"
RESULT = {
    "reading": {"state": "read", "reason": None},
    "claims": [
        {
            **examples_checks.CHECK["claims"][0],
            "quote": "Xanadu freed 40 captives on Monday.",
            "date": {"text": "x", "from": "2025-06-02", "to": None, "edtf": "2025-06-02/..", "precision": "range"},
        },
        {**examples_checks.CHECK["claims"][0], "date": None, "events": [], "verdict": "unknown"},
    ],
}


def read(newsroom: Any, reason: str | None = None) -> None:
    """Does what a worker does for the longest waiting draft; with a reason, it fails."""
    with newsroom.database.transaction() as s:
        taken = checks.take(s, worker="w", lease_seconds=30, now=newsroom.now, new_token=lambda: os.urandom(16).hex())
        assert taken is not None
        if reason is None:
            assert checks.finish(s, taken.token, RESULT, now=newsroom.now)
        else:
            assert checks.crashed(s, taken.token, reason, max_attempts=1, now=newsroom.now)


def test_a_draft_is_taken_in_and_its_check_found(newsroom: Any) -> None:
    made = newsroom.post(DRAFT, "/v1/checks")
    assert made.status_code == 202
    assert made.headers["Location"] == f"/v1/checks/{made.json['id']}"
    assert made.headers["Retry-After"] == "1"
    assert made.json == {
        "id": made.json["id"],
        "status": "queued",
        "created_at": newsroom.now.isoformat(),
        "ended_at": None,
        "error": None,
        "reading": {"state": "waiting", "reason": None},
        "claims": [],
    }
    waits = newsroom.http.get(made.headers["Location"])
    assert (waits.json, waits.headers["Retry-After"]) == (made.json, "1")
    read(newsroom)
    done = newsroom.http.get(made.headers["Location"])
    assert "Retry-After" not in done.headers
    assert done.json == made.json | RESULT | {"status": "finished", "ended_at": newsroom.now.isoformat()}
    assert newsroom.http.get("/v1/articles").json["items"] == []


def test_who_waits_gets_the_result_at_once_or_the_way_to_it(newsroom: Any) -> None:
    newsroom.meanwhile = lambda: read(newsroom)
    done = newsroom.post(DRAFT, "/v1/checks", Prefer="wait=10")
    assert (done.status_code, done.json["status"]) == (201, "finished")
    assert done.json["claims"] == RESULT["claims"]
    assert done.headers["Location"] == f"/v1/checks/{done.json['id']}"
    assert (done.headers["Preference-Applied"], "Retry-After" in done.headers) == ("wait=10", False)
    newsroom.meanwhile = lambda: None
    late = newsroom.post(DRAFT, "/v1/checks", Prefer="wait=2")
    assert (late.status_code, late.json["status"]) == (202, "queued")
    newsroom.meanwhile = lambda: read(newsroom, "it took more than 20 s of processor time")
    failed = newsroom.http.get(late.headers["Location"], headers={"Prefer": "wait=5"})
    assert failed.headers["Preference-Applied"] == "wait=5"
    assert (failed.json["status"], failed.json["claims"]) == ("failed", [])
    assert failed.json["reading"] == {"state": "skipped", "reason": failed.json["error"]}


def test_a_draft_is_gone_from_the_file_once_it_is_read_and_its_quotes_with_the_check(desk: Any) -> None:
    long = {**DRAFT, "text": f"{DRAFT['text']} {'Xanadu waits. ' * 5_000}"}
    first = desk.post(long, "/v1/checks", Idempotency_Key="k", Prefer="wait=1")
    failing = desk.post(long, "/v1/checks")

    def found() -> set[bytes]:
        desk.database.empty_log()
        folder = desk.settings.data_dir
        held = b"".join(path.read_bytes() for path in folder.glob("claimtrail.sqlite3*"))
        return set(re.findall(rb"Xanadu freed|Xanadu waits|Quixotic title", held))

    assert found() == {b"Xanadu freed", b"Xanadu waits", b"Quixotic title"}
    read(desk)
    read(desk, "why")
    assert found() == {b"Xanadu freed"}, "a quote of the first one's result"
    assert desk.http.delete(first.headers["Location"]).status_code == 204
    assert found() == set()
    assert desk.http.get(failing.headers["Location"]).json["status"] == "failed"


def test_a_check_is_deleted_once(newsroom: Any) -> None:
    made = newsroom.post(DRAFT, "/v1/checks")
    gone = newsroom.http.delete(made.headers["Location"])
    assert (gone.status_code, gone.get_data()) == (204, b"")
    for method in ("GET", "DELETE"):
        assert newsroom.http.open(made.headers["Location"], method=method).status_code == 404
        assert newsroom.http.open(UNKNOWN, method=method).status_code == 404


def test_a_key_makes_one_check_of_a_repetition_and_keeps_no_quotes(newsroom: Any, faults: Any) -> None:
    newsroom.meanwhile = lambda: read(newsroom)
    first = newsroom.post(DRAFT, "/v1/checks", Idempotency_Key="k", Prefer="wait=5")
    assert first.status_code == 201
    again = newsroom.post(DRAFT, "/v1/checks", Idempotency_Key="k")
    assert (again.status_code, again.json["id"]) == (202, first.json["id"])
    assert again.headers["Idempotent-Replayed"] == "true"
    other = newsroom.post({**DRAFT, "title": "another"}, "/v1/checks", Idempotency_Key="k")
    assert other.status_code == 422
    assert faults(other) == {("Idempotency-Key", "key_reused")}
    with newsroom.database.reading() as s:
        kept = s.connection().exec_driver_sql("select body from idempotency_keys").scalar()
        assert s.connection().exec_driver_sql("select count(*) from checks").scalar() == 1
    assert "Xanadu" not in kept


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("/text", "required")),
        ({"text": None}, ("/text", "null")),
        ({"text": " \n"}, ("/text", "blank")),
        ({"text": "a\0b"}, ("/text", "invalid_text")),
        ({"text": "x" * 100_001}, ("/text", "too_long")),
        ({**DRAFT, "html": "<p>x</p>"}, ("/html", "unknown")),
        ({**DRAFT, "url": "https://news.example/1"}, ("/url", "unknown")),
        ({**DRAFT, "published_at": "Monday"}, ("/published_at", "invalid_date")),
        ({**DRAFT, "language": "english please"}, ("/language", "invalid_language")),
        ({**DRAFT, "title": "t" * 501}, ("/title", "too_long")),
    ],
)
def test_a_draft_that_cannot_be_taken(desk: Any, faults: Any, body: Any, fault: tuple[str, str]) -> None:
    refused = desk.post(body, "/v1/checks")
    assert refused.status_code == 422
    assert faults(refused) == {fault}
    with desk.database.reading() as s:
        assert s.connection().exec_driver_sql("select count(*) from checks").scalar() == 0


def test_other_refusals(desk: Any) -> None:
    assert desk.http.post("/v1/checks", data="text", content_type="text/plain").status_code == 415
    assert desk.http.post("/v1/checks", data="{", content_type="application/json").status_code == 400
    assert desk.http.post("/v1/checks?wait=1", json=DRAFT).status_code == 400
    assert desk.post(DRAFT, "/v1/checks", Idempotency_Key="k\u00fc").status_code == 400


def test_more_drafts_than_may_wait_are_refused_and_nothing_stored(
    make_newsroom: Any, database: Database, faults: Any
) -> None:
    newsroom = make_newsroom(database, max_backlog=2)
    for _ in range(2):
        assert newsroom.post(DRAFT, "/v1/checks").status_code == 202
    full = newsroom.post(DRAFT, "/v1/checks", Idempotency_Key="k")
    assert full.status_code == 503
    assert faults(full) == {("", "backlog")}
    assert int(full.headers["Retry-After"]) > 0
    read(newsroom)
    assert newsroom.post(DRAFT, "/v1/checks", Idempotency_Key="k").status_code == 202


def test_a_full_disk_refuses_drafts(make_newsroom: Any, sqlite_database: Database, faults: Any) -> None:
    full = make_newsroom(sqlite_database, min_free_mb=10**9).post(DRAFT, "/v1/checks")
    assert (full.status_code, faults(full)) == (503, {("", "disk_full")})


def test_a_key_that_may_not_read_claims_is_not_told_them(desk: Any) -> None:
    desk.meanwhile = lambda: read(desk)
    writer, reviewer = desk.key("articles:write"), desk.key("claims:review", "claims:read")
    headers = {"Authorization": f"Bearer {writer}", "Prefer": "wait=5"}
    made = desk.http.post("/v1/checks", json=DRAFT, headers=headers)
    assert (made.status_code, made.json["status"]) == (202, "queued")
    assert "Preference-Applied" not in made.headers
    assert desk.as_key(writer, made.headers["Location"]).status_code == 403
    full = desk.http.post("/v1/checks", json=DRAFT, headers={**headers, "Authorization": f"Bearer {reviewer}"})
    assert (full.status_code, full.json["claims"]) == (201, RESULT["claims"])
    assert desk.as_key(reviewer, made.headers["Location"]).json["status"] == "finished"
    assert desk.as_key(desk.key("claims:read"), made.headers["Location"], "DELETE").status_code == 403
    assert desk.as_key(writer, made.headers["Location"], "DELETE").status_code == 204


def test_a_fenced_worker_brings_nothing_back(newsroom: Any) -> None:
    made = newsroom.post(DRAFT, "/v1/checks")
    with newsroom.database.transaction() as s:
        taken = checks.take(s, worker="w", lease_seconds=30, now=newsroom.now, new_token=lambda: "t")
    newsroom.wait(seconds=31)
    with newsroom.database.transaction() as s:
        assert checks.free_expired(s, now=newsroom.now, lease_seconds=30, max_lost=50).queued == [made.json["id"]]
        assert taken is not None
        assert not checks.finish(s, taken.token, RESULT, now=newsroom.now + timedelta(seconds=1))
    assert newsroom.http.get(made.headers["Location"]).json["status"] == "queued"
