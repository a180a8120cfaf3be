"""The engine, opened once for the tests of the commands, and a service of three answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from claims.reader import Reader, open_reader
from claimtrail import cli, engine

GAZETTEER = Path(__file__).resolve().parents[2] / "assets" / "gazetteer.sqlite3"


@pytest.fixture(scope="session")
def opened() -> Reader:
    return open_reader(GAZETTEER)


@pytest.fixture
def claimtrail(opened: Reader, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """Runs the command line, with an engine that is open already."""
    monkeypatch.setattr(engine, "open_reader", lambda _: opened)
    return lambda *args: cli.main([str(arg) for arg in args])


CLAIM = {
    "kind": "talks",
    "status": "scheduled",
    "quote": "Talks on June 9.",
    "date": {"text": "on June 9", "from": "2025-06-09", "to": "2025-06-09"},
    "attribution": {"speaker": "Ada Testova", "via": None, "cue": "said"},
    "details": {"parties": ["Mali", "Niger"], "place": {"name": "Doha"}, "round": None},
    "source": {"deep_link": "https://news.example/1#:~:text=Talks"},
}


@dataclass
class Service:
    """Answers as the API does. `refusals` are answered first, one after the other; `job` is what becomes of a job."""

    job: dict[str, Any] = field(default_factory=lambda: {"status": "finished"})
    refusals: list[httpx.Response | Exception] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=lambda: {"state": "read", "reason": None})
    pages: int = 1
    polls: int = 0
    requests: list[httpx.Request] = field(default_factory=list)
    posted: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if self.refusals:
            refusal = self.refusals.pop(0)
            if isinstance(refusal, Exception):
                raise refusal
            return refusal
        path = request.url.path
        if request.method == "POST" and path == "/v1/articles":
            body = json.loads(request.content)
            if not isinstance(body.get("url"), str) or not body["url"].startswith("http"):
                fault = {"pointer": "/url", "code": "invalid", "detail": "Not a valid address."}
                return self.problem(422, "The article was refused.", errors=[fault])
            twin = body in self.posted
            self.posted.append(body)
            number = self.posted.index(body) + 1
            told = {"article": {"id": f"A{number}"}, "job": {"id": f"J{number}"}, "duplicate": twin}
            return httpx.Response(200 if twin else 202, json=told)
        if path.startswith("/v1/jobs/"):
            self.polls -= 1
            state = {"status": "started"} if self.polls >= 0 else self.job
            return httpx.Response(200, json={"id": path.rpartition("/")[2], "error": None, **state})
        if path.endswith("/claims"):
            page = int(request.url.params.get("cursor", "1"))
            following = str(page + 1) if page < self.pages else None
            found = [CLAIM] if self.reading["state"] == "read" else []
            return httpx.Response(200, json={"items": found, "next_cursor": following})
        if path.startswith("/v1/articles/"):
            return httpx.Response(200, json={"id": path.rpartition("/")[2], "reading": self.reading})
        return self.problem(404, "There is nothing here.")

    @property
    def transport(self) -> httpx.MockTransport:
        """For a client's `transport`."""
        return httpx.MockTransport(self)

    @staticmethod
    def problem(status: int, detail: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        """An answer in the form of RFC 9457."""
        told = {"title": "Refused", "status": status, "detail": detail, **more}
        headers = {"Content-Type": "application/problem+json", **(headers or {})}
        return httpx.Response(status, json=told, headers=headers)


@pytest.fixture
def service() -> Service:
    """A service that reads nothing and remembers what it was told."""
    return Service()
