"""Fetching one page of a site that the operator lists, under limits that no answer can widen.

It asks for no robots.txt: it looks up a page that a person named, as a browser would, and follows no links.
"""

from __future__ import annotations

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from claims.page import LONGEST_TEXT
from settings import Hosts
from store.fetches import Fetched
from workers import pinned
from workers.addresses import PORTS, Lookup, Network, Refused, Unresolved, place, resolve
from workers.charsets import decoded

TOTAL_SECONDS, CONNECT_SECONDS = 15.0, 5.0
MOST_BYTES = 2_000_000
MOST_HOPS = 5
USER_AGENT = "Claimtrail (reads single articles for a newsroom; no crawler)"
_HTML = ("text/html", "application/xhtml+xml")
_TYPES = (*_HTML, "text/plain")
# A site that does not answer is asked again after so long, and then after three times as long, and so on: at most two
# hours.
_FIRST_PAUSE, _LONGER, _MOST_LONGER = timedelta(seconds=10), 3, 6
_REDIRECTS = (301, 302, 303, 307, 308)
# Statuses that say "not now".
_PASSING = (408, 425, 429)
_MEANINGS = {
    401: "it wants a password",
    402: "it wants to be paid",
    403: "it does not let this service in",
    404: "there is no such page",
    410: "the page was taken down",
    451: "the page may not be shown",
}
# What is kept of an answer's headers: what says which version of the page it was.
_KEPT = ("content-type", "content-language", "last-modified", "etag", "date")
_LONGEST_HEADER = 500


class NotFetched(Exception):  # noqa: N818 - says a state
    """The page cannot be had, and trying again would not help; the message says why, for people."""


class NotNow(Exception):  # noqa: N818 - says a state
    """The page could not be had this time; the message says why, for people."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches pages of these hosts. `lookup` and `clock` are the system's, other than in tests."""

    hosts: Hosts
    ports: Collection[int] = PORTS
    networks: Sequence[Network] = ()
    tls: ssl.SSLContext | None = None
    lookup: Lookup = field(default=socket.getaddrinfo)
    clock: Callable[[], float] = field(default=time.monotonic)

    def fetch(self, url: str) -> Fetched:
        """The page of this address, wherever it leads within the hosts that may be asked.

        Takes 15 seconds at most. Raises NotFetched, and NotNow where another time may do.
        """
        end = self.clock() + TOTAL_SECONDS
        try:
            for _ in range(MOST_HOPS + 1):
                found = self._hop(url, end)
                if isinstance(found, Fetched):
                    return found
                url = self._next(url, found)
        except Refused as refused:
            raise NotFetched(_reason(refused)) from None
        except Unresolved as unresolved:
            raise NotNow(_reason(unresolved)) from None
        except httpx.TimeoutException:
            raise NotNow("the site did not answer in time") from None
        except (httpx.InvalidURL, ValueError):
            # A host that has no form in ASCII is told by a plain ValueError, wherever httpx meets it.
            raise NotFetched("the address leads to one that is none") from None
        except httpx.TransportError as fault:
            secure = "secure " if "SSL" in str(fault).upper() else ""
            raise NotNow(f"no {secure}connection was made, or it broke ({type(fault).__name__})") from None
        raise NotFetched(f"the address leads on and on, more than {MOST_HOPS} times")

    def _hop(self, url: str, end: float) -> Fetched | str:
        """The page, or the address that it was moved to."""
        host = place(url, ports=self.ports).host
        if not self.hosts.hold(host):
            raise Refused(f"{host} is not fetched from: it is not in CLAIMTRAIL_FETCH_HOSTS.")
        target = resolve(
            url,
            ports=self.ports,
            allowed=self.networks,
            lookup=self.lookup,
            seconds=min(CONNECT_SECONDS, self._left(end)),
        )
        asked = pinned.client(
            target,
            connect_seconds=CONNECT_SECONDS,
            total_seconds=self._left(end),
            user_agent=USER_AGENT,
            tls=self.tls,
            clock=self.clock,
        )
        headers = {"Accept": ", ".join(_TYPES), "Accept-Encoding": "gzip"}
        with asked, asked.stream("GET", url, headers=headers) as answer:
            if answer.status_code in _REDIRECTS and "location" in answer.headers:
                return str(answer.headers["location"])
            _check_status(answer.status_code)
            return _read(answer)

    def _left(self, end: float) -> float:
        left = end - self.clock()
        if left <= 0:
            raise NotNow("the site did not answer in time")
        return left

    @staticmethod
    def _next(url: str, location: str) -> str:
        following = httpx.URL(url).join(location).copy_with(fragment=None)
        if url.lower().startswith("https:") and following.scheme == "http":
            raise NotFetched("the address leads from https to http")
        return str(following)


def pause(attempts: int) -> timedelta:
    """How long to wait after a NotNow that followed so many others."""
    return _FIRST_PAUSE * int(_LONGER ** min(attempts, _MOST_LONGER))


def _reason(fault: Exception) -> str:
    """A sentence as the end of one: why a job failed."""
    told = str(fault).rstrip(".")
    return told[:1].lower() + told[1:]


def _check_status(status: int) -> None:
    if status in (200, 203):
        return
    if status >= 500 or status in _PASSING:
        raise NotNow(f"the site answered {status}")
    meaning = _MEANINGS.get(status)
    raise NotFetched(f"the site answered {status}{f': {meaning}' if meaning else ''}")


def _read(answer: httpx.Response) -> Fetched:
    kind, _, parameters = answer.headers.get("content-type", "").partition(";")
    kind = kind.strip().lower()
    if kind not in _TYPES:
        raise NotFetched(f"the address holds no page but {kind[:100] or 'something of no type'!r}")
    told = answer.headers.get("content-length", "")
    if told.isdecimal() and (len(told) > 12 or int(told) > MOST_BYTES):
        raise _too_large()
    pieces, size = [], 0
    for piece in _unpacked(answer):
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_large()
        pieces.append(piece)
    body = b"".join(pieces)
    content = decoded(body, _charset(parameters), html=kind in _HTML)
    if kind == "text/plain" and len(content) > LONGEST_TEXT:
        raise NotFetched(f"the text has more than {LONGEST_TEXT:,} characters")
    if not content.strip():
        raise NotFetched("the page is empty")
    kept = {name: answer.headers[name][:_LONGEST_HEADER] for name in _KEPT if name in answer.headers}
    return Fetched(str(answer.url), answer.status_code, _storable(kept), body, content, kind in _HTML)


def _unpacked(answer: httpx.Response) -> Iterator[bytes]:
    """The body in pieces, of which none is larger than what is taken in all, whatever they unpack to."""
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("", "identity"):
        yield from answer.iter_raw()
        return
    if packing not in ("gzip", "x-gzip"):
        raise NotFetched("the page is packed in a way that was not asked for")
    unpacking: Any = zlib.decompressobj(16 + zlib.MAX_WBITS)
    packed = 0
    try:
        for raw in answer.iter_raw():
            packed += len(raw)  # what unpacks to nothing could go on for ever
            yield unpacking.decompress(raw, MOST_BYTES + 1)
            if packed > MOST_BYTES or unpacking.unconsumed_tail:
                raise _too_large()
    except zlib.error:
        raise NotFetched("the page is packed wrongly") from None
    if not unpacking.eof:
        raise NotNow("the page broke off")


def _too_large() -> NotFetched:
    return NotFetched(f"the page is larger than {MOST_BYTES // 1_000_000} MB")


def _charset(parameters: str) -> str | None:
    for one in parameters.split(";"):
        name, _, value = one.partition("=")
        if name.strip().lower() == "charset":
            return value
    return None


def _storable(headers: dict[str, str]) -> dict[str, str]:
    return {name: value.encode("utf-8", "replace").decode().replace("\0", "") for name, value in headers.items()}
