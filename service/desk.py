"""What all routes work with, put together by the app and found in its extensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app, g

from service.doorbell import Doorbell
from service.prefer import Waiting
from store.database import Database

EXTENSION = "claimtrail"


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the doorbell, the clock, and places to wait in."""

    database: Database
    doorbell: Doorbell
    clock: Callable[[], datetime]
    waiting: Waiting


def desk() -> Desk:
    """That of the app that serves the request."""
    return cast(Desk, current_app.extensions[EXTENSION])


def request_id() -> str:
    """The id of the request being served: in its answer's X-Request-ID, in its problems and in the log."""
    return str(g.get("request_id", ""))
