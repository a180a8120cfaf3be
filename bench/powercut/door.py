"""`python -m bench.powercut.door LOG SYNCHRONOUS`: the HTTP door as the environment's settings have it, recorded.

It migrates first, as `claimtrail up` does. SYNCHRONOUS is FULL for the service as it is; anything less is set on each
connection behind the store's back, to see that the promise breaks.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import settings
from bench.powercut import record
from service.server import serve
from store import migrate
from store.database import Database

AS_IT_IS = "FULL"
CANNOT_RECORD = 3


def main(argv: Sequence[str]) -> int:
    """Serves until it is killed; CANNOT_RECORD where this Python's SQLite cannot be recorded."""
    log, synchronous = Path(argv[0]), argv[1]
    found = settings.read()
    try:
        record.start(found.data_dir, log)
    except record.CannotRecordError as fault:
        print(fault, file=sys.stderr)
        return CANNOT_RECORD
    if synchronous != AS_IT_IS:
        weaken(synchronous)
    database = Database.open(found.database_url)
    migrate.upgrade(database)
    database.dispose()
    serve(found)
    return 0


def weaken(synchronous: str) -> None:
    """Sets this on every connection opened from now on."""

    def set_it(connection: Any, _record: Any) -> None:
        connection.execute(f"pragma synchronous={synchronous}")

    event.listen(Engine, "connect", set_it)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
