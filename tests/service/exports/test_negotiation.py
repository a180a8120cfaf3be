"""Which format is given: by suffix, by Accept, and JSON where nobody says otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from service.exports import catalog

FORMATS = catalog.formats()
ANNOTATIONS = "http://www.w3.org/ns/anno.jsonld"


def test_there_is_a_format_for_every_module() -> None:
    assert [form.suffix for form in FORMATS] == [
        "csv",
        "ndjson",
        "jsonld",
        "claimreview.jsonld",
        "annotations.jsonld",
        "geojson",
        "ics",
        "atom",
        "feed.json",
    ]
    assert len({form.content_type for form in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_a_suffix_and_an_accept_give_the_same_file(filled: Any, form: Any) -> None:
    for query in ("", "?kind=talks&status=occurred", "?q=nothing+of+this", "?limit=1"):
        by_suffix = filled.http.get(f"/v1/claims.{form.suffix}{query}")
        by_accept = filled.http.get(f"/v1/claims{query}", headers={"Accept": form.content_type})
        assert by_suffix.status_code == by_accept.status_code == 200
        assert by_suffix.content_type == by_accept.content_type == form.content_type
        assert by_suffix.get_data() == by_accept.get_data()
        assert by_accept.headers["Vary"] == "Accept"
        assert by_suffix.headers["Cache-Control"] == "private, no-cache"
        assert by_suffix.headers["Referrer-Policy"] == "no-referrer"
        head = filled.http.head(f"/v1/claims.{form.suffix}{query}")
        assert (head.status_code, head.content_type, head.get_data()) == (200, form.content_type, b"")


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        (None, "application/json"),
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv, */*", "text/csv"),
        ("text/csv;q=0.5, application/json", "application/json"),
        ("text/csv, application/json;q=0.9", "text/csv"),
        ("application/json;q=0, */*;q=0.1", "text/csv"),
        ("text/csv;q=0, text/*", "text/calendar"),
        ("image/png, application/geo+json;q=0.1", "application/geo+json"),
        ("application/ld+json", "application/ld+json"),
        (f'application/ld+json; profile="{ANNOTATIONS}"', f'application/ld+json; profile="{ANNOTATIONS}"'),
        (
            'application/ld+json;profile="https://schema.org/ClaimReview https://other.example/"',
            'application/ld+json; profile="https://schema.org/ClaimReview"',
        ),
        ("text/calendar, text/csv", "text/calendar"),
        ("nonsense", "application/json"),
        ("text/csv;q=nonsense", "application/json"),
    ],
)
def test_accept(desk: Any, accept: str | None, wanted: str) -> None:
    answer = desk.http.get("/v1/claims", headers={} if accept is None else {"Accept": accept})
    assert answer.status_code == 200
    told = answer.content_type
    assert (told if "profile" in wanted else answer.mimetype) == wanted
    assert answer.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    "accept", ["image/png", "*/*;q=0", "application/json;q=0", 'application/ld+json;profile="https://x.example"']
)
def test_what_is_not_to_be_had_is_a_problem(desk: Any, faults: Any, accept: str) -> None:
    for path in ("/v1/claims", "/v1/talks"):
        answer = desk.http.get(path, headers={"Accept": accept})
        assert answer.status_code == 406
        assert answer.headers["Vary"] == "Accept"
        assert faults(answer) == set()
        assert "application/json" in answer.json["detail"]


def test_json_is_as_it_was(filled: Any) -> None:
    answer = filled.http.get("/v1/claims?limit=2", headers={"Accept": "application/json"})
    assert len(answer.json["items"]) == 2
    assert answer.headers["Link"].endswith('rel="next"')
    lines = filled.http.get("/v1/claims.ndjson?limit=2").text.splitlines()
    assert [json.loads(line) for line in lines] == answer.json["items"]
    assert lines[0] == json.dumps(answer.json["items"][0], ensure_ascii=False, separators=(",", ":"))


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("cursor=x", ("cursor", "unknown")),
        ("limit=0", ("limit", "out_of_range")),
        ("limit=10000001", ("limit", "out_of_range")),
        ("colour=red", ("colour", "unknown")),
        ("kind=talks&limit=1&limit=2", ("limit", "repeated")),
    ],
)
def test_a_file_takes_the_filters_and_nothing_else(desk: Any, faults: Any, query: str, fault: Any) -> None:
    for headers, path in (({}, "/v1/claims.csv"), ({"Accept": "text/csv"}, "/v1/claims")):
        refused = desk.http.get(f"{path}?{query}", headers=headers)
        assert refused.status_code == 400
        assert faults(refused) == {fault}
    assert desk.http.get("/v1/claims.csv?limit=10000000").status_code == 200
    assert desk.http.get("/v1/claims.atom?limit=201").status_code == 400
    assert desk.http.get("/v1/claims.none").status_code == 404
