"""Problems for those whose request never reaches the app, as the bytes that are sent."""

from __future__ import annotations

import json

from service.problems import MEDIA_TYPE, RETRY_SECONDS, ProblemError, body_of, title_of


def refusal(status: int, detail: str, number: str, *, retry: bool = False) -> bytes:
    """The whole answer, after which the connection ends."""
    title = title_of(status)
    body = json.dumps(body_of(ProblemError(status, detail), number)).encode()
    lines = [
        f"HTTP/1.1 {status} {title}",
        "Connection: close",
        f"Content-Type: {MEDIA_TYPE}",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
        f"X-Request-ID: {number}",
        *([f"Retry-After: {RETRY_SECONDS}"] if retry else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode("ascii") + body
