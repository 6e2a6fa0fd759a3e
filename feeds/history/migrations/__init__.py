"""How the history's tables came to be: Alembic scripts, run by `feeds.sql.upgrade`."""
