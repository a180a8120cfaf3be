"""What a database or a backup of one holds, and why it cannot be backed up or restored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from store import migrate

_TOLD = ("articles", "revisions", "jobs", "claims")


class BackupError(Exception):
    """No backup can be made, or this file not be restored; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """The revision of its schema, and how many rows its main tables have."""

    revision: str
    rows: Mapping[str, int]


def holdings(ask: Callable[[str], Any]) -> Holdings:
    """What the database holds that `ask` puts a query to, for the first value of its answer.

    Raises whatever `ask` does, and BackupError for a schema that this release does not know.
    """
    revision = check_revision(ask("select version_num from alembic_version"))
    return Holdings(revision, {table: int(ask(f"select count(*) from {table}")) for table in _TOLD})  # noqa: S608 - ours


def check_revision(revision: str | None) -> str:
    """The revision, where this release can bring it up to its own schema. Raises BackupError."""
    if revision is None:
        raise BackupError("it was never migrated, so that nothing is in it")
    if not migrate.knows(revision):
        raise BackupError(f"its schema, {revision}, is of a newer release than this one: update Claimtrail first")
    return revision
