"""kill -9 at each point between an article's arrival and its end: everything comes to one article, read once."""

from __future__ import annotations

import signal
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.slow

STAGED, DOOMED_API = Path(__file__).with_name("staged.py"), Path(__file__).with_name("doomed_api.py")
# On the other engine too when there is time: what the engines do differently has tests in this process.
SHORT = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.torture)], indirect=True
)
BY_HTTP = ["before the commit", "after the commit", "after the doorbell"]
BY_WORKER = ["with its leases taken", "while reading", "before the commit", "before its hand is emptied"]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(base: str) -> bool:
    try:
        return httpx.get(f"{base}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@SHORT
def test_a_client_that_asks_again_after_the_door_was_killed_finds_one_article(yards: Any, until: Any) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    door = yards.start(DOOMED_API, port=port)
    until(lambda: answers(base))
    for number, point in enumerate(BY_HTTP):
        sent = {"url": f"https://news.example/{number}", "text": f"word{number} and more"}
        request = {"json": sent, "headers": {"Idempotency-Key": point}, "timeout": 30}
        yards.doom.write_text(point, "utf-8")
        with pytest.raises(httpx.TransportError):
            httpx.post(f"{base}/v1/articles", **request)
        assert door.wait(10) == -signal.SIGKILL, point
        door = yards.start(DOOMED_API, port=port)
        until(lambda: answers(base))
        again = httpx.post(f"{base}/v1/articles", **request)
        assert again.status_code == 202, point
        assert ("Idempotent-Replayed" in again.headers) == (point != "before the commit")
        assert httpx.post(f"{base}/v1/articles", **request).json() == again.json()
    yards.start(STAGED)
    until(lambda: yards.desk.rows("select count(*) from jobs where status <> 'finished'") == [(0,)])
    yards.desk.check_each_once(len(BY_HTTP))


def test_a_work_horse_killed_anywhere_is_followed_by_another(yards: Any, until: Any) -> None:
    worker = yards.start(STAGED)
    until(lambda: yards.ready(1))
    ids = []
    for number, point in enumerate(BY_WORKER):
        yards.doom.write_text(f"work-horse {point}", "utf-8")
        ids.append(yards.submit(f"word{number} and more"))
        until(lambda: not yards.doom.exists() and yards.ended(ids))
    assert worker.poll() is None
    yards.desk.check_each_once(len(BY_WORKER))
    # Only where a reading had begun and not come to its end is the article blamed.
    assert [yards.desk.job(job_id).attempts for job_id in ids] == [1, 2, 2, 1]


@SHORT
def test_what_a_killed_worker_held_comes_to_its_end_with_the_next(yards: Any, until: Any) -> None:
    ids = []
    for number, point in enumerate(BY_WORKER):
        yards.doom.write_text(f"worker {point}", "utf-8")
        ids.append(yards.submit(f"word{number} and more"))
        assert yards.start(STAGED, lease_seconds=3).wait(60) == -signal.SIGKILL, point
    yards.start(STAGED, lease_seconds=3)
    until(lambda: yards.ended(ids))
    yards.desk.check_each_once(len(BY_WORKER))
    assert {yards.desk.job(job_id).attempts for job_id in ids} == {1}, "a lost worker is not held against the article"
