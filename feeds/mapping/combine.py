"""Several records that make one reading: counts, sums, means, and ratios of sums.

A source may speak of cells where the house knows sites. What this module does not do: combine across payloads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from feeds.errors import RefusedError
from feeds.mapping.schema import Combination, ReadingRule
from feeds.model import dims_key
from feeds.validation import RawReading

MOST_GROUPS: Final = 50_000
"""Readings that one payload may combine into; more is a mapping by the wrong key."""


@dataclass(slots=True)
class _Group:
    rule: ReadingRule
    first: RawReading
    newest_at: datetime
    records: int = 0
    counted: int = 0
    missing: int = 0
    total: float = 0.0
    divisor: float = 0.0
    smallest: float = 0.0
    largest: float = 0.0


class Combiner:
    """What the rules with `combine` have gathered from a payload so far."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, str, str, datetime | None], _Group] = {}

    def add(self, index: int, rule: ReadingRule, reading: RawReading, divisor: float | None) -> None:
        """Take one record's reading in; `divisor` is its divide_by for a ratio.

        Raises:
            RefusedError: too_many_records, when there are too many different groups.
        """
        combination = _of(rule)
        at = reading.observed_at if combination.at == "same" else None
        key = (index, reading.place, dims_key(reading.dims), at)
        group = self._groups.get(key)
        if group is None:
            if len(self._groups) >= MOST_GROUPS:
                raise RefusedError(
                    "too_many_records", f"readings[{index}] combines into more than {MOST_GROUPS:,} readings", "combine"
                )
            group = self._groups[key] = _Group(rule, reading, reading.observed_at)
        group.newest_at = max(group.newest_at, reading.observed_at)
        group.records += 1
        value = reading.value
        if value is None or (combination.how == "ratio" and divisor is None):
            group.missing += 1
            return
        group.smallest = min(group.smallest, value) if group.counted else value
        group.largest = max(group.largest, value) if group.counted else value
        group.counted += 1
        group.total += value
        group.divisor += divisor or 0.0

    def readings(self) -> list[RawReading]:
        """Return the combined readings in the order of their first records."""
        return [_reading(group) for group in self._groups.values()]


def _reading(group: _Group) -> RawReading:
    value = _value(group)
    first = group.first
    quality = "missing" if value is None else "good" if first.quality == "missing" else first.quality
    return RawReading(
        first.metric, first.place, group.newest_at, value, first.source, first.dims, first.method, quality
    )


def _value(group: _Group) -> float | None:
    how = _of(group.rule).how
    if how == "count":
        return float(group.records)
    # A sum that lacks a part is another number; a mean of the parts that are there still says what it says.
    if not group.counted or (how == "sum" and group.missing):
        return None
    if how == "ratio":
        scale, offset = (group.rule.value.scale, group.rule.value.offset) if group.rule.value else (1.0, 0.0)
        return group.total / group.divisor * scale + offset if group.divisor else None
    return {
        "sum": group.total,
        "mean": group.total / group.counted,
        "min": group.smallest,
        "max": group.largest,
    }[how]


def _of(rule: ReadingRule) -> Combination:
    assert rule.combine is not None
    return rule.combine
