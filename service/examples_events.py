"""One invented event, of the invented article's claim, for the documentation."""

from __future__ import annotations

from typing import Any

from service import examples

_EVENT_ID = "019723f0-5b1c-7a55-a2b1-4d5e6f708192"
_OTHER_ID = "019723f0-5b1c-7a56-b3c2-5e6f70819203"
_CLAIM: dict[str, Any] = examples.CLAIM
_TIME = _CLAIM["created_at"]
_PATH = f"/v1/events/{_EVENT_ID}"

_SHORT: dict[str, Any] = {
    "id": _EVENT_ID,
    "kind": "talks",
    "family": "meeting",
    "state": "current",
    "date": {"from": "2025-06-09", "to": "2025-06-09", "stated": True},
    "claims_count": 2,
    "articles_count": 2,
    "contradicted": True,
    "version": 2,
    "created_at": _TIME,
    "updated_at": _TIME,
    "links": {"self": _PATH, "claims": f"{_PATH}/claims", "changes": f"{_PATH}/changes", "merged_into": None},
}
_CANCELLED_ID = "0c1d4e63-7d30-5a1f-8b48-7b801020304d"


def _value(value: Any, claim: str, who: str) -> dict[str, Any]:
    return {"value": value, "of": {}, "claims": [claim], "said_by": [who]}


_SCHEDULED = _value("scheduled", _CLAIM["id"], "Kenya's foreign minister")
_CANCELLED = _value("cancelled", _CANCELLED_ID, "Radio Kisimayo")
EVENT_CLAIM: dict[str, Any] = {"membership": "suggested", "claim": _CLAIM}
EVENT: dict[str, Any] = _SHORT | {
    "independent_sources": 2,
    "told": [one | {"field": "status", "articles": 1, "independent_sources": 1} for one in (_SCHEDULED, _CANCELLED)],
    "contradictions": [
        {
            "field": "status",
            "reason": "scheduled against cancelled",
            "values": [_SCHEDULED, _CANCELLED],
            "claims": [_CLAIM["id"], _CANCELLED_ID],
        }
    ],
    "claims": [EVENT_CLAIM],
}
EVENT_PAGE = {"items": [_SHORT], "next_cursor": None}
EVENT_CLAIM_PAGE = {"items": [EVENT_CLAIM], "next_cursor": None}
EVENT_CONFIRMATION = {"claims": [_CLAIM["id"]], "reviewer": "A. Kariuki", "reason": "Read both."}
EVENT_SPLIT = {"claims": [_CANCELLED_ID], "reviewer": "A. Kariuki", "reason": "That is the ministers' meeting."}
EVENT_MERGE = {"event": _OTHER_ID, "reviewer": "A. Kariuki", "reason": "One meeting, told with two dates."}
EVENT_CHANGE_PAGE = {
    "items": [
        {
            "id": "019723f0-5b1c-7a57-8d1e-6f7081920314",
            "event_id": _EVENT_ID,
            "action": "confirmed",
            "reviewer": "A. Kariuki",
            "by_key": None,
            "reason": "Read both.",
            "claims": [_CLAIM["id"]],
            "from": None,
            "into": None,
            "created_at": _TIME,
        }
    ],
    "next_cursor": None,
}
