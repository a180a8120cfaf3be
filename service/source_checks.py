"""Routes of source checks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Response, request

from claims import recheck
from schemas.common import PageQuery
from schemas.source_check import SourceCheck, SourceCheckIn, SourceCheckPage
from service import cursor, documented, examples_sources, fetches, wire_sources
from service.arguments import Routes
from service.desk import desk
from service.problems import Fault, ProblemError
from service.submissions import RETRY_AFTER
from store import claims, source_checks, source_looks
from store.claims import ClaimView

routes = Routes("source-checks", __name__, url_prefix="/v1", description="Whether a claim still stands in its source.")


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such claim.")


@routes.route("/claims/<uuid:claim_id>/source-checks", methods=["POST"])
@routes.needs("claims:review")
@routes.arguments(SourceCheckIn, example=examples_sources.SOURCE_CHECK_IN)
@routes.response(201, SourceCheck, example=examples_sources.SOURCE_CHECK, headers=documented.MADE)
@routes.alt_response(
    202,
    schema=SourceCheck,
    example=examples_sources.SOURCE_CHECK_QUEUED,
    headers=documented.MADE | {"Retry-After": documented.RETRY_AFTER},
    success=True,
    description="Without `text`: taken in; a worker parses the page, or fetches it first.",
)
@routes.doc(operationId="checkSource", summary="Look whether a claim still stands in its source")
def check_source(body: dict[str, Any], claim_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Looks for the claim's exact words in the text of the source as it is now, and keeps what came of it. A sentence
    that only resembles them is never taken for them. Of the text only its hash and length are kept; of a claim at most
    1,000 checks: 409 beyond. Without `text` and `html` the page is fetched, where the operator has listed its host."""
    with desk().database.reading() as s:
        claim = claims.get(s, str(claim_id))
    if claim is None:
        raise _missing()
    if body.get("text") is None:
        return _order(claim, body.get("html"))
    text = body["text"]
    found = recheck.finding(text, claim.quote, prefix=claim.prefix, suffix=claim.suffix, start=claim.start)
    with _room_for_it(), desk().database.transaction() as s:
        kept = source_checks.add(s, claim.id, found, now=desk().clock())
    if kept is None:
        raise _missing()
    return wire_sources.check(kept), 201, {"Location": f"/v1/source-checks/{kept.id}"}


def _order(claim: ClaimView, html: str | None) -> tuple[dict[str, Any], int, dict[str, str]]:
    if html is None:
        fetches.check(claim.url, pointer="/text", instead="it as `text` or `html`")
    with _room_for_it(), desk().database.transaction() as s:
        made = source_looks.add(s, claim.id, html, now=desk().clock())
        desk().room.check(s)
    if made is None:
        raise _missing()
    desk().doorbell.ring()
    headers = {"Location": f"/v1/source-checks/{made.id}", "Retry-After": RETRY_AFTER}
    return wire_sources.look(made), 202, headers


@contextmanager
def _room_for_it() -> Iterator[None]:
    try:
        yield
    except source_checks.TooMany:
        detail = f"The claim has {source_checks.MOST:,} source checks, and more are not kept."
        raise ProblemError(409, f"{detail} Nothing was stored.", [Fault("", "too_many", detail)]) from None


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

    return cursor.page_of(request, query, SourceCheckPage(), page, wire_sources.check)


@routes.route("/source-checks/<uuid:check_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, SourceCheck, example=examples_sources.SOURCE_CHECK)
@routes.doc(operationId="getSourceCheck", summary="One source check")
def get_source_check(check_id: UUID) -> dict[str, Any]:
    """What came of it, or how it stands with it. One that failed is forgotten after some hours
    (CLAIMTRAIL_KEEP_CHECKS_HOURS)."""
    with desk().database.reading() as s:
        # In this order: what is done between the two is found all the same.
        look = source_looks.get(s, str(check_id))
        found = source_checks.get(s, str(check_id))
    if found is not None:
        return wire_sources.check(found)
    if look is None:
        raise ProblemError(404, "There is no such source check.")
    return wire_sources.look(look)
