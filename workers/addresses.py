"""Which addresses of other machines may be connected to: a URL from outside leads to the public internet or nowhere.

A name is looked up once, and what connects takes the numbers found here, never the name again: whoever answers for
the name could answer otherwise the second time.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpx

Network = IPv4Network | IPv6Network
Lookup = Callable[..., Sequence[tuple[Any, ...]]]

SCHEMES = {"http": 80, "https": 443}
# Where web servers listen. Others are mail, databases and what else may take an HTTP request for its own language.
PORTS = (80, 443, 8080, 8443)
_LONGEST_HOST, _LONGEST_URL = 253, 2_048
# More addresses than this are not tried, however many a name has.
_MOST_ADDRESSES = 8
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# What some resolvers take for an IPv4 address in another spelling: 2130706433, 0177.0.0.1, 0x7f.1, 127.1.
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")

# The first that holds an address names the reason, so what is told apart stands before what it lies in.
_TABLE = (
    ("169.254.169.254/32", "a cloud's metadata service"),
    ("169.254.170.0/24", "a cloud's metadata service"),
    ("168.63.129.16/32", "a cloud's metadata service"),
    ("100.100.100.200/32", "a cloud's metadata service"),
    ("192.0.0.192/32", "a cloud's metadata service"),
    ("fd00:ec2::/32", "a cloud's metadata service"),
    ("fd20:ce::254/128", "a cloud's metadata service"),
    ("fd00:42::42/128", "a cloud's metadata service"),
    ("0.0.0.0/32", "unspecified"),
    ("0.0.0.0/8", "of this network"),
    ("10.0.0.0/8", "private"),
    ("100.64.0.0/10", "a carrier's own"),
    ("127.0.0.0/8", "loopback"),
    ("169.254.0.0/16", "link-local"),
    ("172.16.0.0/12", "private"),
    ("192.0.0.0/24", "of the protocols' own"),
    ("192.0.2.0/24", "for documentation"),
    ("192.31.196.0/24", "of name servers for private networks"),
    ("192.52.193.0/24", "of multicast relays"),
    ("192.88.99.0/24", "of 6to4 relays"),
    ("192.168.0.0/16", "private"),
    ("192.175.48.0/24", "of name servers for private networks"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("::1/128", "loopback"),
    ("::ffff:0:0/96", "an IPv4 address in IPv6 (mapped)"),
    ("::ffff:0:0:0/96", "an IPv4 address in IPv6 (translated)"),
    ("::/96", "an IPv4 address in IPv6 (compatible)"),
    ("64:ff9b::/96", "an IPv4 address in IPv6 (NAT64)"),
    ("64:ff9b:1::/48", "an IPv4 address in IPv6 (NAT64)"),
    ("100::/64", "thrown away"),
    ("100:0:0:1::/64", "thrown away"),
    ("2001::/32", "an IPv4 address in IPv6 (Teredo)"),
    ("2001:2::/48", "for benchmarks"),
    ("2001::/23", "of the protocols' own"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "an IPv4 address in IPv6 (6to4)"),
    ("2620:4f:8000::/48", "of name servers for private networks"),
    ("3fff::/20", "for documentation"),
    ("5f00::/16", "of segment routing"),
    ("fc00::/7", "unique local"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
    # The public addresses of IPv6 are those of 2000::/3.
    ("::/3", "reserved"),
    ("4000::/2", "reserved"),
    ("8000::/1", "reserved"),
)
REFUSED: tuple[tuple[Network, str], ...] = tuple((ip_network(network), reason) for network, reason in _TABLE)


class Refused(ValueError):  # noqa: N818 - says what happened
    """A URL is not connected to, now or later; the message is a sentence that says why."""


class Unresolved(OSError):  # noqa: N818 - says what happened
    """A name could not be looked up, which may be otherwise in a while; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a URL leads: its scheme, its host in ASCII and small letters (IPv6 without brackets), and the port."""

    scheme: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Target:
    """A place, and the numeric addresses it is reached at: one at least, and none that is refused."""

    place: Place
    addresses: tuple[str, ...]


def place(url: str, *, ports: Collection[int] = PORTS) -> Place:
    """Where a URL leads, without looking anything up. Raises Refused for all but a plain http or https address."""
    if len(url) > _LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise Refused("The address is too long, or holds blanks, backslashes or control characters.")
    scheme, colon, rest = url.partition("://")
    if not colon or scheme.lower() not in SCHEMES:
        raise Refused("The address is none of http or https.")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if "@" in authority:
        raise Refused("The address holds a user name or password.")
    if re.search("[\u3002\uff0e\uff61%]", authority):
        raise Refused("The host of the address is spelled with dots that are none, percent signs or a zone.")
    try:
        parsed = httpx.URL(url)
        host = parsed.raw_host.decode("ascii")
    except (httpx.InvalidURL, ValueError):
        raise Refused("The address has a host or port that is none.") from None
    if not _is_address(host):
        _check_name(host)
    found = Place(parsed.scheme, host, SCHEMES[parsed.scheme] if parsed.port is None else parsed.port)
    if found.port not in ports:
        raise Refused(f"Port {found.port} is not connected to; allowed are {', '.join(map(str, sorted(ports)))}.")
    return found


def _is_address(host: str) -> bool:
    # Strict: four decimal numbers without leading zeros, or an IPv6 address.
    try:
        ip_address(host)
    except (AddressValueError, ValueError):
        return False
    return True


def _check_name(host: str) -> None:
    if host.endswith("."):
        raise Refused("The host of the address ends in a dot.")
    if _NUMBER.fullmatch(host):
        raise Refused("The host of the address is a number in an odd spelling.")
    if len(host) > _LONGEST_HOST or not _NAME.fullmatch(host):
        raise Refused("The host of the address is no host name.")


def refusal(address: str, allowed: Sequence[Network] = ()) -> str | None:
    """Why a numeric address is not connected to, in words that follow "is"; None where it may be.

    What lies in a network of `allowed` may be, whatever the table says of it. An IPv4 address that is spelled in IPv6
    lies in networks of IPv6 only.
    """
    try:
        number: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "no address"
    if isinstance(number, IPv6Address) and number.scope_id is not None:
        return "of one network card only (a zone)"
    if any(number in network for network in allowed):
        return None
    return next((reason for network, reason in REFUSED if number in network), None)


def resolve(
    url: str,
    *,
    ports: Collection[int] = PORTS,
    allowed: Sequence[Network] = (),
    lookup: Lookup = socket.getaddrinfo,
    seconds: float = 5.0,
) -> Target:
    """Where to connect for a URL. Looks its name up once, for at most so long; a numeric host is not looked up.

    Raises Refused where the URL is none to connect to, or any of its addresses is not: a name that has a public and a
    private one is no mistake. Raises Unresolved where there is no answer.
    """
    where = place(url, ports=ports)
    found = [where.host] if _is_address(where.host) else _look_up(where, lookup, seconds)
    for address in found:
        reason = refusal(address, allowed)
        if reason is not None:
            leads = "is" if address == where.host else f"leads to {address}, which is"
            raise Refused(f"{where.host} {leads} {reason}, and not connected to.")
    return Target(where, tuple(found[:_MOST_ADDRESSES]))


def _look_up(where: Place, lookup: Lookup, seconds: float) -> list[str]:
    answers: list[Sequence[tuple[Any, ...]]] = []
    faults: list[Exception] = []

    def ask() -> None:
        try:
            answers.append(lookup(where.host, where.port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as fault:  # a name that cannot be encoded is a ValueError
            faults.append(fault)

    # The system's resolver knows no limit of time; its thread is left behind where it takes too long.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(seconds)
    if not answers and not faults:
        raise Unresolved(f"The name {where.host} was not found within {seconds:.0f} seconds.")
    found = list(dict.fromkeys(str(answer[4][0]) for answer in answers[0])) if answers else []
    if not found:
        raise Unresolved(f"The name {where.host} was not found.")
    return found
