"""The tables of events, beside those of store.tables, which they point to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from store.columns import BIG, Base


class Event(Base):
    """A happening that claims tell of.

    `first`/`last` are its days, stated by a claim where it is `dated`; `version` grows with every change.
    Events are never deleted: one whose members all went elsewhere is `merged`, one whose claims were withdrawn so, too.
    """

    __tablename__ = "events"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(64))
    family: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="current")
    merged_into: Mapped[str | None] = mapped_column(String(36))
    first: Mapped[date | None]
    last: Mapped[date | None]
    dated: Mapped[bool] = mapped_column(default=False)
    contradicted: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("state in ('current', 'merged', 'withdrawn')", name="event_state"),
        Index("events_by_day", "state", "first", "id"),
        Index("events_by_kind", "kind", "state", "first", "id"),
    )


class EventMember(Base):
    """A fact that a claim tells, as it is compared, and the event that it is held to be of.

    `number` tells apart the facts of one claim. Members of one `signature` tell the very same. A `confirmed` one stays
    in its event until a person moves it.
    """

    __tablename__ = "event_members"

    claim_seq: Mapped[int] = mapped_column(
        BIG, ForeignKey("claims.seq", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"))
    signature: Mapped[str] = mapped_column(String(64))
    confirmed: Mapped[bool] = mapped_column(default=False)
    fact: Mapped[dict[str, Any]]

    __table_args__ = (
        # With all that tells which members are compared: the rows of a happening told by thousands need not be read.
        Index("event_members_by_event", "event_id", "signature", "claim_seq", "confirmed"),
        Index("event_members_by_signature", "signature", "event_id"),
    )


class EventKey(Base):
    """Under what an event is found when a fact is looked a place for, with the days in which it may be met."""

    __tablename__ = "event_keys"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"), primary_key=True, index=True)
    first: Mapped[date]
    last: Mapped[date]

    __table_args__ = (Index("event_keys_by_day", "key", "first", "last", "event_id"),)


class EventParting(Base):
    """Two events that a person has parted: kept both ways round, and never put together by a machine."""

    __tablename__ = "event_partings"

    one: Mapped[str] = mapped_column(ForeignKey("events.id"), primary_key=True)
    other: Mapped[str] = mapped_column(ForeignKey("events.id"), primary_key=True)


class EventChange(Base):
    """What a person did to an event, when and why. Rows are only ever added."""

    __tablename__ = "event_changes"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("events.id"))
    action: Mapped[str] = mapped_column(String(16))
    reviewer: Mapped[str | None] = mapped_column(Text)
    by_key: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    details: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]

    __table_args__ = (Index("event_changes_by_event", "event_id", "id"),)
