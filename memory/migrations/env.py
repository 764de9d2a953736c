"""How Alembic reaches the database: on the connection that `memory/schema.py` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["target_metadata"],
    render_as_batch=True,  # SQLite alters a table by rebuilding it
    transactional_ddl=True,  # all revisions in the caller's one transaction, on SQLite too
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
