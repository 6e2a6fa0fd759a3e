"""Expiry and former quality of readings, re-driven dead letters, and the activity of every source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "h002"
down_revision = "h001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table."""
    for table in ("raw", "latest"):
        op.add_column(table, sa.Column("expires_at", sa.BigInteger))
        op.add_column(table, sa.Column("was", sa.Text))
    op.add_column("dead_letters", sa.Column("redriven_at", sa.BigInteger))
    op.add_column("dead_letters", sa.Column("redriven_by", sa.Text))
    op.create_table(
        "activity",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("bucket", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("readings", sa.BigInteger, nullable=False),
        sa.Column("passages", sa.BigInteger, nullable=False),
        sa.Column("heard", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("activity_by_time", "activity", ["bucket"])


def downgrade() -> None:
    """Drop what was added, and what is in it."""
    op.drop_table("activity")
    op.drop_column("dead_letters", "redriven_by")
    op.drop_column("dead_letters", "redriven_at")
    for table in ("latest", "raw"):
        op.drop_column(table, "was")
        op.drop_column(table, "expires_at")
