"""The tables of sources as they were received, and of looks at what they have become."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import BIG, Base, Leased


class Source(Base):
    """What a revision was made of: the SHA-256 of its bytes as received, and where they were fetched, if they were.

    `body` holds these bytes only where they are not its revision's `html` or `text` in UTF-8. Beside the revisions and
    not in them, as SQLite would walk through texts and pages to read what was added behind.
    """

    __tablename__ = "sources"

    article_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    revision: Mapped[int] = mapped_column(Integer, primary_key=True)
    form: Mapped[str] = mapped_column(String(4))
    sha256: Mapped[str] = mapped_column(String(64))
    fetched_at: Mapped[datetime | None]
    url: Mapped[str | None] = mapped_column(Text)
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        CheckConstraint("form in ('text', 'html')", name="source_form"),
    )


class SourceLook(Leased):
    """An order to look for a claim's words in a page that a worker parses, or fetches first where `html` is null.

    Once it is done, a source check of the same id is there in its place.
    """

    __tablename__ = "source_looks"

    seq: Mapped[int] = mapped_column(BIG, ForeignKey("claims.seq", ondelete="CASCADE"), index=True)
    html: Mapped[str | None] = mapped_column(Text, deferred=True)

    __table_args__ = (
        CheckConstraint("status in ('queued', 'started', 'failed')", name="source_look_status"),
        Index("source_looks_by_status", "status", "queued_at", "id"),
    )

    def give_up(self) -> None:
        """Forgets the page."""
        self.html = None
