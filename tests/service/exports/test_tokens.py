"""Keys in addresses: they open exports, nothing else, and are told to nobody."""

from __future__ import annotations

from typing import Any

import pytest

from store import keys
from store.tables import ApiKey

EXPORTS = ["/v1/claims.csv", "/v1/claims.ics", "/v1/claims.atom", "/v1/claims.feed.json", "/v1/talks.ics"]


@pytest.mark.parametrize("path", EXPORTS)
def test_a_token_opens_exports(newsroom: Any, path: str) -> None:
    token = newsroom.key("claims:feed")
    assert newsroom.http.get(path).status_code == 401
    answer = newsroom.http.get(f"{path}?limit=5&token={token}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert newsroom.http.head(f"{path}?token={token}").status_code == 200
    assert newsroom.as_key(token, path).status_code == 200
    assert newsroom.http.post(f"{path}?token={token}").status_code == 405
    with newsroom.database.transaction() as s:
        keys.revoke(s, token.split("_")[1], newsroom.now)
    assert newsroom.http.get(f"{path}?token={token}").status_code == 401


def test_a_token_opens_nothing_else(desk: Any) -> None:
    token = desk.key("claims:feed")
    others = [path for path in desk.http.get("/openapi.json").json["paths"] if path.startswith("/v1")]
    others = [path for path in others if not path.startswith("/v1/claims.") and path != "/v1/talks.ics"]
    assert len(others) > 20
    for path in others:
        for method in ("GET", "POST", "PATCH", "DELETE"):
            assert desk.http.open(f"{path}?token={token}", method=method).status_code in (401, 404, 405)
    for path in ("/v1/claims", "/v1/talks", "/v1/articles", "/metrics"):
        assert desk.as_key(token, path).status_code == 403
    assert desk.http.get(f"/v1/claims?token={token}", headers={"Accept": "text/csv"}).status_code == 401


def test_no_other_key_may_stand_in_an_address(desk: Any) -> None:
    for scopes in (("admin",), ("claims:read",)):
        answer = desk.http.get(f"/v1/claims.csv?token={desk.key(*scopes)}")
        assert answer.status_code == 403
        assert "revoke" in answer.json["detail"]
    mixed = desk.key("claims:read")
    with desk.database.transaction() as s:  # as earlier releases made them
        s.get_one(ApiKey, mixed.split("_")[1]).scopes = ["claims:read", keys.FEED]
    assert desk.http.get(f"/v1/claims.csv?token={mixed}").status_code == 403


def test_wrong_tokens_are_refused_and_slowed_down(desk: Any) -> None:
    token = desk.key("claims:feed")
    assert desk.http.get(f"/v1/claims.csv?token={token}&token={token}").status_code == 401
    assert desk.http.get("/v1/claims.csv?token=").status_code == 401
    wrong = f"ctk_{token.split('_')[1]}_{0:064x}"
    told = [desk.http.get(f"/v1/claims.atom?token={wrong}").status_code for _ in range(11)]
    assert told == [401] * 10 + [429]


def test_a_wrong_token_is_refused_while_there_is_no_key(desk: Any) -> None:
    assert desk.http.get("/v1/claims.csv").status_code == 200
    assert desk.http.get("/v1/claims.csv?token=x").status_code == 401


def test_a_token_is_told_to_nobody(desk: Any, claim_of: Any, capsys: Any) -> None:
    token = desk.key("claims:feed")
    secret = token.split("_")[2]
    admin = {"Authorization": f"Bearer {desk.key('admin')}"}
    desk.http.post("/v1/articles", json=desk.article(), headers=admin)
    desk.read(claim_of("They freed 40 captives"), claim_of("Envoys of Chad"))
    wrong = token[:-4] + "0000"
    for query in (f"token={token}&limit=1", f"token={token}&colour=red", f"token={wrong}", f"token={token}&limit=x"):
        for path in EXPORTS:
            answer = desk.http.get(f"{path}?{query}")
            assert secret not in answer.text
            assert secret not in str(answer.headers)
            assert wrong not in answer.text
            assert "token" not in answer.headers.get("Link", "")
    told = capsys.readouterr()
    assert "claims.atom" in told.out + told.err
    assert secret[:-4] not in told.out + told.err
    feed = desk.http.get(f"/v1/claims.feed.json?token={token}&limit=1").json
    assert "next_url" not in feed, "which could not be had without it"
    assert feed["feed_url"].endswith("/v1/claims.feed.json?limit=1")
