"""The desk of feeds: declared feeds, pauses, scenarios, marks, manual entries, and a journal that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "feed_desk_declared",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("settings_yaml", sa.Text, nullable=False),
        sa.Column("mapping_yaml", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    for table, extra in (("feed_desk_paused", ()), ("feed_desk_playing", ("scenario",))):
        op.create_table(
            table,
            sa.Column("feed", sa.Text, primary_key=True),
            *(sa.Column(name, sa.Text, nullable=False) for name in extra),
            sa.Column("who", sa.Text, nullable=False),
            sa.Column("why", sa.Text, nullable=False),
            sa.Column("at_us", sa.BigInteger, nullable=False),
        )
    op.create_table(
        "feed_desk_marks",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("dims_key", sa.Text),
        sa.Column("start_us", sa.BigInteger, nullable=False),
        sa.Column("end_us", sa.BigInteger),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("ended_by", sa.Text, nullable=False),
        sa.Column("ended_at_us", sa.BigInteger),
        sa.Column("settled", sa.Integer, nullable=False),
    )
    op.create_index("feed_desk_marks_open", "feed_desk_marks", ["settled", "end_us"])
    op.create_table(
        "feed_desk_entries",
        sa.Column("id", number, primary_key=True, autoincrement=True),
        sa.Column("metric", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("dims_key", sa.Text, nullable=False),
        sa.Column("value", sa.Double, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("observed_at_us", sa.BigInteger, nullable=False),
        sa.Column("entered_at_us", sa.BigInteger, nullable=False),
        sa.Column("until_us", sa.BigInteger, nullable=False),
        sa.Column("withdrawn_by", sa.Text, nullable=False),
        sa.Column("withdrawn_at_us", sa.BigInteger),
    )
    op.create_table(
        "feed_desk_journal",
        sa.Column("seq", number, primary_key=True, autoincrement=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    for statement in _seal(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the journal is a record that is kept."""
    raise NotImplementedError("the journal of the feed desk is never taken away; restore a backup instead")


def _seal(dialect: str) -> list[str]:
    """Return the statements after which a line of the journal can be neither changed nor deleted."""
    if dialect == "postgresql":
        return [
            """
            CREATE FUNCTION feed_desk_journal_sealed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the journal of the feed desk is append-only'; END $$
            """,
            """
            CREATE TRIGGER feed_desk_journal_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON feed_desk_journal
            FOR EACH STATEMENT EXECUTE FUNCTION feed_desk_journal_sealed()
            """,
        ]
    return [
        f"CREATE TRIGGER feed_desk_journal_no_{verb.lower()} BEFORE {verb} ON feed_desk_journal "
        "BEGIN SELECT RAISE(ABORT, 'the journal of the feed desk is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
