"""`claimtrail check`: compare a draft with what the desk holds."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.sources import SourceError, text_of
from claimtrail.tables import counted, one_line
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail check draft.txt --published-at 2025-06-04
  pbpaste | claimtrail check - --published-at 2025-06-04T18:00:00+02:00
  claimtrail check draft.txt --json            as GET /v1/checks/{id} answers

The service deletes the draft once it has been read, and the result after some hours (CLAIMTRAIL_KEEP_CHECKS_HOURS).
Without --published-at the draft's relative dates, and claims without any date, cannot be compared.
The status is 0 where all claims agree with the desk's or are unknown to it, 3 where one differs.
"""
_DIFFERS = 3
_PATIENCE = 300.0


def add_parser(subparsers: Any) -> None:
    """Adds `check` to the command line."""
    parser = subparsers.add_parser(
        "check",
        help="compare a draft with what the desk holds",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("file", metavar="FILE|-", help="the draft as plain text, or - for stdin")
    parser.add_argument("--title", help="the draft's title")
    parser.add_argument(
        "--published-at",
        help="date (2025-06-04) or date-time with offset on which it appears; relative dates count from it",
    )
    parser.add_argument("--language", help="language tag, for example en")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument(
        "--key", help="API key with the scopes articles:write and claims:read (default: CLAIMTRAIL_KEY)"
    )
    parser.add_argument("--json", action="store_true", help="print the check as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints what came of it; returns 1 when the service refused or could not read it, 2 when the file cannot be read,
    3 when a claim differs.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    try:
        text = text_of(args.file)
    except SourceError as error:
        print(visible(f"claimtrail check: {error}"), file=sys.stderr)
        return 2
    given = {name: getattr(args, name) for name in ("title", "published_at", "language")}
    try:
        with Client(args.api or settings.read().base_url, key=args.key or settings.client_key()) as service:
            found = service.check(text, **given, wait=_PATIENCE)
    except ServiceError as error:
        print(visible(f"claimtrail check: {error}"), file=sys.stderr)
        return 1
    print(json.dumps(found, ensure_ascii=False) if args.json else visible_lines("\n".join(told(found))))
    if found["status"] != "finished":
        return 1
    return _DIFFERS if any(claim["verdict"] == "differs" for claim in found["claims"]) else 0


def told(found: Mapping[str, Any]) -> Iterator[str]:
    """The check in lines: one for each claim, with who says what below it where it differs."""
    if found["status"] != "finished":
        yield f"check {found['id']} is {found['status']}: {found['error'] or 'still waiting; ask again later'}"
        return
    if found["reading"]["state"] == "skipped":
        yield f"not read: {found['reading']['reason']}"
        return
    verdicts = [claim["verdict"] for claim in found["claims"]]
    counts = ", ".join(f"{verdicts.count(one)} {one}" for one in ("agrees", "differs", "unknown") if one in verdicts)
    yield counted(found["claims"]) + (f": {counts}" if counts else "")
    for claim in found["claims"]:
        told_by = claim["independent_sources"]
        sources = f"  ({told_by} independent source{'' if told_by == 1 else 's'})" if told_by else ""
        yield f"{claim['verdict']:<7}  {claim['kind']}  “{one_line(claim['quote'])}”{sources}"
        for event in claim["events"]:
            for one in event["contradictions"]:
                yield f"    {one['field']}, in event {event['event']}:"
                yield from (f"      {_value(value)}: {_who(value)}" for value in one["values"])


def _who(value: Mapping[str, Any]) -> str:
    """Who tells a value: the draft, the speakers or outlets, or at least how many claims."""
    claims = len(value["claims"])
    others = list(value["said_by"]) or ([f"{claims} claim{'' if claims == 1 else 's'}"] if claims else [])
    return one_line(", ".join((["the draft"] if value["draft"] else []) + others))


def _value(value: Mapping[str, Any]) -> str:
    of = ", ".join(str(one) if one is not True else name for name, one in value["of"].items() if one is not None)
    return one_line(f"{value['value']}" + (f" ({of})" if of else ""))
