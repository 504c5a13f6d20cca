"""Alembic's entry: migrates over the connection that ``messages.store.schema`` hands in."""

from alembic import context

from messages.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection is not None and connection.dialect.name == "sqlite",
    transactional_ddl=False,  # the caller's transaction is the transaction
)
context.run_migrations()
