"""`claimtrail reread`: have a running service read articles again, as after an update that reads more."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from tqdm import tqdm

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail reread --all              every article that is not withdrawn, the newest first
  claimtrail reread ARTICLE ARTICLE    these; ids are in: claimtrail submit --json

Claims keep their ids and reviews. Readings only wait their turn: it can be interrupted, and begun again.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `reread` to the command line."""
    parser = subparsers.add_parser(
        "reread",
        help="have articles read again, as after an update",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("articles", nargs="*", metavar="ARTICLE", help="their ids")
    parser.add_argument("--all", action="store_true", help="every article that is not withdrawn")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with articles:write and claims:read (default: CLAIMTRAIL_KEY)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Orders the readings; returns 1 when any was refused, 2 for a mistake in the call. Raises SettingsError."""
    if args.all == bool(args.articles):
        print("claimtrail reread: name articles, or --all of them", file=sys.stderr)
        return 2
    url = (args.api or settings.read().base_url).rstrip("/")
    ordered = failures = 0
    try:
        with Client(url, key=args.key or settings.client_key()) as service:
            # Each page is fetched before anything in it is ordered; what comes in meanwhile is read anyway.
            wanted = (one["id"] for one in service.articles()) if args.all else iter(args.articles)
            for article_id in tqdm(wanted, desc="ordering", unit="article", disable=None, leave=False):
                try:
                    service.read_again(article_id)
                    ordered += 1
                except ServiceError as error:
                    failures += 1
                    tqdm.write(visible(f"{article_id}: {error}"), file=sys.stderr)
    except ServiceError as error:
        print(visible(f"claimtrail reread: {error}"), file=sys.stderr)
        return 1
    print(f"{ordered} ordered; claimtrail_jobs of GET /metrics tells how many wait")
    return 1 if failures else 0
