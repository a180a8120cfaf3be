"""The table of drafts that are compared with what the desk holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Leased


class Check(Leased):
    """A draft, until it has been read, and then what came of it: one of `text` and `result` at most.

    A draft is nobody's to keep: its words go in the transaction that ends the check.
    """

    __tablename__ = "checks"

    text: Mapped[str | None] = mapped_column(Text)
    title: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str | None] = mapped_column(String(35))
    result: Mapped[dict[str, Any] | None]

    __table_args__ = (
        CheckConstraint("status in ('queued', 'started', 'finished', 'failed')", name="check_status"),
        CheckConstraint("(text is null) = (status in ('finished', 'failed'))", name="check_words"),
        Index("checks_by_status", "status", "queued_at", "id"),
        Index("checks_by_end", "ended_at"),
    )

    def give_up(self) -> None:
        """Forgets the draft."""
        self.text = self.title = None
