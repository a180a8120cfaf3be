"""Reading bodies and queries into schemas, every fault told as a problem."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import Flask, Request, current_app, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError
from webargs.flaskparser import FlaskParser

from service import strictjson
from service.problems import Fault, ProblemError, faults_of

JSON = "application/json"
F = TypeVar("F", bound=Callable[..., Any])


class Parser(FlaskParser):
    """webargs with strict JSON, nothing unknown, and our problems: 400 for a query, 422 for a body."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - as in the class above it

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - the signature is webargs'
        """The body's JSON."""
        return strictjson.parse(strictjson.body(req, JSON))

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The query's parameters, each at most once unless it is a list."""
        many = {name for name, field in schema.fields.items() if self.is_multiple(field)}
        twice = [name for name, values in req.args.lists() if len(values) > 1 and name in set(schema.fields) - many]
        if twice:
            raise ValidationError({name: ["repeated: It can be given once only."] for name in twice})
        return super().load_querystring(req, schema)

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

    def query(self, schema: type[Schema]) -> Callable[[F], F]:
        """Reads the query by a schema, for the view's first argument."""
        decorate: Callable[[F], F] = self.arguments(schema, location="query", error_status_code=400)
        return decorate


def register(app: Flask) -> None:
    """Refuses parameters where the addressed route reads no query at all."""

    @app.before_request
    def no_query_where_none_is_read() -> None:
        read = getattr(current_app.view_functions.get(request.endpoint or ""), "_apidoc", None)
        if not request.args or read is None:
            return
        if not any(p.get("in") == "query" for p in read.get("arguments", {}).get("parameters", ())):
            faults = [Fault(name, "unknown", "Unknown field.") for name in request.args]
            raise ProblemError(400, "The query cannot be used as it is.", faults)
