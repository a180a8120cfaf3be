"""`claimtrail backup`: a checked copy of the database in one file, taken while the service runs."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import settings
from claimtrail.copying import bar, opened, told

EXAMPLES = """examples:
  claimtrail backup /var/backups/claimtrail/2025-06-03.sqlite3
  claimtrail backup latest.sqlite3 --force             replace the file, once the new copy has been found good
  DATABASE_URL=postgresql://desk@db/claimtrail claimtrail backup desk.dump       through pg_dump

The copy holds the database as it is when the command begins, all that was acknowledged by then included; Valkey holds
no work and needs none. The file appears only when it is complete, on the disk and checked. It holds every article and
the keys' hashes: keep it where only operators can read it, encrypted where it leaves the machine.
`claimtrail restore` puts it back.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `backup` to the command line."""
    parser = subparsers.add_parser(
        "backup",
        help="copy the database into a file, while the service runs",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="where the backup goes; its folder must be there")
    parser.add_argument("--force", action="store_true", help="replace FILE if it is there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the backup and says what it holds. Returns 1 when none could be made. Raises SettingsError."""
    read = settings.read()
    from store import backup, dump
    from store.database import Unavailable
    from store.holdings import BackupError

    try:
        with opened(read) as database, bar("copying") as progress:
            if database.is_sqlite:
                found = backup.take(database, args.file, force=args.force, progress=progress)
            else:
                found = dump.take(database, args.file, force=args.force)
    except (BackupError, Unavailable) as fault:
        print(f"claimtrail backup: {fault}", file=sys.stderr)
        return 1
    print(f"{args.file}: {told(found)}; {args.file.stat().st_size / 1e6:,.1f} MB, checked")
    return 0
