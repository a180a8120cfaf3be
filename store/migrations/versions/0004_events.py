"""Events: which claims tell of one happening, and what people did about it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_events"
down_revision = "0003_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("family", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("merged_into", sa.String(length=36), nullable=True),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("contradicted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('current', 'merged', 'withdrawn')", name="event_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("events_by_day", "events", ["state", "first", "id"])
    op.create_index("events_by_kind", "events", ["kind", "state", "first", "id"])
    op.create_table(
        "event_members",
        sa.Column(
            "claim_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("fact", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["claim_seq"], ["claims.seq"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"]),
        sa.PrimaryKeyConstraint("claim_seq", "number"),
    )
    op.create_index("event_members_by_event", "event_members", ["event_id", "signature", "claim_seq"])
    op.create_index("event_members_by_signature", "event_members", ["signature", "event_id"])
    op.create_table(
        "event_keys",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"]),
        sa.PrimaryKeyConstraint("key", "event_id"),
    )
    op.create_index("ix_event_keys_event_id", "event_keys", ["event_id"])
    op.create_index("event_keys_by_day", "event_keys", ["key", "first", "last", "event_id"])
    op.create_table(
        "event_partings",
        sa.Column("one", sa.String(length=36), nullable=False),
        sa.Column("other", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["one"], ["events.id"]),
        sa.ForeignKeyConstraint(["other"], ["events.id"]),
        sa.PrimaryKeyConstraint("one", "other"),
    )
    op.create_table(
        "event_changes",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("by_key", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("event_changes_by_event", "event_changes", ["event_id", "id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("event_changes")
    op.drop_table("event_partings")
    op.drop_table("event_keys")
    op.drop_table("event_members")
    op.drop_table("events")
