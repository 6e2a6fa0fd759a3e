"""The desk's tables: alerts, journal, outbox, and what the engine remembers between two runs.

The journal is append-only: triggers of the migration refuse to change or delete a line of it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

VERSION_TABLE: Final = "alerts_version"

metadata: Final = MetaData()

# SQLite numbers rows by itself only in a column of type INTEGER.
_SEQUENCE: Final = BigInteger().with_variant(Integer, "sqlite")

alerts: Final = Table(
    "alerts",
    metadata,
    Column("id", String(26), primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("alerts_live", "live", "fingerprint"),
    Index("alerts_started", "started_ms"),
)
"""One row an alert, for ever; `body` is the alert as JSON, `fingerprint` its rule and labels."""

journal: Final = Table(
    "alert_journal",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("at_us", BigInteger, nullable=False),
    Column("alert_id", String(26), nullable=False),
    Column("action", String(16), nullable=False),
    Column("who", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("note", Text),
    Column("facts", LargeBinary, nullable=False),
    Index("alert_journal_alert", "alert_id", "seq"),
    Index("alert_journal_at", "at_us"),
)

outbox: Final = Table(
    "alert_outbox",
    metadata,
    Column("seq", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("alert_id", String(26), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("claimed_by", Text),
    Column("claimed_until_us", BigInteger),
)
"""What is still to be told on the stream; written with the change it tells of, deleted once told."""

engine_state: Final = Table(
    "alert_engine",
    metadata,
    Column("name", Text, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""The engine's state in named parts, compressed, and `position`: the last stream entry it has seen."""
