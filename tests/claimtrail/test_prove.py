"""`claimtrail prove`, and what the client asks for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail import cli
from claimtrail.client import Client
from claimtrail.commands import prove

BODY = "<p>They freed 40 captives.</p>".encode("utf-16")
SOURCE = {
    "form": "html",
    "sha256": hashlib.sha256(BODY).hexdigest(),
    "fetched": {"at": "2025-06-03T09:00:00+00:00", "url": "https://news.example/1", "status": 200, "headers": {}},
    "kept": True,
    "matches": True,
}
PROOF: dict[str, Any] = {
    "claim_id": "C1",
    "article_id": "A1",
    "revision": 2,
    "quote": "They freed\n40 captives.",
    "start": 0,
    "end": 23,
    "quote_matches": True,
    "text_sha256": "0" * 64,
    "source": SOURCE,
    "links": {},
}


@pytest.fixture
def proves(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command against a service that gives this proof and these bytes."""

    def run(proof: dict[str, Any], *args: str, body: bytes = BODY) -> int:
        def answer(request: httpx.Request) -> httpx.Response:
            if request.url.path == "/v1/claims/C1/proof":
                return httpx.Response(200, json=proof)
            assert request.url.path == "/v1/articles/A1/revisions/2/source"
            return httpx.Response(200, content=body)

        def client(url: str, **given: Any) -> Client:
            return Client(url, transport=httpx.MockTransport(answer), pause=lambda _: None, **given)

        monkeypatch.setattr(prove, "Client", client)
        return cli.main(["prove", "C1", *args])

    return run


def test_a_proof_in_lines_and_the_source_in_a_file(proves: Any, capsys: Any, tmp_path: Path) -> None:
    assert proves(PROOF, "--save", str(tmp_path / "page")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "“They freed 40 captives.”",
        "  stands at 0–23 of revision 2",
        f"  source SHA-256 {SOURCE['sha256']}: its bytes have it",
        "  fetched 2025-06-03T09:00:00+00:00 from https://news.example/1 (HTTP 200)",
    ]
    assert (tmp_path / "page").read_bytes() == BODY
    assert proves(PROOF, "--save", str(tmp_path / "page")) == 2, "a file that is there is left alone"


def test_what_is_not_kept_is_not_saved(proves: Any, capsys: Any, tmp_path: Path) -> None:
    gone = SOURCE | {"kept": False, "matches": None}
    assert proves(PROOF | {"source": gone}, "--save", str(tmp_path / "page")) == 3
    assert "page is not written: the source is not kept" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_proves_nothing(proves: Any, capsys: Any) -> None:
    assert proves(PROOF, body=b"changed") == 3, "whatever the service says of it"
    assert "ITS BYTES HAVE ANOTHER" in capsys.readouterr().out
    assert proves(PROOF | {"quote_matches": False}) == 3
    assert "DOES NOT STAND" in capsys.readouterr().out
    assert proves(PROOF | {"source": SOURCE | {"kept": False, "matches": None, "fetched": None}}) == 3
    assert capsys.readouterr().out.splitlines()[2:] == [
        f"  source SHA-256 {SOURCE['sha256']}: its bytes are not kept",
        "  sent as html",
    ]
    assert proves(PROOF | {"source": None}, "--json") == 3
    assert json.loads(capsys.readouterr().out)["source"] is None


def test_a_source_check_that_takes_a_worker_is_waited_for() -> None:
    told = [{"id": "S1", "status": "queued"}, {"id": "S1", "status": "started"}, {"id": "S1", "status": "finished"}]
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.method, request.url.path, request.content))
        return httpx.Response(200, json=told.pop(0))

    with Client("http://desk.example", transport=httpx.MockTransport(answer), pause=lambda _: None) as client:
        assert client.check_source("C1")["status"] == "finished"
    assert sent[0] == ("POST", "/v1/claims/C1/source-checks", b"{}")
    assert sent[1:] == [("GET", "/v1/source-checks/S1", b"")] * 2
