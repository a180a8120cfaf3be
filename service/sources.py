"""Routes of sources as they were received, and of the proofs that they are."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from flask import Response

from schemas.source import Proof
from service import documented, examples_sources, wire_sources
from service.arguments import Routes
from service.desk import desk
from service.problems import ProblemError
from store import sources

_BYTES = "application/octet-stream"
_MOST_REVISIONS = 2**31 - 1

routes = Routes("sources", __name__, url_prefix="/v1", description="What claims were read from, as it was received.")


@routes.route(f"/articles/<uuid:article_id>/revisions/<int(min=1, max={_MOST_REVISIONS}):number>/source")
@routes.needs("claims:read")
@routes.response(
    200,
    {"type": "string", "format": "binary"},
    content_type=_BYTES,
    headers=documented.SOURCE_HEADERS,
    description="The bytes, to be saved and not to be shown.",
)
@routes.doc(operationId="getSource", summary="What a revision was made of, byte for byte")
def get_source(article_id: UUID, number: int) -> Response:
    """The text, or the page, of that revision as it was received: `Repr-Digest` (RFC 9530) names its SHA-256. It comes
    as a file of no type that any browser would show: a page may hold scripts. 404 where the page was not fetched yet,
    or is not kept (CLAIMTRAIL_KEEP_HTML)."""
    with desk().database.reading() as s:
        found = sources.kept(s, str(article_id), number)
    if found is None:
        raise ProblemError(404, "There is no such revision, or its page has not been fetched.")
    digest = found.source.sha256
    if found.body is None:
        raise ProblemError(404, f"The page is not kept here. Its SHA-256 was {digest}.")
    answer = Response(found.body, mimetype=_BYTES)
    answer.headers["Content-Disposition"] = f'attachment; filename="{article_id}-{number}.source.txt"'
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    answer.headers["Repr-Digest"] = f"sha-256=:{b64encode(bytes.fromhex(digest)).decode()}:"
    return answer


@routes.route("/claims/<uuid:claim_id>/proof")
@routes.needs("claims:read")
@routes.response(200, Proof, example=examples_sources.PROOF)
@routes.doc(operationId="proveClaim", summary="Whether a claim's words stand in what was received")
def prove_claim(claim_id: UUID) -> dict[str, Any]:
    """Looks anew, whatever became of the page since: whether the text of the claim's revision has the quote at its
    offsets, and whether the source that is kept has the SHA-256 that was noted when it came."""
    with desk().database.reading() as s:
        found = sources.proof(s, str(claim_id))
    if found is None:
        raise ProblemError(404, "There is no such claim.")
    return wire_sources.proof(found)
