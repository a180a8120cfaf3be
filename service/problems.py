"""Errors as RFC 9457 problem details: every answer that is not a success has this form."""

from __future__ import annotations

import http
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

import logs
from store.database import Conflict, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 2
# More than anyone reads; what is told of a body is not to outgrow it.
_MOST_FAULTS, _LONGEST_STEP = 100, 100
_log = structlog.get_logger("claimtrail.api")

# marshmallow's own messages, by the codes under which they are told.
_CODES = {
    "Missing data for required field.": "required",
    "Unknown field.": "unknown",
    "Field may not be null.": "null",
    "Not a valid string.": "type",
    "Not a valid integer.": "type",
    "Not a valid list.": "type",
    "Not a valid mapping type.": "type",
    "Invalid input type.": "type",
    "Not a valid boolean.": "type",
    "Not a valid UUID.": "invalid_id",
    "Not a valid date.": "invalid_date",
    "Not a valid datetime.": "invalid_date",
    "Not a valid aware datetime.": "invalid_date",
}
# What is told in their place, where they do not say what is wanted.
_MOMENT = "A date-time with its offset is wanted, such as 2025-06-03T09:30:00Z; in an address the + of +02:00 is %2B."
_TOLD = {
    "Not a valid date.": "A date is wanted, such as 2025-06-03.",
    "Not a valid datetime.": _MOMENT,
    "Not a valid aware datetime.": _MOMENT,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a request: where (a JSON pointer, or a parameter's name), its code, and what to do about it."""

    pointer: str
    code: str
    detail: str


@dataclass(eq=False)
class ProblemError(Exception):
    """Ends a request with a problem."""

    status: int
    detail: str
    faults: Sequence[Fault] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


# Where Python's names differ between its versions, RFC 9110's.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def request_id() -> str:
    """The id of the request being served: in its answer's X-Request-ID, in its problems and in the log."""
    return str(g.get("request_id", ""))


def title_of(status: int) -> str:
    """The name of a status code."""
    return _TITLES.get(status) or http.HTTPStatus(status).phrase


def body_of(problem: ProblemError, number: str | None = None) -> dict[str, Any]:
    """The problem as it stands in the answer to the request of that number, or else the one that is being served."""
    return {
        "type": "about:blank",
        "title": title_of(problem.status),
        "status": problem.status,
        "detail": problem.detail,
        "errors": [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in problem.faults],
        "request_id": request_id() if number is None else number,
    }


def respond(problem: ProblemError) -> Response:
    """The problem as an answer."""
    body = json.dumps(body_of(problem), ensure_ascii=True)
    answer = Response(body, status=problem.status, mimetype=MEDIA_TYPE)
    answer.headers.update(problem.headers)
    return answer


def faults_of(messages: Any, *, query: bool) -> tuple[Fault, ...]:
    """marshmallow's messages as faults, the first hundred of them. A validator's own begin with their code and a
    colon."""
    return tuple(islice(_each_fault(messages, query, ""), _MOST_FAULTS))


def _each_fault(messages: Any, query: bool, prefix: str) -> Iterator[Fault]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            if key == "_schema":
                yield from _each_fault(inner, query, prefix)
            else:
                part = _shortened(str(key)).replace("~", "~0").replace("/", "~1")
                step = prefix or part if query else f"{prefix}/{part}"
                yield from _each_fault(inner, query, step)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        code, colon, detail = str(message).partition(": ")
        if colon and code.isidentifier() and code.islower():
            yield Fault(prefix, code, detail)
        else:
            yield Fault(prefix, _CODES.get(str(message), "invalid"), _TOLD.get(str(message), str(message)))


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_STEP else name[:_LONGEST_STEP] + "…"


def unavailable(fault: Unavailable | Conflict) -> ProblemError:
    """A database that cannot be used now, as a problem."""
    unmigrated = isinstance(fault, Unavailable) and fault.reason == "not migrated"
    nothing = "" if request.method in ("GET", "HEAD") else "Nothing was stored; "
    hope = "it has to be, by: claimtrail migrate" if unmigrated else "try again in a moment"
    told = f"{nothing}{hope}."
    detail = f"{str(fault).capitalize()}. {told[0].upper()}{told[1:]}"
    return ProblemError(503, detail, headers={"Retry-After": str(RETRY_SECONDS)})


def of_http(error: HTTPException) -> ProblemError:
    """What Flask and werkzeug refuse by themselves, as a problem."""
    status = error.code or 500
    headers = {}
    detail = error.description or title_of(status)
    if isinstance(error, RequestEntityTooLarge):
        detail = "The body is larger than is taken here: 2 MB, for a batch 20 MB."
    elif isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        headers["Allow"] = allowed
        detail = f"{request.method} is not possible here; {allowed} is."
    elif status == 404:
        detail = "There is nothing at this address. /docs shows what there is."
    return ProblemError(status, detail, headers=headers)


def register(app: Flask) -> None:
    """Makes every error of the app a problem."""
    app.register_error_handler(ProblemError, respond)
    app.register_error_handler(Unavailable, lambda fault: respond(unavailable(fault)))
    app.register_error_handler(Conflict, lambda fault: respond(unavailable(fault)))
    app.register_error_handler(HTTPException, lambda error: respond(of_http(error)))
    app.register_error_handler(Exception, _unexpected)


def _unexpected(error: Exception) -> Response:
    _log.error("request failed", **logs.told(error), request_id=request_id())
    return respond(ProblemError(500, "Something went wrong here that should not; it was logged under this request_id."))
