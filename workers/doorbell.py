"""The doorbell: a message that says "there is work", and of which one is enough."""

from __future__ import annotations

import logging

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry
from rq import Queue, worker_registration
from rq.job import Job
from rq.serializers import JSONSerializer

from workers.jobs import read_waiting

QUEUE = "claimtrail"
_log = logging.getLogger(__name__)
# All that a message may ask for.
ALLOWED = frozenset(f"{function.__module__}.{function.__qualname__}" for function in (read_waiting,))
# All that a doorbell says of itself. Callbacks, webhooks, repeats and whatever else RQ may learn to do are not in it.
_FIELDS = frozenset(
    "created_at data description enqueued_at failure_ttl last_heartbeat origin result_ttl status timeout".split()
)


def connect(url: str, *, timeout: float) -> Redis:
    """A client that gives up on a silent server after `timeout` seconds. Does not connect yet."""
    # One more try, at once, as the server may have been started anew since the last use.
    retry = Retry(NoBackoff(), 1)
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=retry)


def queue(connection: Redis) -> Queue:
    """The one queue."""
    return Queue(QUEUE, connection=connection, serializer=JSONSerializer)


def ring(doorbells: Queue) -> bool:
    """Rings unless a doorbell waits already. False when the server cannot be reached."""
    try:
        try:
            _ring(doorbells)
        except ResponseError:
            repair(doorbells)
            _ring(doorbells)
    except RedisError:
        return False
    return True


def _ring(doorbells: Queue) -> None:
    if not doorbells.count:
        doorbells.enqueue_call(read_waiting, result_ttl=0, failure_ttl=0, description="there is work")


def repair(doorbells: Queue) -> None:
    """Removes what is no such thing as RQ keeps under that name, and would fail at for ever. Raises RedisError."""
    shapes = {
        doorbells.key: b"list",
        doorbells.intermediate_queue_key: b"list",
        doorbells.started_job_registry.key: b"zset",
        Queue.redis_queues_keys: b"set",
        worker_registration.REDIS_WORKER_KEYS: b"set",
        worker_registration.WORKERS_BY_QUEUE_KEY % doorbells.name: b"set",
    }
    for key, shape in shapes.items():
        if doorbells.connection.type(key) not in (shape, b"none"):
            _log.warning("%s is no %s and is thrown away", key, shape.decode())
            doorbells.connection.delete(key)


def ring_afresh(url: str, *, timeout: float) -> bool:
    """Rings with a client of its own, as a work-horse must: one that was forked in another thread's hands hangs."""
    connection = connect(url, timeout=timeout)
    try:
        return ring(queue(connection))
    finally:
        connection.close()


def is_doorbell(job: Job) -> bool:
    """Whether a message asks for what it may: one of our functions, without arguments, and for nothing besides."""
    try:
        name, instance, args, kwargs = job.serializer.loads(job.data)
        told = {field for field, value in job.to_dict(include_meta=False, include_result=False).items() if value != ""}
        return name in ALLOWED and (instance, args, kwargs, job.origin) == (None, [], {}, QUEUE) and told <= _FIELDS
    except Exception:  # whatever it takes to read it, it is none of ours
        return False
