"""Frozen moments, which nobody changes, and presentations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "f001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "frozen_moments",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, nullable=False, unique=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("screen", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("simulated", sa.Text, nullable=False),
        sa.Column("topics", sa.LargeBinary, nullable=False),
    )
    op.create_index("frozen_moments_at", "frozen_moments", ["at_ms"])
    op.create_table(
        "frozen_presentations",
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("deck", sa.Text, nullable=False),
        sa.Column("frozen", sa.Text, nullable=False),
        sa.Column("slide", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("touched_ms", sa.BigInteger, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("ended", sa.Integer, nullable=False),
    )
    op.create_index("frozen_presentations_touched", "frozen_presentations", ["touched_ms"])
    for statement in _seal(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: what was cited from a moment must stay to be looked up."""
    raise NotImplementedError("frozen moments are never taken away by a migration; restore a backup instead")


def _seal(dialect: str) -> list[str]:
    """Return the statements after which a moment cannot be changed; it can be pruned."""
    if dialect == "postgresql":
        return [
            """
            CREATE FUNCTION frozen_moments_sealed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'a frozen moment is never changed'; END $$
            """,
            """
            CREATE TRIGGER frozen_moments_sealed BEFORE UPDATE ON frozen_moments
            FOR EACH STATEMENT EXECUTE FUNCTION frozen_moments_sealed()
            """,
        ]
    return [
        """
        CREATE TRIGGER frozen_moments_no_update BEFORE UPDATE ON frozen_moments
        BEGIN SELECT RAISE(ABORT, 'a frozen moment is never changed'); END
        """
    ]
