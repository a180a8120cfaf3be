"""Batches: each item as if it had come alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

PATH = "/v1/articles/batch"


def ndjson(newsroom: Any, *lines: str) -> Any:
    return newsroom.http.post(PATH, data="\n".join(lines), content_type="application/x-ndjson")


def test_one_bad_item_never_fails_the_rest(newsroom: Any) -> None:
    known = newsroom.article()
    newsroom.post(known)
    answer = newsroom.post(
        [newsroom.article(), {"url": "nowhere", "text": " ", "more": 1}, known, 7, newsroom.article()], PATH
    )
    assert answer.status_code == 207
    items = answer.json["items"]
    assert [item["status"] for item in items] == [202, 422, 200, 422, 202]
    assert {(f["pointer"], f["code"]) for f in items[1]["problem"]["errors"]} == {
        ("/url", "invalid_url"),
        ("/text", "blank"),
        ("/more", "unknown"),
    }
    assert items[1]["problem"]["request_id"] == answer.headers["X-Request-ID"]
    assert items[2]["duplicate"] is True
    assert items[0]["article"]["id"] != items[4]["article"]["id"]
    assert newsroom.read() == 3


def test_lines_are_taken_as_well(newsroom: Any) -> None:
    good = json.dumps(newsroom.article())
    answer = ndjson(newsroom, good, "", "{", '{"url": 1, "url": 2}', json.dumps(newsroom.article()), "")
    assert [item["status"] for item in answer.json["items"]] == [202, 400, 400, 202]
    assert answer.json["items"][2]["problem"]["errors"][0]["code"] == "duplicate_key"


def test_the_order_of_the_answer_is_that_of_the_batch(newsroom: Any) -> None:
    batch = [newsroom.article(url=f"https://{host}.example/") for host in ("c", "a", "b")]
    urls = [item["article"]["url"] for item in newsroom.post(batch, PATH).json["items"]]
    assert urls == [article["url"] for article in batch]


def test_two_texts_of_one_url_are_two_revisions_in_their_order(newsroom: Any) -> None:
    batch = [newsroom.article(url="https://a.example/", text=text) for text in ("First.", "Second.")]
    items = newsroom.post(batch, PATH).json["items"]
    assert [item["article"]["revision"] for item in items] == [1, 2]
    assert newsroom.http.get(items[0]["article"]["links"]["self"]).json["text"] == "Second."


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ([], 422, "batch_size"),
        ([1] * 101, 422, "batch_size"),
        ({"url": "https://a.example/"}, 422, "type"),
        ("text", 422, "type"),
    ],
)
def test_what_is_no_batch(desk: Any, faults: Any, body: Any, status: int, code: str) -> None:
    answer = desk.post(body, PATH)
    assert answer.status_code == status
    assert faults(answer) == {("", code)}
    assert desk.rows() == 0


def test_a_hundred_at_once(desk: Any) -> None:
    answer = desk.post([desk.article() for _ in range(100)], PATH)
    assert {item["status"] for item in answer.json["items"]} == {202}


def test_a_batch_may_be_larger_than_an_article(desk: Any) -> None:
    batch = [desk.article(text="x" * 99_000) for _ in range(30)]
    assert desk.post(batch, PATH).status_code == 207
    large = desk.http.post(PATH, data=b"[" + b" " * 20_000_000 + b"]", content_type="application/json")
    assert large.status_code == 413
