"""Alembic scripts of the desk's alert tables."""
