"""`claimtrail extract`: show the claims in article files with the engine alone, without a running service."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from tqdm import tqdm

import settings
from claimtrail.errors import EngineError
from claimtrail.sources import Source, SourceError, sources
from claimtrail.tables import counted, explained, refused, table
from claimtrail.visible import visible

EXAMPLES = """examples:
  claimtrail extract article.txt --published-at 2025-06-03
  claimtrail extract page.html --url https://example.org/news/1 --explain
  claimtrail extract article.txt --abstentions  also what the rules looked at and refused, and why
  claimtrail extract inbox/ --json              one line an article: {"article": …, "claims": […]}
  pbpaste | claimtrail extract -

Nothing is stored and nothing sent. Without --published-at (and without a date in the page) relative dates such as
"on Friday" stay unresolved. A .json file (or a line of .ndjson) is a submission as POST /v1/articles takes it.
"""


def add_parser(subparsers: Any) -> None:
    """Adds `extract` to the command line."""
    parser = subparsers.add_parser(
        "extract",
        help="show the claims in article files, without a service",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("paths", nargs="+", metavar="FILE|DIR|-", help="article files, folders of them, or - for stdin")
    parser.add_argument("--url", help="address of the article, for links into it")
    parser.add_argument("--title", help="title, for articles that do not bring their own")
    parser.add_argument("--publisher", help="publisher, for articles that do not bring their own")
    parser.add_argument(
        "--published-at", help="date (2025-06-03) or date-time with offset; relative dates count from it"
    )
    parser.add_argument("--language", help="language tag, for example en (told from the text without it)")
    parser.add_argument("--explain", action="store_true", help="show each claim with the rule and the words behind it")
    parser.add_argument(
        "--abstentions", action="store_true", help="show after the claims which sentences were refused, and why"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object an article instead of tables")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Reads everything; returns 1 when an article could not be read, 2 when no file could be."""
    defaults = {k: getattr(args, k) for k in ("url", "title", "publisher", "published_at", "language")}
    try:
        found = list(sources(args.paths, defaults))
        if args.url and len(found) > 1:
            raise SourceError(f"--url names one article, but {len(found)} were given")
        gazetteer = settings.read().gazetteer
        from claimtrail.engine import Engine  # it brings the language model's library along

        engine = Engine.open(gazetteer)
    except (SourceError, EngineError) as error:
        print(visible(f"claimtrail extract: {error}"), file=sys.stderr)
        return 2
    failures = 0
    for source in tqdm(found, desc="reading", unit="article", disable=len(found) < 2 or None, leave=False):
        try:
            read = engine.read(source.submission)
        except EngineError as error:
            failures += 1
            tqdm.write(visible(f"{source.name}: {error}"), file=sys.stderr)
            continue
        if not args.abstentions:
            del read["abstentions"]
        tqdm.write(json.dumps(read, ensure_ascii=False) if args.json else _shown(source, read, explain=args.explain))
    return 1 if failures else 0


def _shown(source: Source, read: dict[str, Any], *, explain: bool) -> str:
    article, claims = read["article"], read["claims"]
    if article["reading"]["state"] != "read":
        return visible(f"{source.name}: not read for claims: {article['reading']['reason']}")
    parts = [visible(f"{source.name}: {counted(claims)}")]
    if claims:
        parts += ["\n\n".join(map(explained, claims)) if explain else table(claims), ""]
    if "abstentions" in read:
        parts += [counted(read["abstentions"], "abstention"), *map(refused, read["abstentions"]), ""]
    return "\n".join(parts)
