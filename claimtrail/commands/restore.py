"""`claimtrail restore`: put a backup in the database's place, while the service is down."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import settings
from claimtrail.alone import Occupied, alone
from claimtrail.copying import bar, opened, told
from settings import Settings

EXAMPLES = """examples:
  claimtrail restore /var/backups/claimtrail/2025-06-03.sqlite3
  CLAIMTRAIL_DATA_DIR=/srv/trial claimtrail restore latest.sqlite3      try it beside the running service
  DATABASE_URL=postgresql://desk@db/restored claimtrail restore desk.dump   through pg_restore, into an empty database

Stop the service first. The backup is checked and brought up to this release's schema before anything is touched; the
SQLite file that was there stays beside the new one, its name ending in the time. A PostgreSQL database that is not
empty is left alone. Valkey needs nothing: what waited when the backup was taken is read once a worker runs.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `restore` to the command line."""
    parser = subparsers.add_parser(
        "restore",
        help="put a backup in the database's place, while the service is down",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="what `claimtrail backup` has written")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restores and says what is there now. Returns 1 when that could not be done. Raises SettingsError."""
    read = settings.read()
    from store.database import Unavailable
    from store.holdings import BackupError
    from workers.valkey import private_folder

    try:
        private_folder(read.run_dir)
        with alone(read.run_dir):
            print(_restored(read, args.file))
    except Occupied as other:
        told_of = f"the service{other.who} runs on the data directory {read.data_dir}; stop it first"
        print(f"claimtrail restore: {told_of}", file=sys.stderr)
        return 1
    except (BackupError, Unavailable, OSError) as fault:
        print(f"claimtrail restore: {fault}", file=sys.stderr)
        return 1
    return 0


def _restored(read: Settings, file: Path) -> str:
    from store import backup, dump

    with opened(read) as database, bar("copying") as progress:
        if not database.is_sqlite:
            return f"restored from {file}: {told(dump.restore(database, file))}"
        done = backup.restore(database, file, now=datetime.now(UTC), progress=progress)
        kept = f"\nwhat was there before is {done.kept}" if done.kept else ""
        return f"{database.path}: {told(done.holdings)}; restored from {file}{kept}"
