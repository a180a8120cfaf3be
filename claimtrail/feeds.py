"""Feeds (RSS and Atom): fetched politely, and their entries as submissions."""

from __future__ import annotations

import calendar
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from claims.fragments import page_of

MOST_BYTES = 10_000_000
_MOST_SECONDS = 60.0
_MOST_MOVES = 5
_MOST_WISHED = 86_400.0
_MOST_ASKED = 30 * 86_400.0
_PERMANENT, _MOVED = (301, 308), (301, 302, 303, 307, 308)
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
_PERIODS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


class FeedError(Exception):
    """A feed cannot be had now; the message says why. `after` is for how many seconds its host asks to be left alone,
    and `gone` that it will never be there again."""

    def __init__(self, told: str, *, after: float = 0.0, gone: bool = False) -> None:
        super().__init__(told)
        self.after = after
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: how it and its content are known again, and its submission; `whole` says that it brings its text."""

    key: str
    digest: str
    url: str
    submission: dict[str, Any]
    whole: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a feed answered. `entries` is None where nothing has changed, `nameless` counts those without an address;
    `url` is where it has moved for good; `wished` is how many seconds it wants between two looks."""

    url: str
    title: str = ""
    entries: list[Entry] | None = None
    nameless: int = 0
    etag: str = ""
    modified: str = ""
    wished: float = 0.0
    language: str | None = field(default=None, repr=False)


def is_feed_address(url: str) -> bool:
    """Whether it is a web address of http or https."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def fetch(
    http: httpx.Client, url: str, *, etag: str = "", modified: str = "", now: Callable[[], float] = time.monotonic
) -> Fetched:
    """What the feed holds, asked for only if it has changed since its `etag` or `modified`. Raises FeedError."""
    headers = {"Accept": _ACCEPT}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified else {}
    deadline = now() + _MOST_SECONDS
    at, lasting, permanent = url, url, True
    for _ in range(_MOST_MOVES + 1):
        try:
            with http.stream("GET", at, headers=headers, follow_redirects=False) as answer:
                if answer.status_code in _MOVED:
                    at = urljoin(at, answer.headers.get("Location", ""))
                    permanent = permanent and answer.status_code in _PERMANENT
                    lasting = at if permanent else lasting
                    if not is_feed_address(at):
                        raise FeedError("it has moved to an address that is not http or https")
                    continue
                if answer.status_code == 304:
                    return Fetched(lasting)
                _check(answer)
                raw = _body(answer, deadline, now)
                return _parsed(raw, answer, lasting)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise FeedError(f"it does not answer ({error or type(error).__name__})") from error
    raise FeedError(f"it has moved more than {_MOST_MOVES} times in a row")


def _check(answer: httpx.Response) -> None:
    if answer.status_code == 410:
        raise FeedError("it is gone for good (HTTP 410)", gone=True)
    if answer.status_code != 200:
        after = _seconds(answer.headers.get("Retry-After", ""))
        raise FeedError(f"HTTP {answer.status_code}", after=after)


def _seconds(told: str) -> float:
    """A Retry-After, which is a number of seconds or a date, in seconds from now."""
    if told.isascii() and told.isdigit():
        return min(float(told[:12]), _MOST_ASKED)
    try:
        when = parsedate_to_datetime(told)
    except (ValueError, TypeError):
        return 0.0
    aware = when if when.tzinfo else when.replace(tzinfo=UTC)
    return min(max(0.0, aware.timestamp() - time.time()), _MOST_ASKED)


def _body(answer: httpx.Response, deadline: float, now: Callable[[], float]) -> bytes:
    raw = bytearray()
    for piece in answer.iter_bytes(65_536):
        raw += piece
        if len(raw) > MOST_BYTES:
            raise FeedError(f"it is larger than {MOST_BYTES:,} bytes")
        if now() > deadline:
            raise FeedError(f"it takes more than {_MOST_SECONDS:.0f} s")
    return bytes(raw)


def _parsed(raw: bytes, answer: httpx.Response, lasting: str) -> Fetched:
    import feedparser  # type: ignore[import-untyped] # every command would load it, that of the API too

    # Not where it stands: identities that are no addresses would be made such, as if they were parts of the feed's.
    try:
        found = feedparser.parse(raw, response_headers={"content-type": answer.headers.get("Content-Type", "")})
    except Exception as error:  # whatever someone writes into a feed must not end the watching of the others
        raise FeedError(f"it cannot be read ({type(error).__name__})") from error
    if not found.get("version"):
        raise FeedError("it is neither RSS nor Atom")
    feed = found.feed
    title, language = _line(feed.get("title"), 200), _language(feed.get("language"))
    entries = [_entry(one, str(answer.url), title, language) for one in found.entries]
    usable = [entry for entry in entries if entry is not None]
    return Fetched(
        url=lasting,
        title=title,
        entries=usable,
        nameless=len(entries) - len(usable),
        etag=answer.headers.get("ETag", ""),
        modified=answer.headers.get("Last-Modified", ""),
        wished=_wished(feed),
    )


def _wished(feed: Mapping[str, Any]) -> float:
    """How many seconds a feed wants between two looks: its ttl, or its period over its frequency; a day at most."""
    ttl = str(feed.get("ttl") or "")
    minutes = float(ttl) * 60 if ttl.isascii() and ttl.isdigit() and len(ttl) < 9 else 0.0
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    often = str(feed.get("sy_updatefrequency") or "1").strip()
    times = int(often) if often.isascii() and often.isdigit() and 0 < len(often) < 6 else 1
    return min(max(minutes, period / max(1, times)), _MOST_WISHED)


def _entry(entry: Any, at: str, publisher: str, language: str | None) -> Entry | None:
    """An entry of a feed; None where it names no web address."""
    links = [link.get("href") for link in entry.get("links") or () if link.get("rel") == "alternate"]
    named = (*(_joined(at, link) for link in links if link), entry.get("id"))
    url = next((one for one in named if one and is_feed_address(one)), None)
    if url is None:
        return None
    told: dict[str, Any] = {"url": url}
    title = _line(entry.get("title"), 500)
    content = max(entry.get("content") or [{}], key=lambda one: len(one.get("value") or ""))
    value = (content.get("value") or "").strip()
    tongue = _language(content.get("language")) or language
    if value:
        plain = content.get("type") == "text/plain"
        told |= {"text": value} if plain else {"html": page_of(value, title=title or None, language=tongue)}
        name = str(entry.get("id") or "").strip()
        more = {
            "title": title,
            "publisher": publisher,
            "published_at": _published(entry),
            "language": tongue,
            "external_id": name if len(name) <= 200 else None,
        }
        told |= {field: value for field, value in more.items() if value}
    known = str(entry.get("id") or url)
    return Entry(_hash(known), _hash(value or url), url, told, bool(value))


def _joined(at: str, link: str) -> str:
    try:
        return urljoin(at, link)
    except ValueError:
        return ""


def _published(entry: Any) -> str | None:
    """When an entry was published, with the offset as it was told; a day where none was."""
    for name in ("published", "updated"):
        # Asked for what it has not, feedparser gives the other one, with a warning.
        told = str(entry[name] or "").strip() if name in entry else ""
        if not told:
            continue
        parsed = entry.get(f"{name}_parsed")
        moment = _moment(told)
        if moment is not None and moment.utcoffset() is not None:
            return moment.isoformat(timespec="seconds")
        if moment is not None:
            return moment.date().isoformat()
        with suppress(ValueError, OverflowError, TypeError):  # no date at all, or of no year that there is
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC).isoformat()
    return None


def _moment(told: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        with suppress(ValueError, OverflowError, TypeError, IndexError):
            moment = read(told)
            offset = moment.utcoffset()
            # Such as of long ago, of minutes and seconds, no wire has a form for.
            if offset is None or offset.seconds % 60 == 0:
                return moment
    return None


def _line(told: Any, most: int) -> str:
    return " ".join(str(told or "").split())[:most].strip()


def _language(told: Any) -> str | None:
    tag = str(told or "").strip().replace("_", "-")
    return tag if len(tag) <= 35 and _TAG.fullmatch(tag) else None


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:20]
