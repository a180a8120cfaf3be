"""News items that other systems push, and the articles that they became."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_ninjs"
down_revision = "0010_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "ninjs_items",
        sa.Column("guid_key", sa.String(length=64), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("version_created", sa.DateTime(timezone=True), nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guid_key"),
    )
    op.create_index("ix_ninjs_items_article_id", "ninjs_items", ["article_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_ninjs_items_article_id", table_name="ninjs_items")
    op.drop_table("ninjs_items")
