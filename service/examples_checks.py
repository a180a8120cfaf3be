"""One invented draft beside the invented event, for the documentation."""

from __future__ import annotations

from typing import Any

from service.examples import CLAIM
from service.examples_events import EVENT

_QUOTE = "Envoys of Kenya and Somalia will meet in Nairobi on June 9."
_ID = "01972a77-4d5e-7c60-9f10-8a9b0c1d2e3f"
_TIME, _LATER = "2025-06-04T10:20:30.100000+00:00", "2025-06-04T10:20:30.400000+00:00"
CHECK_IN: dict[str, Any] = {
    "text": f"It is a first step. {_QUOTE}",
    "title": "A first step",
    "published_at": "2025-06-04",
    "language": "en",
}
CHECK_QUEUED: dict[str, Any] = {
    "id": _ID,
    "status": "queued",
    "created_at": _TIME,
    "ended_at": None,
    "error": None,
    "reading": {"state": "waiting", "reason": None},
    "claims": [],
}
_SCHEDULED, _CANCELLED = EVENT["contradictions"][0]["values"]
_START = CHECK_IN["text"].index(_QUOTE)
CHECK: dict[str, Any] = CHECK_QUEUED | {
    "status": "finished",
    "ended_at": _LATER,
    "reading": {"state": "read", "reason": None},
    "claims": [
        {
            "kind": CLAIM["kind"],
            "status": CLAIM["status"],
            "quote": _QUOTE,
            "start": _START,
            "end": _START + len(_QUOTE),
            "date": CLAIM["date"],
            "attribution": {"speaker": None, "via": None, "cue": None},
            "details": CLAIM["details"],
            "verdict": "differs",
            "events": [
                {
                    "event": EVENT["id"],
                    "contradictions": [
                        {
                            "field": "status",
                            "reason": "scheduled against cancelled",
                            "values": [_SCHEDULED | {"draft": True}, _CANCELLED | {"draft": False}],
                        }
                    ],
                }
            ],
            "independent_sources": EVENT["independent_sources"],
        }
    ],
}
