"""Routes of webhooks: who is told of what happens here, and what was sent."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, request

from schemas.common import PageQuery
from schemas.webhook import (
    Delivery,
    DeliveryPage,
    DeliveryQuery,
    Webhook,
    WebhookIn,
    WebhookPage,
    WebhookPatch,
    WebhookWithSecret,
)
from service import cursor, documented, examples_webhooks, intake, wire_webhooks
from service.arguments import Routes
from service.desk import desk
from service.idempotency import Answer
from service.problems import Fault, ProblemError
from store import webhooks
from store.webhooks import WebhookView, Wish

SCOPE = "webhooks:write"

routes = Routes(
    "webhooks", __name__, url_prefix="/v1/webhooks", description="Webhooks: being told of what happens here."
)


@routes.route("", methods=["GET"])
@routes.needs(SCOPE)
@routes.query(PageQuery)
@routes.response(200, WebhookPage, example=examples_webhooks.WEBHOOK_PAGE, headers=documented.LINK)
@routes.doc(operationId="listWebhooks", summary="All webhooks, oldest first")
def list_webhooks(query: dict[str, Any]) -> Response:
    """One page of webhooks, without their secrets."""
    return cursor.page_of(
        request,
        query,
        WebhookPage(),
        lambda s, after: webhooks.page(s, desk().clock(), after=after, limit=query["limit"]),
        wire_webhooks.webhook,
    )


@routes.route("", methods=["POST"])
@routes.needs(SCOPE)
@routes.arguments(WebhookIn, example=examples_webhooks.WEBHOOK_IN)
@routes.response(
    201,
    WebhookWithSecret,
    example=examples_webhooks.WEBHOOK_MADE,
    headers=documented.MADE | documented.WEBHOOK_HEADERS,
    description="Made. Its secret is shown this once.",
)
@routes.doc(operationId="createWebhook", summary="Have an address told of what happens")
def create_webhook(fields: dict[str, Any]) -> Response:
    """From now on each happening of these types is posted to the address as Standard Webhooks has it: `{"type",
    "timestamp", "data"}`, thin (ids, kind, status and links, never words of an article), signed by the secret, with the
    same `webhook-id` at every attempt. A notice comes at least once: keep the ids you have seen. Answer 2xx within 15
    seconds; anything else is tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours, later where
    429 or 503 came with `Retry-After`, and not at all after 410, which disables the webhook, as five days without a
    success do. Redirects are not followed. First attempts come in the order in which things happened, one at a time;
    what failed comes when its time has come, and holds up nothing. The secret is kept as it is, for signing, and never
    shown again."""
    _check_scheme(fields)
    wish = Wish(fields["url"], _unique(fields["types"]), _filters({}, fields.get("filters")), fields.get("description"))
    try:
        with desk().database.transaction() as s:
            made, secret = webhooks.add(s, wish, random_bytes=secrets.token_bytes, now=desk().clock())
    except webhooks.Full:
        fault = Fault("", "too_many", "Change or delete one of those there are.")
        detail = f"There are {webhooks.MOST} webhooks, as many as there may be."
        raise ProblemError(422, detail, [fault]) from None
    return _told(made, 201, secret)


@routes.route("/<uuid:webhook_id>", methods=["GET"])
@routes.needs(SCOPE)
@routes.response(200, Webhook, example=examples_webhooks.WEBHOOK, headers=documented.WEBHOOK_HEADERS)
@routes.doc(operationId="getWebhook", summary="One webhook")
def get_webhook(webhook_id: UUID) -> Response:
    """The webhook, whether it is disabled, and why."""
    with desk().database.reading() as s:
        found = webhooks.get(s, str(webhook_id), desk().clock())
    if found is None:
        raise _missing()
    return _told(found, 200)


@routes.route("/<uuid:webhook_id>", methods=["PATCH"])
@routes.needs(SCOPE)
@routes.arguments(WebhookPatch, example=examples_webhooks.WEBHOOK_PATCH)
@routes.response(200, Webhook, example=examples_webhooks.WEBHOOK_CHANGED, headers=documented.WEBHOOK_HEADERS)
@routes.doc(operationId="changeWebhook", summary="Change a webhook", parameters=[documented.WEBHOOK_AS_SEEN])
def change_webhook(fields: dict[str, Any], webhook_id: UUID) -> Response:
    """Changes what the JSON merge patch names, from the next happening on; notices that wait go to the new address.
    A webhook that is switched on again gets what has waited for it, and has five days anew."""
    _check_scheme(fields)
    now = desk().clock()
    with desk().database.transaction() as s:
        held = webhooks.hold(s, str(webhook_id), now)
        if held is None:
            raise _missing()
        _check_seen(held)
        wish = replace(held.wish, **{name: fields[name] for name in ("url", "description", "state") if name in fields})
        if "types" in fields:
            wish = replace(wish, types=_unique(fields["types"]))
        if "filters" in fields:
            wish = replace(wish, filters=_filters(held.wish.filters, fields["filters"]))
        if wish != held.wish:
            held = webhooks.change(s, held, wish, now)
    return _told(held, 200)


@routes.route("/<uuid:webhook_id>", methods=["DELETE"])
@routes.needs(SCOPE)
@routes.response(204, description="It is gone, with what waited for it and its log.")
@routes.doc(operationId="deleteWebhook", summary="Delete a webhook")
def delete_webhook(webhook_id: UUID) -> None:
    """Nothing is sent to it any more, but for a notice that is on its way just now."""
    with desk().database.transaction() as s:
        if not webhooks.delete(s, str(webhook_id)):
            raise _missing()


@routes.route("/<uuid:webhook_id>/secret", methods=["POST"])
@routes.needs(SCOPE)
@routes.response(200, WebhookWithSecret, example=examples_webhooks.WEBHOOK_ROTATED, headers=documented.WEBHOOK_HEADERS)
@routes.doc(operationId="rotateWebhookSecret", summary="Give a webhook a new secret")
def rotate_secret(webhook_id: UUID) -> Response:
    """The new secret is shown this once. For 24 hours each notice bears two signatures in `webhook-signature`, by the
    new one and by the old one, so that the receiver can change over in its own time."""
    with desk().database.transaction() as s:
        made = webhooks.rotate(s, str(webhook_id), random_bytes=secrets.token_bytes, now=desk().clock())
    if made is None:
        raise _missing()
    return _told(made[0], 200, made[1])


@routes.route("/<uuid:webhook_id>/test", methods=["POST"])
@routes.needs(SCOPE)
@routes.response(
    202, Delivery, example=examples_webhooks.DELIVERY_TESTED, description="It will be sent; the log tells of it."
)
@routes.doc(operationId="testWebhook", summary="Send a notice that tells nothing")
def test_webhook(webhook_id: UUID) -> Response:
    """Has a notice of the type `webhook.test` sent, like any other. 409 for a disabled webhook."""
    with desk().database.transaction() as s:
        try:
            made = webhooks.test(s, str(webhook_id), desk().clock())
        except webhooks.Off:
            raise _off() from None
    return _delivery(made)


@routes.route("/<uuid:webhook_id>/deliveries", methods=["GET"])
@routes.needs(SCOPE)
@routes.query(DeliveryQuery)
@routes.response(200, DeliveryPage, example=examples_webhooks.DELIVERY_PAGE, headers=documented.LINK)
@routes.doc(operationId="listDeliveries", summary="What was sent to a webhook, newest first")
def list_deliveries(query: dict[str, Any], webhook_id: UUID) -> Response:
    """One page of the log: each notice with its attempts. Kept as long as `CLAIMTRAIL_KEEP_DELIVERIES_DAYS` says."""

    def page(s: Any, after: Any) -> Any:
        if webhooks.get(s, str(webhook_id), desk().clock()) is None:
            raise _missing()
        statuses = tuple(query.get("status", ()))
        return webhooks.deliveries(s, str(webhook_id), statuses=statuses, after=after, limit=query["limit"])

    return cursor.page_of(request, query, DeliveryPage(), page, wire_webhooks.delivery)


@routes.route("/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay", methods=["POST"])
@routes.needs(SCOPE)
@routes.response(202, Delivery, example=examples_webhooks.DELIVERY_REPLAYED, description="It will be sent again.")
@routes.doc(operationId="replayDelivery", summary="Send a notice once more")
def replay_delivery(webhook_id: UUID, delivery_id: UUID) -> Response:
    """Has a notice sent again, whatever became of it, under its own id, by which a receiver knows it again. 409 for a
    disabled webhook."""
    with desk().database.transaction() as s:
        try:
            made = webhooks.replay(s, str(webhook_id), str(delivery_id), desk().clock())
        except webhooks.Off:
            raise _off() from None
    return _delivery(made)


def _check_scheme(fields: Mapping[str, Any]) -> None:
    """ProblemError 422 for http where no network is allowed in which it would be taken."""
    if fields.get("url", "").lower().startswith("http:") and not desk().plain_http:
        told = "An https address is wanted; http is taken where the operator has set CLAIMTRAIL_ALLOWED_NETWORKS."
        fault = Fault("/url", "https_wanted", told)
        raise ProblemError(422, "The webhook cannot be taken as it is.", [fault])


def _filters(before: Mapping[str, Any], given: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """The filters after a merge patch; none for null."""
    merged = {} if given is None else {**before, **given}
    return {name: _unique(values) for name, values in merged.items() if values}


def _unique(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _check_seen(held: WebhookView) -> None:
    """ProblemError 428 without If-Match, 412 where that names another version."""
    if "If-Match" not in request.headers:
        fault = Fault("If-Match", "required", "Send the ETag of the webhook as you saw it.")
        raise ProblemError(428, "Say which version of the webhook you change.", [fault], _etag(held))
    if not request.if_match.contains(str(held.version)):
        fault = Fault("If-Match", "stale", "Look at the webhook as it is now, and send its ETag.")
        raise ProblemError(412, f"The webhook is at version {held.version} now.", [fault], _etag(held))


def _told(found: WebhookView, status: int, secret: str | None = None) -> Response:
    headers = _etag(found) | ({"Location": f"/v1/webhooks/{found.id}"} if status == 201 else {})
    told = wire_webhooks.webhook(found)
    body = Webhook().dump(told) if secret is None else WebhookWithSecret().dump(told | {"secret": secret})
    return Answer(status, intake.dumped(body), headers).response()


def _delivery(made: webhooks.DeliveryView | None) -> Response:
    if made is None:
        raise ProblemError(404, "There is no such webhook or delivery.")
    return Answer(202, intake.dumped(Delivery().dump(wire_webhooks.delivery(made)))).response()


def _etag(found: WebhookView) -> dict[str, str]:
    return {"ETag": f'"{found.version}"'}


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such webhook.")


def _off() -> ProblemError:
    fault = Fault("", "disabled", "Switch it on first: PATCH it with the state `active`.")
    return ProblemError(409, "The webhook is disabled: nothing is sent to it.", [fault])
