"""The tables of webhooks: who wants to be told of what, and what is sent or was."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import Base


class Webhook(Base):
    """An address that is told of what happens here.

    `secrets` is a list of `{"secret": …, "until": …}`, the current one first, without an end. They are kept as they
    are: to sign, they have to be known. `version` grows with its settings; `failing_since` is when the first attempt
    failed that no success followed. One sender at a time holds it: `token`, `sender` and `lease_until`, by which its
    deliveries stay in order; `strained` where its last attempt failed or took long.
    """

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    types: Mapped[list[str]] = mapped_column(JSON)
    filters: Mapped[dict[str, Any]]
    description: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default="active")
    reason: Mapped[str | None] = mapped_column(Text)
    secrets: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)
    failing_since: Mapped[datetime | None]
    strained: Mapped[bool] = mapped_column(default=False)
    token: Mapped[str | None] = mapped_column(String(36))
    sender: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    served_at: Mapped[datetime]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("state in ('active', 'disabled')", name="webhook_state"),)


class Delivery(Base):
    """One notice for one webhook: the outbox, and afterwards the log. `body` is what is sent, at every attempt.

    `tries` counts the attempts of the present round, which a replay begins anew; `attempts` tells of the last ones.
    """

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(32))
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    attempts: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    body: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("status in ('waiting', 'delivered', 'failed')", name="delivery_status"),
        Index("deliveries_by_due", "webhook_id", "status", "due_at", "id"),
        Index("deliveries_by_webhook", "webhook_id", "id"),
        Index("deliveries_by_age", "created_at"),
    )
