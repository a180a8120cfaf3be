"""The API process as it runs: gunicorn, sockets, signals."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.service.api_process import Api

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    running = Api(tmp_path_factory.mktemp("api"))
    yield running
    running.stop()


def test_it_serves(api: Api) -> None:
    with httpx.Client(base_url=api.url) as http:
        posted = http.post("/v1/articles", json={"url": "https://a.example/", "text": "Words."})
        assert posted.status_code == 202
        assert http.get(posted.headers["Location"]).json()["status"] == "queued"
        assert http.get("/readyz").json()["status"] == "degraded"
        waited = http.get(posted.headers["Location"], headers={"Prefer": "wait=1"})
        assert waited.json()["status"] == "queued"
        assert waited.elapsed.total_seconds() >= 1


def test_a_body_in_chunks(api: Api) -> None:
    body = json.dumps({"url": "https://a.example/chunks", "text": "Words."}).encode()
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{api.url}/v1/articles", content=iter([body[:9], body[9:]]), headers=headers)
    assert answer.status_code == 202
    large = httpx.post(f"{api.url}/v1/articles", content=(b" " * 65536 for _ in range(40)), headers=headers)
    assert large.status_code == 413
    assert large.headers["Content-Type"] == "application/problem+json"


def test_an_upload_that_breaks_off(api: Api) -> None:
    body = json.dumps({"url": "https://a.example/broken-off", "text": "Words."}).encode()
    head = (
        b"POST /v1/articles HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Connection: close\r\nContent-Length: " + str(len(body) + 5).encode() + b"\r\n\r\n"
    )
    status, headers, told = api.raw(head + body, end=True)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(told)["status"] == 400
    listed = httpx.get(f"{api.url}/v1/articles", params={"url": "https://a.example/broken-off"})
    assert listed.json()["items"] == []


def test_chunks_that_break_off(api: Api) -> None:
    line = json.dumps({"url": "https://a.example/broken-chunk", "text": "Words."}).encode() + b"\n"
    head = b"POST /v1/articles/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\n"
    chunk = f"{len(line):x}\r\n".encode() + line + b"\r\n"
    status, headers, _ = api.raw(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunk, end=True)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    listed = httpx.get(f"{api.url}/v1/articles", params={"url": "https://a.example/broken-chunk"})
    assert listed.json()["items"] == []


@pytest.mark.parametrize("chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"2\r\n{}XX0\r\n\r\n", b"-2\r\n{}\r\n0\r\n\r\n"])
@pytest.mark.parametrize("path", [b"/v1/articles", b"/v1/articles/batch"])
def test_chunks_that_are_none(api: Api, path: bytes, chunks: bytes) -> None:
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    status, headers, _ = api.raw(head + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n" + chunks, end=True)
    assert status == 400
    assert headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\n\r\n", 400),
        (b"GET /" + b"x" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nBad Header\r\n\r\n", 400),
        (b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n", 400),
        (b"POST /v1/articles HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: odd\r\n\r\n", 400),
        (b"GET /v1/claims HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 403),
    ],
)
def test_what_is_no_request_gets_a_problem_too(api: Api, sent: bytes, wanted: int) -> None:
    status, headers, body = api.raw(sent)
    assert status == wanted
    assert headers["content-type"] == "application/problem+json"
    told = json.loads(body)
    assert told["status"] == wanted
    assert told["request_id"] == headers["x-request-id"]
    assert b"<" not in body


def test_it_finishes_what_it_began_and_goes(tmp_path: Path) -> None:
    running = Api(tmp_path)
    posted = httpx.post(f"{running.url}/v1/articles", json={"url": "https://a.example/", "text": "SECRET WORDS."})
    job = posted.headers["Location"].encode()
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as link:
        link.sendall(b"GET " + job + b" HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=2\r\nConnection: close\r\n\r\n")
        time.sleep(0.5)
        running.process.send_signal(signal.SIGTERM)
        came = b""
        while part := link.recv(65536):
            came += part
    assert came.startswith(b"HTTP/1.1 200")
    assert running.stop() == 0
    lines = [json.loads(line) for line in running.log.read_text("utf-8").splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    assert {line["status"] for line in requests} >= {202, 200}
    assert all(line["timestamp"] and line["level"] for line in lines)
    assert "SECRET" not in running.log.read_text("utf-8")
    assert not list(tmp_path.rglob("*.ctl"))
