"""`claimtrail check` and the client behind it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.client import Client, ServiceError
from claimtrail.commands import check

Output = pytest.CaptureFixture[str]
QUEUED: dict[str, Any] = {
    "id": "K1",
    "status": "queued",
    "error": None,
    "reading": {"state": "waiting", "reason": None},
    "claims": [],
}
CLAIM: dict[str, Any] = {
    "kind": "prisoners",
    "quote": "They freed\n40 captives.",
    "verdict": "unknown",
    "events": [],
    "independent_sources": 0,
}
CONTRADICTION = {
    "field": "count",
    "reason": "40 against 31",
    "values": [
        {"value": 40, "of": {"qualifier": "exact", "per_side": True}, "claims": [], "said_by": [], "draft": True},
        {"value": 31, "of": {}, "claims": ["C1", "C2"], "said_by": ["Amina\x1b[2J Yaro"], "draft": False},
        {"value": 30, "of": {}, "claims": ["C3"], "said_by": [], "draft": False},
    ],
}
AGREES = CLAIM | {"verdict": "agrees", "independent_sources": 1, "events": [{"event": "E2", "contradictions": []}]}
DIFFERS = CLAIM | {
    "verdict": "differs",
    "independent_sources": 2,
    "events": [{"event": "E1", "contradictions": [CONTRADICTION]}],
}


def done(*claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    reading = {"state": "read", "reason": None}
    return {**QUEUED, "status": "finished", "reading": reading, "claims": list(claims), **more}


@pytest.fixture
def answers() -> list[httpx.Response]:
    return []


@pytest.fixture
def asked(answers: list[httpx.Response], monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """The requests that the command made."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answers.pop(0)

    def client(url: str, **given: Any) -> Client:
        return Client(url, transport=httpx.MockTransport(answer), pause=lambda _: None, **given)

    monkeypatch.setattr(check, "Client", client)
    return requests


def draft(folder: Path) -> str:
    path = folder / "draft.txt"
    path.write_bytes("\ufeffThey freed\r\n40 captives.".encode())
    return str(path)


def test_claims_are_told_in_lines_and_who_says_what_where_they_differ(
    asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output, tmp_path: Path
) -> None:
    answers += [
        httpx.Response(202, json=QUEUED),
        httpx.Response(200, json=QUEUED),
        httpx.Response(200, json=done(AGREES, DIFFERS, CLAIM)),
    ]
    assert cli.main(["check", draft(tmp_path), "--published-at", "2025-06-04", "--key", "k"]) == 3
    assert capsys.readouterr().out.splitlines() == [
        "3 claims: 1 agrees, 1 differs, 1 unknown",
        "agrees   prisoners  “They freed 40 captives.”  (1 independent source)",
        "differs  prisoners  “They freed 40 captives.”  (2 independent sources)",
        "    count, in event E1:",
        "      40 (exact, per_side): the draft",
        "      31: Amina\\x1b[2J Yaro",
        "      30: 1 claim",
        "unknown  prisoners  “They freed 40 captives.”",
    ]
    post, *looks = asked
    assert json.loads(post.content) == {"text": "They freed\r\n40 captives.", "published_at": "2025-06-04"}
    assert (post.method, post.url.path, post.headers["Authorization"]) == ("POST", "/v1/checks", "Bearer k")
    assert post.headers["Idempotency-Key"]
    assert {(look.method, look.url.path) for look in looks} == {("GET", "/v1/checks/K1")}
    assert "wait=20" in looks[0].headers["Prefer"]


@pytest.mark.parametrize(
    ("answer", "status", "told"),
    [
        (done(), 0, "0 claims"),
        (done(AGREES), 0, "1 claim: 1 agrees"),
        (done(AGREES, CLAIM), 0, "2 claims: 1 agrees, 1 unknown"),
        (
            done(reading={"state": "skipped", "reason": "language uk is not read yet"}),
            0,
            "not read: language uk is not",
        ),
        ({**QUEUED, "status": "failed", "error": "it took too long"}, 1, "check K1 is failed: it took too long"),
    ],
)
def test_the_status_says_whether_anything_differs(
    asked: list[httpx.Request],
    answers: list[httpx.Response],
    capsys: Output,
    monkeypatch: pytest.MonkeyPatch,
    answer: dict[str, Any],
    status: int,
    told: str,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"They freed 40 captives.")))
    answers += [httpx.Response(202, json=QUEUED), httpx.Response(200, json=answer)]
    assert cli.main(["check", "-"]) == status
    assert capsys.readouterr().out.startswith(told)
    assert json.loads(asked[0].content) == {"text": "They freed 40 captives."}


def test_as_json(asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output, tmp_path: Path) -> None:
    answers += [httpx.Response(202, json=QUEUED), httpx.Response(200, json=done(DIFFERS))]
    assert cli.main(["check", draft(tmp_path), "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == done(DIFFERS)
    assert len(asked) == 2


def test_what_cannot_be_read_or_is_refused(
    asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output, tmp_path: Path
) -> None:
    assert cli.main(["check", str(tmp_path / "none.txt")]) == 2
    (tmp_path / "latin.txt").write_bytes(b"\xff\xfe\xff")
    assert cli.main(["check", str(tmp_path / "latin.txt")]) == 2
    assert not asked
    answers.append(httpx.Response(403, json={"detail": "The key has not got the scope."}))
    assert cli.main(["check", draft(tmp_path)]) == 1
    assert capsys.readouterr().err.endswith("claimtrail check: HTTP 403: The key has not got the scope.\n")


def test_a_client_deletes_a_check_and_waits_no_longer_than_it_is_told() -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.method == "DELETE":
            gone = len([one for one in requests if one.method == "DELETE"]) > 1
            return httpx.Response(404, json={"detail": "There is no such check."}) if gone else httpx.Response(204)
        return httpx.Response(202 if request.method == "POST" else 200, json=QUEUED)

    with Client("http://desk", transport=httpx.MockTransport(answer), pause=lambda _: None) as service:
        assert service.check("a draft", title="t", language="en", wait=0) == QUEUED
        assert json.loads(requests[0].content) == {"text": "a draft", "title": "t", "language": "en"}
        service.delete_check("K1/..")
        assert requests[-1].url.raw_path == b"/v1/checks/K1%2F.."
        with pytest.raises(ServiceError, match="no such check"):
            service.delete_check("K1")
