"""Whether a claim's words still stand in its source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_source_checks"
down_revision = "0006_sightings"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "source_checks",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("differences", sa.JSON(), nullable=False),
        sa.Column("candidates", sa.Integer(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("text_length", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('present', 'moved', 'altered', 'gone', 'ambiguous')", name="source_check_outcome"
        ),
        sa.ForeignKeyConstraint(["seq"], ["claims.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("source_checks_by_claim", "source_checks", ["seq", "id"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("source_checks")
