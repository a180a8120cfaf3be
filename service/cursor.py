"""Pages of lists, and cursors: the key of a page's last item, made opaque and bound to the list it belongs to."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Request, Response
from marshmallow import Schema

from service.desk import desk
from service.problems import Fault, ProblemError
from store.page import Key

T = TypeVar("T")


def page_of(
    request: Request,
    query: Mapping[str, Any],
    schema: Schema,
    find: Callable[[Any, Key | None], Any],
    show: Callable[[Any], dict[str, Any]],
) -> Response:
    """The answer with the page that `find` gives for a session and a key, and RFC 8288's Link to the next one.

    ProblemError 400 for a cursor that belongs to no such list.
    """
    of = list_name(request.path, query)
    after = decode(query.get("cursor"), of)
    with desk().database.reading() as s:
        page = found(lambda: find(s, after))
    following = None if page.next is None else encode(page.next, of)
    body = schema.dump({"items": [show(item) for item in page.items], "next_cursor": following})
    answer = Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), mimetype="application/json")
    if following is not None:
        kept = [(k, v) for k, v in request.args.items(multi=True) if k != "cursor"]
        answer.headers["Link"] = link(request.path, kept, following)
    return answer


def found(find: Callable[[], T]) -> T:
    """What `find` gives for the key of a cursor. ProblemError 400 for a key that no page gave."""
    try:
        return find()
    except (ValueError, OverflowError) as error:
        raise _bad_cursor() from error


def encode(key: Key, of: str) -> str:
    """The cursor of a key in the list that `of` names."""
    raw = json.dumps([_mark(of, key), list(key)], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(cursor: str | None, of: str) -> Key | None:
    """The key in a cursor, None for none. ProblemError 400 where it is not one of this list's."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        mark, parts = json.loads(raw)
        key = tuple(parts)
        sound = key and all(type(part) is int or (type(part) is str and "\0" not in part) for part in key)
        if not sound or mark != _mark(of, key):
            raise ValueError(cursor)
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad_cursor() from error
    return key


def list_name(path: str, query: Mapping[str, Any]) -> str:
    """What tells one list from another: where it is, and by what it is narrowed."""
    return json.dumps([path, {name: str(v) for name, v in sorted(query.items()) if name not in ("cursor", "limit")}])


def link(path: str, query: Sequence[tuple[str, str]], cursor: str) -> str:
    """The Link header that leads to the next page."""
    return f'<{path}?{urlencode([*query, ("cursor", cursor)])}>; rel="next"'


def _bad_cursor() -> ProblemError:
    detail = "Use the next_cursor of the page before, with the same filters."
    return ProblemError(400, "The query cannot be used as it is.", [Fault("cursor", "invalid_cursor", detail)])


def _mark(of: str, key: Key) -> str:
    # Keeps cursors from being mixed up or made up by chance; what a forged key could reach, anyone may read anyway.
    return hashlib.sha256(f"{of}\0{list(key)}".encode()).hexdigest()[:16]
