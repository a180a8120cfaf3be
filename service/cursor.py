"""Cursors: the key of a page's last item, made opaque and bound to the list it belongs to."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Request, Response

from service.problems import Fault, ProblemError
from store.page import Key


def encode(key: Key, of: str) -> str:
    """The cursor of a key in the list that `of` names."""
    raw = json.dumps([_mark(of), list(key)], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(cursor: str | None, of: str) -> Key | None:
    """The key in a cursor, None for none. ProblemError 400 where it is not one of this list's."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark, key = json.loads(raw)
        if mark != _mark(of) or not isinstance(key, list) or not all(type(part) in (int, str) for part in key):
            raise ValueError(cursor)
    except (ValueError, TypeError) as error:
        raise bad_cursor() from error
    return tuple(key)


def bad_cursor() -> ProblemError:
    """The answer to a cursor that leads nowhere."""
    detail = "Use the next_cursor of the page before, with the same filters."
    return ProblemError(400, "The query cannot be used as it is.", [Fault("cursor", "invalid_cursor", detail)])


def list_name(path: str, query: Mapping[str, Any]) -> str:
    """What tells one list from another: where it is, and by what it is narrowed."""
    filters = {name: str(value) for name, value in sorted(query.items()) if name not in ("cursor", "limit")}
    return json.dumps([path, filters])


def link_next(answer: Response, request: Request, cursor: str | None) -> None:
    """Sets RFC 8288's Link to the next page, where there is one."""
    if cursor is not None:
        pairs = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
        answer.headers["Link"] = f'<{request.path}?{urlencode([*pairs, ("cursor", cursor)])}>; rel="next"'


def _mark(of: str) -> str:
    return hashlib.sha256(of.encode()).hexdigest()[:12]
