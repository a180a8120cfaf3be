"""The sender's process: opens what sending needs, then sends until it is told to stop."""

from __future__ import annotations

import logging
import random
import signal
import socket
import time
from datetime import UTC, datetime

from settings import Settings
from store.database import Database
from workers.posting import poster
from workers.sender import Sender


def send(settings: Settings, name: str) -> int:
    """Delivers notices to webhooks until SIGTERM or SIGINT, and what is on its way then; returns the exit status, 0.

    No other living process may bear the name.
    """
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells each address
    database = Database.open(settings.database_url)
    post = poster(settings.allowed_networks, ports=settings.allowed_ports, lookup=socket.getaddrinfo)
    sender = Sender(
        database, post, name=name, now=lambda: datetime.now(UTC), clock=time.monotonic, chance=random.random
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sender.stop())
    sender.run()
    database.dispose()
    return 0
