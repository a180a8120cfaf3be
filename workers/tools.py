"""What a job needs, put in place by the composition root before the first work-horse is forked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from claims.events.editor import Editor
from claims.model import Article, Field, Reading
from store.database import Database
from store.fetches import Fetched
from workers.hand import Hand


class Reads(Protocol):
    """Anything that reads articles."""

    def read(self, article: Article) -> Reading:
        """What is found in the article."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of a worker and its work-horses. `clock` counts seconds, the same in both; times are UTC.

    `arm` limits the CPU time until it is called again; `ring` says that there is work, as well as it can. `fetch` gets
    a page as fetching.Fetcher does; without `keep_html` pages go once they are read.
    """

    database: Database
    reader: Reads
    kinds: Mapping[str, Sequence[Field]]
    editor: Editor
    hand: Hand
    worker: str
    lease_seconds: float
    max_attempts: int
    arm: Callable[[], None]
    ring: Callable[[], object]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    fetch: Callable[[str], Fetched]
    keep_html: bool


_tools: list[Tools] = []


def provide(tools: Tools) -> None:
    """Puts the tools in place, once a process. Raises RuntimeError the second time."""
    if _tools:
        raise RuntimeError("the tools are in place already")
    _tools.append(tools)


def tools() -> Tools:
    """The tools in place. Raises RuntimeError before they are."""
    if not _tools:
        raise RuntimeError("no tools are in place")
    return _tools[0]
