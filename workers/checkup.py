"""A look at the Valkey or Redis that holds the doorbells."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, ResponseError

from workers import doorbell

_TIMEOUT_SECONDS = 3.0


class Silent(Exception):  # noqa: N818 - says a state
    """The server cannot be used; the message completes "it …"."""


@dataclass(frozen=True, slots=True)
class Checkup:
    """Which server it is, and whether it keeps an append-only file; None where it does not tell."""

    server: str
    keeps_file: bool | None


def look(url: str) -> Checkup:
    """Asks the server. Raises Silent, without a word of the URL."""
    try:
        connection = doorbell.connect(url, timeout=_TIMEOUT_SECONDS)
    except ValueError:
        raise Silent("has a URL that cannot be used") from None
    with closing(connection):
        try:
            connection.ping()
        except (AuthenticationError, NoPermissionError):
            raise Silent("refuses the user or the password of its URL") from None
        except (RedisError, OSError) as fault:
            raise Silent(f"does not answer ({type(fault).__name__})") from None
        try:
            told = connection.info()
        except (ResponseError, NoPermissionError):
            return Checkup("it", None)
    name, version = ("Valkey", told["valkey_version"]) if "valkey_version" in told else ("Redis", told["redis_version"])
    return Checkup(f"{name} {version}", bool(told.get("aof_enabled")))
