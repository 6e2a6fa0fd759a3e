"""Raw readings in partitions of a day on PostgreSQL; the table as it was becomes the partition for everything else."""

from __future__ import annotations

from alembic import op

revision = "h003"
down_revision = "h002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put a partitioned table in front of the one there is: no row is moved, so that it takes an instant.

    What was recorded so far is forgotten row by row, as before, and is gone after as long as raw readings are kept.
    """
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (
        "ALTER TABLE raw RENAME TO raw_default",
        "ALTER INDEX raw_pkey RENAME TO raw_default_pkey",
        "CREATE TABLE raw (LIKE raw_default INCLUDING DEFAULTS) PARTITION BY RANGE (observed_at)",
        "ALTER TABLE raw ADD CONSTRAINT raw_pkey PRIMARY KEY (series_id, observed_at)",
        "ALTER TABLE raw ATTACH PARTITION raw_default DEFAULT",
        # A handful of pages a day: it only has to say whether a day holds what came lately.
        "CREATE INDEX raw_by_reception ON raw USING brin (received_at)",
    ):
        op.execute(statement)


def downgrade() -> None:
    """Make it one table again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for statement in (
        "ALTER TABLE raw RENAME TO raw_parts",
        "ALTER INDEX raw_pkey RENAME TO raw_parts_pkey",
        "CREATE TABLE raw (LIKE raw_parts INCLUDING DEFAULTS)",
        "INSERT INTO raw SELECT * FROM raw_parts",
        "ALTER TABLE raw ADD CONSTRAINT raw_pkey PRIMARY KEY (series_id, observed_at)",
        "DROP TABLE raw_parts",
    ):
        op.execute(statement)
