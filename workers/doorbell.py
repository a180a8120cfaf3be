"""The doorbell: a message that says "there is work", and of which one is enough."""

from __future__ import annotations

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from workers.jobs import read_waiting

QUEUE = "claimtrail"
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
        if not doorbells.count:
            doorbells.enqueue_call(read_waiting, result_ttl=0, failure_ttl=0, description="there is work")
    except RedisError:
        return False
    return True


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
