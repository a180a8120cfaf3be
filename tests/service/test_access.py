"""Who may do what, with a key, with a wrong one, and without any."""

from __future__ import annotations

import itertools
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import structlog.testing
from redis import Redis

from service import access
from store import keys

NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"


def operations(newsroom: Any) -> list[tuple[str, str, list[str] | None]]:
    """Method, address, and the scopes of which one is needed: [] where any key will do, None where none is needed."""
    found = []
    for path, methods in newsroom.http.get("/openapi.json").json["paths"].items():
        for method, operation in methods.items():
            if method in ("get", "post", "delete", "put", "patch"):
                security = operation.get("security")
                scopes = None if security is None else [s for way in security for s in way.get(access.SCHEME, ())]
                found.append(
                    (
                        method.upper(),
                        re.sub(r"\{\w+_id\}", NOBODY, path.replace("{geonames_id}", "1").replace("{number}", "1")),
                        scopes,
                    )
                )
    return found


def test_every_route_by_every_scope_answers_as_documented(desk: Any) -> None:
    """Nothing of the bodies is looked at before the key: what may pass gets 202, 200, 404, 415 or 422."""
    admin = desk.key("admin")
    routes = operations(desk)
    assert {path for _, path, scopes in routes if scopes is None} == {"/healthz", "/readyz"}
    assert len(routes) >= 14
    several = [some for some in itertools.combinations(keys.SCOPES, 2) if keys.FEED not in some]
    held = [*itertools.combinations(keys.SCOPES, 1), *several]
    by_scopes = {scopes: desk.key(*scopes) for scopes in held}
    for method, path, needed in routes:
        bare = desk.http.open(path, method=method)
        assert (bare.status_code == 401) == (needed is not None), (method, path)
        assert desk.as_key(admin, path, method).status_code not in (401, 403), (method, path)
        for scopes, key in by_scopes.items():
            status = desk.as_key(key, path, method).status_code
            passes = needed is None or not needed or "admin" in scopes or bool(set(needed) & set(scopes))
            assert (status == 403) == (not passes), (method, path, scopes, status)
            assert status != 401
    assert desk.rows() == 0


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Basic YTpi", "ctk_a_b", "Bearer x y", "Bearer ctk_a_b"])
def test_a_header_that_holds_no_known_key_is_refused_even_while_there_is_none(desk: Any, given: str) -> None:
    for path in ("/v1/claims", "/v1/kinds", "/metrics"):
        answer = desk.http.get(path, headers={"Authorization": given})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.mimetype == "application/problem+json"


def test_while_there_is_no_key_this_machine_may_do_everything(desk: Any) -> None:
    assert desk.post().status_code == 202
    assert desk.http.get("/v1/claims").status_code == 200
    description = desk.http.get("/openapi.json").json
    assert {} in description["paths"]["/v1/claims"]["get"]["security"], "as it says"


def test_from_the_first_key_on_nobody_may_without_one(desk: Any) -> None:
    desk.post()
    key = desk.key("claims:read")
    answer = desk.http.get("/v1/claims")
    assert answer.status_code == 401
    assert "WWW-Authenticate" in answer.headers
    assert desk.post().status_code == 401
    assert desk.as_key(key).status_code == 200
    with desk.database.transaction() as s:
        keys.revoke(s, key.split("_")[1], desk.now)
    assert desk.http.get("/v1/claims").status_code == 401, "closed for good"
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json"):
        assert desk.http.get(path).status_code == 200


def test_where_others_can_reach_it_nobody_may_before_there_is_a_key(desk: Any, make_newsroom: Any) -> None:
    exposed = make_newsroom(desk.database, host="0.0.0.0")
    answer = exposed.http.get("/v1/claims")
    assert answer.status_code == 401
    assert "claimtrail keys create" in answer.json["detail"]
    assert exposed.as_key(exposed.key("claims:read")).status_code == 200


def test_a_revocation_and_an_end_are_seen_at_the_next_request(newsroom: Any) -> None:
    key, brief = newsroom.key("claims:read"), newsroom.key("admin", expires_at=newsroom.now + timedelta(hours=1))
    assert newsroom.as_key(key).status_code == newsroom.as_key(brief).status_code == 200
    with newsroom.database.transaction() as s:
        keys.revoke(s, key.split("_")[1], newsroom.now)
    assert newsroom.as_key(key).status_code == 401
    newsroom.wait(hours=1)
    assert newsroom.as_key(brief).status_code == 401


def test_the_last_use_is_written_down(newsroom: Any) -> None:
    newsroom.as_key(newsroom.key("claims:read"))
    with newsroom.database.reading() as s:
        assert [key.last_used_at for key in keys.listed(s)] == [newsroom.now]


def test_two_clients_may_choose_the_same_idempotency_key(newsroom: Any) -> None:
    one, other = newsroom.key("articles:write"), newsroom.key("articles:write")
    bodies = [newsroom.article(), newsroom.article()]
    headers = [{"Authorization": f"Bearer {key}", "Idempotency-Key": "k"} for key in (one, other)]
    sent = [newsroom.http.post("/v1/articles", json=b, headers=h) for b, h in zip(bodies, headers, strict=True)]
    assert [answer.status_code for answer in sent] == [202, 202]
    again = newsroom.http.post("/v1/articles", json=bodies[0], headers=headers[0])
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json["article"]["id"] == sent[0].json["article"]["id"] != sent[1].json["article"]["id"]


def test_who_may_only_bring_articles_is_not_told_what_is_in_them(desk: Any, claim_of: Any) -> None:
    desk.meanwhile = lambda: desk.read(claim_of("They freed 40 captives"))
    told = {}
    for scopes in (("articles:write",), ("articles:write", "claims:read")):
        headers = {"Authorization": f"Bearer {desk.key(*scopes)}", "Prefer": "wait=5"}
        answer = desk.http.post("/v1/articles", json=desk.article(), headers=headers)
        assert answer.status_code == 201
        told[scopes] = "claims" in answer.json
    assert list(told.values()) == [False, True]


def guess(desk: Any, key: str) -> int:
    return int(desk.as_key(key).status_code)


@pytest.mark.parametrize("shared", [False, True])
def test_who_guesses_the_secret_of_a_key_is_stopped_and_others_are_not(
    request: pytest.FixtureRequest, desk: Any, make_newsroom: Any, shared: bool
) -> None:
    if shared:
        desk = make_newsroom(desk.database, redis_url=request.getfixturevalue("valkey_url"))
    right, other = desk.key("claims:read"), desk.key("claims:read")
    key_id = right.split("_")[1]
    assert [guess(desk, f"ctk_{key_id}_{n:064x}") for n in range(10)] == [401] * 10
    answer = desk.as_key(f"ctk_{key_id}_{11:064x}")
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert guess(desk, right) == 429, "or a guesser would know the right one"
    assert guess(desk, other) == 200
    far = {"Authorization": f"Bearer {right}"}
    elsewhere = desk.http.get("/v1/claims", headers=far, environ_overrides={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 200


def test_who_guesses_keys_at_random_is_stopped(desk: Any) -> None:
    right = desk.key("claims:read")
    found = [guess(desk, f"ctk_{n}_{n:064x}") for n in range(70)]
    assert found == [401] * 60 + [429] * 10
    assert guess(desk, "ctk_and_more") == 429
    assert guess(desk, right) == 200


def test_what_no_key_looks_like_is_refused_however_often_it_comes(desk: Any) -> None:
    right = desk.key("claims:read")
    assert {guess(desk, f"{right[4:]}{n}") for n in range(70)} == {401}
    assert guess(desk, f"ctk_0_{0:064x}") == 401, "nor does it count as a guess"


@pytest.mark.parametrize("shared", [False, True])
def test_a_key_may_be_used_so_often_a_minute(
    request: pytest.FixtureRequest, desk: Any, make_newsroom: Any, shared: bool
) -> None:
    url = {"redis_url": request.getfixturevalue("valkey_url")} if shared else {}
    rooms = [make_newsroom(desk.database, rate_limit=6, **url) for _ in range(2)]
    one, other = desk.key("claims:read"), desk.key("claims:read")
    answers = [rooms[n % 2].as_key(one) for n in range(16)]
    passed = [answer.status_code for answer in answers].count(200)
    assert passed == (6 if shared else 12), "counted by all processes together, or by each alone"
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=6;w=60'
    assert answers[0].headers["RateLimit"].startswith('"key";r=5;t=')
    refused = answers[-1]
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert rooms[0].as_key(other).status_code == 200


def test_without_a_limit_nothing_is_counted(desk: Any) -> None:
    key = desk.key("claims:read")
    assert "RateLimit" not in desk.as_key(key).headers


def test_a_full_backlog_refuses_what_would_add_to_it_and_nothing_else(newsroom: Any, make_newsroom: Any) -> None:
    small = make_newsroom(newsroom.database, max_backlog=3)
    known = small.article()
    first = small.post(known, Idempotency_Key="k")
    assert [small.post().status_code for _ in range(2)] == [202, 202]
    rows = small.rows()
    full = small.post()
    assert full.status_code == 503
    assert full.headers["Retry-After"] == "30"
    assert full.json["errors"][0]["code"] == "backlog"
    batch = small.http.post("/v1/articles/batch", json=[small.article()])
    assert batch.status_code == 503
    assert small.rows() == rows, "nothing is half stored"
    assert small.post(known).status_code == 200
    assert small.post(known, Idempotency_Key="k").get_data() == first.get_data()
    small.read()
    assert small.http.post(f"/v1/articles/{first.json['article']['id']}/jobs").status_code == 202
    assert small.post().status_code == 202


def test_a_nearly_full_disk_refuses_articles_and_still_answers(desk: Any, make_newsroom: Any) -> None:
    cramped = make_newsroom(desk.database, min_free_mb=10**9)
    full = cramped.post()
    assert full.status_code == 503
    assert full.json["errors"][0]["code"] == "disk_full"
    assert int(full.headers["Retry-After"]) > 0
    assert cramped.rows() == 0
    assert cramped.http.get("/v1/claims").status_code == 200


def test_the_log_names_the_key_and_what_was_ordered_and_no_secret(desk: Any, capsys: Any) -> None:
    key = desk.key("articles:write")
    sent = desk.http.post("/v1/articles", json=desk.article(), headers={"Authorization": f"Bearer {key}"}).json
    desk.as_key(f"ctk_a_{'1' * 64}")
    told = capsys.readouterr()
    line = told.out + told.err
    for part in (key.split("_")[1], sent["job"]["id"], sent["article"]["id"]):
        assert part in line
    assert key.split("_")[2] not in line
    assert "1" * 64 not in line
    assert "captives" not in line, "no text of an article"


def test_the_log_tells_where_a_request_came_from_that_was_not_let_in(desk: Any) -> None:
    desk.key("admin")
    with structlog.testing.capture_logs() as lines:
        desk.as_key(f"ctk_gone_{'1' * 64}")
        desk.http.get("/v1/claims")
        desk.http.get("/healthz")
    told = [
        {name: line.get(name) for name in ("status", "address", "tried_key_id")}
        for line in lines
        if line["event"] == "request"
    ]
    assert told == [
        {"status": 401, "address": "127.0.0.1", "tried_key_id": "gone"},
        {"status": 401, "address": "127.0.0.1", "tried_key_id": None},
        {"status": 200, "address": None, "tried_key_id": None},
    ]


def test_behind_a_proxy_guesses_are_told_apart_by_the_address_it_names(desk: Any, make_newsroom: Any) -> None:
    behind = make_newsroom(desk.database, trusted_proxies=1)
    key_id = behind.key("claims:read").split("_")[1]

    def from_address(address: str) -> int:
        headers = {"Authorization": f"Bearer ctk_{key_id}_{0:064x}", "X-Forwarded-For": f"203.0.113.1, {address}"}
        return int(behind.http.get("/v1/claims", headers=headers).status_code)

    assert [from_address("192.0.2.1") for _ in range(11)] == [401] * 10 + [429]
    assert from_address("192.0.2.2") == 401


@pytest.mark.parametrize(
    "addresses",
    [
        [f"2001:db8::{n}" for n in range(11)],
        [f"[2001:db8::{n}]:443" for n in range(11)],
        [f"192.0.2.1:{1000 + n}" for n in range(11)],
        [f"::ffff:192.0.2.1%{n}" for n in range(11)],
        [f"no address {n}" for n in range(11)],
    ],
)
def test_a_guesser_gains_nothing_by_other_addresses_of_his(desk: Any, make_newsroom: Any, addresses: list[str]) -> None:
    behind = make_newsroom(desk.database, trusted_proxies=1)
    wrong = {"Authorization": f"Bearer ctk_{behind.key('claims:read').split('_')[1]}_{0:064x}"}
    told = [behind.http.get("/v1/claims", headers=wrong | {"X-Forwarded-For": one}).status_code for one in addresses]
    assert told == [401] * 10 + [429]


@pytest.mark.parametrize("junk", ["abc", "nan", "1e400", "9" * 400, b"\xff", "-5"])
def test_a_counter_that_is_none_stops_nobody(desk: Any, make_newsroom: Any, valkey_url: str, junk: Any) -> None:
    room = make_newsroom(desk.database, redis_url=valkey_url, rate_limit=6)
    key = room.key("claims:read")
    assert room.as_key(key).status_code == 200
    redis = Redis.from_url(valkey_url)
    for counter in redis.keys("claimtrail-rates*"):
        redis.set(counter, junk, keepttl=True)
    answer = room.as_key(key)
    assert answer.status_code in (200, 429)
    assert 0 <= int(re.search(r"r=(-?\d+)", answer.headers["RateLimit"])[1]) <= 6
    redis.close()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1.evil.example"}, 403),
        ({"Origin": "http://[broken"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}, 404),
        ({"Origin": "http://localhost:8000"}, 404),
        ({}, 404),
    ],
)
def test_no_page_of_another_site_orders_anything_of_an_open_desk(
    desk: Any, headers: dict[str, str], status: int
) -> None:
    assert desk.http.post(f"/v1/articles/{NOBODY}/jobs", headers=headers).status_code == status


def test_a_route_that_names_no_scopes_is_not_served(desk: Any) -> None:
    with pytest.raises(RuntimeError, match="/v1/"):
        access.check_routes(desk.app.url_map.iter_rules(), dict.fromkeys(desk.app.view_functions, json.dumps))
