"""`claimtrail recheck`: look whether a claim's exact words still stand in its source as it is now."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.sources import SourceError, text_of
from claimtrail.tables import one_line
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail recheck 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d article-as-it-is-now.txt
  pbpaste | claimtrail recheck 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d -
  claimtrail recheck 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d             the service fetches the page, if it may
  claimtrail recheck 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d now.txt --json    the check as it is kept

The status is 0 where the words were found (present or moved), 3 where they were not, or not for certain.
"""
_MEANINGS = {
    "present": "the exact words stand where they stood",
    "moved": "the exact words stand elsewhere, or between other neighbours",
    "altered": "the sentence at their place differs",
    "gone": "the words are not in this text",
    "ambiguous": "several places fit equally well",
}
_NOT_FOUND = 3


def add_parser(subparsers: Any) -> None:
    """Adds `recheck` to the command line."""
    parser = subparsers.add_parser(
        "recheck",
        help="look whether a claim's words still stand in its source",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("claim", metavar="CLAIM", help="id of the claim")
    parser.add_argument(
        "file",
        metavar="FILE|-",
        nargs="?",
        help="the source's plain text as it is now, or - for stdin (default: the service fetches the page)",
    )
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope claims:review (default: CLAIMTRAIL_KEY)")
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what came of it; returns 1 when the service refused or got no page, 2 when the file cannot be read, 3 when
    the words were not found.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    try:
        text = None if args.file is None else text_of(args.file)
    except SourceError as error:
        print(visible(f"claimtrail recheck: {error}"), file=sys.stderr)
        return 2
    try:
        with Client(args.api or settings.read().base_url, key=args.key or settings.client_key()) as service:
            found = service.check_source(args.claim, text)
    except ServiceError as error:
        print(visible(f"claimtrail recheck: {error}"), file=sys.stderr)
        return 1
    if found["outcome"] is None:
        told_of = found["error"] or "no worker has come to it yet"
        print(visible(f"claimtrail recheck: {found['status']}: {told_of}"), file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False) if args.json else visible_lines("\n".join(told(found))))
    return 0 if found["outcome"] in ("present", "moved") else _NOT_FOUND


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """The check in lines."""
    yield f"{found['outcome']}: {_MEANINGS.get(found['outcome'], '')}"
    yield f"  quote  “{one_line(found['quote'])}”"
    if found["found"] is not None:
        yield f"  found  “{one_line(found['found'])}” at {found['start']}–{found['end']}"
    elif found["candidates"]:
        yield f"  places {found['candidates']}"
    for one in found["differences"]:
        yield f"  {one['op']:<8} “{one_line(one['old'])}” → “{one_line(one['new'])}”"
