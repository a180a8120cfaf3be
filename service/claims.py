"""Routes of claims."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from schemas.claim import Claim, ClaimPage, ClaimQuery
from service import cursor, documented, examples, wire
from service.arguments import Routes
from service.desk import desk
from service.exports.routes import CLAIMS, negotiated
from service.filters import claim_filter
from service.problems import ProblemError
from store import claims

routes = Routes("claims", __name__, url_prefix="/v1/claims", description="Claims: finding them and looking at one.")


@routes.route("", methods=["GET"])
@routes.needs("claims:read")
@negotiated(CLAIMS)
@routes.query(ClaimQuery)
@routes.response(200, ClaimPage, example=examples.CLAIM_PAGE, headers=documented.LINK)
@routes.doc(operationId="listClaims", summary="Claims by filter, newest first")
def list_claims(query: dict[str, Any]) -> Response:
    """One page of claims. With `updated_since` they come in the order of their last change instead, oldest first. By
    `Accept` the list is also to be had in other formats: whole, as `/v1/claims.csv` and its like give it, with their
    `limit`."""
    filters = claim_filter(query)
    return cursor.page_of(
        request,
        query,
        ClaimPage(),
        lambda s, after: claims.page(s, filters, after=after, limit=query["limit"]),
        wire.claim,
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
