"""The HTTP door as one Flask app, put together from what it is given."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from service import arguments, articles, claims, description, docs, jobs, kinds, log, ops, problems, submissions
from service.desk import EXTENSION, Desk
from service.doorbell import Doorbell
from service.metrics import Metrics
from service.prefer import Waiting
from service.problems import ProblemError
from settings import Settings
from store.database import Database
from store.ids import new_id

_MAX_BODY_BYTES = 2_000_000
_LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


class _Json(DefaultJSONProvider):
    """JSON in the order of the schemas."""

    sort_keys = False
    ensure_ascii = False


def _utc_now() -> datetime:
    return datetime.now(UTC)


def create_app(
    settings: Settings,
    *,
    database: Database,
    doorbell: Doorbell,
    clock: Callable[[], datetime] = _utc_now,
    waiting: Waiting | None = None,
) -> Flask:
    """The app over this database and doorbell. Neither is used before the first request."""
    app = Flask("service", static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False  # an address that is none gets its problem, not a page that leads elsewhere
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    # Half of the threads may wait for jobs; the others answer those who do not.
    waiting = waiting or Waiting(max(1, settings.api_threads // 2), now=time.monotonic, sleep=time.sleep)
    app.extensions[EXTENSION] = Desk(database, doorbell, clock, waiting)
    metrics = Metrics(database, clock)
    _guard(app, trust_network=settings.trust_network)
    _finish(app, metrics)
    arguments.register(app)
    problems.register(app)
    api = description.configure(app)
    for blueprint in (submissions.routes, articles.routes, jobs.routes, claims.routes, kinds.routes):
        api.register_blueprint(blueprint)
    api.register_blueprint(ops.routes(metrics))
    described = description.describe(api)
    app.register_blueprint(docs.routes(described))
    app.extensions[description.EXTENSION] = described
    return app


def _guard(app: Flask, *, trust_network: bool) -> None:
    @app.before_request
    def number_and_guard() -> None:
        g.request_id = new_id()
        g.begun = time.perf_counter()
        # Without keys nobody but this machine is to be answered, nor a page that had a name of its own lead here.
        host, _, port = request.host.lower().rpartition(":")
        name = host if port.isdigit() and host else request.host.lower()
        if not trust_network and name not in _LOOPBACK:
            raise ProblemError(403, "This service answers under 127.0.0.1, localhost and [::1] only.")


def _finish(app: Flask, metrics: Metrics) -> None:
    @app.after_request
    def finish(answer: Response) -> Response:
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers["X-Request-ID"] = g.request_id
        route = request.url_rule.rule if request.url_rule is not None else "none"
        seconds = time.perf_counter() - g.begun
        metrics.count(request.method, route, answer.status_code, seconds)
        log.request_done(request.method, route, request.path, answer.status_code, seconds, g.request_id)
        return answer
