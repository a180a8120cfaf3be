"""The route of diffs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from claims.diff import diff
from schemas.diff import Diff, DiffQuery
from service import examples_sources, wire
from service.arguments import Routes
from service.desk import desk
from service.problems import ProblemError
from store import sightings
from store.sightings import RevisionSeen

routes = Routes("diffs", __name__, url_prefix="/v1/articles", description="What changed from revision to revision.")


@routes.route("/<uuid:article_id>/diff", methods=["GET"])
@routes.needs("claims:read")
@routes.query(DiffQuery)
@routes.response(200, Diff, example=examples_sources.DIFF)
@routes.doc(operationId="diffArticle", summary="What changed between the claims of two revisions")
def diff_article(query: dict[str, Any], article_id: UUID) -> dict[str, Any]:
    """The claims that were added, withdrawn, changed or reworded from one revision to the other, each as it was and as
    it is, in the order of the text. A claim is paired with another only where both are plainly the same statement. 409
    where the claims of a revision are not known: it has not been read, or was replaced before they were kept."""
    with desk().database.reading() as s:
        newest = sightings.newest(s, str(article_id))
        if newest is None:
            raise ProblemError(404, "There is no such article.")
        to = query.get("to", newest)
        from_ = query.get("from_", max(1, to - 1))
        before, after = (sightings.of_revision(s, str(article_id), number) for number in (from_, to))
    if before is None or after is None:
        raise ProblemError(404, f"The article has no such revision: its newest is {newest}.")
    if from_ == to:
        return wire.diff(str(article_id), from_, to, diff(after.claims or (), after.claims or ()))
    return wire.diff(str(article_id), from_, to, diff(_known(before), _known(after)))


def _known(seen: RevisionSeen) -> Any:
    """The claims of a revision that was read. Where it was not, all of the other's would seem added or withdrawn."""
    if seen.reading_state == "skipped":
        raise ProblemError(409, f"Revision {seen.number} could not be read: {seen.reading_reason}.")
    if seen.reading_state == "waiting":
        raise ProblemError(409, f"Revision {seen.number} has not been read.")
    if seen.claims is None:
        raise ProblemError(409, f"Which claims revision {seen.number} had was not kept when it was read.")
    return seen.claims
