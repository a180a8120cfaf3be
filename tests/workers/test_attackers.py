"""Whoever can write into the queue can say that there is work, and no more."""

from __future__ import annotations

import json
import pickle
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis
from rq import Queue

from workers import doorbell

pytestmark = pytest.mark.slow

OURS = "workers.jobs.read_waiting"
PAST = str(int(time.time()) - 10_000)


class Pickled:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, ...]:
        import os

        return os.system, (self.command,)


def asks(name: Any, *args: Any, instance: Any = None, **kwargs: Any) -> str:
    return json.dumps([name, instance, list(args), kwargs])


def callback(kind: str) -> dict[str, str]:
    return {"data": asks(OURS), f"{kind}_callback_name": "os.system", f"{kind}_callback_timeout": "60"}


def hook(status: str) -> dict[str, str]:
    return {"data": asks(OURS), "webhooks": json.dumps([{"url": "http://127.0.0.1:1/", "job_status": status}])}


# What a message may hold, for a command that leaves a trace when it is run.
MESSAGES: dict[str, Callable[[str], dict[str, Any]]] = {
    "pickle": lambda run: {"data": pickle.dumps(Pickled(run))},
    "pickle in the meta": lambda run: {"data": asks("os.getpid"), "meta": pickle.dumps(Pickled(run))},
    "pickle as the result": lambda run: {"data": asks("os.getpid"), "result": pickle.dumps(Pickled(run))},
    "os": lambda run: {"data": asks("os.system", run)},
    "subprocess": lambda run: {"data": asks("subprocess.getoutput", run)},
    "builtins": lambda run: {"data": asks("builtins.exec", f"import os; os.system({run!r})")},
    "ours with arguments": lambda run: {"data": asks(OURS, run)},
    "ours with names": lambda _: {"data": asks(OURS, seconds=9)},
    "ours of an instance": lambda run: {"data": asks(OURS, instance=run)},
    "another of ours": lambda _: {"data": asks("workers.jobs.read_shift")},
    "on success": lambda _: callback("success"),
    "on failure": lambda _: callback("failure"),
    "when stopped": lambda _: callback("stopped"),
    "webhook": lambda _: hook("finished"),
    "webhook of a failure": lambda _: hook("failed"),
    "dependency": lambda _: {"data": asks(OURS), "dependency_ids": '["other"]'},
    "repeats": lambda _: {"data": asks(OURS), "repeats_left": "1000", "repeat_intervals": "[0]"},
    "retries": lambda _: {"data": asks(OURS), "retries_left": "1000", "retry_intervals": "[0]"},
    "group": lambda _: {"data": asks(OURS), "group_id": "g"},
    "another queue": lambda _: {"data": asks(OURS), "origin": "other"},
    "no JSON": lambda _: {"data": "[[[["},
    "JSON too deep": lambda _: {"data": "[" * 100_000},
    "no list": lambda _: {"data": "7"},
    "a name that is none": lambda run: {"data": asks(["os", "system"], run)},
    "no date": lambda _: {"data": asks(OURS), "created_at": "yesterday"},
    "no number": lambda _: {"data": asks(OURS), "result_ttl": "for ever"},
    "no status": lambda _: {"data": asks(OURS), "status": "hostile"},
    "no text": lambda _: {"data": asks(OURS), "description": b"\xff\xfe"},
}


def leave(server: Redis, fields: dict[str, Any]) -> str:
    """Writes a message as an attacker would, past RQ, but into no queue; returns its name."""
    name = str(uuid.uuid4())
    server.hset(f"rq:job:{name}", mapping={"origin": doorbell.QUEUE, "status": "queued"} | fields)
    return name


@pytest.fixture
def queue(yard: Any) -> Any:
    connection = doorbell.connect(yard.server.url, timeout=2)
    yield doorbell.queue(connection)
    connection.close()


def check_works(yard: Any, until: Any, queue: Queue) -> None:
    """The next true doorbell is heard, well before the reconciler would ring."""
    job_id = yard.submit("text", ring=False)
    assert doorbell.ring(queue)
    until(lambda: yard.ended([job_id]))
    assert yard.desk.job(job_id).status == "finished"


def test_a_message_that_is_no_doorbell_is_thrown_away_and_told(yard: Any, until: Any, queue: Queue) -> None:
    server, trace = queue.connection, yard.folder / "trace"
    names = {kind: leave(server, make(f"touch {trace}")) for kind, make in MESSAGES.items()}
    server.set("rq:job:text", "no hash")
    server.rpush(queue.key, *names.values(), "text", b"\xff\xfe")
    yard.start()
    until(lambda: not queue.count)
    check_works(yard, until, queue)
    log = yard.log()
    told = {kind: f"the message {name} is no doorbell" in log for kind, name in (names | {"text": "text"}).items()}
    assert told == dict.fromkeys(told, True)
    assert "WARNING:workers.worker:a message whose name is no text" in log
    assert not trace.exists()
    assert len(yard.events("load")) == 1
    until(lambda: server.keys("rq:job:*") == [])


def test_a_message_in_the_queues_books_calls_nothing(yard: Any, until: Any, queue: Queue) -> None:
    """RQ looks after what was running, stuck, deferred or planned, and would call what is named there."""
    server, trace = queue.connection, yard.folder / "trace"
    names = [leave(server, make(f"touch {trace}") | {"status": "started"}) for make in MESSAGES.values()]
    spy = leave(server, callback("failure") | {"status": "started", "failure_callback_name": "trace.leave"})
    (yard.folder / "trace.py").write_text(f"def leave(*_):\n    open({str(trace)!r}, 'w').close()\n", "utf-8")
    for name in [*names, spy]:
        server.zadd(queue.started_job_registry.key, {f"{name}:{uuid.uuid4()}": 1})
        server.zadd(queue.scheduled_job_registry.key, {name: 1})
        server.zadd(queue.deferred_job_registry.key, {name: 1})
        server.rpush(queue.intermediate_queue_key, name)
        server.set(f"{queue.intermediate_queue_key}:first_seen:{name}", PAST)
        server.sadd("rq:groups", name)
    yard.start()
    until(lambda: yard.ready(1))
    check_works(yard, until, queue)
    assert not trace.exists()
    until(lambda: server.keys("rq:job:*") == [])
    assert server.llen(queue.intermediate_queue_key) == 0
    assert "Traceback" not in yard.log()


def test_nobody_can_suspend_the_workers_or_put_something_else_in_the_queues_place(
    yard: Any, until: Any, queue: Queue
) -> None:
    server = queue.connection
    server.set("rq:suspended", 1)
    for key in (queue.key, queue.intermediate_queue_key, "rq:workers", "rq:queues", f"rq:workers:{queue.name}"):
        server.set(key, "hostile")
    yard.start()
    until(lambda: server.type(queue.key) == b"none")
    check_works(yard, until, queue)
    assert yard.log().count("and is thrown away") == 5


def test_what_is_put_in_the_queues_place_while_the_worker_idles_is_found_by_the_reconciler(
    yard: Any, until: Any, queue: Queue
) -> None:
    yard.start()
    until(lambda: yard.ready(1))
    queue.connection.delete("rq:queues")
    queue.connection.set("rq:queues", "hostile")
    job_id = yard.submit("text", ring=False)
    until(lambda: yard.ended([job_id]))
    assert yard.desk.job(job_id).status == "finished"


def test_a_worker_whose_name_is_no_text_stops_nobody(yard: Any, until: Any, queue: Queue) -> None:
    for books in ("rq:workers", f"rq:workers:{queue.name}"):
        queue.connection.sadd(books, b"\xff\xfe")
    yard.start()
    check_works(yard, until, queue)
    assert "Traceback" not in yard.log()
