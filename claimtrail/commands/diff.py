"""`claimtrail diff`: what changed between the claims of two revisions of an article."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.tables import one_line
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail diff 019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e                    the newest revision, and the one before
  claimtrail diff 019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e --from 1 --to 3
  claimtrail diff 019723f0-5b1c-7a52-9d0e-3f6a1c2b4d5e --json             as GET /v1/articles/{id}/diff answers
"""
_MARKS = {"added": "+", "withdrawn": "-", "changed": "~", "reworded": "="}


def add_parser(subparsers: Any) -> None:
    """Adds `diff` to the command line."""
    parser = subparsers.add_parser(
        "diff",
        help="what changed between the claims of two revisions of an article",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("article", metavar="ARTICLE", help="id of the article")
    parser.add_argument("--from", type=int, dest="from_", metavar="N", help="revision (default: the one before --to)")
    parser.add_argument("--to", type=int, metavar="N", help="revision to compare it with (default: the newest)")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope claims:read (default: CLAIMTRAIL_KEY)")
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the changes; returns 1 when the service cannot tell them.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    try:
        with Client(args.api or settings.read().base_url, key=args.key or settings.client_key()) as service:
            found = service.diff(args.article, from_=args.from_, to=args.to)
    except ServiceError as error:
        print(visible(f"claimtrail diff: {error}"), file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False) if args.json else visible_lines("\n".join(told(found))))
    return 0


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """The diff in lines: one for each change, with what differs below it."""
    yield (
        f"revision {found['from']} to {found['to']}: {len(found['changes'])} changed, {found['unchanged']} unchanged"
    )
    for change in found["changes"]:
        before, after = change["before"], change["after"]
        one = after or before
        yield f"{_MARKS.get(change['change'], '?')} {change['change']:<9}  {one['kind']}  “{one_line(one['quote'])}”"
        for name in change["fields"]:
            yield f"    {name}: {_value(before, name)} → {_value(after, name)}"


def _value(claim: Mapping[str, Any], name: str) -> str:
    """What a claim has under a name such as `details.count`."""
    value: Any = claim
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return f"“{one_line(value)}”" if name == "quote" else _short(value)


def _short(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "–"
    if isinstance(value, Mapping):
        return one_line(str(value.get("name") or json.dumps(value, ensure_ascii=False)))
    return one_line(value if isinstance(value, str) else json.dumps(value))
