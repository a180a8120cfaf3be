"""Routes of source checks."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import UUID

from flask import Response, request

from claims import recheck
from claims.model import plain
from schemas.common import PageQuery
from schemas.source_check import SourceCheck, SourceCheckIn, SourceCheckPage
from service import cursor, documented, examples_sources, wire
from service.arguments import Routes
from service.desk import desk
from service.problems import Fault, ProblemError
from store import claims, source_checks
from store.source_checks import Finding

routes = Routes("source-checks", __name__, url_prefix="/v1", description="Whether a claim still stands in its source.")


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such claim.")


@routes.route("/claims/<uuid:claim_id>/source-checks", methods=["POST"])
@routes.needs("claims:review")
@routes.arguments(SourceCheckIn, example=examples_sources.SOURCE_CHECK_IN)
@routes.response(201, SourceCheck, example=examples_sources.SOURCE_CHECK, headers=documented.MADE)
@routes.doc(operationId="checkSource", summary="Look whether a claim still stands in its source")
def check_source(body: dict[str, Any], claim_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Looks for the claim's exact words in the text of the source as it is now, and keeps what came of it. A sentence
    that only resembles them is never taken for them. Of the text only its hash and length are kept; of a claim at most
    1,000 checks: 409 beyond."""
    text = body["text"]
    with desk().database.reading() as s:
        claim = claims.get(s, str(claim_id))
    if claim is None:
        raise _missing()
    found = recheck.check(text, claim.quote, prefix=claim.prefix, suffix=claim.suffix, start=claim.start)
    finding = Finding(
        outcome=str(found.outcome),
        start=found.start,
        end=found.end,
        found=found.found,
        differences=plain(found.differences),
        candidates=found.candidates,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        text_length=len(text),
    )
    try:
        with desk().database.transaction() as s:
            kept = source_checks.add(s, str(claim_id), finding, now=desk().clock())
    except source_checks.TooMany:
        detail = f"The claim has {source_checks.MOST:,} source checks, and more are not kept."
        raise ProblemError(409, f"{detail} Nothing was stored.", [Fault("", "too_many", detail)]) from None
    if kept is None:
        raise _missing()
    return wire.source_check(kept), 201, {"Location": f"/v1/source-checks/{kept.id}"}


@routes.route("/claims/<uuid:claim_id>/source-checks", methods=["GET"])
@routes.needs("claims:read")
@routes.query(PageQuery)
@routes.response(200, SourceCheckPage, example=examples_sources.SOURCE_CHECK_PAGE, headers=documented.LINK)
@routes.doc(operationId="listSourceChecks", summary="The source checks of a claim, newest first")
def list_source_checks(query: dict[str, Any], claim_id: UUID) -> Response:
    """One page of what came of looking for the claim's words."""

    def page(s: Any, after: Any) -> Any:
        found = source_checks.of_claim(s, str(claim_id), after=after, limit=query["limit"])
        if found is None:
            raise _missing()
        return found

    return cursor.page_of(request, query, SourceCheckPage(), page, wire.source_check)


@routes.route("/source-checks/<uuid:check_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, SourceCheck, example=examples_sources.SOURCE_CHECK)
@routes.doc(operationId="getSourceCheck", summary="One source check")
def get_source_check(check_id: UUID) -> dict[str, Any]:
    """What came of it."""
    with desk().database.reading() as s:
        found = source_checks.get(s, str(check_id))
    if found is None:
        raise ProblemError(404, "There is no such source check.")
    return wire.source_check(found)
