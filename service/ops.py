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
from store import migrate
from store.database import Unavailable

_head = cache(migrate.head)


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
    @made.response(200, Readiness, example={"status": "ready", "database": "ok", "redis": "ok"})
    @made.doc(operationId="getReadiness", summary="Whether articles can be taken in")
    def readyz() -> dict[str, Any]:
        """Ready when the database can be used and is migrated. Without Redis it is only degraded: articles are taken in
        and read, though later."""
        try:
            current = migrate.current(desk().database)
        except Unavailable as fault:
            raise _not_ready("database_unavailable", f"{str(fault).capitalize()}.") from fault
        if current != _head():
            raise _not_ready("not_migrated", "The database is not at this release's schema; run: claimtrail migrate")
        rings = desk().doorbell.answers()
        return {"status": "ready" if rings else "degraded", "database": "ok", "redis": "ok" if rings else "down"}

    @made.route("/metrics", methods=["GET"])
    @made.needs("claims:read")
    @made.response(200, {"type": "string"}, content_type="text/plain", description="Prometheus' text format.")
    @made.doc(operationId="getMetrics", summary="Metrics for Prometheus")
    def show_metrics() -> Response:
        """Requests, the queue's depth, and the age of the longest waiting job."""
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    return made


def _not_ready(code: str, detail: str) -> ProblemError:
    headers = {"Retry-After": str(RETRY_SECONDS)}
    return ProblemError(503, "The service cannot take articles in now.", [Fault("", code, detail)], headers)
