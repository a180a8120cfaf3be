"""Looking for claims' words in what their sources have become: pages that were sent, or are fetched first."""

from __future__ import annotations

import logging
from typing import Any

import logs
from claims import recheck
from claims.page import PageError, read_page
from store import source_looks
from store.database import Unavailable
from store.source_looks import Taken
from workers import orders
from workers.fetching import NotFetched, NotNow, pause
from workers.tools import Tools

_log = logging.getLogger(__name__)


def look_at_sources(use: Tools, end: float) -> None:
    """Does the orders that wait, one by one, until none is due, the time is `end`, or the worker stops.

    Raises Unavailable and MemoryError; the parent gives back what is held.
    """
    for taken in orders.each(use, source_looks, end):
        _look(use, taken)


def _look(use: Tools, taken: Taken) -> None:
    about: dict[str, Any] = {"source_check_id": taken.look_id}
    try:
        found = recheck.finding(
            _text(use, taken), taken.quote, prefix=taken.prefix, suffix=taken.suffix, start=taken.start
        )
        with use.database.transaction() as s:
            kept = source_looks.finish(s, taken.token, found, now=use.now())
        if kept is None:
            _log.warning("its lease was lost, the result is dropped", extra=about)
        else:
            _log.info("source looked at", extra=about | {"outcome": found.outcome})
    except (Unavailable, MemoryError):
        raise
    except (PageError, NotFetched) as fault:
        _fail(use, taken, str(fault), about, max_attempts=0)
    except NotNow as fault:
        _fail(use, taken, str(fault), about, max_attempts=use.max_attempts, pause=pause(taken.attempts))
    except Exception as fault:
        _log.error("a source could not be looked at", extra=about | logs.told(fault))
        reason = f"looking at it failed ({type(fault).__name__}); the worker's log tells where"
        _fail(use, taken, reason, about, max_attempts=use.max_attempts)


def _text(use: Tools, taken: Taken) -> str:
    if taken.html is not None:
        return read_page(taken.html, url=taken.url).text
    fetched = use.fetch(taken.url)
    return read_page(fetched.content, url=fetched.url).text if fetched.is_html else fetched.content


def _fail(use: Tools, taken: Taken, reason: str, about: dict[str, Any], **how: Any) -> None:
    _log.warning("source not looked at: %s", reason, extra=about)
    with use.database.transaction() as s:
        source_looks.crashed(s, taken.token, reason, now=use.now(), **how)
