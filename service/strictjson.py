"""JSON as strictly as its standard is written: no duplicate names, no NaN, no BOM, no depths without end."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from service.problems import Fault, ProblemError

MAX_DEPTH = 20
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
# More than any batch needs; twenty megabytes of empty lists would take half a gigabyte as objects, and as many
# quotes or names seconds, in which no other thread goes on.
_MOST = 10_000
# Each value may be a string with a name before it: what has more strings, but no more commas and brackets, is no JSON.
_MOST_QUOTES = 4 * (2 * _MOST + 2)


def body(request: Request, *media_types: str) -> bytes:
    """The request's raw body. ProblemError 415 for another media type or an encoding, 400 for a body that is
    incomplete or has too many lines."""
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("", "identity"):
        raise ProblemError(415, "Encoded bodies are not taken; send it without Content-Encoding.")
    if request.mimetype not in media_types:
        raise ProblemError(415, f"Send the body as {' or '.join(media_types)}, and say so in Content-Type.")
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise ProblemError(415, "JSON is UTF-8; send it so.")
    try:
        raw = request.get_data(cache=True)
    except OSError as error:
        raise _malformed("It broke off.") from error
    if request.content_length is None:
        # Sent in chunks, of which no more is read than may be: what fills the measure may have gone on.
        if len(raw) >= (request.max_content_length or 0):
            raise RequestEntityTooLarge
    elif len(raw) != request.content_length:
        raise _malformed("The body ended before its Content-Length.")
    if raw.count(b"\n") > _MOST and request.mimetype != "application/json":
        raise _malformed(f"It has more than {_MOST:,} lines.", "too_many")
    return raw


def parse(raw: bytes) -> Any:
    """The value that JSON text holds. ProblemError 400 says what is wrong with it."""
    if raw.startswith(b"\xef\xbb\xbf"):
        raise _malformed("It begins with a byte order mark, which JSON does not allow.")
    if not raw.strip():
        raise _malformed("The body is empty.")
    outside = _outside_strings(raw)
    brackets = outside.translate(_SQUARE, _NO_BRACKETS)
    if _depth(brackets) > MAX_DEPTH:
        raise _malformed(f"It is nested deeper than {MAX_DEPTH} levels.", "too_deep")
    if brackets.count(b"[") > _MOST or outside.count(b",") > _MOST:
        raise _malformed(f"It holds more than {_MOST:,} values.", "too_many")
    try:
        return json.loads(
            raw.decode("utf-8"), object_pairs_hook=_no_twins, parse_constant=_no_constant, parse_float=_finite
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"It is not UTF-8 at byte {error.start}.") from error
    except json.JSONDecodeError as error:
        raise _malformed(f"{error.msg} at line {error.lineno}, column {error.colno}.") from error
    except ValueError as error:
        raise _malformed("It holds a number too long to read.") from error


def _outside_strings(raw: bytes) -> bytes:
    """What of JSON text is in no string, up to where it holds more strings than are taken."""
    # Outside of strings there are no backslashes in JSON: up to the first fault all is told apart rightly, and what
    # comes after it is not read. Without a regular expression, which would keep all threads waiting for each match.
    parts = raw.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"', _MOST_QUOTES)
    return b"".join(parts[:_MOST_QUOTES:2])


def _depth(brackets: bytes) -> int:
    """How deep square brackets nest, counting those that are never closed as nested."""
    depth = 0
    while b"[]" in brackets and depth <= MAX_DEPTH:
        brackets = brackets.replace(b"[]", b"")
        depth += 1
    return depth + brackets.count(b"[")


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _malformed(f"The name {name[:80]!r} occurs twice in one object.", "duplicate_key")
        found[name] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise _malformed(f"{word} is no JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise _malformed("It holds a number too large for JSON readers.")
    return number


def _malformed(detail: str, code: str = "malformed_json") -> ProblemError:
    return ProblemError(400, "The body cannot be read.", [Fault("", code, detail)])
