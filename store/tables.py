"""The tables, the same on SQLite and PostgreSQL.

Times are UTC; ids are UUIDs in text form, those of articles, jobs and events of version 7, so that they sort by age.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import BIG, Base, Leased, Words


class Article(Base):
    """What a URL published: its identity over all revisions, and the state of the newest one.

    `url_key` is the SHA-256 of the canonical URL: PostgreSQL cannot index a text of more than some 2,700 bytes.
    `job_id` is the latest job; no foreign key, as jobs already point here.
    """

    __tablename__ = "articles"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    canonical_url: Mapped[str] = mapped_column(Text)
    url_key: Mapped[str] = mapped_column(String(64), unique=True)
    revision: Mapped[int] = mapped_column(Integer)
    job_id: Mapped[str] = mapped_column(String(36))
    state: Mapped[str] = mapped_column(String(16), default="current")
    claims_count: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('current', 'withdrawn')", name="article_state"),
        Index("articles_by_state", "state", "id"),
    )


class Revision(Base):
    """One version of an article as it was submitted. `text` is null until `html` has been read, `content_hash` empty
    until the page has been fetched.

    `published_at` keeps the submitted form with its offset; `published_on` is its local date.
    """

    __tablename__ = "revisions"

    article_id: Mapped[str] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(64))
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
    # Last, so that SQLite reads the others without walking through these.
    text: Mapped[str | None] = mapped_column(Text, deferred=True)
    html: Mapped[str | None] = mapped_column(Text, deferred=True)

    __table_args__ = (CheckConstraint("reading_state in ('waiting', 'read', 'skipped')", name="reading_state"),)


class Job(Leased):
    """One order to read one revision. `fetch` is what it was ordered with where the page has to be fetched first."""

    __tablename__ = "jobs"

    article_id: Mapped[str] = mapped_column(String(36))
    revision: Mapped[int] = mapped_column(Integer)
    extractor: Mapped[str] = mapped_column(String(32))
    fetch: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        CheckConstraint("status in ('queued', 'started', 'finished', 'failed')", name="job_status"),
        Index("jobs_by_article", "article_id", "id"),
        Index("jobs_by_status", "status", "queued_at", "id"),
    )


class Claim(Base):
    """A claim as stored. `start`/`end` are offsets into the text of revision `revision` of its article.

    `seq` grows with age and is what lists are ordered by. `span_from`/`span_to` are the date's interval with open ends
    closed by the ends of the calendar, null for an undated claim; `count_low`/`count_high` serve the count filter.
    """

    __tablename__ = "claims"

    seq: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(36), unique=True)
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
    span_from: Mapped[date | None]
    span_to: Mapped[date | None]
    speaker: Mapped[str | None] = mapped_column(Text)
    via: Mapped[str | None] = mapped_column(Text)
    cue: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    explanation: Mapped[dict[str, Any]]
    confidence: Mapped[float] = mapped_column(Float)
    extractor: Mapped[str] = mapped_column(String(32))
    count_low: Mapped[int | None] = mapped_column(BigInteger)
    count_high: Mapped[int | None] = mapped_column(BigInteger)
    published_on: Mapped[date | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        CheckConstraint("state in ('current', 'withdrawn')", name="claim_state"),
        Index("claims_by_article", "article_id", "start", "seq"),
        Index("claims_by_state", "state", "seq"),
        Index("claims_by_kind", "kind", "state", "seq"),
        Index("claims_by_status", "status", "state", "seq"),
        Index("claims_by_updated", "updated_at", "seq"),
        Index("claims_by_published", "published_on", "seq"),
        Index("claims_by_span_from", "span_from", "seq"),
        Index("claims_by_span_to", "span_to", "seq"),
        Index("claims_by_count_low", "count_low", "seq"),
        Index("claims_by_count_high", "count_high", "seq"),
    )


class Facet(Base):
    """A folded value by which lists find claims: a party, place or publisher, or one word of the speaker's name.

    In the order of the key, the claims of one value are one stretch of the index, sorted by age.
    """

    __tablename__ = "claim_facets"

    facet: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(200), primary_key=True)
    seq: Mapped[int] = mapped_column(
        BIG, ForeignKey("claims.seq", ondelete="CASCADE"), primary_key=True, index=True, autoincrement=False
    )


class ClaimWords(Base):
    """What the full-text search looks into. On SQLite triggers carry each change into the FTS5 table `claim_index`."""

    __tablename__ = "claim_words"

    seq: Mapped[int] = mapped_column(
        BIG, ForeignKey("claims.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    words: Mapped[tuple[str, ...]] = mapped_column(Words)

    __table_args__ = (Index("claim_words_gin", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),)


class Abstention(Base):
    """A sentence of which a rule made no claim, though it holds its trigger: those of an article's last reading only.

    `number` is its place among them, from 0 in the order of the text; `start`/`end` are offsets as a claim's.
    """

    __tablename__ = "abstentions"

    article_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    rule: Mapped[str] = mapped_column(Text)
    trigger: Mapped[str] = mapped_column(Text)
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    quote: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
    )


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


class ApiKey(Base):
    """A key by which a client is known. Of its secret only the SHA-256 is kept: 256 random bits need no slower hash.

    Rows are never deleted: a desk whose keys are all revoked is closed, not open.
    """

    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Worker(Base):
    """A worker process and when it was last heard of."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class Tally(Base):
    """A count of what workers did, kept where all processes see it. `label` tells apart what one metric counts."""

    __tablename__ = "tallies"

    metric: Mapped[str] = mapped_column(String(64), primary_key=True)
    label: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[float] = mapped_column(Float)
