"""Routes for those who run the service."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST

from schemas.health import Health, Readiness
from service.arguments import Routes
from service.desk import desk
from service.metrics import Metrics
from service.problems import RETRY_SECONDS, Fault, ProblemError
from store import migrate, workers
from store.database import Unavailable

_head = cache(migrate.head)
_READY = {"status": "ready", "database": "ok", "redis": "ok", "workers": "ok", "room": "ok"}


def routes(metrics: Metrics) -> Routes:
    """The routes, of which one shows these metrics."""
    made = Routes("operations", __name__, description="Whether the service lives, and how it fares.")

    @made.route("/healthz", methods=["GET"])
    @made.response(200, Health, example={"status": "ok"})
    @made.doc(operationId="getHealth", summary="Whether the process answers")
    def healthz() -> dict[str, Any]:
        """Answers without looking at anything else."""
        return {"status": "ok"}

    @made.route("/readyz", methods=["GET"])
    @made.response(200, Readiness, example=_READY)
    @made.doc(operationId="getReadiness", summary="Whether articles can be taken in")
    def readyz() -> dict[str, Any]:
        """Ready when the database can be read and written and is migrated. It is only degraded without Redis (articles
        are taken in, and read once it is back), without a worker (they are read when there is one), and while it has no
        room for more articles."""
        try:
            current = migrate.current(desk().database)
            desk().database.probe()
        except Unavailable as fault:
            raise _not_ready("database_unavailable", f"{str(fault).capitalize()}.") from fault
        if current != _head():
            newer = current is not None and not migrate.knows(current)
            advice = "it is a newer release's: update Claimtrail" if newer else "run: claimtrail migrate"
            raise _not_ready("not_migrated", f"The database is not at this release's schema; {advice}")
        with desk().database.reading() as s:
            alive, room = workers.alive(s, desk().clock()), desk().room.is_there(s)
        rings = desk().doorbell.answers()
        return {
            "status": "ready" if rings and alive and room else "degraded",
            "database": "ok",
            "redis": "ok" if rings else "down",
            "workers": "ok" if alive else "missing",
            "room": "ok" if room else "full",
        }

    @made.route("/metrics", methods=["GET"])
    @made.needs("claims:read")
    @made.response(200, {"type": "string"}, content_type="text/plain", description="Prometheus' text format.")
    @made.doc(operationId="getMetrics", summary="Metrics for Prometheus")
    def show_metrics() -> Response:
        """This process's requests; the queue, the workers and what they did, from the database, alike in every process
        of the API."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    return made


def _not_ready(code: str, detail: str) -> ProblemError:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return ProblemError(503, "The service cannot take articles in now.", [Fault("", code, detail)], headers)
