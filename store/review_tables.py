"""The tables of reviews."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Base


class Review(Base):
    """What a fact-checker records about a subject: its identity, and of its newest version what lists look for.

    The subject is known by its type and its stable id, without a foreign key: reviews outlive what they are about.
    """

    __tablename__ = "reviews"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[str] = mapped_column(String(36))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str | None] = mapped_column(Text)
    assignee: Mapped[str | None] = mapped_column(Text)
    reviewer: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="review_state"),
        Index("reviews_by_subject", "subject_type", "subject_id", "id"),
        Index("reviews_by_updated", "updated_at", "id"),
        Index("reviews_by_state", "state", "updated_at", "id"),
        Index("reviews_by_assignee", "assignee", "updated_at", "id"),
    )


class ReviewVersion(Base):
    """The whole of a review as one person left it. Rows are only ever added; triggers refuse all else."""

    __tablename__ = "review_versions"

    review_id: Mapped[str] = mapped_column(ForeignKey("reviews.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    verdict: Mapped[str | None] = mapped_column(Text)
    rationale: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    corrections: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    assignee: Mapped[str | None] = mapped_column(Text)
    reviewer: Mapped[str | None] = mapped_column(Text)
    by_key: Mapped[str | None] = mapped_column(Text)
    key_id: Mapped[str | None] = mapped_column(String(32))
    reason: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    written_at: Mapped[datetime]
