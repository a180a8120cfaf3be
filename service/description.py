"""The description of the interface (OpenAPI 3.1), made from the routes and their schemas."""

from __future__ import annotations

from typing import Any

import flask_smorest  # type: ignore[import-untyped]
from flask import Flask

from schemas import review
from schemas.problem import Problem
from service import access, documented, examples
from service.arguments import JSON, MERGE_PATCH
from service.limits import Limits
from service.problems import MEDIA_TYPE

EXTENSION = "claimtrail-openapi"
_METHODS = ("get", "post", "patch", "delete")
_DESCRIPTION = (
    "Articles come in; a worker reads them; the checkable claims in them go out, each with the exact words, who said "
    "them, the values they state and a link back into the source. Every error is a problem (RFC 9457)."
)
_ORDER = ("openapi", "info", "servers", "tags", "paths", "components")
_KEY = {
    "type": "http",
    "scheme": "bearer",
    "description": "A key made by `claimtrail keys create`, as `Authorization: Bearer ctk_…`. Each call names the "
    "scopes of which the key needs one; `admin` stands for all. While no key exists the service answers its own "
    "machine without one. Answers to a key tell its rate in the fields `RateLimit` and `RateLimit-Policy`.",
}
_TOKEN = {
    "type": "apiKey",
    "in": "query",
    "name": access.IN_ADDRESS,
    "description": "For calendars and feed readers that can send no header: a key with the scope `claims:feed` alone, "
    "made by `claimtrail keys create NAME --scopes claims:feed`. It opens nothing but exports.",
}
_SIGNATURE = {
    "type": "apiKey",
    "in": "header",
    "name": access.SIGNATURE_HEADER,
    "description": "`sha1=` and the HMAC-SHA1 of the raw body in hexadecimal digits, as Superdesk sends it, under the "
    "secret that the service has in CLAIMTRAIL_NINJS_SECRET.",
}
# What an answer may lack; all else is always there.
_OPTIONAL = {"Submitted": {"claims"}, "BatchItem": {"article", "job", "duplicate", "problem"}}
_REQUESTS = frozenset(
    {
        "ArticleIn",
        "ReviewIn",
        "ReviewPatch",
        "EvidenceIn",
        "CorrectionIn",
        "SourceCheckIn",
        "CheckIn",
        "EventConfirmation",
        "EventSplit",
        "EventMerge",
        "WebhookIn",
        "WebhookPatch",
        "WebhookFiltersIn",
        "NinjsItem",
        "NinjsHeadline",
        "NinjsBody",
        "NinjsLink",
        review.VALUE,
    }
)
# Routes without a body that cannot be done as things stand.
_CONFLICTS = ("diffArticle", "testWebhook", "replayDelivery")
_MEANINGS = {
    400: "The body or the query cannot be read.",
    401: "No key, or one that is unknown, expired or revoked.",
    403: "The key has not got the scope that this needs.",
    404: "There is no such thing.",
    406: "None of the media types in `Accept` is to be had.",
    409: "It cannot be done as things stand. Where the same request is being answered, `Retry-After` says how long.",
    412: "It was changed meanwhile; `ETag` names what it is now. Nothing was stored.",
    413: "The body is too large.",
    414: f"The address with its query is longer than the {Limits().line_bytes:,} bytes that a request line may have.",
    415: "The body's media type or encoding is not taken.",
    422: "The body does not say what is wanted; nothing was stored.",
    428: "`If-Match` is missing. Nothing was stored.",
    429: "The key was used too often, or too many wrong keys came; `Retry-After` says how long to wait.",
    503: "The database cannot be used now, or there is no room for more work; nothing was stored.",
}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its error pages, as the app makes every error a problem."""

    ERROR_SCHEMA = Problem

    def _register_error_handlers(self) -> None:
        """Leaves the errors to service.problems."""


def configure(app: Flask) -> Api:
    """The app's API, for its blueprints to be registered with."""
    app.config.update(
        API_TITLE="Claimtrail",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": _DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/"}],
        },
    )
    return Api(app)


def describe(api: Api) -> dict[str, Any]:
    """The description of all that is registered."""
    if "Problem" not in api.spec.components.schemas:
        api.spec.components.schema("Problem", schema=Problem)
    if review.VALUE not in api.spec.components.schemas:
        api.spec.components.schema(review.VALUE, component=review.VALUE_SCHEMA)
    found: dict[str, Any] = api.spec.to_dict()
    found["components"]["securitySchemes"] = {
        access.SCHEME: _KEY,
        access.FEED_SCHEME: _TOKEN,
        access.SIGNATURE: _SIGNATURE,
    }
    schemas = found["components"]["schemas"]
    schemas.pop("PaginationMetadata", None)
    for taken in ("ArticleIn", "SourceCheckIn"):
        _one_of_text_and_html(schemas[taken])
    _named(schemas["NinjsItem"])
    for name, schema in schemas.items():
        if name not in _REQUESTS:
            schema["required"] = [field for field in schema["properties"] if field not in _OPTIONAL.get(name, ())]
    found["components"]["responses"] = {
        "Problem": _problem("Anything else that went wrong."),
        **{f"Problem{status}": _problem(meaning, status) for status, meaning in _MEANINGS.items()},
    }
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                _tell_problems(path, method, operation)
            if method == "patch":
                content = operation["requestBody"]["content"]
                content[MERGE_PATCH] = content[JSON]
    return {part: found[part] for part in _ORDER}


def for_an_open_desk(described: dict[str, Any], *, signed: bool) -> dict[str, Any]:
    """The description while no key exists: none is needed then, though one that is sent is checked; where there is a
    secret to sign with (`signed`), a signature or a key still is."""

    def opened(operation: Any) -> Any:
        if "security" not in operation or (signed and {access.SIGNATURE: []} in operation["security"]):
            return operation
        return operation | {"security": [*operation["security"], {}]}

    paths = {
        path: {method: opened(operation) for method, operation in methods.items()}
        for path, methods in described["paths"].items()
    }
    return described | {"paths": paths}


def _problem(description: str, status: int | None = None) -> dict[str, Any]:
    headers = {"X-Request-ID": documented.REQUEST_ID}
    if status == 412:
        headers["ETag"] = documented.ETAG_OF_WHAT_CHANGED
    if status in (409, 503):
        headers["Retry-After"] = documented.RETRY_AFTER | {"required": status == 503}
    content: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if status == 422:
        content["example"] = examples.PROBLEM
    return {"description": description, "headers": headers, "content": {MEDIA_TYPE: content}}


def _tell_problems(path: str, method: str, operation: dict[str, Any]) -> None:
    """Documents each error as the problem it is, where flask-smorest names its own."""
    told = {status: answer for status, answer in operation["responses"].items() if str(status)[0] in "23"}
    statuses = {400, 503} if path.startswith("/v1/") else {503} if path == "/readyz" else set()
    if "security" in operation:
        statuses |= {401, 403, 429, 503}
    if "{" in path:
        statuses.add(404)
    if any(one.get("in") == "query" for one in operation.get("parameters", ())):
        statuses.add(414)
    if operation["operationId"] in _CONFLICTS:
        statuses.add(409)
    if len(told.get("200", {}).get("content", ())) > 1:
        statuses.add(406)
    if "requestBody" in operation:
        statuses |= {409, 413, 415, 422} if method == "post" else {412, 413, 415, 422, 428}
    if {access.SIGNATURE: []} in operation.get("security", ()):  # such senders learn of no other request, nor of rates
        statuses -= {409, 429}
    told |= {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in sorted(statuses)}
    told["default"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"] = told


def _named(schema: dict[str, Any]) -> None:
    schema["additionalProperties"] = True
    schema["anyOf"] = [{"required": [name], "properties": {name: {"type": "string"}}} for name in ("guid", "uri")]


def _one_of_text_and_html(schema: dict[str, Any]) -> None:
    """One of them, or neither to have the page fetched."""
    schema["oneOf"] = [
        {"required": [one], "properties": {one: {"type": "string"}, other: {"type": "null"}}}
        for one, other in (("text", "html"), ("html", "text"))
    ]
    schema["oneOf"].append({"properties": {"text": {"type": "null"}, "html": {"type": "null"}}})
