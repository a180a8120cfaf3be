"""Taking articles in: one way for single submissions and for those of a batch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Request
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from claims.model import EXTRACTOR_VERSION
from schemas.article import ArticleIn, published_day
from service import urls
from service.arguments import refusal
from service.desk import desk
from service.problems import Fault, ProblemError
from store import articles, idempotency
from store.articles import Submission, Submitted
from store.database import Conflict
from store.idempotency import InFlight, Mismatch, Replay

_TRIES = 3
_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Key:
    """An Idempotency-Key with the endpoint it was sent to and the hash of what came with it."""

    scope: str
    value: str
    request_hash: str


def key_of(request: Request, raw: bytes) -> Key | None:
    """The request's Idempotency-Key. ProblemError 400 for one that is too long or not printable ASCII."""
    value = request.headers.get("Idempotency-Key")
    if value is None:
        return None
    if not 1 <= len(value) <= _LONGEST_KEY or not all(" " <= c <= "~" for c in value):
        fault = Fault("Idempotency-Key", "invalid_key", "At most 255 printable ASCII characters are wanted.")
        raise ProblemError(400, "The Idempotency-Key cannot be used.", [fault])
    return Key(f"{request.method} {request.path}", value, hashlib.sha256(raw).hexdigest())


def replay_of(s: Session, key: Key) -> Replay | None:
    """The answer given to this key before. ProblemError 422 for a key of another body, 409 for one still in flight."""
    now = desk().clock()
    found = idempotency.look(s, key.scope, key.value, key.request_hash, now)
    if isinstance(found, Mismatch):
        raise ProblemError(422, "This Idempotency-Key was used with another body; take a new key for a new request.")
    if isinstance(found, InFlight):
        left = max(1, int((found.until - now).total_seconds()) + 1)
        raise ProblemError(409, "The same request is being answered.", headers={"Retry-After": str(left)})
    return found


def keep(s: Session, key: Key, status: int, headers: Mapping[str, str], body: str, *, flight: int) -> None:
    """Keeps an answer under its key; for `flight` seconds it may still be bettered."""
    now = desk().clock()
    idempotency.save(
        s,
        key.scope,
        key.value,
        key.request_hash,
        status=status,
        headers=headers,
        body=body,
        in_flight_until=now + timedelta(seconds=flight) if flight else None,
        now=now,
    )


def submission_of(fields: Mapping[str, Any]) -> Submission:
    """The submission in a loaded ArticleIn."""
    published_at = fields.get("published_at")
    return Submission(
        url=fields["url"],
        canonical_url=urls.canonical(fields["url"]),
        text=fields.get("text"),
        html=fields.get("html"),
        title=fields.get("title"),
        publisher=fields.get("publisher"),
        published_at=published_at,
        published_on=published_day(published_at) if published_at else None,
        language=fields.get("language"),
        external_id=fields.get("external_id"),
    )


def load(value: Any) -> Submission:
    """The submission in parsed JSON. ProblemError 422 tells its faults."""
    try:
        return submission_of(ArticleIn().load(value))
    except ValidationError as error:
        raise refusal(error) from error


def store(s: Session, submission: Submission) -> Submitted:
    """Takes it in, within the caller's transaction."""
    return articles.submit(s, submission, extractor=EXTRACTOR_VERSION, now=desk().clock())


def take(submission: Submission) -> Submitted:
    """Takes it in and rings for the workers."""
    for last in range(_TRIES):
        try:
            with desk().database.transaction() as s:
                made = store(s, submission)
            break
        except Conflict:
            if last == _TRIES - 1:
                raise
    if made.outcome != "duplicate":
        desk().doorbell.ring()
    return made


def status_of(made: Submitted) -> int:
    """202 where a reading was ordered, 200 where all was known."""
    return 200 if made.outcome == "duplicate" else 202


def is_duplicate(made: Submitted) -> bool:
    """Whether the same content of this URL was known already, be it read once more or not."""
    return made.outcome in ("duplicate", "requeued")


def dumped(value: Any) -> str:
    """JSON as answers have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
