"""The tables of what screens report: their journals, and the last sign of life of each."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, UniqueConstraint

VERSION_TABLE: Final = "screens_version"

metadata: Final = MetaData()

# SQLite numbers rows by itself only in a column of type INTEGER.
_SEQUENCE: Final = BigInteger().with_variant(Integer, "sqlite")

journal: Final = Table(
    "screen_journal",
    metadata,
    Column("id", _SEQUENCE, primary_key=True, autoincrement=True),
    Column("screen", String(64), nullable=False),
    Column("panel", String(64), nullable=False),
    Column("browser", String(64), nullable=False),
    Column("n", BigInteger),
    Column("who", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("for_ms", BigInteger, nullable=False),
    Column("detail", Text, nullable=False),
    Column("received_ms", BigInteger, nullable=False),
    UniqueConstraint("browser", "n", name="screen_journal_once"),
    Index("screen_journal_received", "received_ms"),
)
"""`browser` and `n` are unique where the screen numbers its lines: one that was sent twice is kept once."""

beats: Final = Table(
    "screen_beats",
    metadata,
    Column("screen", String(64), primary_key=True),
    Column("panel", String(64), primary_key=True),
    Column("browser", String(64), primary_key=True),
    Column("who", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
"""One row a browser and screen; `body` is its last beat as JSON."""
