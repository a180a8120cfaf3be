"""The Prefer header (RFC 7240): how long a client would wait for the work to be done."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from flask import Request, Response

MOST_SECONDS = 30
_PAUSES = (0.03, 0.05, 0.08, 0.12)
_WAIT = re.compile(r"\s*wait\s*=\s*\"?(\d{1,6})\"?\s*(?:;.*)?", re.IGNORECASE)
T = TypeVar("T")


def seconds(request: Request) -> int:
    """How many seconds the client would wait, at most 30; 0 where it does not say. What cannot be read is ignored."""
    for header in request.headers.getlist("Prefer"):
        for part in header.split(","):
            if match := _WAIT.fullmatch(part):
                return min(int(match[1]), MOST_SECONDS)
    return 0


class Waiting:
    """Waits for answers, in so many threads at once that others are left for those who do not wait."""

    def __init__(self, places: int, *, now: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._places = threading.Semaphore(places)
        self._now = now
        self._sleep = sleep

    def until(self, done: Callable[[T], bool], look: Callable[[], T], patience: float) -> T:
        """What `look` gives once it is `done`, or as it stands after `patience` seconds or without a place to wait."""
        found = look()
        if done(found) or patience <= 0:
            return found
        with self._place() as free:
            deadline, turn = self._now() + patience, 0
            while free and not done(found) and (left := deadline - self._now()) > 0:
                self._sleep(min(left, _PAUSES[turn] if turn < len(_PAUSES) else 0.2))
                turn += 1
                found = look()
        return found

    @contextmanager
    def _place(self) -> Iterator[bool]:
        free = self._places.acquire(blocking=False)
        try:
            yield free
        finally:
            if free:
                self._places.release()


def applied(answer: Response, patience: int) -> None:
    """Says in the answer that the wish was heard."""
    if patience:
        answer.headers["Preference-Applied"] = f"wait={patience}"
