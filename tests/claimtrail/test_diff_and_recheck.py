from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.client import Client
from claimtrail.commands import diff, recheck

Output = pytest.CaptureFixture[str]
CLAIM = {
    "kind": "prisoners",
    "quote": "They freed\n40 captives.",
    "status": "occurred",
    "details": {"count": 40, "place": {"name": "Doha\x1b[2J"}, "places": []},
}
DIFF = {
    "article_id": "A1",
    "from": 1,
    "to": 2,
    "changes": [
        {
            "change": "changed",
            "fields": ["quote", "details.count", "details.place"],
            "before": CLAIM,
            "after": {**CLAIM, "quote": "They freed 45 captives.", "details": {"count": 45, "place": None}},
        },
        {"change": "withdrawn", "fields": [], "before": CLAIM, "after": None},
    ],
    "unchanged": 7,
}
CHECK = {
    "id": "S1",
    "outcome": "altered",
    "quote": "They freed 40 captives.",
    "found": "They freed 41 captives.",
    "start": 3,
    "end": 26,
    "differences": [{"op": "replace", "old": "40", "new": "41\x07"}],
    "candidates": 1,
}


@pytest.fixture
def answers() -> list[httpx.Response]:
    return []


@pytest.fixture
def asked(answers: list[httpx.Response], monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """The requests that the commands made."""
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answers.pop(0)

    def client(url: str, **given: Any) -> Client:
        return Client(url, transport=httpx.MockTransport(answer), pause=lambda _: None, **given)

    for module in (diff, recheck):
        monkeypatch.setattr(module, "Client", client)
    return requests


def test_a_diff_in_lines(asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output) -> None:
    answers.append(httpx.Response(200, json=DIFF))
    assert cli.main(["diff", "A1", "--from", "1", "--to", "2", "--key", "k"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "revision 1 to 2: 2 changed, 7 unchanged",
        "~ changed    prisoners  “They freed 45 captives.”",
        "    quote: “They freed 40 captives.” → “They freed 45 captives.”",
        "    details.count: 40 → 45",
        "    details.place: Doha\\x1b[2J → –",
        "- withdrawn  prisoners  “They freed 40 captives.”",
    ]
    (request,) = asked
    assert request.url.path == "/v1/articles/A1/diff"
    assert dict(request.url.params) == {"from": "1", "to": "2"}
    assert request.headers["Authorization"] == "Bearer k"


def test_a_diff_as_json(asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output) -> None:
    answers.append(httpx.Response(200, json=DIFF))
    assert cli.main(["diff", "../A1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == DIFF
    assert asked[0].url.raw_path == b"/v1/articles/..%2FA1/diff", "an id stays one"


def test_what_the_service_refuses(asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output) -> None:
    problem = {"title": "Conflict", "status": 409, "detail": "Revision 2 has not been read."}
    answers += [httpx.Response(409, json=problem), httpx.Response(409, json=problem)]
    assert cli.main(["diff", "A1"]) == 1
    assert capsys.readouterr().err == "claimtrail diff: HTTP 409: Revision 2 has not been read.\n"
    assert cli.main(["recheck", "C1", __file__]) == 1
    assert capsys.readouterr().err.startswith("claimtrail recheck: HTTP 409")


@pytest.mark.parametrize(
    ("outcome", "status"), [("present", 0), ("moved", 0), ("altered", 3), ("gone", 3), ("ambiguous", 3)]
)
def test_a_check_of_a_file(
    asked: list[httpx.Request],
    answers: list[httpx.Response],
    capsys: Output,
    tmp_path: Path,
    outcome: str,
    status: int,
) -> None:
    (tmp_path / "now.txt").write_bytes("\ufeffThey freed 41 captives.\r\n".encode())
    answers.append(httpx.Response(201, json={**CHECK, "outcome": outcome}))
    assert cli.main(["recheck", "C1", str(tmp_path / "now.txt")]) == status
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith(f"{outcome}: ")
    assert told[1:] == [
        "  quote  “They freed 40 captives.”",
        "  found  “They freed 41 captives.” at 3–26",
        "  replace  “40” → “41\\x07”",
    ]
    assert asked[0].url.path == "/v1/claims/C1/source-checks"
    assert json.loads(asked[0].content) == {"text": "They freed 41 captives.\r\n"}


def test_a_check_of_what_comes_in(
    asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.append(httpx.Response(201, json=CHECK))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Abéché".encode())))
    assert cli.main(["recheck", "C1", "-", "--json"]) == 3
    assert json.loads(capsys.readouterr().out) == CHECK
    assert json.loads(asked[0].content) == {"text": "Abéché"}


def test_a_file_that_is_no_text(asked: list[httpx.Request], capsys: Output, tmp_path: Path) -> None:
    (tmp_path / "latin").write_bytes("Abéché".encode("latin-1"))
    for name, why in (("latin", "it is not UTF-8"), ("nowhere", "No such file or directory")):
        assert cli.main(["recheck", "C1", str(tmp_path / name)]) == 2
        assert capsys.readouterr().err == f"claimtrail recheck: {tmp_path / name}: {why}\n"
    assert asked == []


def test_without_a_file_the_service_fetches_the_page(
    asked: list[httpx.Request], answers: list[httpx.Response], capsys: Output
) -> None:
    failed = {"id": "S1", "status": "failed", "outcome": None, "error": "the page is empty"}
    answers += [httpx.Response(202, json=failed | {"status": "queued"}), httpx.Response(200, json=failed)]
    assert cli.main(["recheck", "C1"]) == 1
    assert capsys.readouterr().err == "claimtrail recheck: failed: the page is empty\n"
    assert [request.content for request in asked] == [b"{}", b""]
