"""Rollup arithmetic: what a minute or an hour of one series comes to. Pure.

Count, extremes, sum and last are enough to put buckets together again without loss: a rollup of rollups equals the
rollup of the readings (the sum up to the rounding of floating point). Missing readings are counted apart and touch
nothing else: a gap must stay a gap, and never pull a mean towards 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Rollup(NamedTuple):
    """One bucket of one series, in the order of the table's columns.

    Attributes:
        series_id: the series.
        bucket: where it begins, microseconds since 1970, a multiple of the bucket's width.
        readings: how many readings had a value.
        missing: how many said that the value is missing.
        lowest: smallest value; None when readings is 0, as are highest, last and last_at.
        highest: largest value.
        total: sum of the values; the mean is total ÷ readings.
        last: value of the newest reading that had one.
        last_at: when that was, microseconds since 1970.
    """

    series_id: int
    bucket: int
    readings: int
    missing: int
    lowest: float | None
    highest: float | None
    total: float
    last: float | None
    last_at: int | None


def roll_up(rows: Iterable[tuple[int, int, float | None]], width_us: int) -> list[Rollup]:
    """Return the buckets of readings.

    Args:
        rows: (series_id, observed_at, value), ordered by series and time; None is a missing value.
        width_us: width of a bucket.

    Returns:
        One Rollup per series and bucket that holds a reading, in the order of the rows; [] for no rows.
    """
    found: list[Rollup] = []
    series_id = -1
    end = bucket = readings = missing = 0
    total = 0.0
    lowest = highest = last = last_at = None
    for row_series, observed_at, value in rows:
        if row_series != series_id or observed_at >= end:
            if series_id >= 0:
                found.append(Rollup(series_id, bucket, readings, missing, lowest, highest, total, last, last_at))
            series_id = row_series
            bucket = observed_at - observed_at % width_us
            end = bucket + width_us
            readings = missing = 0
            total = 0.0
            lowest = highest = last = last_at = None
        if value is None:
            missing += 1
            continue
        if lowest is None or value < lowest:
            lowest = value
        if highest is None or value > highest:
            highest = value
        readings += 1
        total += value
        last, last_at = value, observed_at
    if series_id >= 0:
        found.append(Rollup(series_id, bucket, readings, missing, lowest, highest, total, last, last_at))
    return found


def combine(finer: Iterable[Rollup], width_us: int) -> list[Rollup]:
    """Return wider buckets made of finer ones.

    Args:
        finer: ordered by series and bucket, each lying whole inside one wider bucket.
        width_us: width of the wider bucket.
    """
    found: list[Rollup] = []
    for part in finer:
        bucket = part.bucket - part.bucket % width_us
        if found and found[-1].series_id == part.series_id and found[-1].bucket == bucket:
            found[-1] = merge(found[-1], part)
        else:
            found.append(part._replace(bucket=bucket))
    return found


def merge(one: Rollup, other: Rollup) -> Rollup:
    """Return the bucket that holds the readings of both; keeps the first one's series and beginning.

    Readings must not be in both. Of equal last instants the other's wins, as a later arrival does.
    """
    newer = other.last_at is not None and (one.last_at is None or other.last_at >= one.last_at)
    return Rollup(
        one.series_id,
        one.bucket,
        one.readings + other.readings,
        one.missing + other.missing,
        _pick(min, one.lowest, other.lowest),
        _pick(max, one.highest, other.highest),
        one.total + other.total,
        other.last if newer else one.last,
        other.last_at if newer else one.last_at,
    )


def amend(bucket: Rollup, observed_at: int, old: float | None, new: float | None) -> Rollup:
    """Return a bucket after one of its readings was corrected, when the other readings are no longer known.

    Count, sum and last are exact. The extremes can only widen: whether the old value was the only one that high or
    low cannot be known any more, and an extreme that is kept misleads less than one that is lost.
    """
    readings = bucket.readings + (new is not None) - (old is not None)
    missing = bucket.missing + (new is None) - (old is None)
    if not readings:
        return Rollup(bucket.series_id, bucket.bucket, 0, missing, None, None, 0.0, None, None)
    last, last_at = bucket.last, bucket.last_at
    if new is not None and (last_at is None or observed_at >= last_at):
        last, last_at = new, observed_at
    elif new is None and last_at == observed_at:
        last, last_at = None, None
    return bucket._replace(
        readings=readings,
        missing=missing,
        lowest=_pick(min, bucket.lowest, new),
        highest=_pick(max, bucket.highest, new),
        total=bucket.total + (new or 0.0) - (old or 0.0),
        last=last,
        last_at=last_at,
    )


def _pick(choose: Callable[[float, float], float], one: float | None, other: float | None) -> float | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)
