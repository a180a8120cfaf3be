"""Who holds a data directory: one supervisor, or one command that may not run beside it."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK = "supervisor.lock"


class Occupied(Exception):  # noqa: N818 - says a state
    """Another process holds the data directory. `who` names it where that is known."""

    def __init__(self, who: str) -> None:
        super().__init__(f"another one{who} holds the data directory")
        self.who = who


@contextmanager
def alone(run_dir: Path) -> Iterator[None]:
    """Holds the data directory of this run directory for the block. Raises Occupied, whatever pid files say."""
    with (run_dir / LOCK).open("a") as held:
        try:
            # Not flock: a fork that outlives this process for a moment would hold that too.
            fcntl.lockf(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = ""
            with suppress(OSError):
                who = f" (process {(run_dir / 'supervisor.pid').read_text('ascii').strip()})"
            raise Occupied(who) from None
        yield
