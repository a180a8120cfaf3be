"""Routes of checks: drafts beside what the desk holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response, request

from schemas.check import Check, CheckIn
from service import access, documented, examples_checks, idempotency, intake, prefer, wire_checks
from service.arguments import JSON, Routes
from service.desk import desk
from service.idempotency import Answer
from service.problems import ProblemError
from service.submissions import RETRY_AFTER
from store import checks
from store.checks import CheckView, Draft
from store.database import Unavailable

_ENDED = ("finished", "failed")

routes = Routes("checks", __name__, url_prefix="/v1/checks", description="Drafts beside what the desk holds.")


def _missing() -> ProblemError:
    return ProblemError(404, "There is no such check.")


def _look(check_id: str) -> CheckView | None:
    with desk().database.reading() as s:
        return checks.get(s, check_id)


def _ended(found: CheckView | None) -> bool:
    return found is None or found.status in _ENDED


def _told(found: CheckView) -> str:
    return intake.dumped(Check().dump(wire_checks.check(found)))


@routes.route("", methods=["POST"])
@routes.needs("articles:write", "claims:review")
@routes.arguments(CheckIn, example=examples_checks.CHECK_IN)
@routes.response(
    202,
    Check,
    example=examples_checks.CHECK_QUEUED,
    headers=documented.NEW_CHECK_HEADERS,
    description="Taken in; a worker reads it.",
)
@routes.alt_response(
    201,
    schema=Check,
    example=examples_checks.CHECK,
    headers=documented.CHECKED_HEADERS,
    success=True,
    description="Read within the time of `Prefer: wait`, with what came of it. Needs `claims:read` besides.",
)
@routes.doc(
    operationId="checkDraft", summary="Compare a draft with what the desk holds", parameters=documented.CHECK_PARAMETERS
)
def check_draft(fields: dict[str, Any]) -> Response:
    """Looks which claims of a draft tell of events that the desk holds, and where they do not fit together. It is not
    taken in as an article: the draft is deleted once it has been read, and what came of it, with its quotes, after some
    hours (CLAIMTRAIL_KEEP_CHECKS_HOURS) or by DELETE."""
    key = idempotency.key_of(request, request.get_data())
    # Who may only bring drafts is not told what was found.
    patience = prefer.seconds(request) if access.may("claims:read") else 0
    draft = Draft(fields["text"], fields.get("title"), fields.get("published_at"), fields.get("language"))

    def make(s: Any, now: datetime) -> tuple[Answer, CheckView]:
        made = checks.add(s, draft, now=now)
        desk().room.check(s)
        return Answer(202, _told(made), {"Location": f"/v1/checks/{made.id}", "Retry-After": RETRY_AFTER}), made

    # Under a key the 202 alone is kept: the draft's words are not to outlive the check.
    answer, made = idempotency.once(key, make)
    if made is not None:
        desk().doorbell.ring()
        if patience:
            answer = _waited(made.id, patience, answer)
    response = answer.response()
    prefer.applied(response, patience)
    return response


def _waited(check_id: str, patience: int, answer: Answer) -> Answer:
    try:
        found = desk().waiting.until(_ended, lambda: _look(check_id), patience)
    except Unavailable:
        return answer  # it is stored; only the waiting failed
    if found is None:
        return answer
    if found.status != "finished":
        return Answer(202, _told(found), answer.headers)
    return Answer(201, _told(found), {"Location": answer.headers["Location"]})


@routes.route("/<uuid:check_id>", methods=["GET"])
@routes.needs("claims:read")
@routes.response(200, Check, example=examples_checks.CHECK, headers=documented.CHECK_HEADERS)
@routes.doc(
    operationId="getCheck",
    summary="A draft's check: where it stands, and what came of it",
    parameters=[documented.PREFER_CHECKED],
)
def get_check(check_id: UUID) -> Response:
    """The check. With `Prefer: wait=N` the answer waits up to N seconds (30 at most) for its end."""
    patience = prefer.seconds(request)
    found = desk().waiting.until(_ended, lambda: _look(str(check_id)), patience)
    if found is None:
        raise _missing()
    answer = Response(_told(found), mimetype=JSON)
    if found.status not in _ENDED:
        answer.headers["Retry-After"] = RETRY_AFTER
    prefer.applied(answer, patience)
    return answer


@routes.route("/<uuid:check_id>", methods=["DELETE"])
@routes.needs("articles:write", "claims:review")
@routes.response(204, description="It is gone, and the draft with it.")
@routes.doc(operationId="deleteCheck", summary="Delete a draft's check")
def delete_check(check_id: UUID) -> None:
    """Deletes what came of a check, or the draft where it has not been read yet."""
    with desk().database.transaction() as s:
        if not checks.withdraw(s, str(check_id)):
            raise _missing()
    desk().database.empty_log()
