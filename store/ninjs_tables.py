"""The table of news items that other systems push."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Base


class NinjsItem(Base):
    """A news item by its guid: the article that it became, and the version of it that was heeded last.

    `guid_key` is the SHA-256 of the guid. `article_id` is null for an item that was canceled before it ever came;
    `superseded` says that another item evolved from it and took its article over.
    """

    __tablename__ = "ninjs_items"

    guid_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    guid: Mapped[str] = mapped_column(Text)
    article_id: Mapped[str | None] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"), index=True)
    version: Mapped[str | None] = mapped_column(Text)
    version_created: Mapped[datetime | None]
    superseded: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
