"""Alembic scripts of the desk's access tables (version table `desk_version`)."""
