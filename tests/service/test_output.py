"""What came in from anywhere goes out as data, never as anything that acts."""

from __future__ import annotations

import json
from typing import Any

import pytest

HARM = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "</script><script>",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%= 7*7 %>",
    "\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "\u2028alert(1)\u2029",
    "\x1b[2J\x1b]0;owned\x07",
    "\u202egnp.exe",
    "=HYPERLINK(1)",
    "%0d%0aX-Evil: 1",
]


@pytest.mark.parametrize("harm", HARM)
def test_quotes_and_titles_come_back_letter_by_letter_as_json(newsroom: Any, claim_of: Any, harm: str) -> None:
    text = f"Envoys met {harm} on Monday."
    sent = newsroom.post(newsroom.article(text=text, title=harm, publisher=harm, external_id=harm))
    assert sent.status_code == 202
    newsroom.read(claim_of(f"met {harm} on", text))
    article_id = sent.json["article"]["id"]
    for path in ("/v1/claims", f"/v1/articles/{article_id}", f"/v1/articles/{article_id}/claims", "/v1/articles"):
        answer = newsroom.http.get(path)
        assert answer.mimetype == "application/json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "X-Evil" not in answer.headers
        assert "Set-Cookie" not in answer.headers
    (claim,) = newsroom.http.get("/v1/claims").json["items"]
    assert claim["quote"] == f"met {harm} on"
    assert claim["source"]["title"] == claim["source"]["publisher"] == harm
    assert newsroom.http.get(f"/v1/articles/{article_id}").json["external_id"] == harm


@pytest.mark.parametrize("harm", HARM)
def test_faults_repeat_nothing_that_acts(desk: Any, harm: str) -> None:
    for answer in (
        desk.post({"url": harm, "text": harm, harm: harm}),
        desk.http.get("/v1/claims", query_string={harm: harm, "cursor": harm}),
        desk.http.get("/v1/jobs/" + harm.replace("/", "").replace("\r", "").replace("\n", "")),
        desk.http.get("/v1/claims", headers={"Authorization": "Bearer <script>"}),
    ):
        assert 400 <= answer.status_code < 500
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        json.loads(answer.get_data())


def test_links_lead_to_the_web_and_to_this_service_only(newsroom: Any, claim_of: Any) -> None:
    newsroom.post()
    newsroom.read(claim_of("They freed 40 captives"))

    def links(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            for inner, found in value.items():
                yield from links(found, f"{name}/{inner}")
        elif isinstance(value, list):
            for found in value:
                yield from links(found, name)
        elif isinstance(value, str) and ("url" in name or "link" in name):
            yield value

    found = [link for path in ("/v1/claims", "/v1/articles") for link in links(newsroom.http.get(path).json)]
    assert len(found) >= 6
    assert all(link.startswith(("https://", "http://", "/v1/")) for link in found)
