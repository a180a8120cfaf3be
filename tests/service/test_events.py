"""Events over HTTP: what all articles tell of one happening, where it does not fit, and what people do about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from claims.model import Place, Status

DAY = date(2025, 6, 6)
NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"
TOWN = Place("Jilib", "Jilib", "Middle Juba", "SO", 0.5, 42.8, 56399)


@pytest.fixture
def tell(newsroom: Any, claim_of: Any) -> Any:
    """Takes in an article of one claim, which a worker reads, and gives the claim's id."""

    def told(text: str, *, published: str = "2025-06-07", publisher: str | None = None, **claim: Any) -> str:
        sent = newsroom.article(text=text, published_at=published, publisher=publisher)
        article = newsroom.post(sent).json["article"]["id"]
        newsroom.read(claim_of(text, text, **claim))
        (found,) = newsroom.http.get(f"/v1/articles/{article}/claims").json["items"]
        return str(found["id"])

    return told


def exchange(tell: Any, number: int, who: str | None = None, *, day: date = DAY, **more: Any) -> str:
    values = {"count": number, "qualifier": "exact", "per_side": True, "action": "exchanged", "side": None}
    text = f"Kenya and Somalia exchanged {number} prisoners each, {who or 'it'} said of {day}."
    return str(tell(text, kind="prisoners", dated=day, speaker=who, subject="prisoners_of_war", **values | more))


def events_of(newsroom: Any, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = newsroom.http.get(f"/v1/events{query}").json["items"]
    return found


def test_an_event_tells_who_says_what_and_where_it_does_not_fit(newsroom: Any, tell: Any) -> None:
    first = exchange(tell, 195, "Kenya's army")
    second = exchange(tell, 207, "Somalia's army")
    (event,) = events_of(newsroom)
    full = newsroom.http.get(event["links"]["self"]).json
    assert (full["claims_count"], full["articles_count"], full["independent_sources"]) == (2, 2, 2)
    assert full["date"] == {"from": "2025-06-06", "to": "2025-06-06", "stated": True}
    assert [(one["membership"], one["claim"]["id"]) for one in full["claims"]] == [
        ("suggested", first),
        ("suggested", second),
    ]
    (dispute,) = full["contradictions"]
    assert (dispute["field"], dispute["reason"], dispute["claims"]) == ("count", "195 against 207", [first, second])
    assert [(v["value"], v["said_by"], v["claims"]) for v in dispute["values"]] == [
        (195, ["Kenya's army"], [first]),
        (207, ["Somalia's army"], [second]),
    ]
    counts = [(one["value"], one["articles"]) for one in full["told"] if one["field"] == "count"]
    assert counts == [(195, 1), (207, 1)]
    assert event["contradicted"]


def test_copies_count_once(newsroom: Any, tell: Any) -> None:
    for publisher in ("Coast Post", "Lake Sun"):
        tell(
            "Kenya and Somalia exchanged 60 prisoners each at the border on Friday, officials told an agency.",
            kind="prisoners",
            dated=DAY,
            publisher=publisher,
            count=60,
            qualifier="exact",
            action="exchanged",
        )
    (event,) = events_of(newsroom)
    assert (event["articles_count"], newsroom.http.get(event["links"]["self"]).json["independent_sources"]) == (2, 1)


def test_lists_of_events_are_narrowed_and_paged(newsroom: Any, tell: Any, pages: Any) -> None:
    claims = [exchange(tell, 100 + n, day=date(2025, 6, 1 + n)) for n in range(5)]
    exchange(tell, 300, "another", day=date(2025, 6, 1))
    assert [len(page) for page in pages(newsroom, "/v1/events?limit=2")] == [2, 2, 1]
    assert len(events_of(newsroom, f"?claim={claims[2]}")) == 1
    assert len(events_of(newsroom, "?date_from=2025-06-04")) == 2
    assert [e["contradicted"] for e in events_of(newsroom, "?contradicted=true")] == [True]
    assert events_of(newsroom, "?kind=talks") == []
    for bad in ("?contradicted=perhaps", "?state=gone", "?colour=red", "?date_from=yesterday", "?article=x"):
        assert newsroom.http.get(f"/v1/events{bad}").status_code == 400


def test_people_confirm_split_and_merge_and_all_of_it_is_written_down(newsroom: Any, tell: Any) -> None:
    first, second = exchange(tell, 195, "Kenya's army"), exchange(tell, 207, "Somalia's army")
    (event,) = events_of(newsroom)
    path = event["links"]["self"]
    done = newsroom.http.post(f"{path}/confirm", json={"claims": [first], "reviewer": "Amina", "reason": "Read it."})
    assert done.status_code == 200
    assert [one["membership"] for one in done.json["claims"]] == ["confirmed", "suggested"]
    made = newsroom.http.post(f"{path}/split", json={"claims": [second], "reviewer": "Amina"})
    assert (made.status_code, made.headers["Location"]) == (201, made.json["links"]["self"])
    assert [one["claim"]["id"] for one in made.json["claims"]] == [second]
    assert not newsroom.http.get(path).json["contradicted"]
    back = newsroom.http.post(f"{path}/merge", json={"event": made.json["id"], "reason": "It is one, after all."})
    assert {one["claim"]["id"] for one in back.json["claims"]} == {first, second}
    gone = newsroom.http.get(made.headers["Location"]).json
    assert (gone["state"], gone["links"]["merged_into"], gone["claims"]) == ("merged", path, [])
    told = [(c["action"], c["reviewer"], c["reason"]) for c in newsroom.http.get(f"{path}/changes").json["items"]]
    assert told == [
        ("confirmed", "Amina", "Read it."),
        ("split", "Amina", None),
        ("merged", None, "It is one, after all."),
    ]


def test_what_cannot_be_done_is_told_and_changes_nothing(newsroom: Any, tell: Any) -> None:
    claim = exchange(tell, 195)
    (event,) = events_of(newsroom)
    path = event["links"]["self"]
    for tail, body, status in (
        ("confirm", {"claims": [NOBODY]}, 409),
        ("split", {"claims": [claim]}, 409),
        ("merge", {"event": event["id"]}, 409),
        ("merge", {"event": NOBODY}, 409),
        ("split", {}, 422),
        ("split", {"claims": []}, 422),
        ("confirm", {"claims": [claim] * 501}, 422),
        ("confirm", {"reviewer": "x" * 201}, 422),
        ("merge", {"event": "none"}, 422),
    ):
        answer = newsroom.http.post(f"{path}/{tail}", json=body)
        assert (tail, answer.status_code, answer.mimetype) == (tail, status, "application/problem+json")
    for tail in ("", "/claims", "/changes"):
        assert newsroom.http.get(f"/v1/events/{NOBODY}{tail}").status_code == 404
    assert newsroom.http.post(f"/v1/events/{NOBODY}/confirm", json={}).status_code == 404
    assert events_of(newsroom) == [event]
    assert newsroom.http.get(f"{path}/changes").json["items"] == []


def test_an_event_is_reviewed_as_a_claim_is(newsroom: Any, tell: Any) -> None:
    exchange(tell, 195)
    (event,) = events_of(newsroom)
    made = newsroom.http.post(f"{event['links']['self']}/reviews", json={"rationale": "Both sides were asked."})
    assert made.status_code == 201
    assert made.json["subject"] == {"type": "event", "id": event["id"]}


def test_the_calendar_of_talks(newsroom: Any, tell: Any) -> None:
    sides = {"parties": ["Kenya", "Somalia"], "place": "Nairobi", "round": None, "format": "meeting"}
    for day, status in ((9, Status.SCHEDULED), (9, Status.CANCELLED), (2, Status.OCCURRED)):
        tell(f"Envoys of Kenya and Somalia, {day} June: {status}.", status=status, dated=date(2025, 6, day), **sides)
    items = newsroom.http.get("/v1/talks").json["items"]
    assert [(one["date"]["from"], one["status"], one["contradicted"]) for one in items] == [
        ("2025-06-02", "occurred", False),
        ("2025-06-09", "scheduled", True),
    ]
    assert (items[0]["parties"], items[0]["place"]["name"]) == (["Kenya", "Somalia"], "Nairobi")
    assert [one["date"]["from"] for one in newsroom.http.get("/v1/talks?date_from=2025-06-05").json["items"]] == [
        "2025-06-09"
    ]


def test_the_timeline_of_a_place_with_its_denials(newsroom: Any, tell: Any) -> None:
    taken = {"kind": "territory", "places": (TOWN,), "action": "captured"}
    tell("Somalia's army took Jilib.", dated=DAY, actor="Somalia", speaker="the army", **taken)
    denied = {"status": Status.DENIED, "actor": "Somalia", "published": "2025-06-08", "speaker": "al-Shabab"}
    tell("Al-Shabab denied that Jilib was taken.", dated=DAY, **denied, **taken)
    (entry,) = newsroom.http.get("/v1/places/56399/control").json["items"]
    assert [(one["actor"], one["speaker"]) for one in entry["claims"]] == [("Somalia", "the army")]
    assert [(one["status"], one["told_on"]) for one in entry["denials"]] == [("denied", "2025-06-08")]
    (then,) = newsroom.http.get("/v1/places/56399/control?as_of=2025-06-07").json["items"]
    assert (len(then["claims"]), then["denials"]) == (1, [])
    assert newsroom.http.get("/v1/places/56399/control?as_of=2025-06-05").json["items"] == []
    assert newsroom.http.get("/v1/places/1/control").json["items"] == []


def test_the_ledger_of_exchanges_with_running_totals(newsroom: Any, tell: Any, pages: Any) -> None:
    sides = {"parties": ("Kenya", "Somalia")}
    for number, day, who in ((195, 6, "Kenya"), (207, 6, "Somalia"), (300, 20, "both")):
        exchange(tell, number, who, day=date(2025, 6, day), **sides)
    first, second = newsroom.http.get("/v1/exchanges").json["items"]
    assert [(n["side"], n["low"], n["high"]) for n in first["numbers"]] == [("Kenya", 195, 207), ("Somalia", 195, 207)]
    assert [(n["low"], n["high"]) for n in second["totals"]] == [(495, 507), (495, 507)]
    following = pages(newsroom, "/v1/exchanges?limit=1")
    assert len(following) == 2
    link = newsroom.http.get("/v1/exchanges?limit=1").json["next_cursor"]
    (again,) = newsroom.http.get(f"/v1/exchanges?limit=1&cursor={link}").json["items"]
    assert again["totals"] == second["totals"], "the totals count what stood on the pages before"
