"""What all routes work with, put together by the app and found in its extensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from flask import current_app

from claims.events.editor import Editor
from service.doorbell import Doorbell
from service.prefer import Waiting
from service.room import Room
from service.slots import Slots
from settings import Hosts
from store.database import Database

EXTENSION = "claimtrail"


@dataclass(frozen=True, slots=True)
class Desk:
    """The database, the doorbell, the clock, places to wait in, the room for more work, who decides on events, the
    scale of verdicts, the hosts whose pages may be fetched, whether webhooks by plain http are taken, slots for
    exports, and under which address pushed items stand that bring none."""

    database: Database
    doorbell: Doorbell
    clock: Callable[[], datetime]
    waiting: Waiting
    room: Room
    editor: Editor
    verdicts: tuple[str, ...]
    fetch_hosts: Hosts
    plain_http: bool
    exports: Slots
    ninjs_base_url: str


def desk() -> Desk:
    """That of the app that serves the request."""
    return cast(Desk, current_app.extensions[EXTENSION])
