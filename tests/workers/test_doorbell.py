from __future__ import annotations

import json
import zlib
from typing import Any

import pytest
from rq import Callback, Queue
from rq.job import Job

from workers import doorbell
from workers.doorbell import is_doorbell, ring


def messages(queue: Queue) -> list[Job]:
    return queue.jobs


def test_one_doorbell_is_enough_and_it_is_the_agreed_one(doorbells: Queue) -> None:
    assert ring(doorbells)
    assert ring(doorbells)
    (message,) = messages(doorbells)
    assert (doorbells.name, message.func_name, message.args, message.kwargs) == (
        "claimtrail",
        "workers.jobs.read_waiting",
        [],
        {},
    )
    assert is_doorbell(message)
    data = zlib.decompress(doorbells.connection.hget(message.key, "data"))
    assert json.loads(data)[0] == "workers.jobs.read_waiting", "JSON, no pickle"


def test_a_server_that_is_away_is_no_fault(server: Any, doorbells: Queue) -> None:
    server.stop()
    assert not ring(doorbells)
    server.start()
    assert ring(doorbells)


@pytest.mark.parametrize(
    "message",
    [
        {"func": "os.system", "args": ["true"]},
        {"func": "workers.jobs.read_shift"},
        {"func": "workers.jobs.read_waiting", "args": [1]},
        {"func": "workers.jobs.read_waiting", "kwargs": {"a": 1}},
        {"func": "workers.jobs.read_waiting", "on_success": Callback("os.getpid")},
        {"func": "workers.jobs.read_waiting", "on_failure": Callback("os.getpid")},
        {"func": "workers.jobs.read_waiting", "on_stopped": Callback("os.getpid")},
    ],
)
def test_any_other_message_is_none(doorbells: Queue, message: dict[str, Any]) -> None:
    doorbells.enqueue_call(**message)
    (found,) = messages(doorbells)
    assert not is_doorbell(found)


def test_a_message_that_cannot_be_read_is_none(doorbells: Queue) -> None:
    ring(doorbells)
    (message,) = messages(doorbells)
    doorbells.connection.hset(message.key, "data", b"\x80\x04\x95pickled")
    (found,) = messages(doorbell.queue(doorbells.connection))
    assert not is_doorbell(found)
