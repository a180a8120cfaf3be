"""Claims as others see them: one, those of an article, and lists by filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from store import search
from store.ids import is_id
from store.page import Key, Page, key_number
from store.search import ClaimFilter
from store.tables import Claim, Revision


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A claim with what is told of its source (`url`, `publisher`, `title`, `published_at` of its revision)."""

    id: str
    kind: str
    status: str
    state: str
    quote: str
    date_text: str | None
    date_from: date | None
    date_to: date | None
    date_edtf: str | None
    date_precision: str | None
    speaker: str | None
    via: str | None
    cue: str | None
    details: dict[str, Any]
    explanation: dict[str, Any]
    confidence: float
    extractor: str
    article_id: str
    revision: int
    url: str
    publisher: str | None
    title: str | None
    published_at: str | None
    deep_link: str
    start: int
    end: int
    prefix: str
    suffix: str
    created_at: datetime
    updated_at: datetime


def get(s: Session, claim_id: str) -> ClaimView | None:
    """The claim of that id, in whatever state."""
    if not is_id(claim_id):
        return None
    row = s.execute(_joined().where(Claim.id == claim_id)).first()
    return None if row is None else _view(*row)


def page(s: Session, filters: ClaimFilter, *, after: Key | None, limit: int) -> Page[ClaimView]:
    """The claims that pass the filters and follow the key `after`.

    Newest first; with `updated_since` in the order of their last change, oldest first, so that a client that follows
    the changes misses none that happens while it reads. ValueError for a key that no such page gave.
    """
    seqs, following = search.find(s, filters, after=after, limit=limit)
    return Page(load(s, seqs), following)


def newest_change(s: Session) -> datetime | None:
    """When any claim changed last, withdrawn ones too; None while there is none."""
    return s.scalar(select(Claim.updated_at).order_by(Claim.updated_at.desc()).limit(1))


def of_article(
    s: Session, article_id: str, *, states: tuple[str, ...] = ("current",), after: Key | None, limit: int
) -> Page[ClaimView]:
    """The claims of an article by their position in its text. ValueError for a key that no such page gave."""
    if not is_id(article_id):
        return Page([], None)
    query = _joined().where(Claim.article_id == article_id)
    if states:
        query = query.where(Claim.state.in_(states))
    if after is not None:
        query = query.where(tuple_(Claim.start, Claim.seq) > tuple_(key_number(after, 0), key_number(after, 1)))
    rows = s.execute(query.order_by(Claim.start, Claim.seq).limit(limit + 1)).all()
    last = rows[limit - 1][0] if len(rows) > limit else None
    return Page([_view(*row) for row in rows[:limit]], None if last is None else (last.start, last.seq))


def load(s: Session, seqs: Sequence[int]) -> list[ClaimView]:
    """The claims of these rows, in their order."""
    rows = {row[0].seq: row for row in s.execute(_joined().where(Claim.seq.in_(seqs)))} if seqs else {}
    return [_view(*rows[seq]) for seq in seqs]


def _joined() -> Select[Claim, str, str | None, str | None, str | None]:
    return select(Claim, Revision.url, Revision.publisher, Revision.title, Revision.published_at).join(
        Revision, (Revision.article_id == Claim.article_id) & (Revision.number == Claim.revision)
    )


def _view(claim: Claim, url: str, publisher: str | None, title: str | None, published_at: str | None) -> ClaimView:
    return ClaimView(
        id=claim.id,
        kind=claim.kind,
        status=claim.status,
        state=claim.state,
        quote=claim.quote,
        date_text=claim.date_text,
        date_from=claim.date_from,
        date_to=claim.date_to,
        date_edtf=claim.date_edtf,
        date_precision=claim.date_precision,
        speaker=claim.speaker,
        via=claim.via,
        cue=claim.cue,
        details=claim.details,
        explanation=claim.explanation,
        confidence=claim.confidence,
        extractor=claim.extractor,
        article_id=claim.article_id,
        revision=claim.revision,
        url=url,
        publisher=publisher,
        title=title,
        published_at=published_at,
        deep_link=claim.deep_link,
        start=claim.start,
        end=claim.end,
        prefix=claim.prefix,
        suffix=claim.suffix,
        created_at=claim.created_at,
        updated_at=claim.updated_at,
    )


__all__ = ["ClaimFilter", "ClaimView", "get", "newest_change", "of_article", "page"]
