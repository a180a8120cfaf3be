"""All tables, and the full-text index of each engine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_initial"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")

# The words are folded beforehand, letters and digits only: "ascii" splits them at the spaces and nowhere else.
FTS5 = (
    """create virtual table claim_index using fts5(
        words, content='claim_words', content_rowid='seq', tokenize='ascii', columnsize=0)""",
    """create trigger claim_words_added after insert on claim_words begin
        insert into claim_index(rowid, words) values (new.seq, new.words);
    end""",
    """create trigger claim_words_removed after delete on claim_words begin
        insert into claim_index(claim_index, rowid, words) values ('delete', old.seq, old.words);
    end""",
    """create trigger claim_words_changed after update on claim_words begin
        insert into claim_index(claim_index, rowid, words) values ('delete', old.seq, old.words);
        insert into claim_index(rowid, words) values (new.seq, new.words);
    end""",
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "articles",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("canonical_url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("claims_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('current', 'withdrawn')", name="article_state"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("url_key"),
    )
    op.create_index("articles_by_state", "articles", ["state", "id"])

    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("request_hash", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("in_flight_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key"),
    )
    op.create_index("idempotency_by_age", "idempotency_keys", ["created_at"])

    op.create_table(
        "revisions",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_at", sa.String(length=40), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("reading_state", sa.String(length=16), nullable=False),
        sa.Column("reading_reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("html", sa.Text(), nullable=True),
        sa.CheckConstraint("reading_state in ('waiting', 'read', 'skipped')", name="reading_state"),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("article_id", "number"),
    )
    op.create_table(
        "claims",
        sa.Column("seq", BIG, autoincrement=True, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("deep_link", sa.Text(), nullable=False),
        sa.Column("date_text", sa.Text(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=True),
        sa.Column("date_to", sa.Date(), nullable=True),
        sa.Column("date_edtf", sa.String(length=64), nullable=True),
        sa.Column("date_precision", sa.String(length=16), nullable=True),
        sa.Column("span_from", sa.Date(), nullable=True),
        sa.Column("span_to", sa.Date(), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("explanation", sa.JSON(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("extractor", sa.String(length=32), nullable=False),
        sa.Column("count_low", sa.BigInteger(), nullable=True),
        sa.Column("count_high", sa.BigInteger(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('current', 'withdrawn')", name="claim_state"),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("claims_by_article", "claims", ["article_id", "start", "seq"])
    op.create_index("claims_by_count_high", "claims", ["count_high", "seq"])
    op.create_index("claims_by_count_low", "claims", ["count_low", "seq"])
    op.create_index("claims_by_kind", "claims", ["kind", "state", "seq"])
    op.create_index("claims_by_published", "claims", ["published_on", "seq"])
    op.create_index("claims_by_span_from", "claims", ["span_from", "seq"])
    op.create_index("claims_by_span_to", "claims", ["span_to", "seq"])
    op.create_index("claims_by_state", "claims", ["state", "seq"])
    op.create_index("claims_by_status", "claims", ["status", "state", "seq"])
    op.create_index("claims_by_updated", "claims", ["updated_at", "seq"])

    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("extractor", sa.String(length=32), nullable=False),
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
        sa.CheckConstraint("status in ('queued', 'started', 'finished', 'failed')", name="job_status"),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_by_article", "jobs", ["article_id", "id"])
    op.create_index("jobs_by_status", "jobs", ["status", "queued_at", "id"])

    op.create_table(
        "claim_facets",
        sa.Column("facet", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["claims.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("facet", "value", "seq"),
    )
    op.create_index("ix_claim_facets_seq", "claim_facets", ["seq"])

    op.create_table(
        "claim_words",
        sa.Column("seq", BIG, autoincrement=False, nullable=False),
        sa.Column("words", WORDS, nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["claims.seq"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("seq"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS5:
            op.execute(statement)
    else:
        op.create_index("claim_words_gin", "claim_words", ["words"], postgresql_using="gin")


def downgrade() -> None:
    """Undo."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("drop table claim_index")
    for table in ("claim_words", "claim_facets", "jobs", "claims", "revisions", "idempotency_keys", "articles"):
        op.drop_table(table)
