"""Alembic scripts of the desk of feeds."""
