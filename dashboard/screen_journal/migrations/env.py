"""Runs the scripts on the connection that `feeds.sql.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from dashboard.screen_journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    version_table=context.config.attributes["version_table"],
    target_metadata=metadata,
)
with context.begin_transaction():
    context.run_migrations()
