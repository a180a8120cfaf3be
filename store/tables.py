"""The tables, the same on SQLite and PostgreSQL. Times are UTC; ids are UUIDs in text form (version 7, so they sort by age)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both engines; SQLite keeps no offset of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuses naive times, which would be read back as another moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must carry its offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The stored moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The metadata of all tables."""

    type_annotation_map = {datetime: UtcDateTime(), dict[str, Any]: JSON, date: Date()}


class Article(Base):
    """What a URL published: its identity over all revisions, and the state of the newest one."""

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    canonical_url: Mapped[str] = mapped_column(Text, unique=True)
    revision: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16), default="current")
    claims_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("state in ('current', 'withdrawn')", name="article_state"),)


class Revision(Base):
    """One version of an article as it was submitted. `text` is null until `html` has been read.

    `published_at` keeps the submitted form with its offset; `published_on` is its local date.
    """

    __tablename__ = "revisions"

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    publisher: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[str | None] = mapped_column(String(40))
    published_on: Mapped[date | None]
    language: Mapped[str | None] = mapped_column(String(35))
    external_id: Mapped[str | None] = mapped_column(Text)
    reading_state: Mapped[str] = mapped_column(String(16), default="waiting")
    reading_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("reading_state in ('waiting', 'read', 'skipped')", name="reading_state"),)


class Job(Base):
    """One order to read one revision. `token` is the fence: only who holds it may commit the result.

    `attempts` counts crashes and failures under a living worker; `lost_leases` those lost with their whole process.
    """

    __tablename__ = "jobs"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    article_id: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(Integer)
    extractor: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    lost_leases: Mapped[int] = mapped_column(Integer, default=0)
    alone: Mapped[bool] = mapped_column(default=False)
    token: Mapped[str | None] = mapped_column(String(36))
    worker: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    queued_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"),
        CheckConstraint("status in ('queued', 'started', 'finished', 'failed')", name="job_status"),
        Index("jobs_by_article", "article_id", "id"),
        Index("jobs_by_status", "status", "queued_at", "id"),
    )


class Claim(Base):
    """A claim as stored. `start`/`end` are offsets into the text of revision `revision` of its article.

    `position` orders the claims of an article; `count_low`/`count_high` serve the count filter.
    """

    __tablename__ = "claims"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    article_id: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="current")
    quote: Mapped[str] = mapped_column(Text)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    prefix: Mapped[str] = mapped_column(Text)
    suffix: Mapped[str] = mapped_column(Text)
    deep_link: Mapped[str] = mapped_column(Text)
    date_text: Mapped[str | None] = mapped_column(Text)
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]
    date_edtf: Mapped[str | None] = mapped_column(String(64))
    date_precision: Mapped[str | None] = mapped_column(String(16))
    speaker: Mapped[str | None] = mapped_column(Text)
    via: Mapped[str | None] = mapped_column(Text)
    cue: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    explanation: Mapped[dict[str, Any]]
    confidence: Mapped[float] = mapped_column(Float)
    extractor: Mapped[str] = mapped_column(String(32))
    count_low: Mapped[int | None] = mapped_column(Integer)
    count_high: Mapped[int | None] = mapped_column(Integer)
    published_on: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"),
        CheckConstraint("state in ('current', 'withdrawn')", name="claim_state"),
        Index("claims_by_article", "article_id", "start", "id"),
        Index("claims_by_age", "created_at", "id"),
        Index("claims_by_updated", "updated_at", "id"),
    )


class Facet(Base):
    """A normalised value by which lists find claims: party, place, speaker or publisher, casefolded without accents."""

    __tablename__ = "claim_facets"

    facet: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(500), primary_key=True)
    claim_id: Mapped[str] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True, index=True)


class IdempotencyKey(Base):
    """An Idempotency-Key seen for one endpoint: the request it came with and its answer, written with what it made.

    While `in_flight_until` lies ahead, the first request may still better its answer (a client waits for the claims).
    """

    __tablename__ = "idempotency_keys"

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]]
    body: Mapped[str] = mapped_column(Text)
    in_flight_until: Mapped[datetime | None]
    created_at: Mapped[datetime]

    __table_args__ = (Index("idempotency_by_age", "created_at"),)
