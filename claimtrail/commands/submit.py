"""`claimtrail submit`: post article files to a running service and show the claims found in them."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from contextlib import suppress
from typing import Any

from tqdm import tqdm

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.sources import Source, SourceError, sources
from claimtrail.tables import counted, table
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail submit article.txt --url https://example.org/news/1 --published-at 2025-06-03
  claimtrail submit inbox/                     every .txt, .html, .md, .json and .ndjson file in it
  claimtrail submit articles.ndjson --json     one line an article: {"article": …, "job": …, "claims": […]}
  pbpaste | claimtrail submit - --url https://example.org/news/2

A .json file (or a line of .ndjson) is a submission as POST /v1/articles takes it; {"url": …} alone has the service
fetch the page, where it may (CLAIMTRAIL_FETCH_HOSTS).
A file without an address of its own gets one under https://files.invalid/.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `submit` to the command line."""
    parser = subparsers.add_parser(
        "submit",
        help="post article files to a running service and show their claims",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="article files, folders of them, or - for stdin")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument(
        "--key", help="API key with the scopes articles:write and claims:read (default: CLAIMTRAIL_KEY)"
    )
    parser.add_argument("--url", help="address of the article, for one that does not bring its own")
    parser.add_argument("--title", help="title, for articles that do not bring their own")
    parser.add_argument("--publisher", help="publisher, for articles that do not bring their own")
    parser.add_argument(
        "--published-at", help="date (2025-06-03) or date-time with offset; relative dates count from it"
    )
    parser.add_argument("--language", help="language tag, for example en")
    parser.add_argument(
        "--timeout", type=_seconds, default=300, help="seconds to wait for each article (default: %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object an article instead of tables")
    parser.set_defaults(run=run)


def _seconds(words: str) -> float:
    with suppress(ValueError):
        seconds = float(words)
        if 0 <= seconds <= threading.TIMEOUT_MAX:
            return seconds
    raise argparse.ArgumentTypeError(f"invalid number of seconds: {words!r}")


def run(args: argparse.Namespace) -> int:
    """Posts everything, then waits; returns 1 when anything was refused or failed, 2 when nothing could be read.

    Raises SettingsError where the service's address is left to settings that cannot be used.
    """
    defaults = {k: getattr(args, k) for k in ("url", "title", "publisher", "published_at", "language")}
    try:
        found = list(sources(args.paths, defaults, addresses=True))
    except SourceError as error:
        print(visible(f"claimtrail submit: {error}"), file=sys.stderr)
        return 2
    if args.url and len(found) > 1:
        print(f"claimtrail submit: --url names one article, but {len(found)} were given", file=sys.stderr)
        return 2
    failures = 0
    args.api = (args.api or settings.read().base_url).rstrip("/")
    try:
        service = Client(args.api, key=args.key or settings.client_key())
    except ServiceError as error:
        print(visible(f"claimtrail submit: {error}"), file=sys.stderr)
        return 2
    with service:
        sent: list[tuple[Source, dict[str, Any]]] = []
        for source in tqdm(found, desc="posting", unit="article", disable=len(found) < 2 or None, leave=False):
            try:
                sent.append((source, service.submit(source.submission)))
            except ServiceError as error:
                failures += 1
                tqdm.write(visible(f"{source.name}: {error}"), file=sys.stderr)
        for source, submitted in tqdm(sent, desc="reading", unit="article", disable=len(sent) < 2 or None, leave=False):
            try:
                failures += not _show(service, source, submitted, args)
            except ServiceError as error:
                failures += 1
                tqdm.write(visible(f"{source.name}: {error}"), file=sys.stderr)
    return 1 if failures else 0


def _show(service: Client, source: Source, submitted: dict[str, Any], args: argparse.Namespace) -> bool:
    """Prints what came of one article; whether it was read."""
    job = service.wait(submitted["job"]["id"], seconds=args.timeout)
    article = service.article(submitted["article"]["id"])
    claims = list(service.claims(article["id"])) if job["status"] == "finished" else []
    if args.json:
        tqdm.write(json.dumps({"article": article, "job": job, "claims": claims}, ensure_ascii=False))
        return bool(job["status"] == "finished")
    again = " (already known)" if submitted.get("duplicate") else ""
    tqdm.write(visible(f"{source.name}: {counted(claims)}{again}  {args.api}/v1/articles/{article['id']}"))
    if job["status"] != "finished":
        why = job.get("error") or "still waiting; ask again later"
        tqdm.write(visible(f"  job {job['id']} is {job['status']}: {why}"))
        return False
    if article["reading"]["state"] == "skipped":
        tqdm.write(visible(f"  not read: {article['reading']['reason']}"))
    if claims:
        tqdm.write(table(claims) + "\n")
    return True
