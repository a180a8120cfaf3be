"""Reading bodies and queries into schemas, every fault told as a problem."""

from __future__ import annotations

from typing import Any, NoReturn

from flask import Request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from service import strictjson
from service.problems import ProblemError, faults_of

JSON = "application/json"


class Parser(FlaskParser):
    """webargs with strict JSON, nothing unknown, and our problems: 400 for a query, 422 for a body."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - as in the class above it

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - the signature is webargs'
        """The body's JSON."""
        return strictjson.parse(strictjson.body(req, JSON))

    def handle_error(
        self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: Any, error_headers: Any
    ) -> NoReturn:
        """Tells what is wrong with a body or a query."""
        del req, schema, error_status_code, error_headers
        raise refusal(error)


def refusal(error: ValidationError) -> ProblemError:
    """What a schema refused, as a problem."""
    messages = error.messages
    location = next(iter(messages)) if isinstance(messages, dict) and len(messages) == 1 else ""
    if isinstance(messages, dict) and location in ("json", "query"):
        messages = messages[location]
    query = location == "query"
    faults = tuple(faults_of(messages, query=query))
    if query:
        return ProblemError(400, "The query cannot be used as it is.", faults)
    return ProblemError(422, "The body does not say what is wanted.", faults)


class Routes(Blueprint):
    """A blueprint whose arguments are read by Parser."""

    ARGUMENTS_PARSER = Parser()
