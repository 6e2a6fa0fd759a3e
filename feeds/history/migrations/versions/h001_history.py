"""The first tables: series, raw readings, rollups, latest values, passages, dead letters, ledger, marks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "h001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "series",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("dims", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.UniqueConstraint("metric", "place", "dims", "source", name="series_identity"),
    )
    op.create_table(
        "raw",
        sa.Column("series_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("observed_at", sa.BigInteger, primary_key=True),
        sa.Column("value", sa.Double),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    for name in ("rollup_1m", "rollup_1h"):
        op.create_table(
            name,
            sa.Column("series_id", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("bucket", sa.BigInteger, primary_key=True),
            sa.Column("readings", sa.Integer, nullable=False),
            sa.Column("missing", sa.Integer, nullable=False),
            sa.Column("lowest", sa.Double),
            sa.Column("highest", sa.Double),
            sa.Column("total", sa.Double, nullable=False),
            sa.Column("last", sa.Double),
            sa.Column("last_at", sa.BigInteger),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "latest",
        sa.Column("series_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("observed_at", sa.BigInteger, nullable=False),
        sa.Column("value", sa.Double),
        sa.Column("quality", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
    )
    _create_passages()
    _create_books()


def _create_passages() -> None:
    op.create_table(
        "passage_points",
        sa.Column("id", sa.Integer, sa.Identity(), primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("direction", sa.Text, nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("phase", sa.Text, nullable=False),
        sa.UniqueConstraint("source", "place", "direction", "step", "phase", name="passage_points_identity"),
    )
    op.create_table(
        "passages",
        sa.Column("vehicle", sa.Text, primary_key=True),
        sa.Column("point_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("goods_class", sa.Text, nullable=False),
        sa.Column("goods_tonnes", sa.Double),
        sa.Column("fee_vnd", sa.BigInteger),
        sa.Column("diverted", sa.Boolean, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("passages_by_time", "passages", ["at", "vehicle", "point_id"])


def _create_books() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(), primary_key=True),
        sa.Column("stream_id", sa.Text, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("received_at", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.UniqueConstraint("stream_id", "ordinal", "received_at", name="dead_letters_identity"),
    )
    op.create_index("dead_letters_by_time", "dead_letters", ["received_at"])
    op.create_table(
        "ledger",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("stored", sa.BigInteger, nullable=False),
        sa.Column("duplicates", sa.BigInteger, nullable=False),
        sa.Column("corrections", sa.BigInteger, nullable=False),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "refusals",
        sa.Column("day", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("refused", sa.BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "marks",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("stream_id", sa.Text, primary_key=True),
        sa.Column("records", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("received_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Drop the tables and all they hold."""
    for name in (
        "marks",
        "refusals",
        "ledger",
        "dead_letters",
        "passages",
        "passage_points",
        "latest",
        "rollup_1h",
        "rollup_1m",
        "raw",
        "series",
    ):
        op.drop_table(name)
