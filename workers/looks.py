"""Looking for claims' words in what their sources have become: pages that were sent, or are fetched first."""

from __future__ import annotations

import hashlib
import logging
import uuid
from typing import Any

import logs
from claims import recheck
from claims.model import plain
from claims.page import PageError, read_page
from store import source_looks
from store.database import Unavailable
from store.source_checks import Finding
from store.source_looks import Taken
from workers.fetching import NotFetched, NotNow, pause
from workers.tools import Tools

_log = logging.getLogger(__name__)


def look_at_sources(use: Tools, end: float) -> None:
    """Does the orders that wait, one by one, until none is due, the time is `end`, or the worker stops.

    One token is held in the hand at a time. Raises Unavailable and MemoryError; the parent gives back what is held.
    """
    while not use.hand.stopping and use.clock() < end:
        taken = _take(use)
        if taken is None:
            return
        _look(use, taken)


def finding(text: str, taken: Taken) -> Finding:
    """What came of looking for the claim's words in this text."""
    found = recheck.check(text, taken.quote, prefix=taken.prefix, suffix=taken.suffix, start=taken.start)
    return Finding(
        outcome=str(found.outcome),
        start=found.start,
        end=found.end,
        found=found.found,
        differences=plain(found.differences),
        candidates=found.candidates,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_length=len(text),
    )


def _take(use: Tools) -> Taken | None:
    # Asked again and again: a look costs no writer's turn.
    with use.database.reading() as s:
        if not source_looks.are_waiting(s):
            return None
    before = set(use.hand.held)
    with use.database.transaction() as s:
        taken = source_looks.take(
            s,
            worker=use.worker,
            lease_seconds=use.lease_seconds,
            now=use.now(),
            new_token=lambda: use.hand.pick_up(str(uuid.uuid4())),
        )
    for token in set(use.hand.held) - before - {taken.token if taken else None}:
        use.hand.put_down(token)
    return taken


def _look(use: Tools, taken: Taken) -> None:
    use.hand.begin(taken.token)
    use.arm()
    about: dict[str, Any] = {"source_check_id": taken.look_id}
    try:
        found = finding(_text(use, taken), taken)
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
    use.hand.put_down(taken.token)


def _text(use: Tools, taken: Taken) -> str:
    if taken.html is not None:
        return read_page(taken.html, url=taken.url).text
    fetched = use.fetch(taken.url)
    return read_page(fetched.content, url=fetched.url).text if fetched.is_html else fetched.content


def _fail(use: Tools, taken: Taken, reason: str, about: dict[str, Any], **how: Any) -> None:
    _log.warning("source not looked at: %s", reason, extra=about)
    with use.database.transaction() as s:
        source_looks.crashed(s, taken.token, reason, now=use.now(), **how)
