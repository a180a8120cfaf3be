"""Who of the complete requests may have a thread: small ones always, large ones so that some stay free of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

SMALL = 256 * 1024
_LARGE = 2_000_000
# Reading a batch of twenty megabytes takes several times that in memory.
_HUGE_AT_ONCE = 2
T = TypeVar("T")


class Turns(Generic[T]):
    """The requests that wait for their turn, by size."""

    def __init__(self, threads: int) -> None:
        self._free = [max(1, threads * 3 // 4), _HUGE_AT_ONCE]
        self._queues: list[deque[T]] = [deque(), deque()]

    def take(self, one: T, size: int) -> bool:
        """Whether it is its turn at once; else `leave` will say when."""
        if size <= SMALL:
            return True
        kind = _kind(size)
        if self._free[kind] > 0:
            self._free[kind] -= 1
            return True
        self._queues[kind].append(one)
        return False

    def leave(self, size: int) -> Iterator[T]:
        """Ends a turn; gives whoever has it next."""
        if size <= SMALL:
            return
        kind = _kind(size)
        if self._queues[kind]:
            yield self._queues[kind].popleft()
        else:
            self._free[kind] += 1


def _kind(size: int) -> int:
    return int(size > _LARGE)
