"""What was looked at in an article and not claimed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from claims.model import Abstention

FIRST, SECOND, THIRD = "Talks were lively.", "The territory is vast.", "A prisoner of habit, he stayed."
TEXT = f"{FIRST} {SECOND} {THIRD}"
SKIPPED = {"reading": "skipped", "reason": "language uk is not read yet"}


def refused(quote: str, kind: str, reason: str) -> Abstention:
    start = TEXT.index(quote)
    return Abstention(kind, f"{kind}.rule", quote.split()[1], start, start + len(quote), quote, reason)


THREE = (
    refused(FIRST, "talks", "it names no sides"),
    refused(SECOND, "territory", "nobody holds it"),
    refused(THIRD, "prisoners", "no number"),
)


@pytest.fixture
def post(newsroom: Any) -> Callable[..., str]:
    """Takes one article in; the address of its abstentions, as the article tells it."""

    def take_in(text: str = TEXT, url: str = "https://news.example/a") -> str:
        links: dict[str, str] = newsroom.post(newsroom.article(url=url, text=text)).json["article"]["links"]
        return links["abstentions"]

    return take_in


def told(newsroom: Any, address: str) -> list[str]:
    answer = newsroom.http.get(address)
    assert answer.status_code == 200, answer.text
    return [item["quote"] for item in answer.json["items"]]


def test_each_is_told_with_its_reason(newsroom: Any, post: Any) -> None:
    address = post()
    assert newsroom.http.get(address).json == {"items": [], "next_cursor": None}
    newsroom.read(refused=THREE)
    answer = newsroom.http.get(address)
    assert answer.json["next_cursor"] is None
    assert "Link" not in answer.headers
    assert answer.json["items"][1] == {
        "kind": "territory",
        "rule": "territory.rule",
        "trigger": "territory",
        "quote": SECOND,
        "start": len(FIRST) + 1,
        "end": len(FIRST) + 1 + len(SECOND),
        "reason": "nobody holds it",
        "revision": 1,
    }
    article = newsroom.http.get(address.removesuffix("/abstentions")).json
    assert article["links"]["abstentions"] == address
    assert [article["text"][one["start"] : one["end"]] for one in answer.json["items"]] == [FIRST, SECOND, THIRD]


def test_some_kinds(newsroom: Any, post: Any, faults: Any) -> None:
    address = post()
    newsroom.read(refused=THREE)
    assert told(newsroom, f"{address}?kind=territory") == [SECOND]
    assert told(newsroom, f"{address}?kind=prisoners,talks") == [FIRST, THIRD]
    assert told(newsroom, f"{address}?kind=talks&kind=territory") == [FIRST, SECOND]
    assert told(newsroom, f"{address}?kind=unheard-of") == []
    assert faults(newsroom.http.get(f"{address}?kind=No")) == {("kind", "invalid_choice")}


def test_pages(newsroom: Any, post: Any, faults: Any) -> None:
    address = post()
    newsroom.read(refused=THREE)
    found, following = [], f"{address}?limit=1&kind=talks,prisoners"
    for _ in range(2):
        answer = newsroom.http.get(following)
        found += [item["quote"] for item in answer.json["items"]]
        if link := answer.headers.get("Link"):
            assert link.endswith('>; rel="next"')
            assert answer.json["next_cursor"] in link
            following = link.partition(">")[0].lstrip("<")
    assert answer.json["next_cursor"] is None
    assert found == [FIRST, THIRD]
    cursor = newsroom.http.get(f"{address}?limit=1").json["next_cursor"]
    assert told(newsroom, f"{address}?cursor={cursor}&limit=1") == [SECOND]
    for wrong in (f"{address}?kind=talks&", f"{address.replace('abstentions', 'claims')}?"):
        answer = newsroom.http.get(f"{wrong}cursor={cursor}")
        assert (answer.status_code, faults(answer)) == (400, {("cursor", "invalid_cursor")})


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "state=current", "cursor=x"])
def test_what_no_list_takes(newsroom: Any, post: Any, query: str) -> None:
    assert newsroom.http.get(f"{post()}?{query}").status_code == 400


@pytest.mark.parametrize("article_id", ["0197a1b2-0000-7000-8000-000000000000", "nonsense"])
def test_an_unknown_article(desk: Any, faults: Any, article_id: str) -> None:
    answer = desk.http.get(f"/v1/articles/{article_id}/abstentions")
    assert (answer.status_code, faults(answer)) == (404, set())


def test_another_reading_replaces_them(newsroom: Any, post: Any) -> None:
    address = post()
    newsroom.read(refused=THREE)
    newsroom.post(None, address.replace("abstentions", "jobs"))
    newsroom.read(refused=THREE[1:])
    assert told(newsroom, address) == [SECOND, THIRD]
    post(text=f"{TEXT} More.")
    assert told(newsroom, address) == [SECOND, THIRD]
    newsroom.read(refused=THREE[2:])
    (left,) = newsroom.http.get(address).json["items"]
    assert (left["quote"], left["revision"]) == (THIRD, 2)


def test_a_reading_that_was_skipped_has_none(newsroom: Any, post: Any) -> None:
    address = post()
    newsroom.read(refused=THREE)
    assert len(told(newsroom, address)) == 3
    post(text="Переговори тривають.")
    newsroom.read(**SKIPPED)
    assert told(newsroom, address) == []


def test_they_stay_with_a_withdrawn_article(newsroom: Any, post: Any) -> None:
    address = post()
    newsroom.read(refused=THREE)
    newsroom.http.delete(address.removesuffix("/abstentions"))
    assert len(told(newsroom, address)) == 3
