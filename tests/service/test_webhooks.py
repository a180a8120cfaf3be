"""Webhooks over HTTP: made, changed, rotated, tested, replayed; the secret shown once; every refusal."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook

from store import deliveries, notices
from store.deliveries import Attempt
from store.notices import Notice

NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"
WANTED = {"url": "https://hooks.example/a", "types": ["claim.created", "article.read"]}


def make(room: Any, **more: Any) -> Any:
    answer = room.post(WANTED | more, "/v1/webhooks")
    assert answer.status_code == 201, answer.json
    return answer.json


def patch(room: Any, webhook: Any, body: Any, seen: str | None = "*") -> Any:
    headers = {} if seen is None else {"If-Match": seen}
    return room.http.patch(webhook["links"]["self"], json=body, headers=headers)


def send(room: Any, *answers: int) -> None:
    """Does what a sender does for all that is due, with these answers."""
    given = list(answers)
    with room.database.transaction() as s:
        until = room.now + timedelta(seconds=45)
        lane = deliveries.take(s, sender="n", lease_until=until, now=room.now, new_token=lambda: "t", limit=99)
        assert lane is not None
        for letter in lane.letters:
            status = given.pop(0)
            error = None if status < 300 else f"It answered {status}."
            attempt = Attempt(room.now, 7, status, error, gone=status == 410)
            deliveries.record(s, "t", letter, attempt, lease_until=until, now=room.now)
        deliveries.release(s, "t", {"delivered": answers.count(204)})


def tell(room: Any, count: int = 1) -> None:
    with room.database.transaction() as s:
        notices.tell(s, [Notice("article.read", {"n": n}) for n in range(count)], room.now)


def test_a_webhook_is_made_and_its_secret_shown_once(newsroom: Any, capsys: Any) -> None:
    filters = {"kind": ["talks"], "place": ["Doha"], "party": None}
    answer = newsroom.post(WANTED | {"filters": filters, "description": "Ours"}, "/v1/webhooks")
    assert answer.status_code == 201
    made = answer.json
    secret = made.pop("secret")
    Webhook(secret)
    assert len(secret) == len("whsec_") + 44
    assert answer.headers["Location"] == made["links"]["self"] == f"/v1/webhooks/{made['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"
    wanted = {"state": "active", "reason": None, "version": 1, "failing_since": None, "old_secret_until": None}
    assert {name: made[name] for name in wanted} == wanted
    assert made["filters"] == {"kind": ["talks"], "status": [], "publisher": [], "place": ["Doha"], "party": []}
    assert newsroom.http.get(made["links"]["self"]).json == made
    assert newsroom.http.get("/v1/webhooks").json == {"items": [made], "next_cursor": None}
    changed = patch(newsroom, made, {"description": None})
    rest = [newsroom.http.get(made["links"]["deliveries"]).text, changed.text, *capsys.readouterr()]
    assert not [text for text in rest if secret in text]


def test_rotation_shows_the_new_secret_and_tells_how_long_the_old_one_signs(newsroom: Any) -> None:
    made = make(newsroom)
    answer = newsroom.http.post(f"{made['links']['self']}/secret")
    assert answer.status_code == 200
    assert answer.json["secret"] != made["secret"]
    assert answer.json["old_secret_until"] == "2025-06-04T09:00:00+00:00"
    assert (answer.json["version"], answer.headers["ETag"]) == (2, '"2"')
    newsroom.wait(hours=25)
    assert newsroom.http.get(made["links"]["self"]).json["old_secret_until"] is None
    for _ in range(9):
        assert newsroom.http.post(f"{made['links']['self']}/secret").status_code == 200


def test_a_merge_patch_changes_what_it_names(newsroom: Any) -> None:
    made = make(newsroom, filters={"kind": ["talks"], "party": ["Chad"]}, description="Ours")
    newsroom.wait(minutes=1)
    changed = patch(
        newsroom, made, {"filters": {"party": None, "status": ["denied", "denied"]}, "types": ["article.read"]}
    )
    assert changed.status_code == 200
    assert changed.headers["ETag"] == '"2"'
    told = changed.json
    assert told["filters"] == {"kind": ["talks"], "status": ["denied"], "publisher": [], "place": [], "party": []}
    assert (told["types"], told["description"], told["url"]) == (["article.read"], "Ours", WANTED["url"])
    assert told["updated_at"] == "2025-06-03T09:01:00+00:00"
    assert patch(newsroom, made, {"description": "Ours"}).headers["ETag"] == '"2"', "nothing changes"
    assert patch(newsroom, made, {"filters": None}).json["filters"]["kind"] == []
    off = patch(newsroom, made, {"state": "disabled"}).json
    assert (off["state"], off["reason"]) == ("disabled", "It was switched off by request.")
    on = patch(newsroom, made, {"state": "active"}).json
    assert (on["state"], on["reason"]) == ("active", None)


def test_nobody_writes_over_what_another_changed(newsroom: Any) -> None:
    made = make(newsroom)
    assert patch(newsroom, made, {"description": "a"}, None).status_code == 428
    assert patch(newsroom, made, {"description": "a"}, '"1"').status_code == 200
    stale = patch(newsroom, made, {"description": "b"}, '"1"')
    assert (stale.status_code, stale.headers["ETag"]) == (412, '"2"')
    assert newsroom.http.get(made["links"]["self"]).json["description"] == "a"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"url": "http://hooks.example/"}, "/url"),
        ({"url": "HTTP://hooks.example/"}, "/url"),
        ({"url": "ftp://hooks.example/"}, "/url"),
        ({"url": "https://a:b@hooks.example/"}, "/url"),
        ({"url": "https://hooks.example/" + "a" * 2048}, "/url"),
        ({"url": None}, "/url"),
        ({"types": []}, "/types"),
        ({"types": ["claim.invented"]}, "/types/0"),
        ({"types": ["article.read"] * 8}, "/types"),
        ({"types": None}, "/types"),
        ({"types": "article.read"}, "/types"),
        ({"filters": {"kind": ["No Kind"]}}, "/filters/kind/0"),
        ({"filters": {"status": ["odd"]}}, "/filters/status/0"),
        ({"filters": {"place": ["a"] * 51}}, "/filters/place"),
        ({"filters": {"place": [" "]}}, "/filters/place/0"),
        ({"filters": {"speaker": ["A"]}}, "/filters/speaker"),
        ({"filters": []}, "/filters"),
        ({"description": ""}, "/description"),
        ({"description": "a\0"}, "/description"),
        ({"secret": "whsec_mine"}, "/secret"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_nothing_kept(desk: Any, body: dict[str, Any], pointer: str) -> None:
    made = make(desk)
    for answer in (desk.post(WANTED | body, "/v1/webhooks"), patch(desk, made, body)):
        assert answer.status_code == 422
        assert pointer in [fault["pointer"] for fault in answer.json["errors"]]
    kept = desk.http.get("/v1/webhooks").json["items"]
    assert [one["version"] for one in kept] == [1]


def test_plain_http_is_taken_where_the_operator_allows_networks(desk: Any, make_newsroom: Any) -> None:
    from ipaddress import ip_network

    refused = desk.post(WANTED | {"url": "http://board.example/"}, "/v1/webhooks")
    assert "CLAIMTRAIL_ALLOWED_NETWORKS" in refused.json["errors"][0]["detail"]
    room = make_newsroom(desk.database, allowed_networks=(ip_network("10.1.0.0/16"),))
    assert room.post(WANTED | {"url": "http://board.example/"}, "/v1/webhooks").status_code == 201


def test_there_is_an_end_of_webhooks(desk: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("store.webhooks.MOST", 1)
    make(desk)
    full = desk.post(WANTED, "/v1/webhooks")
    assert (full.status_code, full.json["errors"][0]["code"]) == (422, "too_many")


def test_a_test_a_log_and_a_replay(newsroom: Any) -> None:
    made = make(newsroom)
    tested = newsroom.http.post(f"{made['links']['self']}/test")
    assert tested.status_code == 202
    assert (tested.json["type"], tested.json["status"], tested.json["attempts"]) == ("webhook.test", "waiting", [])
    newsroom.wait(seconds=1)
    tell(newsroom)
    send(newsroom, 204, 500)
    log = newsroom.http.get(made["links"]["deliveries"]).json["items"]
    assert [(one["type"], one["status"]) for one in log] == [("article.read", "failed"), ("webhook.test", "delivered")]
    failed = log[0]
    assert failed["attempts"] == [
        {"at": "2025-06-03T09:00:01+00:00", "status": 500, "error": "It answered 500.", "ms": 7}
    ]
    assert failed["due_at"] is None
    assert failed["ended_at"] == "2025-06-03T09:00:01+00:00"
    again = newsroom.http.post(failed["links"]["replay"])
    assert (again.status_code, again.json["id"], again.json["status"]) == (202, failed["id"], "waiting")
    send(newsroom, 204)
    only = newsroom.http.get(f"{made['links']['deliveries']}?status=delivered").json["items"]
    assert [len(one["attempts"]) for one in only] == [2, 1]
    assert newsroom.http.get(f"{made['links']['deliveries']}?status=failed,waiting").json["items"] == []
    assert newsroom.http.get(f"{made['links']['deliveries']}?status=odd").status_code == 400


def test_the_log_is_read_page_by_page(newsroom: Any) -> None:
    made, other = make(newsroom), make(newsroom)
    tell(newsroom, 5)
    seen, path = [], f"{made['links']['deliveries']}?limit=2"
    while path:
        page = newsroom.http.get(path)
        seen += [one["id"] for one in page.json["items"]]
        path = page.headers["Link"].split(">")[0][1:] if "Link" in page.headers else ""
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5
    first = newsroom.http.get(f"{made['links']['deliveries']}?limit=2").json["next_cursor"]
    assert newsroom.http.get(f"{other['links']['deliveries']}?limit=2&cursor={first}").status_code == 400
    pages = [newsroom.http.get(f"/v1/webhooks?limit=1{more}").json for more in ("",)]
    following = newsroom.http.get(f"/v1/webhooks?limit=1&cursor={pages[0]['next_cursor']}").json
    assert [pages[0]["items"][0]["id"], following["items"][0]["id"]] == [made["id"], other["id"]]


def test_what_is_disabled_is_sent_nothing(newsroom: Any) -> None:
    made = make(newsroom)
    tell(newsroom)
    send(newsroom, 410)
    found = newsroom.http.get(made["links"]["self"])
    assert (found.json["state"], found.headers["ETag"]) == ("disabled", '"2"')
    assert "410" in found.json["reason"]
    (failed,) = newsroom.http.get(made["links"]["deliveries"]).json["items"]
    for path in (f"{made['links']['self']}/test", failed["links"]["replay"]):
        refused = newsroom.http.post(path)
        assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "disabled")


def test_what_is_not_there_is_404(newsroom: Any) -> None:
    made, other = make(newsroom), make(newsroom)
    tell(newsroom)
    (one,) = newsroom.http.get(made["links"]["deliveries"]).json["items"]
    nothing = f"/v1/webhooks/{NOBODY}"
    assert newsroom.http.get(nothing).status_code == 404
    assert newsroom.http.patch(nothing, json={}, headers={"If-Match": "*"}).status_code == 404
    assert newsroom.http.delete(nothing).status_code == 404
    assert newsroom.http.get(f"{nothing}/deliveries").status_code == 404
    for path in ("/secret", "/test", f"/deliveries/{one['id']}/replay"):
        assert newsroom.http.post(nothing + path).status_code == 404
    assert newsroom.http.post(f"{other['links']['self']}/deliveries/{one['id']}/replay").status_code == 404
    assert newsroom.http.post(f"{made['links']['self']}/deliveries/{NOBODY}/replay").status_code == 404


def test_deleting_takes_all_of_it(newsroom: Any) -> None:
    made = make(newsroom)
    tell(newsroom, 3)
    assert newsroom.http.delete(made["links"]["self"]).status_code == 204
    assert newsroom.http.get(made["links"]["self"]).status_code == 404
    with newsroom.database.reading() as s:
        assert s.connection().exec_driver_sql("select count(*) from webhook_deliveries").scalar() == 0


def test_metrics_tell_what_waits_and_how_attempts_ended(newsroom: Any) -> None:
    make(newsroom)
    off = make(newsroom)
    tell(newsroom, 2)
    patch(newsroom, off, {"state": "disabled"})
    newsroom.wait(seconds=30)

    def metric(name: str) -> float:
        lines = newsroom.http.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"claimtrail_{name} "))

    assert metric("deliveries_waiting") == 2
    assert metric("oldest_delivery_seconds") == 30
    assert metric("webhooks_disabled") == 1
    send(newsroom, 204, 204)
    assert metric("deliveries_waiting") == 0
    assert metric("oldest_delivery_seconds") == 0
    assert metric('deliveries_total{outcome="delivered"}') == 2


def test_the_description_names_the_types_that_there_are(desk: Any) -> None:
    described = desk.http.get("/openapi.json").json["components"]["schemas"]["WebhookIn"]
    assert described["properties"]["types"]["items"]["enum"] == list(notices.TYPES)
    assert json.dumps(described).count("whsec_") == 0


def test_a_happening_over_http_reaches_the_outbox(newsroom: Any, claim_of: Any) -> None:
    made = make(newsroom, types=["claim.created", "review.published"])
    newsroom.post()
    newsroom.read(claim_of("They freed 40 captives", kind="prisoners", count=40))
    (claim,) = newsroom.http.get("/v1/claims").json["items"]
    review = {"verdict": "true", "state": "published"}
    assert newsroom.post(review, f"/v1/claims/{claim['id']}/reviews").status_code == 201
    log = newsroom.http.get(made["links"]["deliveries"]).json["items"]
    assert [one["type"] for one in log] == ["review.published", "claim.created"]
