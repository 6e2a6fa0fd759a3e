"""The journal of the screens, and their last signs of life."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "screen_journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("screen", sa.String(64), nullable=False),
        sa.Column("panel", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("n", sa.BigInteger),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("for_ms", sa.BigInteger, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("received_ms", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("browser", "n", name="screen_journal_once"),
    )
    op.create_index("screen_journal_received", "screen_journal", ["received_ms"])
    op.create_table(
        "screen_beats",
        sa.Column("screen", sa.String(64), primary_key=True),
        sa.Column("panel", sa.String(64), primary_key=True),
        sa.Column("browser", sa.String(64), primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )


def downgrade() -> None:
    """Take the tables away."""
    op.drop_table("screen_beats")
    op.drop_table("screen_journal")
