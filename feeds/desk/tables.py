"""The tables of the desk of feeds, as SQLAlchemy sees them; the migrations create them.

Instants are microseconds since 1970. The journal is append-only: triggers of the migration refuse to change or delete
a line of it. Its newest number is the desk's revision, since nothing changes without a line.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Table, Text

VERSION_TABLE: Final = "feed_desk_version"

metadata: Final = MetaData()

# SQLite numbers rows by itself only in a column of type INTEGER.
_NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")

declared: Final = Table(
    "feed_desk_declared",
    metadata,
    Column("name", Text, primary_key=True),
    Column("settings_yaml", Text, nullable=False),
    Column("mapping_yaml", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

paused: Final = Table(
    "feed_desk_paused",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
)

playing: Final = Table(
    "feed_desk_playing",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("scenario", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),
)

marks: Final = Table(
    "feed_desk_marks",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("source", Text, nullable=False),
    Column("metric", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("dims_key", Text),
    Column("start_us", BigInteger, nullable=False),
    Column("end_us", BigInteger),
    Column("why", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("ended_by", Text, nullable=False),
    Column("ended_at_us", BigInteger),
    Column("settled", Integer, nullable=False),
    Index("feed_desk_marks_open", "settled", "end_us"),
)
"""`settled` is 1 once all that a mark (or its end) changes in the history has been changed."""

entries: Final = Table(
    "feed_desk_entries",
    metadata,
    Column("id", _NUMBER, primary_key=True, autoincrement=True),
    Column("metric", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("dims_key", Text, nullable=False),
    Column("value", Double, nullable=False),
    Column("note", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("observed_at_us", BigInteger, nullable=False),
    Column("entered_at_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Column("withdrawn_by", Text, nullable=False),
    Column("withdrawn_at_us", BigInteger),
)

journal: Final = Table(
    "feed_desk_journal",
    metadata,
    Column("seq", _NUMBER, primary_key=True, autoincrement=True),
    Column("at_us", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("why", Text, nullable=False),
)
