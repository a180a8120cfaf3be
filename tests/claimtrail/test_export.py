from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from claimtrail.client import Client, ServiceError
from claimtrail.commands import export

CSV = b"id,kind\r\n1,talks\r\n"


class Broken(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield CSV
        raise httpx.ReadError("reset")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the service answers, one after the other, and what it was asked for."""
    given: list[httpx.Response] = []
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if request.url.path == "/openapi.json":
            return httpx.Response(200, json={"paths": {"/v1/claims": {}, "/v1/claims.csv": {}, "/v1/claims.ics": {}}})
        return given.pop(0)

    class Told(Client):
        def __init__(self, url: str, **more: Any) -> None:
            super().__init__(url, transport=httpx.MockTransport(answer), pause=lambda _: None, **more)

    monkeypatch.setattr(export, "Client", Told)
    return given, asked, Told


def test_filters_are_those_of_the_api(claimtrail: Any, answers: Any, capfdbinary: Any) -> None:
    given, asked, _ = answers
    given += [httpx.Response(200, content=CSV), httpx.Response(200, content=b"BEGIN:VCALENDAR\r\n")]
    filters = (
        "--kind talks --kind prisoners --q peace --date-from 2025-01-01 --updated-since 2025-01-01T00:00:00Z --limit 7"
    )
    assert claimtrail("export", "--api", "http://a.example", "--key", "k", *filters.split()) == 0
    (request,) = asked
    assert capfdbinary.readouterr().out == CSV, "as it came"
    assert (request.url.path, request.headers["Authorization"]) == ("/v1/claims.csv", "Bearer k")
    assert request.url.params.multi_items() == [
        ("kind", "talks"),
        ("kind", "prisoners"),
        ("q", "peace"),
        ("date_from", "2025-01-01"),
        ("updated_since", "2025-01-01T00:00:00Z"),
        ("limit", "7"),
    ]
    assert claimtrail("export", "--api", "http://a.example", "--format", "ics", "--talks") == 0
    assert asked[-1].url.path == "/v1/talks.ics"


def test_a_file_is_there_only_when_it_is_whole(claimtrail: Any, answers: Any, tmp_path: Path, capsys: Any) -> None:
    given, _, _ = answers
    given += [httpx.Response(200, stream=Broken()), httpx.Response(503), httpx.Response(200, content=CSV)]
    file = tmp_path / "claims.csv"
    assert claimtrail("export", "--api", "http://a.example", "-o", file) == 1
    assert "broke off" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
    assert claimtrail("export", "--api", "http://a.example", "-o", file) == 0, "what passes is tried again"
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [CSV]


def test_an_unknown_format_is_told_what_there_is(claimtrail: Any, answers: Any, capsys: Any) -> None:
    given, _, _ = answers
    given.append(httpx.Response(404, json={"detail": "There is nothing at this address."}))
    assert claimtrail("export", "--api", "http://a.example", "--format", "xls") == 1
    assert capsys.readouterr().err.strip().endswith("Formats of claims: csv, ics.")
    given.append(httpx.Response(404, json={"detail": "There is nothing at this address."}))
    assert claimtrail("export", "--api", "http://a.example", "--talks") == 1
    assert capsys.readouterr().err.strip().endswith("The calendar of talks wants --format ics.")


def test_a_file_in_no_folder_is_not_begun(claimtrail: Any, answers: Any, tmp_path: Path, capsys: Any) -> None:
    assert claimtrail("export", "--api", "http://a.example", "-o", tmp_path / "none" / "a.csv") == 2
    assert f"there is no folder {tmp_path / 'none'}" in capsys.readouterr().err
    assert answers[1] == []


def test_the_client_tells_a_part_from_the_whole(answers: Any) -> None:
    given, _, told = answers
    given += [httpx.Response(200, stream=Broken()), httpx.Response(401, json={"detail": "A key is needed."})]
    pieces = told("http://a.example").export("csv")
    assert next(pieces) == CSV
    with pytest.raises(ServiceError, match="not the whole"):
        next(pieces)
    with pytest.raises(ServiceError, match="A key is needed; give it as") as refused:
        list(told("http://a.example").export("csv"))
    assert refused.value.status == 401
