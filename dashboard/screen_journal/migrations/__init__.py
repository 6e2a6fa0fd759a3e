"""Alembic scripts of the screens' journal."""
