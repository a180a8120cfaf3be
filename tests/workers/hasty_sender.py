"""A sender as `claimtrail sender` runs it, that waits little, and whose time is as far ahead as the file CLOCK says.

It marks with a line in BEGUN that it has begun.
"""

from __future__ import annotations

import os
import ssl
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

from store.database import Database
from workers.posting import poster
from workers.sender import Sender


def now() -> datetime:
    """The turned time."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["CLOCK"]).read_text("ascii")))


if __name__ == "__main__":
    post = poster(
        [ip_network("127.0.0.0/8")],
        ports=range(1, 65536),
        lookup=lambda *_, **__: [],
        tls=ssl.create_default_context(),
        connect_seconds=0.3,
        total_seconds=0.3,
    )
    database = Database.open(os.environ["DATABASE_URL"])
    with Path(os.environ["BEGUN"]).open("a", encoding="ascii") as begun:
        begun.write(f"{os.getpid()}\n")
    Sender(database, post, name="hasty", now=now, clock=time.monotonic, chance=lambda: 0.5).run()
