"""The way of a database from release to release, and back, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from store import migrate
from store.database import Database, Unavailable
from store.schema import METADATA

STEPS = [step.revision for step in ScriptDirectory("store/migrations").walk_revisions()][::-1]
# Each engine has a full-text index of its own, of which the other's tables know nothing.
OWN = ("claim_index", "claim_words_gin", "alembic_version")


def tables(database: Database) -> set[str]:
    return {name for name in inspect(database.engine).get_table_names() if not name.startswith(OWN)}


def differences(database: Database) -> list[Any]:
    """What the models have that the database has not, and the other way round."""

    def ours(item: Any, name: str | None, kind: str, *_: Any) -> bool:
        return not (kind in ("table", "index") and (name or "").startswith(OWN))

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_object": ours, "compare_type": True})
        return list(compare_metadata(context, METADATA))


def test_the_steps_lead_to_the_models(blank_database: Database) -> None:
    for step in STEPS:
        migrate.upgrade(blank_database, step)
        assert migrate.current(blank_database) == step
    assert migrate.current(blank_database) == migrate.head() == STEPS[-1]
    assert tables(blank_database) == set(METADATA.tables)
    assert differences(blank_database) == []


def test_each_step_can_be_undone_and_done_again(blank_database: Database) -> None:
    migrate.upgrade(blank_database)
    for before in [*STEPS[-2::-1], "base"]:
        migrate.downgrade(blank_database, before)
        with blank_database.engine.connect() as connection:
            assert MigrationContext.configure(connection).get_current_revision() == (
                None if before == "base" else before
            )
    assert tables(blank_database) == set()
    migrate.upgrade(blank_database)
    assert differences(blank_database) == []


def test_what_a_desk_holds_outlives_a_step_back_and_forth(desk: Any, claim_in: Any) -> None:
    text = "Envoys met in Doha on Monday."
    article_id = desk.read(text, [claim_in(text, "met in Doha")])
    migrate.downgrade(desk.database, STEPS[0])
    migrate.upgrade(desk.database)
    assert desk.article(article_id).text == text
    assert desk.quotes() == {"met in Doha"}


def test_a_database_of_a_later_release_is_told(blank_database: Database) -> None:
    migrate.upgrade(blank_database)
    with blank_database.transaction() as s:
        s.connection().exec_driver_sql("update alembic_version set version_num = '9999_later'")
    with pytest.raises(Unavailable, match="of a later release"):
        migrate.upgrade(blank_database)


def test_a_database_that_cannot_be_reached_is_unavailable() -> None:
    nobody = Database.open("postgresql://desk@127.0.0.1:1/claimtrail")
    with pytest.raises(Unavailable, match="unreachable"):
        migrate.upgrade(nobody)
