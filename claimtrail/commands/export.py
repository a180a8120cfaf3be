"""`claimtrail export`: all claims that pass some filters, as one file."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from tqdm import tqdm

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail export --format csv --kind prisoners > prisoners.csv
  claimtrail export --format geojson --place Donetsk --date-from 2025-01-01 -o points.geojson
  claimtrail export --format ndjson --updated-since 2025-06-01T00:00:00Z | jq .quote
  claimtrail export --format ics --talks > talks.ics         one entry a meeting, not a claim

With -o the file is there only when it is whole. Otherwise look at the exit status: 1 says that it broke off.
"""
_LISTS = {
    "kind": "a kind of claim, such as prisoners",
    "status": "a status, such as scheduled",
    "article": "an article's id",
    "q": "words that the claim holds; all that are given have to be there",
    "speaker": "who says it, by any part of the name",
    "party": "a party, by its usual English name",
    "place": "a place or its region",
    "publisher": "the outlet",
    "state": "current (the default) or withdrawn",
}
_ONES = {
    "date-from": "facts whose time reaches to this day or beyond",
    "date-to": "facts whose time begins by this day",
    "published-from": "articles published on this day or later",
    "published-to": "articles published by this day",
    "count-min": "claims that state this number or more",
    "count-max": "claims that state this number or less",
    "updated-since": "claims changed at or after this moment, with its offset",
    "limit": "so many claims at most",
}


def add_parser(subparsers: Any) -> None:
    """Adds `export` to the command line."""
    parser = subparsers.add_parser(
        "export",
        help="all claims that pass some filters, as one file",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--format",
        default="csv",
        help="csv (the default), ndjson, geojson, ics, … as the service has them; a wrong one is told what there is",
    )
    parser.add_argument("--talks", action="store_true", help="the calendar of talks instead; with --format ics")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where to write it (default: standard output)"
    )
    for name, told in _LISTS.items():
        parser.add_argument(f"--{name}", action="append", help=f"{told}; can be repeated")
    for name, told in _ONES.items():
        parser.add_argument(f"--{name}", help=told)
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope claims:read (default: CLAIMTRAIL_KEY)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the file; returns 1 when the service refuses it or it breaks off, 2 where the file's folder is missing.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    if args.output and not args.output.parent.is_dir():
        print(visible(f"claimtrail export: there is no folder {args.output.parent}; make it first"), file=sys.stderr)
        return 2
    names = [name.replace("-", "_") for name in (*_LISTS, *_ONES)]
    filters = {name: value for name in names if (value := getattr(args, name)) is not None}
    view = "talks" if args.talks else "claims"
    url = (args.api or settings.read().base_url).rstrip("/")
    try:
        with Client(url, key=args.key or settings.client_key()) as service, _written(args.output) as out:
            try:
                with tqdm(desc="exporting", unit="B", unit_scale=True, disable=None, leave=False) as bar:
                    for piece in service.export(args.format, view=view, **filters):
                        out.write(piece)
                        bar.update(len(piece))
            except ServiceError as error:
                raise ServiceError(f"{error}{_hint(service, view, error)}", error.status) from error
    except ServiceError as error:
        print(visible(f"claimtrail export: {error}"), file=sys.stderr)
        return 1
    return 0


def _hint(service: Client, view: str, error: ServiceError) -> str:
    if error.status != 404:
        return ""
    if view == "talks":
        return " The calendar of talks wants --format ics."
    return f" Formats of claims: {', '.join(service.formats())}."


@contextmanager
def _written(path: Path | None) -> Iterator[BinaryIO]:
    """What to write to: standard output, or a file that gets its name when the block ends well."""
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
