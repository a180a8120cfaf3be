"""Reading bodies and queries into schemas, every fault told as a problem."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol, TypeVar, cast

from flask import Flask, Request, current_app, request
from flask_smorest import Blueprint  # type: ignore[import-untyped]
from marshmallow import RAISE, Schema, ValidationError
from marshmallow.fields import List
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from service import access, strictjson
from service.problems import Fault, ProblemError, faults_of
from store.keys import FEED

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """What leaves a view as it was, to the type checker."""

    def __call__(self, view: F, /) -> F:
        """The view."""


class Parser(FlaskParser):
    """webargs with strict JSON, nothing unknown, and our problems: 400 for a query, 422 for a body."""

    DEFAULT_UNKNOWN_BY_LOCATION = {"json": RAISE, "query": RAISE}  # noqa: RUF012 - as in the class above it

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - the signature is webargs'
        """The body's JSON."""
        kinds = (JSON, MERGE_PATCH) if req.method == "PATCH" else (JSON,)
        return strictjson.parse(strictjson.body(req, *kinds))

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """The query's parameters, each at most once unless it is a list."""
        once = {field.data_key or name for name, field in schema.fields.items() if not isinstance(field, List)}
        twice = [name for name, values in req.args.lists() if len(values) > 1 and name in once]
        if twice:
            raise ValidationError({name: ["repeated: It can be given once only."] for name in twice})
        if access.IN_ADDRESS in req.args and access.takes_token():
            return self._makeproxy(
                MultiDict((n, v) for n, v in req.args.items(multi=True) if n != access.IN_ADDRESS), schema
            )
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
    faults = faults_of(messages, query=query)
    if query:
        return ProblemError(400, "The query cannot be used as it is.", faults)
    return ProblemError(422, "The body does not say what is wanted.", faults)


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC, or the nearest that there is a name for."""
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return datetime(1, 1, 1, tzinfo=UTC) if moment.year == 1 else datetime(9999, 12, 31, tzinfo=UTC)


class Routes(Blueprint):  # type: ignore[misc]
    """A blueprint whose arguments are read by Parser, with the types that flask-smorest lacks."""

    ARGUMENTS_PARSER = Parser()

    def route(self, rule: str, **options: Any) -> Decorator:
        """flask_smorest.Blueprint.route."""
        return _typed(super().route(rule, **options))

    def arguments(self, schema: type[Schema], **options: Any) -> Decorator:
        """flask_smorest.Blueprint.arguments."""
        return _typed(super().arguments(schema, **options))

    def query(self, schema: type[Schema]) -> Decorator:
        """Reads the query by a schema, for the view's first argument."""
        return self.arguments(schema, location="query", error_status_code=400)

    def response(self, status: int, schema: Any = None, **options: Any) -> Decorator:
        """flask_smorest.Blueprint.response."""
        return _typed(super().response(status, schema, **options))

    def alt_response(self, status: int, **options: Any) -> Decorator:
        """flask_smorest.Blueprint.alt_response."""
        return _typed(super().alt_response(status, **options))

    @staticmethod
    def needs(*scopes: str, signed: bool = False) -> Decorator:
        """Any one of these scopes opens the route, `admin` every one; without scopes, any key does. Where `signed`, a
        signed body does so as well, and too many requests are answered as senders that try again expect it."""

        def decorate(view: F) -> F:
            setattr(view, access.SCOPES, scopes)
            setattr(view, access.SIGNED, signed)
            security = [{access.SCHEME: [scope]} for scope in scopes] or [{access.SCHEME: []}]
            if FEED in scopes:
                security.append({access.FEED_SCHEME: []})
            security += [{access.SIGNATURE: []}] if signed else []
            return _typed(Blueprint.doc(security=security))(view)

        return decorate

    @staticmethod
    def doc(**options: Any) -> Decorator:
        """flask_smorest.Blueprint.doc, with the view's docstring as the description."""

        def decorate(view: F) -> F:
            told = " ".join((inspect.getdoc(view) or "").split())
            return _typed(Blueprint.doc(description=told, **options))(view)

        return decorate


def _typed(decorator: Any) -> Decorator:
    return cast(Decorator, decorator)


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
