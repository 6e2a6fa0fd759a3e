"""Alembic scripts of the tables of frozen moments."""
