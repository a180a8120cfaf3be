"""A desk in small: articles come in, are read, and leave claims, at a clock that the test turns."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from claims import catalog
from claims.events.editor import Editor
from claims.model import (
    Abstention,
    Article,
    Attribution,
    Claim,
    DateValue,
    Explanation,
    Field,
    FieldType,
    Place,
    Reading,
    Status,
)
from store import articles, claims, jobs, results
from store.database import Database
from store.jobs import Taken
from store.results import Anchor, Outcome

EDITOR = Editor(catalog.happenings())
KINDS = {
    "talks": (
        Field("parties", FieldType.PARTIES, "who meets"),
        Field("place", FieldType.PLACE, "where"),
        Field("round", FieldType.NUMBER, "which round"),
    ),
    "prisoners": (
        Field("count", FieldType.COUNT, "how many"),
        Field("count_low", FieldType.COUNT, "at least"),
        Field("count_high", FieldType.COUNT, "at most"),
        Field("side", FieldType.PARTY, "whose"),
    ),
}


@dataclass
class Desk:
    """Short ways to do what the doors do."""

    database: Database
    now: datetime = datetime(2025, 6, 1, 12, tzinfo=UTC)
    numbers: Any = field(default_factory=itertools.count)
    kinds: dict[str, Sequence[Field]] = field(default_factory=lambda: dict(KINDS))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def submit(self, text: str | None, url: str | None = None, *, extractor: str = "1.0.0", **more: Any) -> Any:
        url = url or f"https://news.example/{next(self.numbers)}"
        with self.database.transaction() as s:
            sent = articles.Submission(url=url, canonical_url=url, text=text, **more)
            return articles.submit(s, sent, extractor=extractor, now=self.now)

    def take(self, limit: int = 16, worker: str = "w", lease: float = 30) -> list[Taken]:
        with self.database.transaction() as s:
            return jobs.take(
                s, worker=worker, limit=limit, lease_seconds=lease, now=self.now, new_token=lambda: str(uuid.uuid4())
            )

    def commit(
        self,
        taken: Taken,
        found: Sequence[Claim] = (),
        *,
        refused: Sequence[Abstention] = (),
        extractor: str = "1.0.0",
        published_on: date | None = None,
        **more: Any,
    ) -> bool:
        reading = Reading("read", "en", tuple(found), abstentions=tuple(refused))
        anchors = [Anchor("link", "before", "after")] * len(found)
        facts = EDITOR.facts(Article("", published_at=published_on), found)
        outcome = Outcome(reading, anchors, facts, **more)
        with self.database.transaction() as s:
            return results.commit(s, taken, outcome, kinds=self.kinds, editor=EDITOR, extractor=extractor, now=self.now)

    def read(self, text: str, found: Sequence[Claim] = (), url: str | None = None, **more: Any) -> str:
        """Takes an article in and stores its claims; returns its id."""
        submitted = self.submit(text, url, **more)
        (taken,) = self.take()
        assert self.commit(taken, found)
        return str(submitted.article.id)

    def article(self, article_id: str) -> articles.ArticleView:
        with self.database.reading() as s:
            found = articles.get(s, article_id)
        assert found is not None
        return found

    def job(self, job_id: str) -> jobs.JobView:
        with self.database.reading() as s:
            found = jobs.get(s, job_id)
        assert found is not None
        return found

    def claims(self, *, limit: int = 200, **filters: Any) -> list[claims.ClaimView]:
        with self.database.reading() as s:
            return claims.page(s, claims.ClaimFilter(**filters), after=None, limit=limit).items

    def quotes(self, **filters: Any) -> set[str]:
        return {claim.quote for claim in self.claims(**filters)}


def claim_in(
    text: str,
    quote: str,
    *,
    kind: str = "talks",
    status: Status = Status.OCCURRED,
    nth: int = 0,
    speaker: str | None = None,
    via: str | None = None,
    dated: tuple[date | None, date | None] | None = None,
    value_words: str = "",
    place: str | None = None,
    **details: Any,
) -> Claim:
    """A claim whose quote is the nth occurrence of `quote` in `text`."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    if place is not None:
        details["place"] = Place(place)
    return Claim(
        kind=kind,
        status=status,
        start=start,
        end=start + len(quote),
        quote=quote,
        details=details,
        explanation=Explanation(f"{kind}.rule", quote.split(maxsplit=1)[0], {"quote": quote}),
        value_words=value_words,
        date=None if dated is None else DateValue("then", dated[0], dated[1]),
        attribution=Attribution(speaker, via, "said" if speaker else None),
    )


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture(name="claim_in")
def _claim_in() -> Any:
    return claim_in


@pytest.fixture
def desk_time() -> datetime:
    return datetime(2025, 6, 1, 12, tzinfo=UTC)
