"""The tables of the history, as SQLAlchemy sees them; the migrations create them.

Raw readings and rollups are clustered by series and time (a WITHOUT ROWID table on SQLite, the primary key on
PostgreSQL), because every question asks for one series over a range. Instants are microseconds since 1970 (`instants`).
Staging tables are temporary: one batch is loaded into them and then compared and merged by statements on whole sets.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

VERSION_TABLE: Final = "history_version"

metadata: Final = MetaData()
staging: Final = MetaData()

_row_id: Final = BigInteger().with_variant(Integer(), "sqlite")
"""Only an INTEGER primary key numbers its rows by itself in SQLite."""

series: Final = Table(
    "series",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("metric", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("dims", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("metric", "place", "dims", "source", name="series_identity"),
)

raw: Final = Table(
    "raw",
    metadata,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("observed_at", BigInteger, primary_key=True),
    Column("value", Double),
    Column("quality", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("was", Text),
    sqlite_with_rowid=False,
)
"""`expires_at` is of manual entries, `was` the quality before a person marked it `instrument`; else both are empty."""


def _rollup_columns() -> list[Column[object]]:
    return [
        Column("series_id", Integer, primary_key=True, autoincrement=False),
        Column("bucket", BigInteger, primary_key=True),
        Column("readings", Integer, nullable=False),
        Column("missing", Integer, nullable=False),
        Column("lowest", Double),
        Column("highest", Double),
        Column("total", Double, nullable=False),
        Column("last", Double),
        Column("last_at", BigInteger),
    ]


rollup_1m: Final = Table("rollup_1m", metadata, *_rollup_columns(), sqlite_with_rowid=False)
rollup_1h: Final = Table("rollup_1h", metadata, *_rollup_columns(), sqlite_with_rowid=False)

latest: Final = Table(
    "latest",
    metadata,
    Column("series_id", Integer, primary_key=True, autoincrement=False),
    Column("observed_at", BigInteger, nullable=False),
    Column("value", Double),
    Column("quality", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("was", Text),
)

points: Final = Table(
    "passage_points",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("phase", Text, nullable=False),
    UniqueConstraint("source", "place", "direction", "step", "phase", name="passage_points_identity"),
)
"""Where passages happen: the part of a passage's identity that repeats, kept once."""

passages: Final = Table(
    "passages",
    metadata,
    Column("vehicle", Text, primary_key=True),
    Column("point_id", Integer, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("goods_class", Text, nullable=False),
    Column("goods_tonnes", Double),
    Column("fee_vnd", BigInteger),
    Column("diverted", Boolean, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Index("passages_by_time", "at", "vehicle", "point_id"),
    sqlite_with_rowid=False,
)

dead_letters: Final = Table(
    "dead_letters",
    metadata,
    Column("id", _row_id, Identity(), primary_key=True),
    Column("stream_id", Text, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("payload", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("redriven_at", BigInteger),
    Column("redriven_by", Text),
    UniqueConstraint("stream_id", "ordinal", "received_at", name="dead_letters_identity"),
    Index("dead_letters_by_time", "received_at"),
)

ledger: Final = Table(
    "ledger",
    metadata,
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("stored", BigInteger, nullable=False),
    Column("duplicates", BigInteger, nullable=False),
    Column("corrections", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

refusals: Final = Table(
    "refusals",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("reason", Text, primary_key=True),
    Column("refused", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
"""Refused records by day in Hanoi (days since 1970), source, kind and reason."""

marks: Final = Table(
    "marks",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("stream_id", Text, primary_key=True),
    Column("records", Integer, primary_key=True, autoincrement=False),
    Column("received_at", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Stream entries whose effect is already in here, so that one delivered again is not counted again."""

activity: Final = Table(
    "activity",
    metadata,
    Column("source", Text, primary_key=True),
    Column("bucket", BigInteger, primary_key=True, autoincrement=False),
    Column("readings", BigInteger, nullable=False),
    Column("passages", BigInteger, nullable=False),
    Column("heard", BigInteger, nullable=False),
    Index("activity_by_time", "bucket"),
    sqlite_with_rowid=False,
)
"""What each source told of every five minutes (`readings`, `passages`: by when it happened, each once) and how many
records came from it in them (`heard`: by when they came, repeated ones too)."""


def _staged(name: str, *columns: Column[object]) -> Table:
    # No keys on purpose: the planner must start from the batch and look its rows up, never the other way round.
    return Table(name, staging, *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DELETE ROWS")


staged_readings: Final = _staged("staged_readings", *(Column(c.name, c.type) for c in raw.columns))
staged_rollups: Final = _staged("staged_rollups", *(Column(c.name, c.type) for c in rollup_1m.columns))
staged_passages: Final = _staged("staged_passages", *(Column(c.name, c.type) for c in passages.columns))
staged_buckets: Final = _staged("staged_buckets", Column("series_id", Integer), Column("bucket", BigInteger))
