"""`claimtrail watch`: look at RSS and Atom feeds and submit what is new in them."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

import settings
from claimtrail.client import Client, ServiceError
from claimtrail.visible import visible
from claimtrail.watching import Watched, Ways

EXAMPLES = """examples:
  claimtrail watch https://news.example/feed.xml
  claimtrail watch https://a.example/rss https://b.example/atom --every 30
  claimtrail watch https://news.example/feed.xml --once     one look, for cron
  claimtrail watch https://news.example/rss --fetch         for feeds that bring summaries only

Entries with their full text are submitted with the feed's name as publisher; an entry that changes becomes its
article's next revision. What was seen is kept in the data directory: it can be interrupted at any time. A feed that
asks to be looked at more seldom, or later, is; one that answers 410 is not looked at any more (--anew forgets that).
"""
_LEAST_MINUTES, _MOST_MINUTES = 5, 7 * 24 * 60


def add_parser(subparsers: Any) -> None:
    """Adds `watch` to the command line."""
    parser = subparsers.add_parser(
        "watch",
        help="look at RSS and Atom feeds and submit what is new in them",
        description=__doc__,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("feeds", nargs="+", metavar="FEED", type=_address, help="addresses of feeds, http or https")
    parser.add_argument("--api", help="address of the service (default: the one that `claimtrail up` serves from here)")
    parser.add_argument("--key", help="API key with the scope articles:write (default: CLAIMTRAIL_KEY)")
    parser.add_argument(
        "--every",
        type=_minutes,
        default=15,
        metavar="MINUTES",
        help=f"minutes between two looks at a feed, at least {_LEAST_MINUTES} (default: %(default)s)",
    )
    parser.add_argument(
        "--once", action="store_true", help="look once at each feed that does not ask for rest, and end"
    )
    parser.add_argument("--fetch", action="store_true", help="submit only the address of entries without a full text")
    parser.add_argument("--anew", action="store_true", help="forget what was seen, and who asked for rest")
    parser.set_defaults(run=run)


def _address(words: str) -> str:
    from claimtrail.feeds import is_feed_address

    if not is_feed_address(words):
        raise argparse.ArgumentTypeError(f"not an address of http or https: {words!r}")
    return words


def _minutes(words: str) -> int:
    if words.isascii() and words.isdigit() and _LEAST_MINUTES <= int(words[:9]) <= _MOST_MINUTES:
        return int(words)
    raise argparse.ArgumentTypeError(f"from {_LEAST_MINUTES} to {_MOST_MINUTES} minutes are wanted, not {words!r}")


def run(args: argparse.Namespace) -> int:
    """Watches until interrupted, or looks once; returns 1 where a feed could not be had, an entry was refused, or the
    service cannot be used. Raises SettingsError."""
    read = settings.read()
    api = (args.api or read.base_url).rstrip("/")
    try:
        with Client(api, key=args.key or settings.client_key()) as service, _http() as http:
            ways = Ways(service, http, time.time, random.random, _tell)
            feeds = _feeds(args, api, read.data_dir / "watch", ways)
            return watch(feeds, ways, once=args.once, sleep=time.sleep)
    except ServiceError as error:
        print(visible(f"claimtrail watch: {error}"), file=sys.stderr)
        return 1


def _http() -> httpx.Client:
    agent = f"claimtrail/{version('claimtrail')} (feed watcher)"
    return httpx.Client(headers={"User-Agent": agent}, timeout=20.0)


def _tell(told: str) -> None:
    print(visible(told), flush=True)


def _feeds(args: argparse.Namespace, api: str, folder: Path, ways: Ways) -> list[Watched]:
    every = args.every * 60.0
    urls = list(dict.fromkeys(args.feeds))
    feeds = [Watched(url, api=api, folder=folder, every=every, ways=ways, by_address=args.fetch) for url in urls]
    for feed in feeds if args.anew else ():
        feed.forget()
    return feeds


def watch(feeds: Sequence[Watched], ways: Ways, *, once: bool, sleep: Callable[[float], None]) -> int:
    """Looks at each feed when its time has come, until none is left, or `once`; returns 1 where anything went wrong.
    Raises ServiceError and OSError."""
    good = True
    for feed in feeds:
        if feed.gone:
            good = False
            ways.tell(f"{feed.url}: it was gone for good (HTTP 410) at an earlier look; --anew has it looked at again")
    while left := [feed for feed in feeds if not feed.gone]:
        for feed in sorted(left, key=lambda one: one.next):
            if feed.next <= ways.now():
                good = feed.look() and good
            elif once:
                ways.tell(f"{feed.url}: it asks for {(feed.next - ways.now()) / 60:.0f} more minutes of rest")
        left = [feed for feed in feeds if not feed.gone]
        if once or not left:
            break
        sleep(max(1.0, min(feed.next for feed in left) - ways.now()))
    return 0 if good else 1
