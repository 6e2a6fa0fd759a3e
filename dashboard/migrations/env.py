"""Run the scripts on the connection that `feeds.sql.upgrade` holds."""

from alembic import context

configuration = context.config
context.configure(
    connection=configuration.attributes["connection"],
    version_table=configuration.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
