"""Idempotency-Key: what a request makes is stored with its answer, which a repetition is given again."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Request, Response

from service import access
from service.arguments import JSON
from service.desk import desk
from service.problems import Fault, ProblemError
from store import idempotency
from store.database import Conflict, Unavailable
from store.idempotency import InFlight, Mismatch

KEY_PATTERN = r"^[!-~](?:[ -~]{0,253}[!-~])?$"
_TRIES = 3
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key with the endpoint it was sent to and the hash of what came with it."""

    scope: str
    value: str
    request_hash: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is sent and, under a key, kept."""

    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> Response:
        """It as Flask sends it."""
        made = Response(self.body, status=self.status, mimetype=JSON)
        made.headers.update(self.headers)
        return made


def key_of(request: Request, raw: bytes) -> Key | None:
    """The request's Idempotency-Key. ProblemError 400 for one that is too long or not printable ASCII."""
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    if not re.fullmatch(KEY_PATTERN, value):
        fault = Fault("Idempotency-Key", "invalid_key", "From 1 to 255 printable ASCII characters are wanted.")
        raise ProblemError(400, "The Idempotency-Key cannot be used.", [fault])
    digest = hashlib.sha256(request.mimetype.encode() + b"\0" + raw).hexdigest()
    # Two clients may choose the same word.
    return Key(f"{request.method} {request.path} {access.key_id() or ''}".strip(), value, digest)


def once(
    key: Key | None, make: Callable[[Any, datetime], tuple[Answer, T]], *, flight: int = 0
) -> tuple[Answer, T | None]:
    """The answer that `make` gives for a session and the time, kept in the transaction in which it stored what it tells
    of; and what else it gives.

    An answer given to the key before is given again, with None, and nothing is made. For `flight` seconds the kept
    answer may still be bettered. ProblemError 422 for a key of another body, 409 for one whose first request is in
    flight; Unavailable or Conflict when nothing could be stored.
    """
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            return _once(key, make, flight)
        except Conflict:
            if last:
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _once(key: Key | None, make: Callable[[Any, datetime], tuple[Answer, T]], flight: int) -> tuple[Answer, T | None]:
    now = desk().clock()
    with desk().database.transaction() as s:
        if key is not None:
            found = idempotency.look(s, key.scope, key.value, key.request_hash, now)
            if isinstance(found, Mismatch):
                fault = Fault("Idempotency-Key", "key_reused", "Take a new key for a new request.")
                raise ProblemError(422, "This Idempotency-Key was used with another body.", [fault])
            if isinstance(found, InFlight):
                left = max(1, int((found.until - now).total_seconds()) + 1)
                raise ProblemError(409, "The same request is being answered.", headers={"Retry-After": str(left)})
            if found is not None:
                return Answer(found.status, found.body, found.headers | {"Idempotent-Replayed": "true"}), None
        answer, made = make(s, now)
        if key is not None:
            idempotency.save(
                s,
                key.scope,
                key.value,
                key.request_hash,
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                in_flight_until=now + timedelta(seconds=flight) if flight else None,
                now=now,
            )
    return answer, made


def better(key: Key, answer: Answer) -> None:
    """Replaces the answer kept under a key by the final one; where that fails, the first one stands."""
    try:
        with desk().database.transaction() as s:
            idempotency.better(s, key.scope, key.value, status=answer.status, headers=answer.headers, body=answer.body)
    except Unavailable:
        return
