"""The route by which editorial systems push what they publish."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, g

from claims.model import EXTRACTOR_VERSION
from schemas.ninjs import NinjsItem, NinjsResult
from service import documented, examples_ninjs, idempotency, intake, ninjs_items, wire
from service.arguments import Routes
from service.desk import desk
from service.idempotency import Answer
from store import ninjs
from store.ninjs import Item, Received

routes = Routes("ingest", __name__, url_prefix="/v1/ingest", description="Items that editorial systems push.")

_OUTCOMES = {
    "created": "taken",
    "revised": "taken",
    "requeued": "duplicate",
    "unknown": "ignored",
    "superseded": "outdated",
}
_REASONS = {
    "unknown": "No item of this guid was ever taken in, so that there is nothing to withdraw.",
    "outdated": "A newer version of the item came before.",
    "superseded": "Another item has evolved from this one and taken its article over.",
}


@routes.route("/ninjs", methods=["POST"])
@routes.needs("articles:write", signed=True)
@routes.arguments(NinjsItem, example=examples_ninjs.ITEM, unknown=None)
@routes.response(
    201,
    NinjsResult,
    example=examples_ninjs.TAKEN,
    headers=documented.PUSHED_HEADERS,
    description="Taken in as an article or its next revision; a worker reads it.",
)
@routes.alt_response(
    200,
    schema=NinjsResult,
    example=examples_ninjs.IGNORED,
    success=True,
    description="Nothing was taken in, and nothing need be sent again; or the item's article was withdrawn.",
)
@routes.doc(operationId="pushNinjsItem", summary="Take a pushed news item in (IPTC ninjs)")
def push_item(fields: dict[str, Any]) -> Response:
    """Takes one news item of an editorial system in, as Superdesk's HTTP push sends it: with the HMAC-SHA1 of the body
    under the secret in CLAIMTRAIL_NINJS_SECRET as `x-superdesk-signature: sha1=<hex>`, or with a key. A later version
    of an item, and an item that evolved from it, are the next revisions of its article; an older one that comes late
    changes nothing. `canceled` withdraws the article. What is no text, or `withheld`, is answered with 200 and ignored.
    When too much comes the answer is 503 with `Retry-After`, so that the item is sent again."""
    guid = ninjs_items.guid_of(fields)
    if why := _ignored(fields):
        return _answer(guid, "ignored", why).response()
    item = ninjs_items.item_of(fields, desk().ninjs_base_url)
    if isinstance(item, str):
        return _answer(guid, "ignored", item).response()
    return _take(item).response()


def _ignored(fields: dict[str, Any]) -> str | None:
    """Why an item is none of ours, whatever else it says."""
    kind = (fields.get("type") or "text").strip().lower()
    if kind != "text":
        return f"Only items of the type text are taken in; this one's is {kind}."
    if ninjs_items.status_of(fields) == "withheld":
        return "It is withheld; it will be taken in when it comes as usable."
    return None


def _take(item: Item) -> Answer:
    def make(s: Any, now: datetime) -> tuple[Answer, Received]:
        received = ninjs.receive(s, item, editor=desk().editor, extractor=EXTRACTOR_VERSION, now=now)
        if received.made is not None and received.outcome != "duplicate":
            desk().room.check(s)
        return _told(item.guid, received), received

    answer, received = idempotency.once(None, make)
    made = None if received is None else received.made
    if made is not None and made.outcome != "duplicate":
        g.jobs = [(made.job.id, made.article.id)]
        desk().doorbell.ring()
    return answer


def _told(guid: str, received: Received) -> Answer:
    outcome = _OUTCOMES.get(received.outcome, received.outcome)
    return _answer(guid, outcome, _REASONS.get(received.outcome), received)


def _answer(guid: str, outcome: str, reason: str | None, received: Received | None = None) -> Answer:
    article = None if received is None else received.article
    made = None if received is None else received.made
    told = {
        "guid": guid,
        "outcome": outcome,
        "reason": reason,
        "article": None if article is None else wire.article(article),
        "job": None if made is None else wire.job(made.job),
    }
    body = intake.dumped(NinjsResult().dump(told))
    if outcome == "taken" and article is not None:
        # Early releases of Superdesk take nothing but 201 for a success.
        return Answer(201, body, {"Location": f"/v1/articles/{article.id}"})
    return Answer(200, body)
