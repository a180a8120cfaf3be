"""Webhooks and what is sent to them, in the form of the wire's schemas."""

from __future__ import annotations

from typing import Any

from store.notices import EXACT, FOLDED
from store.webhooks import DeliveryView, WebhookView


def webhook(found: WebhookView) -> dict[str, Any]:
    """A webhook for schemas.webhook.Webhook."""
    wish = found.wish
    return {
        "id": found.id,
        "url": wish.url,
        "types": wish.types,
        "filters": {name: wish.filters.get(name, ()) for name in (*EXACT, *FOLDED)},
        "description": wish.description,
        "state": wish.state,
        "reason": found.reason,
        "version": found.version,
        "failing_since": found.failing_since,
        "old_secret_until": found.old_secret_until,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "links": {"self": f"/v1/webhooks/{found.id}", "deliveries": f"/v1/webhooks/{found.id}/deliveries"},
    }


def delivery(found: DeliveryView) -> dict[str, Any]:
    """A notice for schemas.webhook.Delivery."""
    of = f"/v1/webhooks/{found.webhook_id}"
    return {
        "id": found.id,
        "type": found.type,
        "status": found.status,
        "attempts": found.attempts,
        "due_at": found.due_at,
        "created_at": found.created_at,
        "ended_at": found.ended_at,
        "links": {"webhook": of, "replay": f"{of}/deliveries/{found.id}/replay"},
    }
