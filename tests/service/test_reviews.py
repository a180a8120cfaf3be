"""Reviews over HTTP: every code, merge patches, corrections beside the machine's values, and who was first."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest

from service import reviews as routes
from store import reviews

NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"
QUOTE = "They freed 40 captives"


@pytest.fixture
def reviewed(newsroom: Any, claim_of: Any) -> Any:
    """A newsroom with one dated claim in it, whose id is `claim`."""
    return with_claim(newsroom, claim_of)


def with_claim(newsroom: Any, claim_of: Any, **more: Any) -> Any:
    newsroom.post()
    details = {"count": 40, "side": None}
    given = {"kind": "prisoners", "dated": date(2025, 6, 2), "speaker": "Amina Yaro", **details} | more
    newsroom.read(claim_of(QUOTE, **given))
    (found,) = newsroom.http.get("/v1/claims").json["items"]
    newsroom.claim = f"/v1/claims/{found['id']}"
    return newsroom


def add(room: Any, body: Any = None, **headers: str) -> Any:
    sent = json.dumps({} if body is None else body)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return room.http.post(f"{room.claim}/reviews", data=sent, headers=named, content_type="application/json")


def patch(room: Any, review: Any, body: Any, seen: str | None = "*", mimetype: str = "application/json") -> Any:
    path = review if isinstance(review, str) else review["links"]["self"]
    headers = {} if seen is None else {"If-Match": seen}
    return room.http.patch(path, data=json.dumps(body), headers=headers, content_type=mimetype)


def history(room: Any, review: Any) -> list[Any]:
    found: list[Any] = []
    path = f"{review['links']['versions']}?limit=40"
    following = ""
    while True:
        page = room.http.get(path + following).json
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        following = f"&cursor={page['next_cursor']}"


def test_a_review_is_recorded_and_served(reviewed: Any) -> None:
    evidence = {"url": "https://ministry.example/31", "title": "Note"}
    correction = {"field": "details.count", "value": 207, "reason": "the list has 207 names"}
    sent = {"verdict": "half true", "rationale": "Not 40.", "evidence": [evidence], "corrections": [correction]}
    made = add(reviewed, {**sent, "assignee": "Ben", "reviewer": "Ada", "state": "published"})
    assert made.status_code == 201
    review = made.json
    assert made.headers["ETag"] == '"1"'
    assert made.headers["Location"] == review["links"]["self"] == f"/v1/reviews/{review['id']}"
    assert review["subject"] == {"type": "claim", "id": reviewed.claim.rpartition("/")[2]}
    assert review["evidence"] == [evidence | {"note": None}]
    assert review["corrections"] == [correction | {"machine": 40}]
    expected = {"verdict": "half true", "assignee": "Ben", "reviewer": "Ada", "by_key": None, "version": 1}
    assert {name: review[name] for name in expected} == expected
    assert review["created_at"] == review["updated_at"] == review["published_at"] == "2025-06-03T09:00:00+00:00"
    assert reviewed.http.get(made.headers["Location"]).json == review
    for path in (f"{reviewed.claim}/reviews", "/v1/reviews"):
        assert reviewed.http.get(path).json == {"items": [review], "next_cursor": None}
    assert reviewed.http.get(review["links"]["subject"]).status_code == 200
    assert history(reviewed, review) == [review]


def test_the_claim_is_served_as_before(reviewed: Any) -> None:
    before = reviewed.http.get(reviewed.claim).get_data()
    add(reviewed, {"corrections": [{"field": "details.count", "value": 7}], "verdict": "false", "state": "published"})
    assert reviewed.http.get(reviewed.claim).get_data() == before


def test_a_known_etag_is_a_304(reviewed: Any) -> None:
    path = add(reviewed).headers["Location"]
    for known in ('"1"', 'W/"1"', '"9", "1"', "*"):
        answer = reviewed.http.get(path, headers={"If-None-Match": known})
        assert (answer.status_code, answer.get_data(), answer.headers["ETag"]) == (304, b"", '"1"')
    assert reviewed.http.get(path, headers={"If-None-Match": '"2"'}).status_code == 200
    patch(reviewed, path, {"assignee": "Ben"})
    answer = reviewed.http.get(path, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')


def test_only_who_saw_the_newest_version_changes_it(reviewed: Any, faults: Any) -> None:
    review = add(reviewed).json
    missing = patch(reviewed, review, {"verdict": "true"}, seen=None)
    assert (missing.status_code, faults(missing)) == (428, {("If-Match", "required")})
    assert patch(reviewed, review, {"verdict": "true"}, '"1"').status_code == 200
    for stale in ('"1"', 'W/"2"', '"x", "3"', ""):
        refused = patch(reviewed, review, {"verdict": "false"}, stale)
        assert (refused.status_code, faults(refused)) == (412, {("If-Match", "stale")}), stale
        assert refused.headers["ETag"] == '"2"'
    assert reviewed.http.get(review["links"]["self"]).json["verdict"] == "true"
    assert patch(reviewed, review, {"verdict": "false"}, '"1", "2"').headers["ETag"] == '"3"'
    assert patch(reviewed, review, {"verdict": None}, "*").headers["ETag"] == '"4"'


def test_of_twenty_who_change_what_they_all_saw_one_does(reviewed: Any) -> None:
    review = add(reviewed).json
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda n: patch(reviewed, review, {"rationale": f"By {n}."}, '"1"'), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    (won,) = [answer.json for answer in answers if answer.status_code == 200]
    assert {answer.headers["ETag"] for answer in answers} == {'"2"'}
    assert history(reviewed, review) == [review, won]


def merged(target: Any, change: Any) -> Any:
    """RFC 7396, as it is printed there."""
    if not isinstance(change, dict):
        return change
    target = copy.deepcopy(target) if isinstance(target, dict) else {}
    for name, value in change.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = merged(target.get(name), value)
    return target


def test_a_hundred_patches_do_what_the_standard_says_and_all_of_it_stays(reviewed: Any) -> None:
    chance = random.Random(3)
    served = [add(reviewed, {"verdict": "true"}).json]
    choices: dict[str, list[Any]] = {
        "verdict": ["true", "half true", "false"],
        "rationale": [None, "Seen.", "Read: “ж”."],
        "evidence": [None, [], [{"url": "https://a.example/", "title": None, "note": "n"}]],
        "corrections": [None, [{"field": "details.count", "value": 1, "reason": None}]],
        "assignee": [None, "Ben"],
        "state": ["draft", "published", "withdrawn"],
    }
    empty: dict[str, Any] = {"evidence": [], "corrections": []}
    for number in range(100):
        reviewed.wait(seconds=1)
        names = chance.sample(sorted(choices), chance.randrange(1, 4))
        change = {name: chance.choice(choices[name]) for name in names}
        before = served[-1]
        told = patch(reviewed, before, {**change, "reason": str(number), "reviewer": "Ada"}, f'"{before["version"]}"')
        assert told.status_code == 200
        wanted = {name: merged(before, change).get(name, empty.get(name)) for name in choices}
        wanted["corrections"] = [one | {"machine": 40} for one in wanted["corrections"]]
        assert {name: told.json[name] for name in choices} == wanted
        if wanted == {name: before[name] for name in choices}:
            assert told.json == before, "what changes nothing is no version"
        else:
            assert (told.json["reason"], told.json["version"]) == (str(number), before["version"] + 1)
            served.append(told.json)
    assert len(served) > 50
    assert history(reviewed, served[0]) == served


def test_both_media_types_of_a_patch_are_taken_and_no_other(reviewed: Any) -> None:
    review = add(reviewed).json
    for number, mimetype in enumerate(["application/json", "application/merge-patch+json; charset=utf-8"]):
        assert patch(reviewed, review, {"rationale": str(number)}, mimetype=mimetype).status_code == 200
    for mimetype in ("text/plain", "application/json-patch+json", ""):
        assert patch(reviewed, review, {"rationale": "x"}, mimetype=mimetype).status_code == 415
    sent = reviewed.http.post(f"{reviewed.claim}/reviews", data="{}", content_type="application/merge-patch+json")
    assert sent.status_code == 415


def correction(**more: Any) -> dict[str, Any]:
    return {"corrections": [{"field": "details.count", "value": 1} | more]}


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else 1


REFUSED: list[tuple[Any, str, str]] = [
    ([], "", "type"),
    ({"verdict": "maybe"}, "/verdict", "invalid_choice"),
    ({"verdict": 1}, "/verdict", "type"),
    ({"verdict": "x" * 101}, "/verdict", "too_long"),
    ({"state": "published"}, "/verdict", "required"),
    ({"state": None}, "/state", "null"),
    ({"state": "gone"}, "/state", "invalid_choice"),
    ({"rationale": "x" * 10_001}, "/rationale", "too_long"),
    ({"rationale": " "}, "/rationale", "blank"),
    ({"rationale": "\0"}, "/rationale", "invalid_text"),
    ({"assignee": "x" * 201}, "/assignee", "too_long"),
    ({"reviewer": "\ud800"}, "/reviewer", "invalid_text"),
    ({"version": 7}, "/version", "unknown"),
    ({"evidence": "https://a.example"}, "/evidence", "type"),
    ({"evidence": [{"url": "javascript:alert(1)"}]}, "/evidence/0/url", "invalid_url"),
    ({"evidence": [{"title": "x"}]}, "/evidence/0/url", "required"),
    ({"evidence": [{"url": "https://a.example", "by": 1}]}, "/evidence/0/by", "unknown"),
    ({"evidence": [{"url": "https://a.example"}] * 51}, "/evidence", "too_many"),
    (correction(field="details.none"), "/corrections/0/field", "unknown_field"),
    (correction(field="details.count.low"), "/corrections/0/field", "unknown_field"),
    (correction(field="details.__class__"), "/corrections/0/field", "unknown_field"),
    (correction(field="Details"), "/corrections/0/field", "invalid_field"),
    (correction(field="a" * 201), "/corrections/0/field", "invalid_field"),
    (correction(value=nested(7)), "/corrections/0/value", "too_deep"),
    (correction(value=[0] * 101), "/corrections/0/value", "too_many"),
    (correction(value="x" * 2001), "/corrections/0/value", "too_long"),
    (correction(value=["x" * 1999] * 6), "/corrections/0/value", "too_long"),
    (correction(value={"a\0": 1}), "/corrections/0/value", "invalid_text"),
    (correction(machine=1), "/corrections/0/machine", "unknown"),
    ({"corrections": [{"field": "status"}]}, "/corrections/0/value", "required"),
    ({"corrections": [{"field": "status", "value": 1}] * 2}, "/corrections/1/field", "repeated"),
    ({"corrections": [{"field": "status", "value": 1}] * 31}, "/corrections", "too_many"),
]


def test_what_is_refused_is_told_and_leaves_nothing(desk: Any, claim_of: Any, faults: Any) -> None:
    room = with_claim(desk, claim_of)
    review = add(room).json
    for body, pointer, code in REFUSED:
        for answer in (add(room, body), patch(room, review, body)):
            assert (answer.status_code, faults(answer)) == (422, {(pointer, code)}), (body, answer.json)
    assert faults(patch(room, review, {"state": "withdrawn"})) == {("/reason", "required")}
    assert faults(add(room, {"state": "withdrawn", "reason": "r"})) == {
        ("/state", "invalid_choice"),
        ("/reason", "unknown"),
    }
    assert faults(patch(room, review, {"reason": "x" * 1001})) == {("/reason", "too_long")}
    assert room.http.get("/v1/reviews").json["items"] == [review]
    assert room.http.post(f"{room.claim}/reviews", data="{", content_type="application/json").status_code == 400


def test_limits_are_reached(desk: Any, claim_of: Any) -> None:
    room = with_claim(desk, claim_of)
    most = {
        "rationale": "x" * 10_000,
        "evidence": [{"url": "https://a.example/" + "x" * 2000, "title": "t" * 500, "note": "n" * 1000}] * 50,
        **correction(value=nested(6)),
        "assignee": "a" * 200,
    }
    assert add(room, most).status_code == 201


@pytest.mark.parametrize(
    ("field", "machine"),
    [
        ("status", "occurred"),
        ("kind", "prisoners"),
        ("date.from", "2025-06-02"),
        ("date.to", "2025-06-02"),
        ("attribution.speaker", "Amina Yaro"),
        ("attribution.via", None),
        ("details.count", 40),
        ("details.side", None),
        ("source.revision", 1),
    ],
)
def test_any_field_of_the_claim_can_be_corrected(desk: Any, claim_of: Any, field: str, machine: Any) -> None:
    room = with_claim(desk, claim_of)
    told = add(room, correction(field=field, value={"any": ["thing", 1.0, None, True, 2**70]}))
    (made,) = told.json["corrections"]
    assert (made["machine"], type(made["machine"])) == (machine, type(machine))
    assert json.dumps(made["value"]) == json.dumps({"any": ["thing", 1.0, None, True, 2**70]})


def test_an_undated_claim_can_be_given_a_date(desk: Any, claim_of: Any) -> None:
    room = with_claim(desk, claim_of, dated=None)
    for field in ("date", "date.from", "date.edtf"):
        assert add(room, correction(field=field, value="2025-06-01")).json["corrections"][0]["machine"] is None
    assert add(room, correction(field="date.none")).status_code == 422


def test_a_correction_keeps_what_the_machine_said_when_it_was_made(reviewed: Any, claim_of: Any) -> None:
    review = add(reviewed, correction(value=207)).json
    article = reviewed.http.get(reviewed.claim).json["source"]["article_id"]
    assert reviewed.http.post(f"/v1/articles/{article}/jobs").status_code == 202
    given = {"kind": "prisoners", "dated": date(2025, 6, 2), "speaker": "Amina Yaro"}
    reviewed.read(claim_of(QUOTE, **given, count=41, side=None))
    assert reviewed.http.get(reviewed.claim).json["details"]["count"] == 41
    kept = {"field": "details.count", "value": 207}
    more = {"field": "details.side", "value": "Chad"}
    told = patch(reviewed, review, {"corrections": [more, kept]}).json
    assert [one["machine"] for one in told["corrections"]] == [None, 40]
    told = patch(reviewed, review, {"corrections": [kept | {"value": 207.0}]}).json
    assert [one["machine"] for one in told["corrections"]] == [41], "another value is another correction"


def test_a_review_goes_from_state_to_state_and_the_history_shows_it(reviewed: Any) -> None:
    review = add(reviewed, {"verdict": "true", "state": "published"}).json
    reviewed.wait(hours=1)
    assert patch(reviewed, review, {"state": "draft"}).json["published_at"] == review["published_at"]
    assert patch(reviewed, review, {"verdict": None}).status_code == 200
    assert patch(reviewed, review, {"state": "published"}).status_code == 422
    gone = patch(reviewed, review, {"state": "withdrawn", "reason": "a mix-up"}).json
    assert (gone["state"], gone["reason"]) == ("withdrawn", "a mix-up")
    back = patch(reviewed, review, {"state": "published", "verdict": "false"}).json
    assert (back["reason"], back["published_at"]) == (None, "2025-06-03T10:00:00+00:00")
    assert [one["state"] for one in history(reviewed, review)] == [
        "published",
        "draft",
        "draft",
        "withdrawn",
        "published",
    ]
    assert reviewed.http.delete(review["links"]["self"]).status_code == 405


def test_reviews_stay_when_their_claim_is_withdrawn(reviewed: Any) -> None:
    review = add(reviewed).json
    article = reviewed.http.get(reviewed.claim).json["source"]["article_id"]
    assert reviewed.http.delete(f"/v1/articles/{article}").status_code == 200
    assert reviewed.http.get(reviewed.claim).json["state"] == "withdrawn"
    assert reviewed.http.get(f"{reviewed.claim}/reviews").json["items"] == [review]
    assert patch(reviewed, review, correction()).status_code == 200
    assert add(reviewed).status_code == 201


def test_a_key_signs_beside_the_name(reviewed: Any) -> None:
    desk_key = reviewed.key("claims:review", "claims:read", name="fact-check desk")
    other_key = reviewed.key("claims:review", name="night desk")

    def send(key: str, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {key}", "If-Match": "*"}
        return reviewed.http.open(path, method=method, json=body, headers=headers).json

    review = send(desk_key, "POST", f"{reviewed.claim}/reviews", {"reviewer": "Ada"})
    second = send(other_key, "PATCH", review["links"]["self"], {"verdict": "true"})
    signed = [(one["reviewer"], one["by_key"]) for one in (review, second)]
    assert signed == [("Ada", "fact-check desk"), ("night desk", "night desk")]
    with reviewed.database.reading() as s:
        ids = [row[0] for row in s.connection().exec_driver_sql("select key_id from review_versions order by version")]
    assert ids == [key.split("_")[1] for key in (desk_key, other_key)]
    told = reviewed.as_key(desk_key, review["links"]["versions"]).get_data(as_text=True)
    assert not any(one in told for one in ids), "who may read is not told which keys there are"


def test_a_repetition_is_safe(reviewed: Any, faults: Any) -> None:
    first = add(reviewed, {"verdict": "true"}, Idempotency_Key="k")
    patch(reviewed, first.json, {"verdict": "false"})
    again = add(reviewed, {"verdict": "true"}, Idempotency_Key="k")
    assert (again.status_code, again.get_data()) == (201, first.get_data())
    assert [again.headers[name] for name in ("Location", "ETag")] == [first.headers["Location"], '"1"']
    assert again.headers["Idempotent-Replayed"] == "true"
    other = add(reviewed, {"verdict": "false"}, Idempotency_Key="k")
    assert (other.status_code, faults(other)) == (422, {("Idempotency-Key", "key_reused")})
    with ThreadPoolExecutor(8) as threads:
        twins = list(threads.map(lambda _: add(reviewed, {"rationale": "x"}, Idempotency_Key="t"), range(8)))
    assert {twin.status_code for twin in twins} == {201}
    assert len({twin.json["id"] for twin in twins}) == 1
    assert len(reviewed.http.get("/v1/reviews").json["items"]) == 2


def test_a_subject_with_its_measure_of_reviews_takes_no_more(
    desk: Any, claim_of: Any, faults: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "MOST_OF_SUBJECT", 2)
    room = with_claim(desk, claim_of)
    assert [add(room).status_code for _ in range(2)] == [201, 201]
    full = add(room, Idempotency_Key="k")
    assert (full.status_code, faults(full)) == (422, {("", "too_many")})
    assert len(room.http.get(f"{room.claim}/reviews").json["items"]) == 2


def test_what_is_not_there_is_a_404(desk: Any) -> None:
    for path in (f"/v1/claims/{NOBODY}/reviews", f"/v1/reviews/{NOBODY}", f"/v1/reviews/{NOBODY}/versions"):
        assert desk.http.get(path).status_code == 404
    assert desk.post({}, f"/v1/claims/{NOBODY}/reviews").status_code == 404
    assert patch(desk, f"/v1/reviews/{NOBODY}", {}, seen=None).status_code == 404
    assert desk.http.get("/v1/reviews/none").status_code == 404


def test_lists_are_narrowed_and_paged(reviewed: Any, faults: Any) -> None:
    made = []
    for number in range(7):
        reviewed.wait(minutes=1)
        verdict = ("true", "false", None)[number % 3]
        made.append(add(reviewed, {"verdict": verdict, "assignee": f"A, {number % 2}", "reviewer": "Ada"}).json["id"])
    reviewed.wait(minutes=1)
    patch(reviewed, f"/v1/reviews/{made[0]}", {"state": "withdrawn", "reason": "r", "reviewer": "Bo"})

    def ids(query: str) -> list[str]:
        found: list[str] = []
        path = f"/v1/reviews?limit=2&{query}"
        while path:
            answer = reviewed.http.get(path)
            assert answer.status_code == 200, answer.json
            found += [one["id"] for one in answer.json["items"]]
            path = answer.headers["Link"].partition(">")[0][1:] if "Link" in answer.headers else ""
        return found

    assert ids("") == ids("subject_type=claim") == [made[0], *made[:0:-1]]
    assert ids("subject_type=event") == []
    assert ids("state=withdrawn") == ids("reviewer=Bo") == [made[0]]
    assert ids("verdict=false,half%20true") == [made[4], made[1]]
    assert ids("assignee=A,%201") == made[5::-2]
    assert ids("updated_since=2025-06-03T09:07:00Z") == [made[0], made[6]]
    assert ids("updated_since=0001-01-01T00:00:00%2B01:00&state=draft") == made[:0:-1]
    listed = reviewed.http.get(f"{reviewed.claim}/reviews?state=draft&limit=200").json["items"]
    assert [one["id"] for one in listed] == made[:0:-1]
    for query in ("verdicts=x", "state=gone", "updated_since=now", "subject_type=article", "limit=0", "cursor=x"):
        assert reviewed.http.get(f"/v1/reviews?{query}").status_code == 400, query
    assert reviewed.http.get(f"/v1/reviews/{made[0]}?x=1").status_code == 400


def test_the_scale_is_shown_and_a_shorter_one_leaves_what_was_said(
    reviewed: Any, make_newsroom: Callable[..., Any]
) -> None:
    assert reviewed.http.get("/v1/reviews/scale").json == {"verdicts": ["true", "half true", "false"]}
    review = add(reviewed, {"verdict": "half true"}).json
    later = make_newsroom(reviewed.database, verdicts=("right", "wrong"))
    assert later.http.get("/v1/reviews?verdict=half%20true").json["items"] == [review]
    assert patch(later, review, {"rationale": "Still.", "verdict": "half true"}).json["verdict"] == "half true"
    assert patch(later, review, {"state": "published"}).status_code == 200
    assert patch(later, review, {"verdict": "true"}).status_code == 422
    assert patch(later, review, {"verdict": "wrong"}).json["verdict"] == "wrong"


def test_another_type_of_subject_needs_no_more_than_its_line(
    desk: Any, claim_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = with_claim(desk, claim_of)
    monkeypatch.setitem(routes.SUBJECTS, "event", routes.Subject(lambda *_: {"place": "Doha"}, dict))
    with room.app.test_request_context():
        sent = {"state": "draft", "corrections": [{"field": "place", "value": "Rome"}]}
        made = routes._added("event", NOBODY, sent).json
    assert made["subject"] == {"type": "event", "id": NOBODY}
    assert made["corrections"][0]["machine"] == "Doha"
    assert room.http.get("/v1/reviews?subject_type=event").json["items"] == [made]
    assert room.http.get("/v1/reviews?subject_type=claim").json["items"] == []
    assert patch(room, made, {"corrections": [{"field": "none", "value": 1}]}).status_code == 422
