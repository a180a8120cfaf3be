"""Whether there is room for more work: what could not be read or stored soon is better refused than taken in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from service.problems import Fault, ProblemError
from store import checks, jobs, source_looks

_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Room:
    """At most `most_waiting` jobs wait, and as many checks of drafts and looks at sources; `least_free` bytes stay free
    where the service keeps its files.

    `free` tells how many are, None where that is not known.
    """

    most_waiting: int
    least_free: int
    free: Callable[[], int | None]

    def check(self, s: Any) -> None:
        """To be asked in the transaction that ordered more work, which ends with it: ProblemError 503 if there is no
        room."""
        if self._is_cramped():
            raise _full("disk_full", "The disk is nearly full.")
        if jobs.more_wait_than(s, self.most_waiting):
            raise _full("backlog", f"More than {self.most_waiting:,} articles wait to be read.")
        if checks.more_wait_than(s, self.most_waiting):
            raise _full("backlog", f"More than {self.most_waiting:,} drafts wait to be read.")
        if source_looks.more_wait_than(s, self.most_waiting):
            raise _full("backlog", f"More than {self.most_waiting:,} sources wait to be looked at.")

    def is_there(self, s: Any) -> bool:
        """Whether one more article could be taken in."""
        return not self._is_cramped() and not jobs.more_wait_than(s, self.most_waiting - 1)

    def _is_cramped(self) -> bool:
        free = self.free()
        return free is not None and free < self.least_free


def _full(code: str, detail: str) -> ProblemError:
    told = "Nothing was stored; try again later."
    return ProblemError(503, f"{detail} {told}", [Fault("", code, detail)], {"Retry-After": str(_RETRY_SECONDS)})
