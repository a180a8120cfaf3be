"""The description as JSON, and a page that shows it, made of files served from here alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_swagger_ui  # type: ignore[import-untyped]
from flask import Blueprint, Response, send_from_directory

_ASSETS = Path(flask_swagger_ui.__file__).parent / "dist"
_SHOWN = frozenset({"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Claimtrail: the interface</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
_START = """window.onload = () => SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null
});
"""


def routes(description: dict[str, Any], while_open: dict[str, Any], is_open: Callable[[], bool]) -> Blueprint:
    """The routes that show this description, or the other one while the desk is open."""
    made = Blueprint("docs", __name__)
    text, text_while_open = (json.dumps(told, ensure_ascii=False) for told in (description, while_open))

    @made.get("/openapi.json")
    def openapi_json() -> Response:
        return Response(text_while_open if is_open() else text, mimetype="application/json")

    @made.get("/docs")
    def page() -> Response:
        return Response(_PAGE, mimetype="text/html")

    @made.get("/docs/start.js")
    def start() -> Response:
        return Response(_START, mimetype="text/javascript")

    @made.get("/docs/<any(" + ", ".join(f'"{name}"' for name in sorted(_SHOWN)) + "):name>")
    def asset(name: str) -> Response:
        return send_from_directory(_ASSETS, name, max_age=3600)

    @made.after_request
    def with_policy(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = _POLICY
        return answer

    return made
