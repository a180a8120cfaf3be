"""What Prometheus is told: requests as this process answered them; the queue and the workers' doings, which the
database knows for all processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from store import deliveries, jobs, tallies, workers
from store.database import Database

_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"})
# The metrics that workers count, what they mean, and the name of their label.
_COUNTED = {
    "readings": ("Tries to read an article, by how they ended.", "outcome"),
    "claims": ("Claims found by readings, those of repeated ones too.", "kind"),
    "reconciler": ("What the reconciler did: jobs it queued again or gave up, doorbells it rang.", "action"),
    "deliveries": ("Attempts to deliver a notice to a webhook, by how they ended.", "outcome"),
}
_SECONDS = "reading_seconds"


class _Shared(Collector):
    """What the database knows. Raises Unavailable when it is asked and cannot be."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """All metrics of the whole service."""
        now = self._clock()
        with self._database.reading() as s:
            by_status, (_, since), (held, late) = jobs.counts(s), jobs.waiting(s), jobs.leases_held(s, now)
            alive, counted = workers.alive(s, now), tallies.read(s)
            (undelivered, sent_since), disabled = deliveries.waiting(s), deliveries.disabled(s)
        yield _labelled("claimtrail_jobs", "Jobs by status, the finished apart.", "status", by_status)
        age = _age(since, now)
        yield GaugeMetricFamily("claimtrail_oldest_waiting_seconds", "How long the longest waiting job waits.", age)
        yield GaugeMetricFamily("claimtrail_deliveries_waiting", "Notices not yet delivered to webhooks.", undelivered)
        age = _age(sent_since, now)
        yield GaugeMetricFamily("claimtrail_oldest_delivery_seconds", "How long the oldest of these waits.", age)
        yield GaugeMetricFamily("claimtrail_webhooks_disabled", "Webhooks that nothing is sent to.", disabled)
        yield _labelled("claimtrail_leases", "Jobs in workers' hands.", "state", {"held": held, "expired": late})
        yield GaugeMetricFamily("claimtrail_workers", "Worker processes heard of lately.", alive)
        for metric, (meaning, label) in _COUNTED.items():
            family = CounterMetricFamily(f"claimtrail_{metric}", meaning, labels=[label])
            for (name, value), count in sorted(counted.items()):
                if name == metric:
                    family.add_metric([value], count)
            yield family
        yield _histogram(counted)


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _labelled(name: str, meaning: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    found = GaugeMetricFamily(name, meaning, labels=[label])
    for value, number in values.items():
        found.add_metric([value], number)
    return found


def _histogram(counted: tallies.Counts) -> HistogramMetricFamily:
    total, buckets = 0.0, []
    edges = [label for metric, label in counted if metric == _SECONDS and label != "sum"]
    for edge in sorted({*edges, "+Inf"}, key=float):
        total += counted.get((_SECONDS, edge), 0.0)
        buckets.append((edge, total))
    found = HistogramMetricFamily(f"claimtrail_{_SECONDS}", "How long finished readings took.")
    found.add_metric([], buckets, counted.get((_SECONDS, "sum"), 0.0))
    return found


class Metrics:
    """The metrics of one app."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Shared(database, clock))
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
        """All of them in Prometheus' text format. Raises Unavailable."""
        return generate_latest(self._registry)
