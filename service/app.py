"""The HTTP door as one Flask app, put together from what it is given."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.middleware.proxy_fix import ProxyFix

from claims import catalog
from claims.events.editor import Editor
from service import (
    access,
    arguments,
    articles,
    checks,
    claims,
    description,
    diffs,
    docs,
    events,
    jobs,
    kinds,
    log,
    ninjs,
    ops,
    problems,
    reviews,
    source_checks,
    sources,
    submissions,
    views,
    webhooks,
)
from service.access import LOOPBACK, Access
from service.desk import EXTENSION, Desk
from service.doorbell import Doorbell
from service.exports import routes as exports
from service.metrics import Metrics
from service.prefer import Waiting
from service.rates import Rates
from service.room import Room
from service.slots import Slots
from settings import Settings
from store.database import Database
from store.ids import new_id

_MAX_BODY_BYTES = 2_000_000
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
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
    rates: Rates,
    clock: Callable[[], datetime] = _utc_now,
    waiting: Waiting | None = None,
) -> Flask:
    """The app over this database and doorbell. Neither is used before the first request.

    RuntimeError where a route of the interface does not say which scopes it needs.
    """
    app = Flask("service", static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False  # an address that is none gets its problem, not a page that leads elsewhere
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    # Half of the threads may wait for jobs, and a quarter may export; the others answer those who do neither.
    waiting = waiting or Waiting(max(1, settings.api_threads // 2), now=time.monotonic, sleep=time.sleep)
    exposed = not LOOPBACK.fullmatch(settings.host)
    gate = Access(database, rates, clock=clock, exposed=exposed, push_secret=settings.ninjs_secret)
    room = Room(settings.max_backlog, settings.min_free_mb * 2**20, partial(_free_bytes, settings.data_dir))
    app.extensions[EXTENSION] = Desk(
        database,
        doorbell,
        clock,
        waiting,
        room,
        Editor(catalog.happenings()),
        settings.verdicts,
        settings.fetch_hosts,
        plain_http=bool(settings.allowed_networks),
        exports=Slots(max(1, settings.api_threads // 4)),
        ninjs_base_url=settings.ninjs_base_url,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    metrics = Metrics(database, clock)
    _begin(app, gate)
    _finish(app, metrics)
    arguments.register(app)
    problems.register(app)
    api = description.configure(app)
    for part in (
        submissions,
        ninjs,
        articles,
        diffs,
        jobs,
        claims,
        exports,
        source_checks,
        sources,
        checks,
        events,
        views,
        reviews,
        webhooks,
        kinds,
    ):
        api.register_blueprint(part.routes)
    api.register_blueprint(ops.routes(metrics))
    described = description.describe(api)
    app.register_blueprint(
        docs.routes(
            described, description.for_an_open_desk(described, signed=bool(settings.ninjs_secret)), gate.is_open
        )
    )
    access.check_routes(app.url_map.iter_rules(), app.view_functions)
    app.extensions[description.EXTENSION] = described
    return app


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _begin(app: Flask, gate: Access) -> None:
    @app.before_request
    def number_and_admit() -> None:
        g.request_id = new_id()
        g.begun = time.perf_counter()
        gate.admit()


def _finish(app: Flask, metrics: Metrics) -> None:
    @app.after_request
    def finish(answer: Response) -> Response:
        for name, value in _HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers.update(access.standing_headers())
        answer.headers["X-Request-ID"] = g.request_id
        route = request.url_rule.rule if request.url_rule is not None else "none"
        seconds = time.perf_counter() - g.begun
        metrics.count(request.method, route, answer.status_code, seconds)
        log.request_done(
            request.method,
            route,
            request.path,
            answer.status_code,
            seconds,
            request_id=g.request_id,
            key_id=access.key_id(),
            jobs=g.get("jobs"),
            refused=access.refused(),
        )
        return answer
