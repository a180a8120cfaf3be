"""Drafts that are compared with what the desk holds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_checks"
down_revision = "0007_source_checks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "checks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lost_leases", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Boolean(), nullable=False),
        sa.Column("token", sa.String(length=36), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("published_at", sa.String(length=64), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.CheckConstraint("status in ('queued', 'started', 'finished', 'failed')", name="check_status"),
        sa.CheckConstraint("(text is null) = (status in ('finished', 'failed'))", name="check_words"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("checks_by_status", "checks", ["status", "queued_at", "id"])
    op.create_index("checks_by_end", "checks", ["ended_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("checks")
