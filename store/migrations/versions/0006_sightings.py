"""Which claims each revision had. What is known of earlier readings is taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_sightings"
down_revision = "0005_reviews"
branch_labels = None
depends_on = None

# An article's current claims are all that its last reading found. Which ones the readings before it found is not known,
# but for those that were withdrawn since; so nothing is said of the earlier revisions.
READINGS = """
    insert into readings (article_id, revision, extractor)
    select article_id, revision, min(extractor) from claims where state = 'current' group by article_id, revision
"""
SIGHTINGS = """
    insert into sightings (article_id, revision, number, claim_id, kind, status, start, "end", date_text, date_from,
        date_to, date_edtf, date_precision, speaker, via, cue, details)
    select article_id, revision, row_number() over (partition by article_id order by start, "end", id) - 1, id, kind,
        status, start, "end", date_text, date_from, date_to, date_edtf, date_precision, speaker, via, cue, details
    from claims where state = 'current'
"""
# The last reading of these found nothing.
EMPTY = """
    insert into readings (article_id, revision, extractor)
    select articles.id, articles.revision, jobs.extractor
    from articles
    join revisions on revisions.article_id = articles.id and revisions.number = articles.revision
    join jobs on jobs.id = articles.job_id
    where articles.state = 'current' and articles.claims_count = 0
        and revisions.reading_state <> 'waiting' and jobs.status = 'finished'
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "readings",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("extractor", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision"),
    )
    op.create_table(
        "sightings",
        sa.Column("article_id", sa.String(length=36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("date_text", sa.Text(), nullable=True),
        sa.Column("date_from", sa.Date(), nullable=True),
        sa.Column("date_to", sa.Date(), nullable=True),
        sa.Column("date_edtf", sa.String(length=64), nullable=True),
        sa.Column("date_precision", sa.String(length=16), nullable=True),
        sa.Column("speaker", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id", "revision"], ["revisions.article_id", "revisions.number"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "revision", "number"),
    )
    for statement in (READINGS, SIGHTINGS, EMPTY):
        op.execute(statement)


def downgrade() -> None:
    """Undo."""
    op.drop_table("sightings")
    op.drop_table("readings")
