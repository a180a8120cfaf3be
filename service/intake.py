"""Taking articles in: one way for single submissions and for those of a batch."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Request, Response, g
from marshmallow import ValidationError

from claims.model import EXTRACTOR_VERSION
from schemas.article import ArticleIn, published_moment
from service import access, urls
from service.arguments import JSON, refusal
from service.desk import desk
from service.problems import Fault, ProblemError
from store import articles, idempotency
from store.articles import Submission, Submitted
from store.database import Conflict, Unavailable
from store.idempotency import InFlight, Mismatch

KEY_PATTERN = r"^[!-~](?:[ -~]{0,253}[!-~])?$"
_TRIES = 3


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
    headers: dict[str, str] = field(default_factory=dict)

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


def submission_of(fields: Mapping[str, Any]) -> Submission:
    """The submission in a loaded ArticleIn."""
    published_at = fields.get("published_at")
    moment = published_moment(published_at) if published_at else None
    return Submission(
        url=fields["url"],
        canonical_url=urls.canonical(fields["url"]),
        text=fields.get("text"),
        html=fields.get("html"),
        title=fields.get("title"),
        publisher=fields.get("publisher"),
        published_at=published_at,
        published_on=moment.date() if isinstance(moment, datetime) else moment,
        language=fields.get("language"),
        external_id=fields.get("external_id"),
    )


def load(value: Any) -> Submission:
    """The submission in parsed JSON. ProblemError 422 tells its faults."""
    try:
        return submission_of(ArticleIn().load(value))
    except ValidationError as error:
        raise refusal(error) from error


def take(
    submissions: Sequence[Submission],
    key: Key | None,
    tell: Callable[[Sequence[Submitted]], Answer],
    *,
    flight: int = 0,
) -> tuple[Answer, Sequence[Submitted]]:
    """Takes submissions in, all in one transaction with the answer that `tell` makes of them; then rings for workers.

    An answer given to the key before is given again, with nothing taken in. For `flight` seconds the kept answer may
    still be bettered. ProblemError 422 for a key of another body, 409 for one whose first request is in flight;
    Unavailable or Conflict when nothing could be stored.
    """
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            answer, made = _taken(submissions, key, tell, flight)
        except Conflict:
            if last:
                raise
        else:
            break
    ordering = [one for one in made if one.outcome != "duplicate"]
    if ordering:
        g.jobs = [(one.job.id, one.article.id) for one in ordering]
        desk().doorbell.ring()
    return answer, made


def _taken(
    submissions: Sequence[Submission], key: Key | None, tell: Callable[[Sequence[Submitted]], Answer], flight: int
) -> tuple[Answer, Sequence[Submitted]]:
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
                headers = found.headers | {"Idempotent-Replayed": "true"}
                return Answer(found.status, found.body, headers), ()
        # In one order everywhere, so that batches which share articles never wait for each other in a circle.
        turns = sorted(range(len(submissions)), key=lambda n: submissions[n].canonical_url)
        made = {n: articles.submit(s, submissions[n], extractor=EXTRACTOR_VERSION, now=now) for n in turns}
        ordered = [made[n] for n in range(len(submissions))]
        ordering = [one for one in ordered if one.outcome != "duplicate"]
        if ordering:
            desk().room.check(s)
        answer = tell(ordered)
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
    return answer, ordered


def better(key: Key, answer: Answer) -> None:
    """Replaces the answer kept under a key by the final one; where that fails, the first one stands."""
    try:
        with desk().database.transaction() as s:
            idempotency.better(s, key.scope, key.value, status=answer.status, headers=answer.headers, body=answer.body)
    except Unavailable:
        return


def status_of(made: Submitted) -> int:
    """202 where a reading was ordered, 200 where all was known."""
    return 200 if is_duplicate(made) else 202


def is_duplicate(made: Submitted) -> bool:
    """Whether the same content of this URL was known already, be it read once more or not."""
    return made.outcome in ("duplicate", "requeued")


def dumped(value: Any) -> str:
    """JSON as answers have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
