"""Taking articles in: one way for single submissions and for those of a batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import g
from marshmallow import ValidationError

from claims.model import EXTRACTOR_VERSION
from schemas.article import ArticleIn, published_moment
from service import fetches, idempotency, urls
from service.arguments import refusal
from service.desk import desk
from service.idempotency import Answer, Key
from store import articles
from store.articles import Submitted
from store.submissions import Submission


def submission_of(fields: Mapping[str, Any]) -> Submission:
    """The submission in a loaded ArticleIn. ProblemError 422 where its page would have to be fetched and may not be."""
    if fields.get("text") is None and fields.get("html") is None:
        fetches.check(fields["url"], pointer="/url", instead="the article as `text` or `html`")
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

    What was answered to the key before is answered again, with nothing taken in: see `idempotency.once`, whose
    ProblemErrors this raises; Unavailable or Conflict when nothing could be stored.
    """

    def make(s: Any, now: datetime) -> tuple[Answer, Sequence[Submitted]]:
        # In one order everywhere, so that batches which share articles never wait for each other in a circle.
        turns = sorted(range(len(submissions)), key=lambda n: submissions[n].canonical_url)
        made = {n: articles.submit(s, submissions[n], extractor=EXTRACTOR_VERSION, now=now) for n in turns}
        ordered = [made[n] for n in range(len(submissions))]
        if any(one.outcome != "duplicate" for one in ordered):
            desk().room.check(s)
        return tell(ordered), ordered

    answer, made = idempotency.once(key, make, flight=flight)
    ordering = [one for one in made or () if one.outcome != "duplicate"]
    if ordering:
        g.jobs = [(one.job.id, one.article.id) for one in ordering]
        desk().doorbell.ring()
    return answer, made or ()


def status_of(made: Submitted) -> int:
    """202 where a reading was ordered, 200 where all was known."""
    return 200 if is_duplicate(made) else 202


def is_duplicate(made: Submitted) -> bool:
    """Whether the same content of this URL was known already, be it read once more or not."""
    return made.outcome in ("duplicate", "requeued")


def dumped(value: Any) -> str:
    """JSON as answers have it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
