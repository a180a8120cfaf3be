"""Slots for exports, which are long answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from service.problems import RETRY_SECONDS, Fault, ProblemError


class Slots:
    """How many exports are under way at once, so that threads are left for those who want little."""

    def __init__(self, most: int) -> None:
        self._free = threading.BoundedSemaphore(most)

    def take(self) -> Callable[[], None]:
        """Takes a slot; gives what gives it back. ProblemError 503 while there is none."""
        if not self._free.acquire(blocking=False):
            detail = "As many exports are under way as there may be; try again in a moment."
            raise ProblemError(503, detail, [Fault("", "busy", detail)], {"Retry-After": str(RETRY_SECONDS)})
        return self._free.release
