"""The tables of frozen moments and of presentations, as SQLAlchemy sees them; the migrations create them.

Instants are milliseconds since 1970. A moment is never changed: a trigger of the migration refuses to.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Table, Text

VERSION_TABLE: Final = "frozen_version"

metadata: Final = MetaData()

moments: Final = Table(
    "frozen_moments",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("screen", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("simulated", Text, nullable=False),
    Column("topics", LargeBinary, nullable=False),
    Index("frozen_moments_at", "at_ms"),
)
"""`topics` is JSON of topic → data, compressed by zlib."""

presentations: Final = Table(
    "frozen_presentations",
    metadata,
    Column("code", Text, primary_key=True),
    Column("deck", Text, nullable=False),
    Column("frozen", Text, nullable=False),
    Column("slide", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("touched_ms", BigInteger, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("ended", Integer, nullable=False),
    Index("frozen_presentations_touched", "touched_ms"),
)
"""What a presenter shows now. `frozen` is the code of a moment, "" while the figures are live; `revision` grows with
every change."""
