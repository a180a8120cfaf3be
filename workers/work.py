"""The worker process: opens what reading needs once, then works until it is told to stop."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from redis.exceptions import RedisError
from rq.exceptions import StopRequested

from claims import catalog
from claims.events.editor import Editor
from settings import Settings, SettingsError
from store.database import Database, Unavailable
from workers import doorbell, limits
from workers.fetching import TOTAL_SECONDS, Fetcher
from workers.hand import Hand
from workers.rounds import RECONCILE_SECONDS, Reconciler, Renewer, Rounds
from workers.settle import Rules, settle
from workers.tools import Reads, Tools, provide
from workers.worker import HouseWorker, Stable

# A reading that uses its processor time at a tenth of the speed on a crowded machine is still let be.
_OVERDUE_FACTOR = 10
_RING_SECONDS = 0.5
_RETRY_SECONDS = 1.0

_log = logging.getLogger(__name__)


def work(settings: Settings, reader: Reads, name: str, *, ready: Callable[[], None] = lambda: None) -> int:
    """Reads articles until SIGTERM or SIGINT, then finishes the one in hand; returns the exit status, 0.

    No other living process may bear the name: what is still held in it was a dead predecessor's, and is waited for no
    longer. `ready` is called when it can begin. Raises SettingsError for a Redis URL that makes no sense.
    """
    try:
        doorbell.connect(settings.redis_url, timeout=_RING_SECONDS).close()
    except ValueError as fault:
        raise SettingsError(f"REDIS_URL: {fault}") from None
    return _Process(settings, reader, name).run(ready)


class _Process:
    """What lives as long as the process, whatever becomes of Redis."""

    def __init__(self, settings: Settings, reader: Reads, name: str) -> None:
        self._settings = settings
        self._database = Database.open(settings.database_url)
        self._hand = Hand()
        self._name = name
        self._stopped = threading.Event()
        self._worker: HouseWorker | None = None
        self._ring = partial(doorbell.ring, doorbell.queue(doorbell.connect(settings.redis_url, timeout=_RING_SECONDS)))
        self._stable = Stable(self._hand, partial(_confine, settings.worker_memory_mb), self._settle)
        provide(
            Tools(
                database=self._database,
                reader=reader,
                kinds={kind.name: kind.fields for kind in catalog.kinds().values()},
                editor=Editor(catalog.happenings()),
                hand=self._hand,
                worker=self._name,
                lease_seconds=settings.lease_seconds,
                max_attempts=settings.max_attempts,
                arm=partial(limits.arm, settings.article_cpu_seconds),
                ring=partial(doorbell.ring_afresh, settings.redis_url, timeout=_RING_SECONDS),
                now=_now,
                clock=time.monotonic,
                fetch=_fetcher(settings).fetch,
                keep_html=settings.keep_html,
            )
        )

    def run(self, ready: Callable[[], None]) -> int:
        """Works until a signal."""
        # What exists now is never garbage; frozen, it stays shared with the work-horses.
        gc.collect()
        gc.freeze()
        renewer = Renewer(
            self._database,
            self._hand,
            lease_seconds=self._settings.lease_seconds,
            overdue_seconds=self._settings.article_cpu_seconds * _OVERDUE_FACTOR + TOTAL_SECONDS,
            horse=lambda: 0 if self._worker is None else self._worker.horse_pid,
            now=_now,
            clock=time.monotonic,
        )
        days = self._settings.keep_jobs_days
        reconciler = Reconciler(
            self._database,
            worker=self._name,
            lease_seconds=self._settings.lease_seconds,
            ring=self._ring,
            now=_now,
            keep_jobs=timedelta(days=days) if days else None,
            keep_checks=timedelta(hours=self._settings.keep_checks_hours),
            keep_deliveries=timedelta(days=self._settings.keep_deliveries_days),
        )
        rounds = [
            Rounds("renewer", self._settings.lease_seconds / 3, renewer.step),
            Rounds("reconciler", RECONCILE_SECONDS, reconciler.step),
        ]
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        for thread in rounds:
            thread.round()  # what is made on first use is not to be half made when a work-horse is forked
            thread.start()
        ready()
        while not self._stopped.is_set():
            with suppress(StopRequested):
                self._work_while_redis_is_there()
        for thread in rounds:
            thread.stop()
        with suppress(Unavailable):
            reconciler.leave()
        self._database.dispose()
        return 0

    def _work_while_redis_is_there(self) -> None:
        try:
            connection = doorbell.connect(self._settings.redis_url, timeout=5)
            self._worker = HouseWorker(connection, self._stable, name=f"{socket.gethostname()}.{uuid.uuid4().hex}")
            if not self._stopped.is_set():
                self._worker.work()
        except RedisError as fault:
            _log.warning("the queue cannot be reached: %s", fault)
        finally:
            self._worker = None
        self._stopped.wait(_RETRY_SECONDS)

    def _stop(self, *_: object) -> None:
        if self._stopped.is_set():
            return
        self._stopped.set()
        self._hand.stopping = True
        if self._worker is not None:
            self._worker.stop()

    def _settle(self, exit_code: int) -> None:
        rules = Rules(self._settings.max_attempts, self._settings.article_cpu_seconds, self._settings.worker_memory_mb)
        if settle(self._database, self._hand, exit_code, rules, now=_now):
            self._ring()


def _confine(memory_mb: int) -> None:
    limits.confine(memory_mb)
    limits.keep_freed()


def _fetcher(settings: Settings) -> Fetcher:
    return Fetcher(
        settings.fetch_hosts,
        ports=settings.allowed_ports,
        networks=settings.allowed_networks,
        # Before the fork, as it takes a while to load.
        tls=httpx.create_ssl_context(trust_env=False) if settings.fetch_hosts.listed else None,
    )


def _now() -> datetime:
    return datetime.now(UTC)
