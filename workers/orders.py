"""Orders that are done one at a time while they wait: drafts, and looks at sources."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeVar

from workers.tools import Tools


class Taken(Protocol):
    """An order in a worker's hands."""

    @property
    def token(self) -> str:
        """The fence: only who holds it may write down what came of the order."""


T = TypeVar("T", bound=Taken)
T_co = TypeVar("T_co", bound=Taken, covariant=True)


class Queue(Protocol[T_co]):
    """A module of the store that keeps orders."""

    def are_waiting(self, s: Any, /) -> bool:
        """Whether any is queued."""

    def take(
        self, s: Any, /, *, worker: str, lease_seconds: float, now: datetime, new_token: Callable[[], str]
    ) -> T_co | None:
        """Takes the longest waiting one under a lease; None when none waits."""


def each(use: Tools, queue: Queue[T], end: float) -> Iterator[T]:
    """The orders that wait, one by one, until none does, the time is `end`, or the worker stops.

    Each is in the hand, and its CPU time is counted, until the next is asked for. Where doing it raises it stays
    there, for the parent to give back. Raises Unavailable.
    """
    while not use.hand.stopping and use.clock() < end:
        taken = take(use, queue)
        if taken is None:
            return
        use.hand.begin(taken.token)
        use.arm()
        yield taken
        use.hand.put_down(taken.token)


def take(use: Tools, queue: Queue[T]) -> T | None:
    """The longest waiting order, its token in the hand; None when none waits. Raises Unavailable."""
    # Asked again and again: a look costs no writer's turn.
    with use.database.reading() as s:
        if not queue.are_waiting(s):
            return None
    before = set(use.hand.held)
    with use.database.transaction() as s:
        taken = queue.take(
            s,
            worker=use.worker,
            lease_seconds=use.lease_seconds,
            now=use.now(),
            new_token=lambda: use.hand.pick_up(str(uuid.uuid4())),
        )
    for token in set(use.hand.held) - before - {taken.token if taken else None}:
        use.hand.put_down(token)
    return taken
