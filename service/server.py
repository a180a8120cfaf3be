"""The API process: reads nothing but its settings, opens what the app needs, and serves it with gunicorn."""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

import logs
from service import doorbell
from service.access import LOOPBACK
from service.app import create_app
from service.doorbell import Doorbell
from service.limits import Limits
from service.rates import Rates
from service.submissions import MAX_BATCH_BYTES
from settings import Settings, SettingsError
from store import keys
from store.database import Database, Unavailable

_GRACE_SECONDS = 15
LIMITS = Limits(bodies={"/v1/articles/batch": MAX_BATCH_BYTES})
# Why a database cannot be used that holds no key for certain.
_KEYLESS = ("not migrated", "missing")
_log = structlog.get_logger("claimtrail.api")


def serve(settings: Settings, limits: Limits = LIMITS) -> None:
    """Serves until told to stop by SIGTERM or SIGINT.

    SettingsError for a database or Redis URL it cannot use, and for an address that others can reach without a key.
    """
    make_app(settings)  # what cannot be used is told before anything is started
    logs.configure(settings.log_level)
    _refuse_strangers(settings)
    _Server(settings, limits).run()


def make_app(settings: Settings) -> Flask:
    """The app with what these settings name. SettingsError for a database or Redis URL that cannot be used."""
    try:
        ring = Doorbell(doorbell.connect(settings.redis_url), now=time.monotonic)
        rates = Rates(settings.redis_url, per_minute=settings.rate_limit, now=time.monotonic, away=ring.rest)
        database = Database.open(settings.database_url)
    except ValueError as fault:
        raise SettingsError(f"DATABASE_URL or REDIS_URL cannot be used: {fault}") from None
    return create_app(settings, database=database, doorbell=ring, rates=rates)


def _refuse_strangers(settings: Settings) -> None:
    """Where no key exists only this machine may be served, and is told so."""
    database = Database.open(settings.database_url)
    try:
        with database.reading() as s:
            if keys.exist(s):
                return
    except Unavailable as fault:
        told = "run: claimtrail migrate" if fault.reason == "not migrated" else "claimtrail doctor tells more"
        _log.error("%s; %s", fault, told)
        # Where it cannot be known whether there are keys, each request will ask again, and be refused until it is.
        if fault.reason not in _KEYLESS or LOOPBACK.fullmatch(settings.host):
            return
    finally:
        database.dispose()
    if not LOOPBACK.fullmatch(settings.host):
        raise SettingsError(
            f"CLAIMTRAIL_HOST: other machines can reach {settings.host or 'every address'}, and no key exists to tell "
            "them apart.\nMake one first:  claimtrail keys create NAME --scopes admin"
        )
    _log.warning("no key exists: everyone on this machine may use the service; make one with: claimtrail keys create")


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, settings: Settings, limits: Limits) -> None:
        self._settings = settings
        self.limits = limits  # for the worker
        super().__init__()

    def load_config(self) -> None:
        s = self._settings
        host = f"[{s.host}]" if ":" in s.host and not s.host.startswith("[") else s.host
        for name, value in {
            "bind": f"{host}:{s.port}",
            "workers": 1,
            "worker_class": "service.worker.Worker",
            "threads": s.api_threads,
            "timeout": 60,
            "http_parser": "python",
            "limit_request_line": 0,  # service.reception has a larger one than gunicorn can
            # By default a client on this machine, such as a proxy, may set the request's path by a header of its own.
            "forwarded_allow_ips": "",
            "graceful_timeout": _GRACE_SECONDS,
            "sendfile": False,  # answers go through service.outbox
            "control_socket_disable": True,
            "logconfig_dict": logs.of_others(s.log_level),
            "proc_name": "claimtrail-api",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        # In the worker process: connections are not to be shared over the fork.
        return make_app(self._settings)
