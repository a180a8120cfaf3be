"""A client as the README tells people to write one, that notes every answer it got and how long it took."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import httpx

from claimtrail.client import Client, ServiceError

# With pauses of at most 3 s, or what Retry-After asks: patient enough for any fault that passes.
_RETRIES = 100
NOBODY = 0


class Wire(httpx.HTTPTransport):
    """Notes the status of every answer, 0 where none came, the seconds it took, and those without a Retry-After."""

    def __init__(self) -> None:
        # A connection for each request, as from a hook that runs now and then: none is left over at the end.
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self._lock = threading.Lock()
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.silent = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Sends a request and reads the whole answer."""
        began = time.monotonic()
        status, silent = NOBODY, False
        try:
            answer = super().handle_request(request)
            answer.read()
            status, silent = answer.status_code, "Retry-After" not in answer.headers
        finally:
            with self._lock:
                self.statuses[status] += 1
                self.seconds.append(time.monotonic() - began)
                self.silent += status == httpx.codes.SERVICE_UNAVAILABLE and silent
        return answer


class Clients:
    """Clients of one or several APIs of the same service, taken in turn. Their requests are noted in `wire`."""

    def __init__(self, bases: Sequence[str], *, key: str | None = None, retries: int = _RETRIES) -> None:
        self.wire = Wire()
        self._given_up = threading.Event()
        more: Any = {"key": key, "transport": self.wire, "retries": retries, "timeout": 40, "pause": self._pause}
        self.all = [Client(base, **more) for base in bases]
        self._turns = itertools.cycle(self.all)

    def next(self) -> Client:
        """The client whose turn it is."""
        return next(self._turns)

    def give_up(self) -> None:
        """Has whoever waits for another try end with a ServiceError, now and from now on."""
        self._given_up.set()

    def _pause(self, seconds: float) -> None:
        if self._given_up.wait(seconds):
            raise ServiceError("given up")
