"""What Prometheus is told: requests as they were answered, and the queue as it stands in the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store import jobs
from store.database import Database, Unavailable

_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})


class _Queue(Collector):
    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("claimtrail_database_up", "Whether the database could be read just now.")
        try:
            with self._database.reading() as s:
                counts = jobs.counts(s)
                _, since = jobs.waiting(s)
        except Unavailable:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        found = GaugeMetricFamily("claimtrail_jobs", "Jobs by status, the finished apart.", labels=["status"])
        for status, number in counts.items():
            found.add_metric([status], number)
        yield found
        age = max(0.0, (self._clock() - since).total_seconds()) if since is not None else 0.0
        yield GaugeMetricFamily("claimtrail_oldest_waiting_seconds", "How long the longest waiting job waits.", age)


class Metrics:
    """The metrics of one app."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Queue(database, clock))
        self._requests = Counter(
            "claimtrail_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "claimtrail_request_seconds", "How long answers took.", ["method", "route"], registry=self._registry
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Counts one answered request."""
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return generate_latest(self._registry)
