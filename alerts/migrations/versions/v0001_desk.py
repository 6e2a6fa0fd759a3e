"""The desk's alert tables, and a journal that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    sequence = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("started_ms", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("alerts_live", "alerts", ["live", "fingerprint"])
    op.create_index("alerts_started", "alerts", ["started_ms"])
    op.create_table(
        "alert_journal",
        sa.Column("seq", sequence, primary_key=True, autoincrement=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("alert_id", sa.String(26), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("facts", sa.LargeBinary, nullable=False),
    )
    op.create_index("alert_journal_alert", "alert_journal", ["alert_id", "seq"])
    op.create_index("alert_journal_at", "alert_journal", ["at_us"])
    op.create_table(
        "alert_outbox",
        sa.Column("seq", sequence, primary_key=True, autoincrement=True),
        sa.Column("alert_id", sa.String(26), nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("claimed_until_us", sa.BigInteger),
    )
    op.create_table(
        "alert_engine",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    for statement in _seal(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    """Refuse: the journal is a record that is kept."""
    raise NotImplementedError("the alert journal is never taken away; restore a backup instead")


def _seal(dialect: str) -> list[str]:
    """Return the statements after which a line of the journal can be neither changed nor deleted."""
    if dialect == "postgresql":
        return [
            """
            CREATE FUNCTION alert_journal_sealed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION 'the alert journal is append-only'; END $$
            """,
            """
            CREATE TRIGGER alert_journal_sealed BEFORE UPDATE OR DELETE OR TRUNCATE ON alert_journal
            FOR EACH STATEMENT EXECUTE FUNCTION alert_journal_sealed()
            """,
        ]
    return [
        f"CREATE TRIGGER alert_journal_no_{verb.lower()} BEFORE {verb} ON alert_journal "
        "BEGIN SELECT RAISE(ABORT, 'the alert journal is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]
