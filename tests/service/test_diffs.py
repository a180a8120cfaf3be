"""What changed between the claims of two revisions of an article."""

from __future__ import annotations

from typing import Any

import pytest

URL = "https://news.example/a"
FIRST = "They freed 40 captives. Envoys of Chad and Niger met in Doha. A village fell."
SECOND = "They freed 45 captives. In Doha, envoys of Chad and Niger met. Two drones came."


@pytest.fixture
def take_in(newsroom: Any, claim_of: Any) -> Any:
    """Takes a text in as the article's next revision and reads it; the address of its diff."""

    def take(text: str, *, read: bool = True) -> str:
        article = newsroom.post(newsroom.article(url=URL, text=text)).json["article"]
        sentences = [f"{part}." for part in text.rstrip(".").split(". ")]
        freed, met = sentences[:2]
        if read:
            newsroom.read(
                claim_of(freed, text, kind="prisoners", count=int(freed.split()[2])),
                claim_of(met, text, parties=["Chad", "Niger"], place="Doha"),
                *(claim_of(one, text, kind="territory") for one in sentences[2:]),
            )
        return f"/v1/articles/{article['id']}/diff"

    return take


def told(answer: Any) -> list[tuple[str, list[str], str | None, str | None]]:
    assert answer.status_code == 200, answer.text
    return [
        (one["change"], one["fields"], one["before"] and one["before"]["quote"], one["after"] and one["after"]["quote"])
        for one in answer.json["changes"]
    ]


def test_every_change_is_told_with_what_was_and_is(newsroom: Any, take_in: Any) -> None:
    address = take_in(FIRST)
    assert take_in(SECOND) == address
    answer = newsroom.http.get(address)
    assert told(answer) == [
        ("changed", ["quote", "details.count"], "They freed 40 captives.", "They freed 45 captives."),
        ("reworded", ["quote"], "Envoys of Chad and Niger met in Doha.", "In Doha, envoys of Chad and Niger met."),
        ("withdrawn", [], "A village fell.", None),
        ("added", [], None, "Two drones came."),
    ]
    body = answer.json
    assert list(body) == ["article_id", "from", "to", "changes", "unchanged"]
    assert (body["from"], body["to"], body["unchanged"]) == (1, 2, 0)
    before = body["changes"][0]["before"]
    was = newsroom.http.get(f"/v1/claims/{before['id']}").json
    assert before == {
        **{name: was[name] for name in ("id", "kind", "status", "quote", "date", "attribution", "details")},
        "start": was["source"]["start"],
        "end": was["source"]["end"],
    }


def test_which_revisions(newsroom: Any, take_in: Any, faults: Any) -> None:
    address = take_in(FIRST)
    alone = newsroom.http.get(address).json
    assert (alone["from"], alone["to"], alone["changes"], alone["unchanged"]) == (1, 1, [], 3)
    take_in(SECOND)
    take_in(FIRST)
    for query, pair in (("", (2, 3)), ("?to=2", (1, 2)), ("?from=1", (1, 3)), ("?from=3&to=1", (3, 1))):
        found = newsroom.http.get(address + query).json
        assert (found["from"], found["to"]) == pair
    assert newsroom.http.get(f"{address}?from=1").json["changes"] == []
    back = told(newsroom.http.get(f"{address}?from=2&to=1"))
    assert back[0][2:] == ("They freed 45 captives.", "They freed 40 captives.")
    for query in ("?from=4", "?to=4", "?from=2147483647&to=1"):
        answer = newsroom.http.get(address + query)
        assert (answer.status_code, faults(answer)) == (404, set())
    for query, fault in (
        ("from=0", ("from", "out_of_range")),
        ("to=2147483648", ("to", "out_of_range")),
        ("from=x", ("from", "type")),
        ("from=1&from=2", ("from", "repeated")),
        ("limit=1", ("limit", "unknown")),
    ):
        answer = newsroom.http.get(f"{address}?{query}")
        assert (answer.status_code, faults(answer)) == (400, {fault})


def test_claims_that_are_not_known_are_not_told_as_withdrawn(newsroom: Any, take_in: Any, faults: Any) -> None:
    address = take_in(FIRST)
    take_in(SECOND, read=False)
    answer = newsroom.http.get(address)
    assert (answer.status_code, faults(answer)) == (409, set())
    assert answer.json["detail"] == "Revision 2 has not been read."
    assert newsroom.http.get(f"{address}?from=2&to=2").json["changes"] == []
    newsroom.read(reading="skipped", reason="language uk is not read yet")
    answer = newsroom.http.get(address)
    assert (answer.status_code, answer.json["detail"]) == (
        409,
        "Revision 2 could not be read: language uk is not read yet.",
    )
    with newsroom.database.transaction() as s:
        s.connection().exec_driver_sql("delete from readings where revision = 1")
    take_in(f"{SECOND} That is all.")
    answer = newsroom.http.get(f"{address}?from=1&to=3")
    assert (answer.status_code, answer.json["detail"]) == (
        409,
        "Which claims revision 1 had was not kept when it was read.",
    )


def test_a_newer_extractor_that_reads_the_revision_again_is_what_counts(
    newsroom: Any, take_in: Any, claim_of: Any
) -> None:
    address = take_in(FIRST)
    take_in(FIRST.replace("A village", "One village"))
    assert [change for change, *_ in told(newsroom.http.get(address))] == ["withdrawn", "added"]
    newsroom.post(None, address.replace("/diff", "/jobs"))
    text = FIRST.replace("A village", "One village")
    newsroom.read(claim_of("They freed 40 captives.", text, kind="prisoners", count=40), extractor="9.0.0")
    answer = newsroom.http.get(address)
    assert [change for change, *_ in told(answer)] == ["withdrawn", "withdrawn"]
    assert answer.json["unchanged"] == 1


@pytest.mark.parametrize("article_id", ["0197a1b2-0000-7000-8000-000000000000", "nonsense"])
def test_an_unknown_article(desk: Any, faults: Any, article_id: str) -> None:
    answer = desk.http.get(f"/v1/articles/{article_id}/diff")
    assert (answer.status_code, faults(answer)) == (404, set())
