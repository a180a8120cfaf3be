"""`claimtrail migrate`: bring the database to the schema of this release."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import settings
from claimtrail.processes import add_tie, tie

if TYPE_CHECKING:
    from store.database import Database

EXAMPLES = """examples:
  claimtrail migrate
  DATABASE_URL=postgresql://desk@db/claimtrail claimtrail migrate

`claimtrail up` does this by itself. Run it once after an update where the service is spread over several machines.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `migrate` to the command line."""
    parser = subparsers.add_parser(
        "migrate",
        help="bring the database to the schema of this release",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_tie(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Migrates and says where it is now. Returns 1 when the database cannot be used, 2 when its URL makes no sense."""
    tie(args)
    read = settings.read()
    from store import migrate
    from store.database import Database, Unavailable

    try:
        database = Database.open(read.database_url)
    except ValueError as fault:
        print(f"claimtrail migrate: DATABASE_URL: {fault}", file=sys.stderr)
        return 2
    try:
        before = migrate.current(database) if database.path is None or database.path.exists() else None
        migrate.upgrade(database)
        first = _make_first_key(database, read.first_key)
    except Unavailable as fault:
        print(f"claimtrail migrate: {fault}", file=sys.stderr)
        return 1
    finally:
        database.dispose()
    now = migrate.head()
    print(f"database is at {now} already" if before == now else f"database migrated to {now}")
    if first:
        print("the first key is made, from CLAIMTRAIL_FIRST_KEY; it may do everything")
    return 0


def _make_first_key(database: Database, key: str) -> bool:
    """Stores the operator's own first key where there is none yet; whether it did."""
    from store import keys

    if not key:
        return False
    with database.transaction() as s:
        if keys.exist(s):
            return False
        keys.add(s, key, "first key", ["admin"], now=datetime.now(UTC))
    return True
