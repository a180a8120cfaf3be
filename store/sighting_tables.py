"""The tables of what each revision told, and of what became of a claim's words in its source."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import BIG, Base


class KeptReading(Base):
    """That `sightings` holds all that the last reading of a revision found, and by which extractor it was read."""

    __tablename__ = "readings"

    article_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    extractor: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
    )


class Sighting(Base):
    """A claim as a revision had it, under its id; `number` is its place in the text, from 0.

    Its quote is what the revision's text has from `start` to `end`.
    """

    __tablename__ = "sightings"

    article_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    claim_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(16))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    date_text: Mapped[str | None] = mapped_column(Text)
    date_from: Mapped[date | None]
    date_to: Mapped[date | None]
    date_edtf: Mapped[str | None] = mapped_column(String(64))
    date_precision: Mapped[str | None] = mapped_column(String(16))
    speaker: Mapped[str | None] = mapped_column(Text)
    via: Mapped[str | None] = mapped_column(Text)
    cue: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]]

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
    )


class SourceCheck(Base):
    """What came of looking for a claim's words in a newer text of its source, of which only hash and length are kept.

    Ids are UUIDs of version 7; `start`/`end` are offsets into that text.
    """

    __tablename__ = "source_checks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int] = mapped_column(BIG, ForeignKey("claims.seq", ondelete="CASCADE"))
    outcome: Mapped[str] = mapped_column(String(16))
    checked_at: Mapped[datetime]
    start: Mapped[int | None] = mapped_column(Integer)
    end: Mapped[int | None] = mapped_column(Integer)
    found: Mapped[str | None] = mapped_column(Text)
    differences: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    candidates: Mapped[int] = mapped_column(Integer)
    text_sha256: Mapped[str] = mapped_column(String(64))
    text_length: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("outcome in ('present', 'moved', 'altered', 'gone', 'ambiguous')", name="source_check_outcome"),
        Index("source_checks_by_claim", "seq", "id"),
    )
