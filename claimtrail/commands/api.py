"""`claimtrail api`: the HTTP door."""

from __future__ import annotations

import argparse
from typing import Any

import settings
from claimtrail.processes import add_tie, tie

EXAMPLES = """examples:
  claimtrail api
  CLAIMTRAIL_HOST=0.0.0.0 DATABASE_URL=postgresql://desk@db/claimtrail REDIS_URL=redis://queue:6379/0 claimtrail api

`claimtrail up` starts its own. Run this where the service is spread over several machines; run `claimtrail migrate`
first.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `api` to the command line."""
    parser = subparsers.add_parser(
        "api",
        help="serve the HTTP interface",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_tie(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serves until told to stop. Raises SettingsError."""
    tie(args)
    read = settings.read()
    from service.server import serve

    serve(read)
    return 0
