"""Bytes that wait, of requests on their way in and answers on their way out, and how many there may be of them."""

from __future__ import annotations

import threading
from tempfile import SpooledTemporaryFile

IN_MEMORY = 64 * 1024


class Budget:
    """How many bytes are held by all connections together. For use by all threads."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()

    def take(self, count: int) -> bool:
        """Whether there was room for so many bytes more; then they are counted."""
        with self._lock:
            if count > self._left:
                return False
            self._left -= count
            return True

    def give(self, count: int) -> None:
        """Counts so many bytes as gone."""
        with self._lock:
            self._left += count


def spool() -> SpooledTemporaryFile[bytes]:
    """A file in memory that moves to the disk when it grows."""
    return SpooledTemporaryFile(max_size=IN_MEMORY)
