"""Checks of drafts in the form of the wire's schemas."""

from __future__ import annotations

from datetime import date
from typing import Any

from store.checks import CheckView


def check(found: CheckView) -> dict[str, Any]:
    """A check for schemas.check.Check. What could not be read is told as skipped."""
    result = found.result or {}
    reading = {"state": "skipped", "reason": found.error} if found.status == "failed" else None
    return {
        "id": found.id,
        "status": found.status,
        "created_at": found.created_at,
        "ended_at": found.ended_at,
        "error": found.error,
        "reading": result.get("reading") or reading or {"state": "waiting", "reason": None},
        "claims": [_dated(claim) for claim in result.get("claims", ())],
    }


def _dated(claim: dict[str, Any]) -> dict[str, Any]:
    """A claim of a stored result, its days as dates again."""
    kept = claim["date"]
    days = kept and {name: kept[name] and date.fromisoformat(kept[name]) for name in ("from", "to")}
    return claim | {"date": kept and kept | days}
