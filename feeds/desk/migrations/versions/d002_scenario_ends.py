"""A scenario may have an end: the instant at which the simulator goes back to what its settings declare."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d002"
down_revision = "d001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("feed_desk_playing", sa.Column("until_us", sa.BigInteger))
