"""Reviews by fact-checkers, and every version of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_reviews"
down_revision = "0004_events"
branch_labels = None
depends_on = None

# What was written stays as it was written, whoever holds the connection.
KEPT_SQLITE = tuple(
    f"""create trigger review_versions_kept_from_{deed} before {deed} on review_versions begin
        select raise(abort, 'versions of reviews are only ever added');
    end"""
    for deed in ("update", "delete")
)
KEPT_POSTGRES = (
    """create function review_versions_kept() returns trigger language plpgsql as $$
    begin
        raise exception 'versions of reviews are only ever added';
    end $$""",
    """create trigger review_versions_kept before update or delete or truncate on review_versions
        for each statement execute function review_versions_kept()""",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("subject_type", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('draft', 'published', 'withdrawn')", name="review_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("reviews_by_subject", "reviews", ["subject_type", "subject_id", "id"])
    op.create_index("reviews_by_updated", "reviews", ["updated_at", "id"])
    op.create_index("reviews_by_state", "reviews", ["state", "updated_at", "id"])
    op.create_index("reviews_by_assignee", "reviews", ["assignee", "updated_at", "id"])

    op.create_table(
        "review_versions",
        sa.Column("review_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("rationale", sa.Text(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("corrections", sa.JSON(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("by_key", sa.Text(), nullable=True),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["reviews.id"]),
        sa.PrimaryKeyConstraint("review_id", "version"),
    )
    for statement in KEPT_POSTGRES if op.get_bind().dialect.name == "postgresql" else KEPT_SQLITE:
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    op.drop_table("review_versions")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("drop function review_versions_kept()")
    op.drop_table("reviews")
