"""Days of raw readings as partitions on PostgreSQL: made ahead, and dropped whole once nothing in them is kept.

A reading of a day that has no partition (a replayed month, a clock that was wrong) lies in the default one, where it
is found and forgotten like on SQLite, which has no partitions and does not miss them: every function here does nothing
there. Decision 035 tells why days, and why only raw readings.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, Engine, text

from feeds.history.dialect import writing
from feeds.history.instants import DAY_US, to_us
from feeds.history.levels import RAW_KEPT_US

DEFAULT: Final = "raw_default"
KEPT_DAYS: Final = max(RAW_KEPT_US.values()) // DAY_US + 1
AHEAD_DAYS: Final = 3
"""Days made ahead: as long as a recorder may be down over a weekend and its first batch still find its day."""
MOST_MOVED: Final = 200_000
"""Rows of a day that are taken out of the default partition when its own is made: a second. A day with more stays
there, which is slower to forget and otherwise the same."""
_EPOCH: Final = date(1970, 1, 1)


def name_of(day: int) -> str:
    """Return the name of a day's partition; days are counted from 1970, in UTC."""
    return f"raw_{_EPOCH + timedelta(days=day):%Y%m%d}"


def day_of(name: str) -> int:
    """Return the day of a partition's name."""
    digits = name.removeprefix("raw_")
    return (date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) - _EPOCH).days


def keep_ready(engine: Engine, now: datetime) -> None:
    """Make the days around now; for the start of a process. Looks first, and writes only when one is missing."""
    if engine.dialect.name != "postgresql":
        return
    with engine.connect() as connection:
        some = _missing(connection, now, back_days=1)
    if some:
        with writing(engine) as connection:
            make_ready(connection, now)


def make_ready(connection: Connection, now: datetime, *, back_days: int = 1) -> int:
    """Make the partitions of the days around now that are missing; return how many were made.

    Args:
        connection: inside `dialect.writing`, or a transaction nobody else writes beside.
        now: aware.
        back_days: from so many days ago to AHEAD_DAYS from now.
    """
    return sum(_make(connection, day) for day in _missing(connection, now, back_days=back_days))


def drop_forgotten(connection: Connection, before_us: int) -> tuple[int, bool]:
    """Drop the oldest partition in which nothing is to be kept any more.

    Args:
        connection: inside `dialect.writing`.
        before_us: what was observed and received before this instant is forgotten.

    Returns:
        How many were dropped (0 or 1), and whether there may be another one.
    """
    old = [day for day in _days(connection) if (day + 1) * DAY_US <= before_us]
    for position, day in enumerate(sorted(old)):
        name = name_of(day)
        # A replayed day is kept from its reception on.
        kept = text(f"SELECT 1 FROM {name} WHERE received_at >= :before LIMIT 1")  # noqa: S608 (named by us)
        if connection.execute(kept, {"before": before_us}).first() is None:
            connection.exec_driver_sql(f"DROP TABLE {name}")
            return 1, position + 1 < len(old)
    return 0, False


def missing(connection: Connection, now: datetime) -> int:
    """Return how many of the days around now have no partition; 0 where there are none at all."""
    return len(_missing(connection, now, back_days=0))


def _missing(connection: Connection, now: datetime, *, back_days: int) -> list[int]:
    if not _partitioned(connection):
        return []
    today, there = to_us(now) // DAY_US, set(_days(connection))
    return [day for day in range(today - back_days, today + AHEAD_DAYS + 1) if day not in there]


def _partitioned(connection: Connection) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    return connection.execute(text("SELECT relkind FROM pg_class WHERE oid = to_regclass('raw')")).scalar() == "p"


def _days(connection: Connection) -> list[int]:
    if not _partitioned(connection):
        return []
    names = connection.execute(
        text(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
            "WHERE i.inhparent = to_regclass('raw') AND c.relname <> :default"
        ),
        {"default": DEFAULT},
    ).scalars()
    return [day_of(name) for name in names]


def _make(connection: Connection, day: int) -> bool:
    name, bounds = name_of(day), {"start": day * DAY_US, "end": (day + 1) * DAY_US}
    inside = "observed_at >= :start AND observed_at < :end"
    stray = connection.execute(
        text(f"SELECT count(*) FROM (SELECT 1 FROM {DEFAULT} WHERE {inside} LIMIT :most) AS strays"),  # noqa: S608
        {**bounds, "most": MOST_MOVED + 1},
    ).scalar_one()
    if stray > MOST_MOVED:
        return False
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE raw INCLUDING DEFAULTS INCLUDING INDEXES)")
    if stray:
        names = ", ".join(
            connection.execute(
                text(
                    "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass('raw') AND attnum > 0 "
                    "AND NOT attisdropped ORDER BY attnum"
                )
            ).scalars()
        )
        moved = f"WITH moved AS (DELETE FROM {DEFAULT} WHERE {inside} RETURNING {names})"  # noqa: S608
        filled = f"INSERT INTO {name} ({names}) SELECT {names} FROM moved"  # noqa: S608
        connection.execute(text(f"{moved} {filled}"), bounds)
    # Attached rather than made as a partition: readers of the other days are not held up.
    connection.exec_driver_sql(
        f"ALTER TABLE raw ATTACH PARTITION {name} FOR VALUES FROM ({bounds['start']}) TO ({bounds['end']})"
    )
    return True
