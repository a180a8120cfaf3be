"""How often a client may ask: counted for all processes of the API in Redis, and by each alone while Redis is away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

# With the doorbell's half second still well within the second in which every submission is answered.
_TIMEOUT_SECONDS = 0.25
_REST_SECONDS = 2.0
_WINDOW_SECONDS = 60
# Wrong keys in a minute: from one address, and from one address for the id of one key.
_GUESSES = RateLimitItemPerMinute(60)
_GUESSES_OF_ONE = RateLimitItemPerMinute(10)
_log = structlog.get_logger("claimtrail.api")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands: of `limit` requests a minute `left` remain; it is whole again in `reset` seconds."""

    allowed: bool
    limit: int
    left: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As RateLimit fields (draft-ietf-httpapi-ratelimit-headers), with Retry-After for one who is refused."""
        found = {
            "RateLimit-Policy": f'"key";q={self.limit};w={_WINDOW_SECONDS}',
            "RateLimit": f'"key";r={self.left};t={self.reset}',
        }
        return found if self.allowed else found | {"Retry-After": str(max(1, self.reset))}


class Rates:
    """Counts requests by key, and wrong keys by address. Without `redis_url` this process counts alone.

    `away` is called when Redis cannot be used, so that others need not find that out as slowly.
    """

    def __init__(
        self,
        redis_url: str | None,
        *,
        per_minute: int,
        now: Callable[[], float],
        away: Callable[[], None] = lambda: None,
    ) -> None:
        self._per_key = RateLimitItemPerMinute(per_minute) if per_minute else None
        self._now = now
        self._away = away
        self._lock = threading.Lock()
        self._rest_until = 0.0
        self._alone = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = None if redis_url is None else SlidingWindowCounterRateLimiter(_storage(redis_url))

    def use(self, key_id: str) -> Standing | None:
        """Counts a request under a key. None where requests are not limited."""
        return None if self._per_key is None else self._standing(self._per_key, "key", key_id)

    def guess(self, address: str, key_id: str | None) -> Standing:
        """Counts a wrong key that came from an address."""
        if key_id is not None:
            self._each(lambda limiter: limiter.hit(_GUESSES_OF_ONE, "guess", address, key_id))
        return self._standing(_GUESSES, "guess", address)

    def guessed_at(self, address: str, key_id: str) -> bool:
        """Whether so many wrong secrets for this key came from this address that the right one is not taken either."""
        return not self._each(lambda limiter: limiter.test(_GUESSES_OF_ONE, "guess", address, key_id))

    def _standing(self, item: RateLimitItem, *of: str) -> Standing:
        def count(limiter: SlidingWindowCounterRateLimiter) -> Standing:
            allowed = limiter.hit(item, *of)
            window = limiter.get_window_stats(item, *of)
            return Standing(
                allowed,
                item.amount,
                min(max(0, window.remaining), item.amount),
                max(0, round(window.reset_time - time.time())),
            )

        return self._each(count)

    def _each(self, ask: Callable[[SlidingWindowCounterRateLimiter], T]) -> T:
        with self._lock:
            rests = self._now() < self._rest_until
        if self._shared is None or rests:
            return ask(self._alone)
        try:
            return ask(self._shared)
        except (RedisError, OSError, ValueError, TypeError, OverflowError) as error:
            # The last three where a counter in Redis is none.
            with self._lock:
                self._rest_until = self._now() + _REST_SECONDS
            self._away()
            _log.warning("requests are counted by this process alone", error=type(error).__name__)
            return ask(self._alone)


def _storage(redis_url: str) -> RedisStorage:
    parts = urlsplit(redis_url)
    url = redis_url.replace("unix://", "redis+unix://", 1) if parts.scheme == "unix" else redis_url
    options: dict[str, Any] = {"retry": Retry(NoBackoff(), 0), "health_check_interval": 0}
    options |= {"socket_timeout": _TIMEOUT_SECONDS, "socket_connect_timeout": _TIMEOUT_SECONDS}
    return RedisStorage(url, key_prefix="claimtrail-rates", **options)
