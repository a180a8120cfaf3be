from __future__ import annotations

import json
import os
import signal
import threading
import zlib
from typing import Any

import pytest
from rq import Callback, Queue
from rq.job import Job

from workers import doorbell
from workers.doorbell import is_doorbell, ring, ring_afresh


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


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_work_horse_rings_whatever_other_threads_did_when_it_was_forked(server: Any, doorbells: Queue) -> None:
    """A client that a thread was just using hangs in the child, where its lock is never released."""
    held, release = threading.Event(), threading.Event()

    def use() -> None:
        with doorbells.connection.connection_pool._lock:
            held.set()
            release.wait(30)

    thread = threading.Thread(target=use)
    thread.start()
    assert held.wait(5)
    child = os.fork()
    if child == 0:
        signal.setitimer(signal.ITIMER_REAL, 5)
        os._exit(0 if ring_afresh(server.url, timeout=2) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    release.set()
    thread.join()
    assert len(messages(doorbells)) == 1
