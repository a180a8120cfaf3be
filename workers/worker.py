"""The RQ worker of this house: it forks a work-horse for a doorbell, and knows what became of each article."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker, worker_registration
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from workers.doorbell import is_doorbell, queue, repair
from workers.hand import Hand
from workers.tied import die_with_parent

# RQ waits this long, less 15 s, for a doorbell before it looks round; a silent server is noticed a little later.
_TTL_SECONDS = 30

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Stable:
    """How work-horses are kept: what they hold, how each is confined, and what is done with what it leaves.

    `settle` gets the exit code of a work-horse, negative for a signal.
    """

    hand: Hand
    confine: Callable[[], None]
    settle: Callable[[int], None]


class HouseWorker(Worker):
    """An RQ worker of one queue that obeys doorbells only, and outlives its Redis where it can."""

    max_connection_wait_time = 2.0
    log_result_lifespan = False

    def __init__(self, connection: Redis, stable: Stable, *, name: str) -> None:
        super().__init__(
            [queue(connection)],
            name=name,
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=_TTL_SECONDS,
            log_job_description=False,
        )
        self._stable = stable
        self._status = 0
        self._occupied = False

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Forks a work-horse for a doorbell; what is none is thrown away unread."""
        if not is_doorbell(job):
            self._throw_away(job.id)
            return
        job.timeout = -1  # an article has its own limits; RQ's would fall on whichever is being read
        self._occupied = True  # settling, too, is not to be broken off by a signal
        self._clear_hand()
        self._status = 0
        try:
            super().execute_job(job, queue)
        finally:
            self._stable.settle(os.waitstatus_to_exitcode(self._status))
            self._occupied = False

    def dequeue_job_and_maintain_ttl(self, timeout: int | None, max_idle_time: int | None = None) -> Any:
        """As RQ does, but a message that cannot even be loaded does not end the work."""
        while True:
            try:
                return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
            except Exception as fault:
                job_id = getattr(fault, "job_id", None)  # put there by RQ where the message is at fault
                if job_id is not None:
                    self._throw_away(job_id)
                elif isinstance(fault, UnicodeDecodeError):
                    _log.warning("a message whose name is no text is no doorbell")
                else:
                    raise

    def _throw_away(self, job_id: str) -> None:
        _log.warning("the message %s is no doorbell and is thrown away", job_id)
        self.connection.lrem(self.queues[0].intermediate_queue_key, 1, job_id)
        self.connection.delete(Job.key_for(job_id))

    def run_maintenance_tasks(self) -> None:
        """Removes unread what killed workers have left in the queue's books.

        RQ's own maintenance loads such messages and does what they name: it calls their callbacks and webhooks, in this
        process. For a lost doorbell nothing is to be done, as the reconciler rings again.
        """
        (doorbells,) = self.queues
        running, now = doorbells.started_job_registry.key, time.time()
        expired: list[Any] = self.connection.zrangebyscore(running, 0, now)
        left: list[Any] = [name.split(b":")[0] for name in expired]
        # A doorbell is in this list for a moment only, and one that is there just now loses nothing either.
        left += self.connection.lrange(doorbells.intermediate_queue_key, 0, -1)
        prefix = Job.redis_job_namespace_prefix.encode()
        self.connection.delete(doorbells.intermediate_queue_key, *(prefix + name for name in left))
        self.connection.zremrangebyscore(running, 0, now)
        try:
            worker_registration.clean_worker_registry(doorbells)
        except UnicodeDecodeError:
            _log.warning("a worker whose name is no text; the list of workers is thrown away")
            books = worker_registration.REDIS_WORKER_KEYS, worker_registration.WORKERS_BY_QUEUE_KEY % doorbells.name
            self.connection.delete(*books)
        self.last_cleaned_at = datetime.now(UTC)  # type: ignore[assignment]

    def register_birth(self) -> None:
        """As RQ does, after a look at what it keeps there."""
        (doorbells,) = self.queues
        repair(doorbells)
        super().register_birth()  # type: ignore[no-untyped-call]

    def check_for_suspension(self, burst: bool) -> None:
        """No remote commands here either."""

    def _clear_hand(self) -> None:
        hand = self._stable.hand
        hand.clear()
        hand.stopping = False  # the last work-horse may have been told so by itself
        if self._stop_requested:
            hand.stopping = True

    def wait_for_horse(self) -> Any:
        """Waits as RQ does, and keeps the status."""
        ended = super().wait_for_horse()
        self._status = ended[1] or 0
        return ended

    def fork_work_horse(self, job: Job, queue: Queue) -> None:
        """Forks as RQ does; the child dies with its parent and is confined before it begins."""
        parent = os.getpid()
        child = os.fork()
        if child:
            self._horse_pid = child
            return
        os.setpgrp()
        die_with_parent(parent)
        self._stable.confine()
        self.main_work_horse(job, queue)

    def setup_work_horse_signals(self) -> None:
        """A work-horse told to stop finishes the article it reads."""

        def stop(*_: object) -> None:
            self._stable.hand.stopping = True

        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, stop)

    def stop(self) -> None:
        """Ends `work` once the article in hand is finished; raises StopRequested where nothing is in hand."""
        self._stop_requested = True
        self._stable.hand.stopping = True
        if not self._occupied:
            raise StopRequested

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """As RQ does, but a Redis that is away does not end the watch over the work-horse."""
        with suppress(RedisError):
            super().maintain_heartbeats(job, execution)

    def register_death(self) -> None:
        """As RQ does, where Redis can be told; it forgets a silent worker by itself."""
        with suppress(RedisError):
            super().register_death()  # type: ignore[no-untyped-call]

    def _install_signal_handlers(self) -> None:
        """The process has its own, which outlive this worker."""

    def subscribe(self) -> None:
        """No remote commands: whoever can reach the queue can say that there is work, no more."""

    def unsubscribe(self) -> None:
        """As there is no subscription."""
