"""Reading drafts: each is compared with what the desk holds, and nothing of it is kept but what came of that."""

from __future__ import annotations

import logging
from datetime import date, datetime
from typing import Any

import logs
from claims.events import compare
from claims.model import Article
from store import checks, events, grouping
from store.checks import Taken
from store.database import Unavailable
from workers import orders
from workers.tools import Tools

_log = logging.getLogger(__name__)


def read_drafts(use: Tools, end: float) -> None:
    """Reads the drafts that wait, one by one, until none waits, the time is `end`, or the worker stops.

    Raises Unavailable and MemoryError; the parent gives back what is held.
    """
    for taken in orders.each(use, checks, end):
        _read_one(use, taken)


def _read_one(use: Tools, taken: Taken) -> None:
    began = use.clock()
    about: dict[str, Any] = {"check_id": taken.check_id}
    try:
        result = _result(use, taken)
        took = use.clock() - began
        with use.database.transaction() as s:
            kept = checks.finish(s, taken.token, result, now=use.now())
        if kept:
            _log.info("draft read", extra=about | {"claims": len(result["claims"]), "ms": round(took * 1000, 1)})
        else:
            _log.warning("it was deleted or its lease was lost, the result is dropped", extra=about)
    except (Unavailable, MemoryError):
        raise
    except Exception as fault:
        _log.error("a draft could not be read", extra=about | logs.told(fault))
        with use.database.transaction() as s:
            reason = f"reading it failed ({type(fault).__name__}); the worker's log tells where"
            checks.crashed(s, taken.token, reason, max_attempts=use.max_attempts, now=use.now())


def _result(use: Tools, taken: Taken) -> dict[str, Any]:
    """The reading of a draft, and each of its claims beside the events that tell of the same."""
    draft = Article(
        text=taken.draft.text,
        title=taken.draft.title,
        published_at=_moment(taken.draft.published_at),
        language=taken.draft.language,
    )
    reading = use.reader.read(draft)
    facts = use.editor.facts(draft, reading.claims)
    mine = compare.members_of(draft, reading.claims, facts, taken.check_id)
    with use.database.reading() as s:
        every = [member for members in mine for member in members]
        places = iter(grouping.whereabouts(s, every, use.editor))
        met = [[(place, member) for member in members if (place := next(places))] for members in mine]
        known = events.members(s, {place for pairs in met for place, _ in pairs})
    beside, told = compare.Comparison(known, use.editor), []
    for claim, pairs in zip(reading.claims, met, strict=True):
        of = {event: [member for place, member in pairs if place == event] for event, _ in pairs}
        told.append(compare.shown(claim, beside.compare(of), taken.check_id))
    return {"reading": {"state": reading.state, "reason": reading.reason}, "claims": told}


def _moment(published_at: str | None) -> date | datetime | None:
    if published_at is None:
        return None
    return date.fromisoformat(published_at) if len(published_at) == 10 else datetime.fromisoformat(published_at)
