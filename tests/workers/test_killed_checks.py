"""kill -9 while drafts are checked: each that was taken in ends, and none of its words stay."""

from __future__ import annotations

import signal
import uuid
from typing import Any

import httpx
import pytest

from tests.workers.test_killed import BY_WORKER, DOOMED_API, SHORT, STAGED, answers, free_port

pytestmark = pytest.mark.slow


@SHORT
def test_each_draft_ends_and_is_forgotten_whatever_is_killed(yards: Any, until: Any) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"

    def request(text: str) -> dict[str, Any]:
        sent = {"text": f"{text} Xanadu waits for word", "title": "Quixotic title"}
        return {"json": sent, "headers": {"Idempotency-Key": uuid.uuid4().hex}, "timeout": 30}

    def post(sent: dict[str, Any]) -> str:
        answer = httpx.post(f"{base}/v1/checks", **sent)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def check(check_id: str) -> dict[str, Any]:
        return dict(httpx.get(f"{base}/v1/checks/{check_id}").json())

    def ended() -> bool:
        waits = "select count(*) from checks where status in ('queued', 'started')"
        return bool(yards.desk.rows(waits) == [(0,)])

    door = yards.start(DOOMED_API, port=port)
    until(lambda: answers(base))
    yards.doom.write_text("after the commit", "utf-8")
    sent = request("word")
    with pytest.raises(httpx.TransportError):
        post(sent)
    assert door.wait(10) == -signal.SIGKILL
    yards.start(DOOMED_API, port=port)
    until(lambda: answers(base))
    ids = [post(sent)]
    yards.doom.write_text("worker before the commit", "utf-8")
    assert yards.start(STAGED, lease_seconds=3).wait(60) == -signal.SIGKILL
    yards.start(STAGED, lease_seconds=3, max_attempts=2)
    until(ended)
    for point in BY_WORKER:
        yards.doom.write_text(f"work-horse {point}", "utf-8")
        ids.append(post(request("word")))
        until(lambda: not yards.doom.exists() and ended())
    deadly = post(request("segfault"))
    until(ended)
    assert {check(one)["status"] for one in ids} == {"finished"}
    assert "SIGSEGV" in check(deadly)["error"]
    assert yards.desk.rows("select count(*) from checks") == [(len(ids) + 1,)], "none was taken in twice"
    assert yards.desk.rows("select distinct text, title from checks") == [(None, None)]
    path = yards.desk.database.path
    if path is not None:
        until(lambda: not any(b"Xanadu" in file.read_bytes() for file in path.parent.glob(f"{path.name}*")), seconds=10)
        assert not any(b"Quixotic" in file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
