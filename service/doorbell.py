"""Rings for the workers: there is work. Best effort, as the database holds the work itself."""

from __future__ import annotations

import threading
from collections.abc import Callable

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.serializers import JSONSerializer

QUEUE = "claimtrail"
JOB = "workers.jobs.read_waiting"
_TIMEOUT_SECONDS = 0.5
_REST_SECONDS = 1.0
_log = structlog.get_logger("claimtrail.api")


def connect(url: str) -> Redis:
    """A client that gives up after half a second. Does not connect yet. ValueError for a URL it cannot use."""
    return Redis.from_url(
        url,
        socket_timeout=_TIMEOUT_SECONDS,
        socket_connect_timeout=_TIMEOUT_SECONDS,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )


class Doorbell:
    """Rings at most once for all work that waits; after a failure it rests for a second."""

    def __init__(self, redis: Redis, *, now: Callable[[], float]) -> None:
        self._redis = redis
        self._now = now
        self._lock = threading.Lock()
        self._rest_until = 0.0

    def ring(self) -> bool:
        """Whether a doorbell waits in the queue now. Never raises: the reconciler rings later for what was missed."""
        with self._lock:
            if self._now() < self._rest_until:
                return False
        try:
            queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
            if self._redis.llen(queue.key) == 0:
                queue.enqueue_call(JOB, result_ttl=0, failure_ttl=0)
        except (RedisError, OSError) as error:
            self.rest()
            _log.warning("doorbell not rung", error=type(error).__name__)
            return False
        return True

    def rest(self) -> None:
        """Lets Redis be for a second, as it cannot be used."""
        with self._lock:
            self._rest_until = self._now() + _REST_SECONDS

    def answers(self) -> bool:
        """Whether Redis is there."""
        try:
            return bool(self._redis.ping())
        except (RedisError, OSError):
            return False
