"""Routes of claims."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from schemas.claim import Claim, ClaimPage, ClaimQuery
from service import cursor, documented, examples, wire
from service.arguments import Routes, in_utc
from service.desk import desk
from service.problems import ProblemError
from store import claims
from store.claims import ClaimFilter

routes = Routes("claims", __name__, url_prefix="/v1/claims", description="Claims: finding them and looking at one.")


@routes.route("", methods=["GET"])
@routes.needs("claims:read")
@routes.query(ClaimQuery)
@routes.response(200, ClaimPage, example=examples.CLAIM_PAGE, headers=documented.LINK)
@routes.doc(operationId="listClaims", summary="Claims by filter, newest first")
def list_claims(query: dict[str, Any]) -> Response:
    """One page of claims. With `updated_since` they come in the order of their last change instead, oldest first."""
    filters = _filter(query)
    return cursor.page_of(
        request,
        query,
        ClaimPage(),
        lambda s, after: claims.page(s, filters, after=after, limit=query["limit"]),
        wire.claim,
    )


def _filter(query: dict[str, Any]) -> ClaimFilter:
    return ClaimFilter(
        q=tuple(query.get("q", ())),
        kinds=tuple(query.get("kind", ())),
        statuses=tuple(query.get("status", ())),
        articles=tuple(str(one) for one in query.get("article", ())),
        speakers=tuple(query.get("speaker", ())),
        parties=tuple(query.get("party", ())),
        places=tuple(query.get("place", ())),
        publishers=tuple(query.get("publisher", ())),
        date_from=query.get("date_from"),
        date_to=query.get("date_to"),
        published_from=query.get("published_from"),
        published_to=query.get("published_to"),
        count_min=query.get("count_min"),
        count_max=query.get("count_max"),
        updated_since=in_utc(query["updated_since"]) if "updated_since" in query else None,
        states=tuple(query.get("state", ("current",))),
    )


@routes.route("/<uuid:claim_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, Claim, example=examples.CLAIM)
@routes.doc(operationId="getClaim", summary="One claim")
def get_claim(claim_id: UUID) -> dict[str, Any]:
    """The claim, in whatever state."""
    with desk().database.reading() as s:
        found = claims.get(s, str(claim_id))
    if found is None:
        raise ProblemError(404, "There is no such claim.")
    return wire.claim(found)
