"""The index of events' members holds all that tells which of them are compared."""

from __future__ import annotations

from alembic import op

revision = "0012_members_index"
down_revision = "0011_ninjs"
branch_labels = None
depends_on = None

_NAME, _COLUMNS = "event_members_by_event", ["event_id", "signature", "claim_seq"]


def upgrade() -> None:
    """Apply."""
    op.drop_index(_NAME, table_name="event_members")
    op.create_index(_NAME, "event_members", [*_COLUMNS, "confirmed"])


def downgrade() -> None:
    """Undo."""
    op.drop_index(_NAME, table_name="event_members")
    op.create_index(_NAME, "event_members", _COLUMNS)
