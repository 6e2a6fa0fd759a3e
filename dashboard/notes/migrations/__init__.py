"""Alembic scripts of the notes."""
