"""Reviews: what people record about a claim, in versions of which none is ever changed or lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from store import notices
from store.columns import UtcDateTime
from store.ids import is_id, new_id
from store.page import Key, Page, key_moment, key_number, key_text
from store.review_tables import Review, ReviewVersion

MOST_OF_SUBJECT = 1000


class Full(Exception):  # noqa: N818 - says a state, as the HTTP code does
    """The subject has as many reviews as one may have."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says. `evidence` and `corrections` are JSON-ready; the latter keep the machine's value beside."""

    state: str = "draft"
    verdict: str | None = None
    rationale: str | None = None
    evidence: Sequence[dict[str, Any]] = ()
    corrections: Sequence[dict[str, Any]] = ()
    assignee: str | None = None


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes a version and why: by their own word, and by the name and id of the key that the request came with."""

    reviewer: str | None = None
    by_key: str | None = None
    key_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewView:
    """A review as one of its versions left it. `updated_at` is when that was, `published_at` when it was last published
    by then."""

    id: str
    subject_type: str
    subject_id: str
    version: int
    content: Content
    reviewer: str | None
    by_key: str | None
    reason: str | None
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which reviews a list holds. Every field narrows it, an empty one does not; of several values one is enough."""

    subject_types: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    verdicts: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    updated_since: datetime | None = None


def add(s: Session, subject_type: str, subject_id: str, content: Content, hand: Hand, *, now: datetime) -> ReviewView:
    """Stores a new review with its first version. Raises Full."""
    _take_turns(s, f"{subject_type} {subject_id}")
    of_subject = (Review.subject_type == subject_type, Review.subject_id == subject_id)
    if (s.scalar(select(func.count()).select_from(Review).where(*of_subject)) or 0) >= MOST_OF_SUBJECT:
        raise Full
    row = Review(id=new_id(), subject_type=subject_type, subject_id=subject_id, version=0, created_at=now)
    return _write(s, row, content, hand, before=None, now=now)


def get(s: Session, review_id: str) -> ReviewView | None:
    """The review of that id in its newest version, None where there is none."""
    if not is_id(review_id):
        return None
    row = s.execute(_newest().where(Review.id == review_id)).first()
    return None if row is None else _view(*row)


def hold(s: Session, review_id: str) -> ReviewView | None:
    """The same, for `change`: nobody else changes it before this transaction ends, and what is seen is the newest."""
    if not is_id(review_id):
        return None
    # By itself: PostgreSQL would look for the version that was the newest when the waiting began.
    s.execute(select(Review.id).where(Review.id == review_id).with_for_update())
    return get(s, review_id)


def change(s: Session, held: ReviewView, content: Content, hand: Hand, *, now: datetime) -> ReviewView:
    """Adds a version to a review that `hold` gave in this transaction."""
    return _write(s, s.get_one(Review, held.id), content, hand, before=held, now=now)


def page(s: Session, filters: ReviewFilter, *, after: Key | None, limit: int) -> Page[ReviewView]:
    """The reviews that pass the filters, newest change first. ValueError for a key that no such page gave."""
    query = _newest()
    for column, values in (
        (Review.subject_type, filters.subject_types),
        (Review.state, filters.states),
        (Review.verdict, filters.verdicts),
        (Review.assignee, filters.assignees),
        (Review.reviewer, filters.reviewers),
    ):
        if values:
            query = query.where(column.in_(values))
    if filters.updated_since is not None:
        query = query.where(Review.updated_at >= filters.updated_since)
    place = (Review.updated_at, Review.id)
    if after is not None:
        moment = literal(key_moment(after, 0), UtcDateTime())
        query = query.where(tuple_(*place) < tuple_(moment, key_text(after, 1)))
    found = _found(s, query.order_by(Review.updated_at.desc(), Review.id.desc()), limit)
    last = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], None if last is None else (last.updated_at.isoformat(), last.id))


def of_subject(
    s: Session, subject_type: str, subject_id: str, *, states: Sequence[str] = (), after: Key | None, limit: int
) -> Page[ReviewView]:
    """The reviews of one subject, newest first. ValueError for a key that no such page gave."""
    query = _newest().where(Review.subject_type == subject_type, Review.subject_id == subject_id)
    if states:
        query = query.where(Review.state.in_(states))
    if after is not None:
        query = query.where(Review.id < key_text(after, 0))
    found = _found(s, query.order_by(Review.id.desc()), limit)
    return Page(found[:limit], (found[limit - 1].id,) if len(found) > limit else None)


def published(s: Session, subject_type: str, subject_ids: Sequence[str]) -> dict[str, list[ReviewView]]:
    """The published reviews of some subjects, by the subject's id; the oldest first."""
    query = _newest().where(Review.subject_type == subject_type, Review.subject_id.in_(subject_ids))
    query = query.where(Review.state == "published", Review.verdict.is_not(None)).order_by(Review.id)
    found: dict[str, list[ReviewView]] = {}
    for row in s.execute(query) if subject_ids else ():
        view = _view(*row)
        found.setdefault(view.subject_id, []).append(view)
    return found


def versions(s: Session, review_id: str, *, after: Key | None, limit: int) -> Page[ReviewView]:
    """All versions of a review, oldest first. ValueError for a key that no such page gave."""
    query = select(Review, ReviewVersion).join(ReviewVersion, ReviewVersion.review_id == Review.id)
    query = query.where(Review.id == review_id)
    if after is not None:
        query = query.where(ReviewVersion.version > key_number(after, 0))
    found = _found(s, query.order_by(ReviewVersion.version), limit)
    return Page(found[:limit], (found[limit - 1].version,) if len(found) > limit else None)


def _take_turns(s: Session, subject: str) -> None:
    """Lets nobody else add a review of the subject before this transaction ends, as SQLite's write lock does anyway."""
    if s.get_bind().dialect.name == "postgresql":
        s.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))


def _write(
    s: Session, row: Review, content: Content, hand: Hand, *, before: ReviewView | None, now: datetime
) -> ReviewView:
    published_at = None if before is None else before.published_at
    fresh = content.state == "published" and (before is None or before.content.state != "published")
    if fresh:
        published_at = now
    row.version += 1
    row.state, row.verdict = content.state, content.verdict
    row.assignee, row.reviewer = content.assignee, hand.reviewer
    row.updated_at = now
    s.add(row)
    s.flush()
    written = ReviewVersion(
        review_id=row.id,
        version=row.version,
        state=content.state,
        verdict=content.verdict,
        rationale=content.rationale,
        evidence=list(content.evidence),
        corrections=list(content.corrections),
        assignee=content.assignee,
        reviewer=hand.reviewer,
        by_key=hand.by_key,
        key_id=hand.key_id,
        reason=hand.reason,
        published_at=published_at,
        written_at=now,
    )
    s.add(written)
    s.flush()
    if fresh:
        subject = (row.subject_type, row.subject_id)
        notices.review_published(s, row.id, row.version, content.verdict, subject, now)
    return _view(row, written)


def _newest() -> Select[Review, ReviewVersion]:
    return select(Review, ReviewVersion).join(
        ReviewVersion, (ReviewVersion.review_id == Review.id) & (ReviewVersion.version == Review.version)
    )


def _found(s: Session, query: Select[Review, ReviewVersion], limit: int) -> list[ReviewView]:
    """One more than the limit, where there are more."""
    return [_view(*row) for row in s.execute(query.limit(limit + 1))]


def _view(review: Review, written: ReviewVersion) -> ReviewView:
    return ReviewView(
        id=review.id,
        subject_type=review.subject_type,
        subject_id=review.subject_id,
        version=written.version,
        content=Content(
            state=written.state,
            verdict=written.verdict,
            rationale=written.rationale,
            evidence=tuple(written.evidence),
            corrections=tuple(written.corrections),
            assignee=written.assignee,
        ),
        reviewer=written.reviewer,
        by_key=written.by_key,
        reason=written.reason,
        created_at=review.created_at,
        updated_at=written.written_at,
        published_at=written.published_at,
    )
