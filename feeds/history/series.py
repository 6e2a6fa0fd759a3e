"""Reading a series over a range: the right resolution, at most so many points, extremes never lost.

A point stands for an equal share of the range: its value is the mean of the readings in it, beside their minimum and
maximum, so the highest and lowest reading of the range are always in the answer. Rollups serve whole buckets only;
the ragged ends of a range come from the next finer level. Where raw readings were pruned, the coarser level answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, case, func, select

from feeds.errors import HistoryError
from feeds.history.instants import from_us
from feeds.history.levels import RAW, Level
from feeds.history.rollup import Rollup, merge, roll_up
from feeds.marks import INSTRUMENT

MOST_POINTS: Final = 1_000
"""Points one series may answer with: about as many as a screen has columns. Source: design, §5."""
LONGEST: Final = timedelta(days=10 * 366)
"""The longest range: twice the five years promised, a bound for what one question may cost."""

_COUNTED: Final = case((RAW.table.c.quality != INSTRUMENT, RAW.table.c.value))
"""The value that counts: what a person marked as a broken instrument's is as good as missing."""


class Point(NamedTuple):
    """One point of a series.

    Attributes:
        t: instant of the newest reading in it; of a point that holds only missing readings, where it begins.
        value: mean of its readings, None where all of them are missing.
        min: smallest of them.
        max: largest of them.
    """

    t: datetime
    value: float | None
    min: float | None
    max: float | None


class HistorySeries(NamedTuple):
    """One series over the range that was asked for; `points` are ordered by time, without the empty ones."""

    metric: str
    place: str
    dims: dict[str, str]
    source: str
    points: list[Point]


class Question(NamedTuple):
    """A range of one series, [start, end) in microseconds since 1970, and how many points may answer.

    `origin` and `share_us` are the grid of the points; parts of a question keep the grid of the whole.
    """

    series_id: int
    start: int
    end: int
    points: int
    origin: int
    share_us: int

    @classmethod
    def of(cls, series_id: int, start: int, end: int, points: int) -> Question:
        """Return a question whose shares are as narrow as `points` of them can be and still cover the range."""
        return cls(series_id, start, end, points, start, -((start - end) // points))


def check_range(start: datetime, end: datetime, points: int) -> None:
    """Return when a range can be answered.

    Raises:
        HistoryError: with the query parameter at fault: from, to, points.
    """
    for field, instant in (("from", start), ("to", end)):
        if instant.tzinfo is None:
            raise HistoryError(field, f"{field} must carry its zone (…Z or ±hh:mm), got {instant.isoformat()}")
    if start >= end:
        raise HistoryError("to", f"to must lie after from, got {start.isoformat()} to {end.isoformat()}")
    if end - start > LONGEST:
        raise HistoryError("from", f"a range has at most {LONGEST.days} days, got {(end - start).days}")
    if not 1 <= points <= MOST_POINTS:
        raise HistoryError("points", f"points must lie in 1–{MOST_POINTS}, got {points}")


def answer(connection: Connection, question: Question, levels: Sequence[Level]) -> list[Point]:
    """Return the points of one series; levels are those it is kept at, finest first."""
    coarse_enough = [index for index, level in enumerate(levels) if level.width_us <= question.share_us]
    index = coarse_enough[-1]  # raw has width 0 and always fits
    if index == 0 and not _raw_is_complete(connection, question, levels[1]):
        index = 1
    if index == 0:
        rows = _readings(connection, question, question.points + 1)
        if len(rows) <= question.points:
            return [Point(from_us(at), value, value, value) for at, value in rows]
        return [_point(one) for one in _binned_raw(connection, question)]
    return [_point(one) for one in _binned(question, _pieces(connection, question, levels, index))]


def _point(one: Rollup) -> Point:
    mean = one.total / one.readings if one.readings else None
    if mean is not None and one.lowest is not None and one.highest is not None:
        mean = min(max(mean, one.lowest), one.highest)  # rounding must not carry a mean beyond its extremes
    return Point(from_us(one.bucket if one.last_at is None else one.last_at), mean, one.lowest, one.highest)


def _raw_is_complete(connection: Connection, question: Question, coarser: Level) -> bool:
    """Tell whether no raw reading of the range was pruned: its whole buckets count what raw still counts."""
    start, end = _floor(question.start, coarser), _ceil(question.end, coarser)
    table, raw = coarser.table.c, RAW.table.c
    counted = connection.execute(
        select(func.coalesce(func.sum(table.readings + table.missing), 0)).where(
            table.series_id == question.series_id, table.bucket >= start, table.bucket < end
        )
    ).scalar_one()
    kept = connection.execute(
        select(func.count()).where(raw.series_id == question.series_id, raw.observed_at >= start, raw.observed_at < end)
    ).scalar_one()
    return bool(kept >= counted)


def _readings(connection: Connection, question: Question, limit: int | None) -> list[tuple[int, float | None]]:
    raw = RAW.table.c
    rows = connection.execute(
        select(raw.observed_at, _COUNTED)
        .where(raw.series_id == question.series_id, raw.observed_at >= question.start, raw.observed_at < question.end)
        .order_by(raw.observed_at)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


def _binned_raw(connection: Connection, question: Question) -> list[Rollup]:
    raw = RAW.table.c
    share = ((raw.observed_at - question.origin) // question.share_us).label("share")
    rows = connection.execute(
        select(
            share,
            func.min(raw.observed_at),
            func.count(_COUNTED),
            func.count() - func.count(_COUNTED),
            func.min(_COUNTED),
            func.max(_COUNTED),
            func.coalesce(func.sum(_COUNTED), 0.0),
            func.max(raw.observed_at),
        )
        .where(raw.series_id == question.series_id, raw.observed_at >= question.start, raw.observed_at < question.end)
        .group_by("share")
        .order_by("share")
    )
    return [_rollup(question.series_id, row) for row in rows]


def _rollup(series_id: int, row: Sequence[Any]) -> Rollup:
    _share, first, readings, missing, lowest, highest, total, last_at = row
    return Rollup(series_id, first, readings, missing, lowest, highest, total, None, last_at if readings else None)


def _pieces(connection: Connection, question: Question, levels: Sequence[Level], index: int) -> list[Rollup]:
    """Return rollups that cover the range exactly, ordered by time: binned whole buckets, and the ragged ends."""
    level = levels[index]
    start, end = _ceil(question.start, level), _floor(question.end, level)
    if start > end:  # the range lies inside one bucket
        return _end(connection, question, levels, index)
    pieces = []
    if question.start < start:
        pieces += _end(connection, question._replace(end=start), levels, index)
    pieces += _whole_buckets(connection, question, level, start, end)
    if end < question.end:
        pieces += _end(connection, question._replace(start=end), levels, index)
    return pieces


def _whole_buckets(connection: Connection, question: Question, level: Level, start: int, end: int) -> list[Rollup]:
    table = level.table.c
    # By its newest reading: a bucket that lies across two shares goes, whole, where its point will show it.
    newest = func.coalesce(table.last_at, table.bucket)
    share = ((newest - question.origin) // question.share_us).label("share")
    rows = connection.execute(
        select(
            share,
            func.min(table.bucket),
            func.sum(table.readings),
            func.sum(table.missing),
            func.min(table.lowest),
            func.max(table.highest),
            func.sum(table.total),
            func.max(table.last_at),
        )
        .where(table.series_id == question.series_id, table.bucket >= start, table.bucket < end)
        .group_by("share")
        .order_by("share")
    )
    return [_rollup(question.series_id, row) for row in rows]


def _end(connection: Connection, question: Question, levels: Sequence[Level], index: int) -> list[Rollup]:
    """Return the part of one bucket: from the finer level if that is complete there, else the whole bucket.

    A whole bucket may tell of readings just outside the range; that is the best there is once the finer ones are gone.
    """
    level, finer = levels[index], levels[index - 1]
    bucket = _floor(question.start, level)
    whole = question._replace(start=bucket, end=bucket + level.width_us)
    stored = _whole_buckets(connection, whole, level, whole.start, whole.end)
    if not stored:
        return []
    if finer.width_us == 0:
        rows = _readings(connection, whole, None)
        if len(rows) < stored[0].readings + stored[0].missing:
            return [_inside(stored[0], question)]
        cut = [(question.series_id, at, value) for at, value in rows if question.start <= at < question.end]
        return [one._replace(bucket=max(one.bucket, question.start)) for one in roll_up(cut, level.width_us)]
    return _pieces(connection, question, levels, index - 1)


def _inside(bucket: Rollup, question: Question) -> Rollup:
    last_at = bucket.last_at
    return bucket._replace(
        bucket=max(bucket.bucket, question.start),
        last_at=None if last_at is None else min(max(last_at, question.start), question.end - 1),
    )


def _binned(question: Question, pieces: Iterable[Rollup]) -> list[Rollup]:
    """Merge pieces that fall into the same share of the range."""
    found: list[Rollup] = []
    shares: list[int] = []
    for piece in pieces:
        newest = piece.bucket if piece.last_at is None else piece.last_at
        share = (newest - question.origin) // question.share_us
        if shares and shares[-1] == share:
            found[-1] = merge(found[-1], piece)
        else:
            found.append(piece)
            shares.append(share)
    return found


def _floor(instant: int, level: Level) -> int:
    return instant - instant % level.width_us


def _ceil(instant: int, level: Level) -> int:
    return _floor(instant + level.width_us - 1, level)
