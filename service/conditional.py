"""Answers under a condition (RFC 9110, section 13): only if it changed, only if it did not."""

from __future__ import annotations

from flask import Response, request

from service.problems import Fault, ProblemError

_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def conditional(answer: Response) -> Response:
    """The answer, or 304 without a body where the client has it already. Its ETag has to be set.

    ProblemError 412 where If-Match names another version.
    """
    try:
        answer.make_conditional(request.environ)
    except OverflowError:
        # A date that no calendar has is none, and is to be ignored (section 13.1.3).
        answer.make_conditional({name: told for name, told in request.environ.items() if name not in _DATES})
    if answer.status_code == 412:
        fault = Fault("If-Match", "stale", "Leave it out, or send the ETag of the last answer.")
        raise ProblemError(412, "It is at another version now.", [fault], {"ETag": answer.headers["ETag"]})
    return answer
