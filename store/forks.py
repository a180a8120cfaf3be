"""Forking a process that has a database open.

Whatever another thread is in the middle of stays so for ever in the child, its locks included. And SQLite keeps the
locks of a process in the process's memory: a forked child inherits that memory but not the locks, and would read and
write as if it held them ("How to corrupt a database file", section 2.6). So a fork waits until no transaction is under
way, and closes SQLite's connections first.
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE_SECONDS = 10.0
_gates: weakref.WeakSet[ForkGate] = weakref.WeakSet()


class ForkGate:
    """What sessions of one database pass through, and what a fork shuts."""

    def __init__(self, close: Callable[[], None]) -> None:
        self._close = close
        self._reset()
        if not _gates:
            _watch()
        _gates.add(self)

    @contextmanager
    def session(self) -> Iterator[None]:
        """Holds off forks for as long as the block runs; waits while one is under way."""
        with self._changed:
            # A thread that is inside already may go further in: the fork waits for it anyway.
            while self._shut and not self._depth():
                self._changed.wait()
            self._inside += 1
            self._own.depth = self._depth() + 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._own.depth -= 1
                self._changed.notify_all()

    def shut(self) -> None:
        """Waits until the sessions of other threads have ended, lets no new ones begin, and closes the connections."""
        with self._changed:
            self._shut = True
            self._changed.wait_for(lambda: self._inside == self._depth(), timeout=_PATIENCE_SECONDS)
        self._close()

    def open(self) -> None:
        """Lets sessions begin again."""
        with self._changed:
            self._shut = False
            self._changed.notify_all()

    def _reset(self) -> None:
        self._changed = threading.Condition()
        self._own = threading.local()
        self._inside = 0
        self._shut = False

    def _depth(self) -> int:
        return getattr(self._own, "depth", 0)


def _watch() -> None:
    global _watching  # noqa: PLW0603 - hooks cannot be taken back, so they are set once
    if _watching:
        return
    _watching = True
    os.register_at_fork(
        before=lambda: _each(ForkGate.shut),
        after_in_parent=lambda: _each(ForkGate.open),
        after_in_child=lambda: _each(ForkGate._reset),
    )


def _each(step: Callable[[ForkGate], None]) -> None:
    for gate in list(_gates):
        step(gate)


_watching = False
