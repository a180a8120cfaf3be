"""What the tables are made of: the types of their columns and their base, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    Integer,
    String,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

BIG = BigInteger().with_variant(Integer(), "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on both engines; SQLite keeps no offset of its own."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuses naive times, which would be read back as another moment."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must carry its offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """The stored moment, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[tuple[str, ...]]):
    """The folded words of a text in their order: spaced text on SQLite (for FTS5), a tsvector on PostgreSQL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The column's type on this engine."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Words hold letters and digits only (store.words), so that neither form needs escaping."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return " ".join(f"'{word}':{place}" for place, word in enumerate(value, start=1))
        return f" {' '.join(value)} "

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """The words; on PostgreSQL in no particular order."""
        if value is None:
            return None
        if dialect.name == "postgresql":
            return tuple(entry.split("'")[1] for entry in value.split())
        return tuple(value.split())


class Base(DeclarativeBase):
    """The metadata of all tables."""

    type_annotation_map: ClassVar = {datetime: UtcDateTime(), dict[str, Any]: JSON, date: Date()}


class Leased(Base):
    """What a worker takes under a lease (store.leases). `token` is the fence: only who holds it may commit the result.

    `attempts` counts crashes and failures under a living worker; `lost_leases` those lost with their whole process.
    What is queued is not taken before the time `not_before`, where there is one.
    """

    __abstract__ = True

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
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
    not_before: Mapped[datetime | None]

    def give_up(self) -> None:
        """What is to be forgotten where nothing will come of it any more."""
