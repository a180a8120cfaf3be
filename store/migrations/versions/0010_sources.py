"""Sources as they were received, jobs that fetch them first, and looks at what they have become."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0010_sources"
down_revision = "0009_webhooks"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Apply."""
    op.add_column("jobs", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    op.add_column("jobs", sa.Column("fetch", sa.JSON(), nullable=True))
    op.add_column("checks", sa.Column("not_before", sa.DateTime(timezone=True), nullable=True))
    sources = op.create_table(
        "sources",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(length=4), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("form in ('text', 'html')", name="source_form"),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision"),
    )
    op.create_table(
        "source_looks",
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
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("html", sa.Text(), nullable=True),
        sa.CheckConstraint("status in ('queued', 'started', 'failed')", name="source_look_status"),
        sa.ForeignKeyConstraint(["seq"], ["claims.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_source_looks_seq", "source_looks", ["seq"])
    op.create_index("source_looks_by_status", "source_looks", ["status", "queued_at", "id"])
    if not op.get_context().as_sql:
        _fill(sources)


def _fill(sources: sa.Table) -> None:
    """The source of each revision that is there: hashed one by one, as pages are large."""
    bind = op.get_bind()
    revisions = sa.table("revisions", *map(sa.column, ("article_id", "number", "text", "html")))
    known = bind.execute(sa.select(revisions.c.article_id, revisions.c.number)).all()
    for article_id, number in known:
        text, html = bind.execute(
            sa.select(revisions.c.text, revisions.c.html).where(
                revisions.c.article_id == article_id, revisions.c.number == number
            )
        ).one()
        if (text, html) == (None, None):
            continue  # to be fetched, and taken down from this schema and up again before it was
        form, content = ("text", text) if html is None else ("html", html)
        digest = hashlib.sha256(content.encode()).hexdigest()
        bind.execute(sources.insert().values(article_id=article_id, revision=number, form=form, sha256=digest))


def downgrade() -> None:
    """Undo."""
    op.drop_table("source_looks")
    op.drop_table("sources")
    op.drop_column("checks", "not_before")
    op.drop_column("jobs", "fetch")
    op.drop_column("jobs", "not_before")
