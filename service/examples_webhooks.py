"""One invented webhook and what is sent to it, for the documentation."""

from __future__ import annotations

from typing import Any

_ID = "01972b10-1a2b-7c3d-8e4f-5a6b7c8d9e0f"
_DELIVERY_ID = "01972b11-2b3c-7d4e-9f50-6b7c8d9e0f1a"
_PATH = f"/v1/webhooks/{_ID}"
_TIME, _LATER = "2025-06-04T11:00:00.100000+00:00", "2025-06-04T11:02:10.400000+00:00"
_NO_FILTERS: dict[str, list[str]] = {"kind": [], "status": [], "publisher": [], "place": [], "party": []}

WEBHOOK_IN: dict[str, Any] = {
    "url": "https://desk.example/claims",
    "types": ["claim.created", "claim.withdrawn"],
    "filters": {"kind": ["talks"], "party": ["Kenya", "Somalia"]},
    "description": "The desk's own board",
}
WEBHOOK: dict[str, Any] = {
    "id": _ID,
    **WEBHOOK_IN,
    "filters": _NO_FILTERS | WEBHOOK_IN["filters"],
    "state": "active",
    "reason": None,
    "version": 1,
    "failing_since": None,
    "old_secret_until": None,
    "created_at": _TIME,
    "updated_at": _TIME,
    "links": {"self": _PATH, "deliveries": f"{_PATH}/deliveries"},
}
WEBHOOK_MADE = WEBHOOK | {"secret": "whsec_YW4gaW52ZW50ZWQgc2VjcmV0IG9mIDMyIGJ5dGVzISE="}
WEBHOOK_ROTATED = WEBHOOK | {
    "version": 2,
    "updated_at": _LATER,
    "old_secret_until": "2025-06-05T11:02:10.400000+00:00",
    "secret": "whsec_YW5vdGhlciBpbnZlbnRlZCBzZWNyZXQsIDMyIGJ5dGU=",
}
WEBHOOK_PATCH: dict[str, Any] = {"filters": {"party": None}, "state": "active"}
WEBHOOK_CHANGED = WEBHOOK | {
    "filters": _NO_FILTERS | {"kind": ["talks"]},
    "version": 2,
    "updated_at": _LATER,
}
WEBHOOK_PAGE = {"items": [WEBHOOK], "next_cursor": None}
DELIVERY: dict[str, Any] = {
    "id": _DELIVERY_ID,
    "type": "claim.created",
    "status": "delivered",
    "attempts": [
        {"at": _TIME, "status": 503, "error": "It answered 503.", "ms": 41},
        {"at": "2025-06-04T11:00:05.400000+00:00", "status": 204, "error": None, "ms": 38},
    ],
    "due_at": None,
    "created_at": _TIME,
    "ended_at": "2025-06-04T11:00:05.438000+00:00",
    "links": {"webhook": _PATH, "replay": f"{_PATH}/deliveries/{_DELIVERY_ID}/replay"},
}
DELIVERY_TESTED = DELIVERY | {
    "type": "webhook.test",
    "status": "waiting",
    "attempts": [],
    "due_at": _TIME,
    "ended_at": None,
}
DELIVERY_REPLAYED = DELIVERY | {"status": "waiting", "due_at": _LATER, "ended_at": None}
DELIVERY_PAGE = {"items": [DELIVERY], "next_cursor": None}
