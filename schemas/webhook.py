"""Webhooks on the wire: who is told of what, and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from schemas.article import MAX_NAME, MAX_URL, URL_PATTERN, check_url
from schemas.claim import KIND_PATTERN, STATUSES, check_kind, check_status
from schemas.common import MAX_VALUES, CommaList, PageQuery, Strict, clean, described

TYPES = (
    "claim.created",
    "claim.changed",
    "claim.withdrawn",
    "article.read",
    "article.failed",
    "event.contradicted",
    "review.published",
)
STATES = ("active", "disabled")
DELIVERY_STATES = ("waiting", "delivered", "failed")
SIGNER_PATTERN = r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$"
_ANSWERED = "What the receiver answered, null where it did not."


def _choice(*choices: str) -> Any:
    def check(value: str) -> None:
        if value not in choices:
            raise ValidationError(f"invalid_choice: One of {', '.join(choices)} is wanted.")

    return check


class _Listed(fields.List[Any]):
    """From `least` to `most` values."""

    def __init__(self, each: fields.Field[Any], least: int, most: int, description: str, **more: Any) -> None:
        counts = {"maxItems": most} | ({"minItems": least} if least else {})
        super().__init__(each, metadata={"description": description} | counts, **more)
        self._least, self._most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if isinstance(value, list) and not self._least <= len(value) <= self._most:
            code = "too_many" if len(value) > self._most else "required"
            raise ValidationError(f"{code}: From {self._least} to {self._most} values are taken.")
        return super()._deserialize(value, attr, data, **kwargs)


def _wanted(each: fields.Field[Any], description: str) -> _Listed:
    return _Listed(each, 0, MAX_VALUES, description, allow_none=True)


def _named(description: str) -> _Listed:
    return _wanted(fields.String(validate=clean(MAX_NAME), metadata=described(MAX_NAME)), description)


class WebhookFiltersIn(Strict):
    """Narrows what is told: of several values of one filter one is enough, and every filter has to hold. One narrows
    only the notices that have what it asks for; all others pass."""

    kind = _wanted(
        fields.String(validate=check_kind, metadata={"pattern": KIND_PATTERN}), "Kinds, of claims and of events."
    )
    status = _wanted(fields.String(validate=check_status, metadata={"enum": list(STATUSES)}), "Statuses, of claims.")
    publisher = _named("Publishers, of claims and of articles.")
    place = _named("Places, of claims, as lists of claims find them.")
    party = _named("Parties, of claims.")


def _url(**more: Any) -> fields.String:
    told = "Where notices are posted to. https, but in networks that the operator allows."
    limits = {"description": told, "maxLength": MAX_URL, "pattern": URL_PATTERN}
    return fields.String(validate=check_url, metadata=limits, **more)


def _types(**more: Any) -> _Listed:
    each = fields.String(validate=_choice(*TYPES), metadata={"enum": list(TYPES)})
    return _Listed(each, 1, len(TYPES), "Of what it is told.", **more)


class _Webhook(Strict):
    filters = fields.Nested(WebhookFiltersIn, allow_none=True)
    description = fields.String(
        allow_none=True, validate=clean(MAX_NAME), metadata=described(MAX_NAME, "Whose it is and what for.")
    )


class WebhookIn(_Webhook):
    """A new webhook."""

    url = _url(required=True)
    types = _types(required=True)


class WebhookPatch(_Webhook):
    """A JSON merge patch (RFC 7396): what is left out stays, null empties, a list replaces the whole list."""

    url = _url()
    types = _types()
    state = fields.String(
        validate=_choice(*STATES),
        metadata={"enum": list(STATES), "description": "What waits for a disabled webhook waits until it is active."},
    )


class WebhookFilters(Schema):
    """What narrows the notices; an empty list does not."""

    kind = fields.List(fields.String())
    status = fields.List(fields.String())
    publisher = fields.List(fields.String())
    place = fields.List(fields.String())
    party = fields.List(fields.String())


class WebhookLinks(Schema):
    """Where to go from a webhook."""

    self = fields.String()
    deliveries = fields.String()


class Webhook(Schema):
    """A webhook. Its secret is shown when it is made or rotated, and never again."""

    id = fields.UUID()
    url = fields.String()
    types = fields.List(fields.String(metadata={"enum": list(TYPES)}))
    filters = fields.Nested(WebhookFilters)
    description = fields.String(allow_none=True)
    state = fields.String(metadata={"enum": list(STATES)})
    reason = fields.String(allow_none=True, metadata={"description": "Why it is disabled."})
    version = fields.Integer(metadata={"description": "Counts its settings and states from 1; in quotes the ETag."})
    failing_since = fields.AwareDateTime(
        format="iso",
        allow_none=True,
        metadata={"description": "The first failure that no success followed. After five days it is disabled."},
    )
    old_secret_until = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "Until when an older secret signs, too."}
    )
    created_at = fields.AwareDateTime(format="iso")
    updated_at = fields.AwareDateTime(format="iso")
    links = fields.Nested(WebhookLinks)


class WebhookWithSecret(Webhook):
    """A webhook with its new secret, to be kept now."""

    secret = fields.String(
        metadata={
            "description": "Signs its notices from now on (Standard Webhooks). It is shown this once.",
            "pattern": SIGNER_PATTERN,
        }
    )


class WebhookPage(Schema):
    """One page of webhooks, oldest first."""

    items = fields.List(fields.Nested(Webhook))
    next_cursor = fields.String(allow_none=True)


class DeliveryAttempt(Schema):
    """One attempt to deliver a notice."""

    at = fields.String(metadata={"format": "date-time"})
    status = fields.Integer(allow_none=True, metadata={"description": _ANSWERED})
    error = fields.String(allow_none=True, metadata={"description": "Why it failed, null where it did not."})
    ms = fields.Integer(metadata={"description": "How long it took, in milliseconds."})


class DeliveryLinks(Schema):
    """Where to go from a notice."""

    webhook = fields.String()
    replay = fields.String()


class Delivery(Schema):
    """A notice for a webhook, and what became of it."""

    id = fields.UUID(metadata={"description": "In the header `webhook-id` of every attempt."})
    type = fields.String(metadata={"description": "One of the types, or `webhook.test`."})
    status = fields.String(metadata={"enum": list(DELIVERY_STATES)})
    attempts = fields.List(fields.Nested(DeliveryAttempt), metadata={"description": "The last 30, oldest first."})
    due_at = fields.AwareDateTime(
        format="iso", allow_none=True, metadata={"description": "When the next attempt is made, null for none."}
    )
    created_at = fields.AwareDateTime(format="iso")
    ended_at = fields.AwareDateTime(format="iso", allow_none=True)
    links = fields.Nested(DeliveryLinks)


class DeliveryPage(Schema):
    """One page of a webhook's notices, newest first."""

    items = fields.List(fields.Nested(Delivery))
    next_cursor = fields.String(allow_none=True)


class DeliveryQuery(PageQuery):
    """Which notices a list holds."""

    status = CommaList(
        fields.String(validate=_choice(*DELIVERY_STATES), metadata={"enum": list(DELIVERY_STATES)}),
        description="`waiting`, `delivered` or `failed`, comma for OR.",
    )
