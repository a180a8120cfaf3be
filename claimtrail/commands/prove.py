"""`claimtrail prove`: show that a claim's words stand in what was received, whatever became of the page since."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.tables import one_line
from claimtrail.visible import visible, visible_lines

EXAMPLES = """examples:
  claimtrail prove 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d
  claimtrail prove 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d --save page.source   keep the source itself, byte for byte
  claimtrail prove 5b0d3c52-6c2f-5f0e-9a37-6a7f0f1f2c3d --json               the proof as the service gives it

The source is downloaded and hashed here, too. The status is 0 where all of it holds, 3 where something does not or
the source is not kept.
"""
_NOT_PROVED = 3


def add_parser(subparsers: Any) -> None:
    """Adds `prove` to the command line."""
    parser = subparsers.add_parser(
        "prove",
        help="show that a claim's words stand in what was received",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("claim", metavar="CLAIM", help="id of the claim")
    parser.add_argument("--save", metavar="FILE", type=Path, help="write the source to a new file")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope claims:read (default: CLAIMTRAIL_KEY)")
    parser.add_argument("--json", action="store_true", help="print the service's answer as one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the proof; returns 1 when the service refused, 2 when the file cannot be written, 3 when it proves
    nothing.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    try:
        with Client(args.api or settings.read().base_url, key=args.key or settings.client_key()) as service:
            found = service.proof(args.claim)
            is_kept = found["source"] is not None and found["source"]["kept"]
            body = service.source(found["article_id"], found["revision"]) if is_kept else None
        if args.save is not None and body is not None:
            with args.save.open("xb") as file:
                file.write(body)
        elif args.save is not None:
            print(visible(f"claimtrail prove: {args.save} is not written: the source is not kept"), file=sys.stderr)
    except ServiceError as error:
        print(visible(f"claimtrail prove: {error}"), file=sys.stderr)
        return 1
    except OSError as error:
        print(visible(f"claimtrail prove: {args.save}: {error.strerror or error}"), file=sys.stderr)
        return 2
    holds = body is not None and hashlib.sha256(body).hexdigest() == found["source"]["sha256"]
    print(json.dumps(found, ensure_ascii=False) if args.json else visible_lines("\n".join(told(found, holds))))
    return 0 if holds and found["quote_matches"] else _NOT_PROVED


def told(found: Mapping[str, Any], holds: bool) -> Iterator[str]:
    """The proof in lines; `holds` says whether the source has the hash that was noted."""
    stands = "stands" if found["quote_matches"] else "DOES NOT STAND"
    yield f"“{one_line(found['quote'])}”"
    yield f"  {stands} at {found['start']}–{found['end']} of revision {found['revision']}"
    source = found["source"]
    if source is None:
        yield "  no source was received for it"
        return
    state = "its bytes have it" if holds else "ITS BYTES HAVE ANOTHER" if source["kept"] else "its bytes are not kept"
    yield f"  source SHA-256 {source['sha256']}: {state}"
    if source["fetched"] is None:
        yield f"  sent as {source['form']}"
    else:
        page = source["fetched"]
        yield f"  fetched {page['at']} from {one_line(page['url'])} (HTTP {page['status']})"
