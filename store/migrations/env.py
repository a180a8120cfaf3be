"""Alembic's entry point: runs on the connection, and in the transaction, that store.migrate hands over."""

from alembic import context

from store.schema import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
