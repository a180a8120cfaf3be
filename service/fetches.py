"""Whether a page may be fetched: a worker does it, and the operator says of which hosts."""

from __future__ import annotations

from urllib.parse import urlsplit

from service import urls
from service.desk import desk
from service.problems import Fault, ProblemError


def check(url: str, *, pointer: str, instead: str) -> None:
    """Lets pass the address of a page that may be fetched. ProblemError 422 tells what to do where it may not, and at
    which part of the body; `instead` completes "send …"."""
    hosts = desk().fetch_hosts
    host = urlsplit(urls.canonical(url)).hostname or ""
    if hosts.hold(host):
        return
    told = f"Pages of {host} are not fetched here" if hosts.listed else "Fetching is off here"
    detail = f"{told}: send {instead}, or have the operator list the host in CLAIMTRAIL_FETCH_HOSTS."
    raise ProblemError(422, "The page cannot be fetched.", [Fault(pointer, "not_fetched", detail)])
