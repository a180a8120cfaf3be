"""One POST to an address that somebody else chose: what it may reach, and how long it may take."""

from __future__ import annotations

import ssl
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

import httpx

from workers import pinned
from workers.addresses import Lookup, Network, Refused, Target, Unresolved, resolve

CONNECT_SECONDS, TOTAL_SECONDS = 5.0, 15.0
# Of an answer's body no more is read; it is for nobody's eyes.
_MOST_OF_BODY = 1024
_USER_AGENT = "claimtrail-webhooks/1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a POST: the answer's status and its Retry-After, or the error where there was no answer."""

    status: int | None = None
    error: str | None = None
    retry_after: str | None = None


class Post(Protocol):
    """Anything that posts a body with headers to a URL."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """What came of it. Raises nothing for what the other side does."""


def poster(
    allowed: Sequence[Network],
    *,
    ports: Collection[int],
    lookup: Lookup,
    tls: ssl.SSLContext | None = None,
    connect_seconds: float = CONNECT_SECONDS,
    total_seconds: float = TOTAL_SECONDS,
) -> Post:
    """What posts to public addresses by https, and to those in networks of `allowed` by http, too.

    `ports` are those that are connected to. A name is looked up once, and redirects are not followed. `tls` says whose
    certificates are trusted.
    """
    context = tls or httpx.create_ssl_context(trust_env=False)

    def post(url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            target = _target(url, allowed, ports, lookup, connect_seconds)
        except (Refused, Unresolved) as refused:
            return Answer(error=str(refused))
        try:
            with pinned.client(
                target,
                connect_seconds=connect_seconds,
                total_seconds=total_seconds,
                user_agent=_USER_AGENT,
                tls=context,
            ) as client:
                return _sent(client, url, headers, body)
        except httpx.ConnectTimeout:
            return Answer(error=f"No connection within {connect_seconds:.0f} seconds.")
        except httpx.TimeoutException:
            return Answer(error=f"No answer within {total_seconds:.0f} seconds.")
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
            return Answer(error=_told(fault))

    return post


def _target(url: str, allowed: Sequence[Network], ports: Collection[int], lookup: Lookup, seconds: float) -> Target:
    """Where the URL leads. Raises Refused and Unresolved."""
    target = resolve(url, ports=ports, allowed=allowed, lookup=lookup, seconds=seconds)
    own = all(any(ip_address(one) in network for network in allowed) for one in target.addresses)
    if target.place.scheme != "https" and not own:
        raise Refused("Outside of the networks that the operator allows only https is taken.")
    return target


def _sent(client: httpx.Client, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
    with client.stream("POST", url, headers=dict(headers), content=body) as answer:
        with suppress(httpx.HTTPError, StopIteration):
            next(answer.iter_raw(_MOST_OF_BODY))
        return Answer(answer.status_code, retry_after=answer.headers.get("Retry-After"))


def _told(fault: Exception) -> str:
    """A fault in a few words that hold nothing of what the other side sent."""
    if isinstance(fault, httpx.ConnectError):
        return "TLS failed: the certificate is not trusted." if "CERTIFICATE" in str(fault) else "It cannot be reached."
    if isinstance(fault, httpx.RemoteProtocolError | httpx.ReadError | httpx.WriteError):
        return "The connection broke off before there was an answer."
    return f"It could not be sent ({type(fault).__name__})."
