"""Notes to the duty desk, and what was done with each."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "n001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "desk_note",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("place", sa.String(128)),
        sa.Column("alert", sa.String(26)),
        sa.Column("path", sa.Text, nullable=False),
    )
    op.create_index("desk_note_at", "desk_note", ["at_ms"])
    op.create_table(
        "desk_note_step",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("note_id", sa.String(16), sa.ForeignKey("desk_note.id"), nullable=False),
        sa.Column("what", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("desk_note_step_note", "desk_note_step", ["note_id", "seq"])
