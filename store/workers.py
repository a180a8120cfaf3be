"""Worker processes that were heard of."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.tables import Worker

# A worker says every few seconds that it lives.
LATELY = timedelta(seconds=30)
_FORGOTTEN = timedelta(days=1)


def seen(s: Session, name: str, *, started_at: datetime, now: datetime) -> None:
    """Writes down that a worker lives, and forgets those not heard of for a day."""
    insert = postgresql.insert if s.get_bind().dialect.name == "postgresql" else sqlite.insert
    row = insert(Worker).values(name=name[:200], started_at=started_at, seen_at=now)
    s.execute(row.on_conflict_do_update(index_elements=[Worker.name], set_={"seen_at": now}))
    s.execute(delete(Worker).where(Worker.seen_at < now - _FORGOTTEN).execution_options(synchronize_session=False))


def gone(s: Session, name: str) -> None:
    """Forgets a worker that has stopped."""
    s.execute(delete(Worker).where(Worker.name == name[:200]).execution_options(synchronize_session=False))


def alive(s: Session, now: datetime) -> int:
    """How many workers were heard of lately."""
    return s.scalar(select(func.count()).select_from(Worker).where(Worker.seen_at > now - LATELY)) or 0
