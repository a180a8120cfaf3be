"""When something that the service needs is not there, or is not as it should be."""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis import Redis
from structlog.testing import capture_logs

import logs
from service import doorbell, ops
from service.doorbell import Doorbell


@pytest.fixture
def silent_redis() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []
        ended = threading.Event()

        def accept() -> None:
            server.settimeout(0.1)
            while not ended.is_set():
                try:
                    taken.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = threading.Thread(target=accept)
        thread.start()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"
        ended.set()
        thread.join()
        for connection in taken:
            connection.close()


def test_without_redis_articles_are_taken_in(newsroom: Any) -> None:
    assert newsroom.post().status_code == 202
    assert newsroom.post([newsroom.article()], "/v1/articles/batch").json["items"][0]["status"] == 202
    assert newsroom.read() == 2


def test_a_redis_that_says_nothing_is_soon_given_up(
    make_newsroom: Any, sqlite_database: Any, silent_redis: str
) -> None:
    newsroom = make_newsroom(sqlite_database, redis_url=silent_redis)
    begun = time.perf_counter()
    assert newsroom.post().status_code == 202
    # Half a second is what it gets; without a limit redis-py would wait for ten times that at the least.
    assert time.perf_counter() - begun < 4
    begun = time.perf_counter()
    for _ in range(5):
        assert newsroom.post().status_code == 202
    assert time.perf_counter() - begun < 2, "after a failure it is left alone for a second"


def test_after_a_rest_it_is_tried_again() -> None:
    now = [0.0]
    ring = Doorbell(doorbell.connect("redis://127.0.0.1:1"), now=lambda: now[0])
    with capture_logs() as lines:
        assert not ring.ring()
        assert not ring.ring()
        now[0] = 1.5
        assert not ring.ring()
    assert len(lines) == 2


def test_a_doorbell_is_what_workers_take_and_one_is_enough(valkey_url: str, is_doorbell: Any) -> None:
    from rq import Queue
    from rq.serializers import JSONSerializer

    with Redis.from_url(valkey_url) as redis:
        redis.flushall()
        ring = Doorbell(doorbell.connect(valkey_url), now=time.monotonic)
        assert all(ring.ring() for _ in range(3))
        assert ring.answers()
        queue = Queue("claimtrail", connection=redis, serializer=JSONSerializer)
        (job,) = queue.jobs
        assert is_doorbell(job)


def test_taking_in_rings_and_a_duplicate_does_not(make_newsroom: Any, sqlite_database: Any, valkey_url: str) -> None:
    newsroom = make_newsroom(sqlite_database, redis_url=valkey_url)
    with Redis.from_url(valkey_url) as redis:

        def rung() -> int:
            number = redis.llen("rq:queue:claimtrail")
            redis.flushall()
            return number

        rung()
        sent = newsroom.article()
        posted = newsroom.post(sent)
        assert rung() == 1
        newsroom.post(sent)
        assert rung() == 0
        newsroom.post([newsroom.article(), newsroom.article()], "/v1/articles/batch")
        assert rung() == 1
        newsroom.post([sent, {}], "/v1/articles/batch")
        assert rung() == 0
        newsroom.http.post(f"/v1/articles/{posted.json['article']['id']}/jobs")
        assert rung() == 1
        assert newsroom.http.get("/readyz").json["redis"] == "ok"


WRITES = [("POST", "/v1/articles"), ("POST", "/v1/articles/batch"), ("DELETE", "/v1/articles/{id}")]
READS = [
    ("GET", "/v1/articles"),
    ("GET", "/v1/articles/{id}"),
    ("GET", "/v1/articles/{id}/claims"),
    ("GET", "/v1/claims"),
    ("GET", "/v1/claims/{id}"),
    ("GET", "/v1/jobs/{id}"),
    ("GET", "/readyz"),
]
NOBODY = "019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e"


def ask(newsroom: Any, method: str, path: str) -> Any:
    body = [newsroom.article()] if path.endswith("batch") else newsroom.article()
    more = {"json": body} if method == "POST" and "{id}" not in path else {}
    return newsroom.http.open(path.format(id=NOBODY), method=method, **more)


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_a_locked_database(desk: Any, faults: Any, monkeypatch: Any, method: str, path: str) -> None:
    monkeypatch.setattr("store.database.BUSY_SECONDS", 0.2)
    other = sqlite3.connect(desk.database.path, isolation_level=None)
    try:
        other.execute("begin immediate")
        answer = ask(desk, method, path)
        assert answer.status_code == 503
        assert faults(answer) == set()
        assert "locked" in answer.json["detail"]
        assert int(answer.headers["Retry-After"]) >= 1
        assert desk.http.get("/v1/articles").status_code == 200, "reading goes on"
    finally:
        other.close()
    assert desk.rows() == 0
    assert ask(desk, method, path).status_code in (202, 207, 404)


@pytest.mark.parametrize(("method", "path"), WRITES + READS)
def test_a_missing_database(desk: Any, faults: Any, tmp_path: Path, method: str, path: str) -> None:
    desk.database.path.rename(tmp_path / "elsewhere.sqlite3")
    answer = ask(desk, method, path)
    assert answer.status_code == 503
    faults(answer)
    assert int(answer.headers["Retry-After"]) >= 1
    assert not desk.database.path.exists(), "nothing is made in its place"


def test_an_unreachable_postgresql(make_newsroom: Any, faults: Any) -> None:
    from store.database import Database

    database = Database.open("postgresql://nobody@127.0.0.1:1/none")
    newsroom = make_newsroom(database)
    for method, path in WRITES + READS:
        answer = ask(newsroom, method, path)
        assert answer.status_code == 503
        faults(answer)
        assert int(answer.headers["Retry-After"]) >= 1
    database.dispose()


def test_a_database_that_was_never_migrated(make_newsroom: Any, blank_database: Any, faults: Any) -> None:
    newsroom = make_newsroom(blank_database)
    if blank_database.is_sqlite:
        blank_database.path.parent.mkdir()
        blank_database.path.touch()
    ready = newsroom.http.get("/readyz")
    assert ready.status_code == 503
    assert faults(ready) == {("", "not_migrated")}
    assert newsroom.post().status_code == 503
    assert newsroom.http.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("schema", "advice"), [("0001_start", "claimtrail migrate"), ("9999_far", "update Claimtrail")]
)
def test_the_schema_of_another_release(desk: Any, monkeypatch: Any, schema: str, advice: str) -> None:
    monkeypatch.setattr(ops.migrate, "current", lambda _: schema)
    monkeypatch.setattr(ops.migrate, "knows", lambda revision: revision.startswith("0001"))
    ready = desk.http.get("/readyz")
    assert ready.status_code == 503
    assert advice in ready.json["errors"][0]["detail"]


def test_what_nobody_foresaw_is_told_without_its_words(desk: Any, faults: Any, monkeypatch: Any) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("SECRET WORDS OF AN ARTICLE")

    monkeypatch.setattr("store.articles.submit", fail)
    with capture_logs() as lines:
        answer = desk.post(desk.article(text="SECRET WORDS OF AN ARTICLE"))
    assert answer.status_code == 500
    assert faults(answer) == set()
    assert "SECRET" not in answer.text
    assert "SECRET" not in repr(lines)
    failed = next(line for line in lines if line["event"] == "request failed")
    assert failed["error"] == "RuntimeError"
    assert failed["request_id"] == answer.headers["X-Request-ID"]
    assert any("submissions.py" in frame for frame in failed["frames"])


def test_the_log_is_json_and_tells_of_requests_but_not_of_texts(capfd: Any, desk: Any) -> None:

    old, handlers = structlog.get_config(), logging.root.handlers[:]
    try:
        logs.configure("INFO")
        answer = desk.post(desk.article(text="SECRET WORDS", title="SECRET TITLE"))
        desk.http.get("/healthz")
    finally:
        structlog.configure(**old)
        logging.root.handlers[:] = handlers
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (told,) = [line for line in lines if line["event"] == "request"]
    assert (told["method"], told["path"], told["status"]) == ("POST", "/v1/articles", 202)
    assert told["request_id"] == answer.headers["X-Request-ID"]
    assert told["timestamp"]
    assert told["level"] == "info"
    assert "SECRET" not in repr(lines)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_are_answered(desk: Any, host: str) -> None:
    assert desk.http.get("/v1/claims", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "192.0.2.1:8000", "[::2]:80", "::1"]
)
@pytest.mark.parametrize("path", ["/v1/claims", "/healthz", "/docs", "/nowhere"])
def test_other_names_are_not(desk: Any, faults: Any, host: str, path: str) -> None:
    answer = desk.http.get(path, headers={"Host": host})
    assert answer.status_code == 403
    faults(answer)
    desk.key("admin")
    desk.http.get("/readyz")
    assert desk.http.get(path, headers={"Host": host}).status_code != 403, "a key tells strangers apart"


def test_every_answer_is_guarded(desk: Any) -> None:
    numbers = set()
    for path in ("/v1/claims", "/nowhere", "/healthz", "/v1/jobs/1", "/docs", "/openapi.json"):
        headers = desk.http.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Access-Control-Allow-Origin" not in headers
        numbers.add(headers["X-Request-ID"])
    assert len(numbers) == 6
