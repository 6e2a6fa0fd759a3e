"""Activity: what each source told of every five minutes, kept long enough for a strip of a month.

Counted in the transaction that stores the records, so that a strip and the history never disagree. A record counts
where it happened (a late one fills its gap) and once more where it was heard (so that a replayed day of last year
still shows that its source was speaking).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection, func, select

from feeds.errors import HistoryError
from feeds.history import tables
from feeds.history.dialect import insert
from feeds.history.instants import DAY_US, MINUTE_US, SECOND_US, from_us, to_us
from feeds.model import Passage, Reading

BUCKET_US: Final = 5 * MINUTE_US
BUCKET_S: Final = BUCKET_US / SECOND_US
"""Length of a bucket: the commonest cadence of a figure, and 288 of them make a day's strip."""
ACTIVITY_KEPT_US: Final = 35 * DAY_US
"""How long activity is kept: a strip of thirty days and some to look back at."""
LONGEST: Final = timedelta(days=36)
"""The longest range asked for at once."""

Told = Counter[tuple[str, int]]
"""Records by source and bucket."""


class Activity(NamedTuple):
    """What a source told of one stretch.

    Attributes:
        source: the source.
        start: where the stretch begins.
        readings: readings observed in it, each once.
        passages: passages that happened in it, each once.
        heard: records of both kinds that came in it, repeated ones too.
    """

    source: str
    start: datetime
    readings: int
    passages: int
    heard: int


class Gap(NamedTuple):
    """A stretch [start, end) of which a source told nothing."""

    source: str
    start: datetime
    end: datetime


def heard(groups: Iterable[Sequence[Reading] | Sequence[Passage]]) -> Told:
    """Return the records of batches by source and by when their batch came."""
    counted: Told = Counter()
    for batch in groups:
        if batch:
            bucket = _floor(to_us(batch[0].received_at))
            for source, records in Counter(one.source for one in batch).items():
                counted[source, bucket] += records
    return counted


def enter(connection: Connection, kind: Literal["readings", "passages"], told: Told, came: Told) -> None:
    """Add a batch, in the transaction that stores it.

    Args:
        connection: inside `dialect.writing`.
        kind: what the records are.
        told: those never stored before, by when they happened.
        came: all of them, by when they came.
    """
    newest = max((bucket for _, bucket in came), default=0)
    keys = sorted({key for key in (*told, *came) if key[1] > newest - ACTIVITY_KEPT_US})
    if not keys:
        return
    table = tables.activity
    statement = insert(connection, table)
    counts = ("readings", "passages", "heard")
    statement = statement.on_conflict_do_update(
        index_elements=[table.c.source, table.c.bucket],
        set_={name: table.c[name] + statement.excluded[name] for name in counts},
    )
    rows = []
    for key in keys:
        row = {"source": key[0], "bucket": key[1], "readings": 0, "passages": 0, "heard": came[key]}
        row[kind] = told[key]
        rows.append(row)
    connection.execute(statement, rows)


def counted(rows: Iterable[tuple[int, int]], sources: Callable[[int], str]) -> Told:
    """Return records by source and bucket.

    Args:
        rows: (number of the series or point, instant).
        sources: gives the source of a number.
    """
    told: Told = Counter()
    found: dict[tuple[str, int], int] = {}  # a plain dict: a Counter takes twice as long, and this is done per reading
    for number, instant in rows:
        key = (sources(number), instant - instant % BUCKET_US)
        found[key] = found.get(key, 0) + 1
    told.update(found)
    return told


def check(start: datetime, end: datetime, bucket_s: float) -> None:
    """Return when a range can be answered; raises HistoryError otherwise."""
    for field, instant in (("from", start), ("to", end)):
        if instant.tzinfo is None:
            raise HistoryError(field, f"{field} must carry its zone (…Z or ±hh:mm), got {instant.isoformat()}")
    if start >= end:
        raise HistoryError("to", f"to must lie after from, got {start.isoformat()} to {end.isoformat()}")
    if end - start > LONGEST:
        raise HistoryError("from", f"activity has at most {LONGEST.days} days, got {(end - start).days}")
    if bucket_s < BUCKET_S or bucket_s % BUCKET_S:
        raise HistoryError("bucket_s", f"bucket_s must be a multiple of {BUCKET_S:.0f}, got {bucket_s:g}")


def read(connection: Connection, source: str | None, start: datetime, end: datetime, width_us: int) -> list[Activity]:
    """Return the stretches; see `History.activity`."""
    table = tables.activity.c
    origin = _floor(to_us(start))
    stretch = (table.bucket - (table.bucket - origin) % width_us).label("stretch")
    asked = (
        select(table.source, stretch, func.sum(table.readings), func.sum(table.passages), func.sum(table.heard))
        .where(table.bucket >= origin, table.bucket < to_us(end))
        .group_by(table.source, "stretch")
        .order_by(table.source, "stretch")
    )
    if source is not None:
        asked = asked.where(table.source == source)
    return [
        Activity(name, from_us(bucket), int(readings), int(passages), int(came))
        for name, bucket, readings, passages, came in connection.execute(asked)
    ]


def gaps(connection: Connection, source: str | None, start: datetime, end: datetime, shortest_s: float) -> list[Gap]:
    """Return the gaps; see `History.gaps`."""
    table = tables.activity.c
    told = table.readings + table.passages > 0
    firsts = select(table.source, func.min(table.bucket)).where(told).group_by(table.source).order_by(table.source)
    asked = select(table.source, table.bucket).where(
        told, table.bucket >= _floor(to_us(start)), table.bucket < to_us(end)
    )
    if source is not None:
        firsts, asked = firsts.where(table.source == source), asked.where(table.source == source)
    buckets: dict[str, list[int]] = {}
    for name, bucket in connection.execute(asked.order_by(table.source, table.bucket)):
        buckets.setdefault(name, []).append(bucket)
    found = []
    for name, first in connection.execute(firsts):
        silent_from = max(to_us(start), first)
        for bucket in (*buckets.get(name, ()), to_us(end)):
            if bucket - silent_from >= shortest_s * SECOND_US and bucket > silent_from:
                found.append(Gap(name, from_us(silent_from), from_us(bucket)))
            silent_from = max(silent_from, bucket + BUCKET_US)
    return found


def _floor(instant_us: int) -> int:
    return instant_us - instant_us % BUCKET_US
