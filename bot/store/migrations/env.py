"""How Alembic runs our revisions: on the connection it is handed by ``bot.store.migrate``."""

from alembic import context

from bot.store.schema import metadata

connection = context.config.attributes["connection"]
# SQLite changes a table by making it anew, which Alembic calls batch mode.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
