"""What is usual on this weekday: the median, bucket by bucket, of the same weekday over up to eight weeks.

A line of two days would be no habit, so fewer than three weeks give nothing at all, and a screen draws no line. What
real sources said and what simulators said are kept apart, as in `trend`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Final

from dashboard.readmodels.trend import BUCKETS, Trend

WEEKS: Final = 8
"""Weeks looked back: two months are one season and miss no habit."""
FEWEST_WEEKS: Final = 3
"""With fewer a single odd day would decide the median."""
WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
AHEAD: Final = timedelta(hours=2)
"""Loaded beyond this clock time, so that the line goes on until history is loaded again."""
BEFORE: Final = timedelta(minutes=65)
"""Loaded before the window, to bridge values an hour apart; see `trend.BRIDGED_BUCKETS`."""
RELOAD: Final = timedelta(minutes=30)
"""How often the weeks are loaded anew: far seldomer than yesterday, for they hardly change."""


class Usual:
    """The same weekday of past weeks for one figure."""

    def __init__(self) -> None:
        self._weeks = tuple(Trend() for _ in range(WEEKS))
        self._asked_at: datetime | None = None
        self._loaded_at: datetime | None = None

    def wants(self, now: datetime) -> Iterator[tuple[Trend, datetime, datetime]]:
        """Yield what is to be loaded: a trend for each week, from and to; nothing while the last load still holds."""
        if self._loaded_at is not None and now - self._loaded_at < RELOAD:
            return
        self._asked_at = now
        for weeks_ago, trend in enumerate(self._weeks, start=1):
            then = now - weeks_ago * WEEK
            # Trends forget what is older than two days of the instant they are told.
            trend.forget(then)
            yield trend, then - DAY - BEFORE, then + AHEAD

    def loaded(self) -> None:
        """Say that what was asked for was loaded; a load that failed is asked for again."""
        self._loaded_at = self._asked_at

    def values(self, first: int, last: int, *, simulated: bool) -> list[float | None] | None:
        """Return the medians for the buckets first to last, None when no bucket has enough weeks."""
        medians: list[float | None] = []
        for bucket in range(first, last + 1):
            known = [
                value
                for weeks_ago, trend in enumerate(self._weeks, start=1)
                if (value := trend.at(bucket - weeks_ago * 7 * BUCKETS, simulated=simulated)) is not None
            ]
            medians.append(round(median(known), 1) if len(known) >= FEWEST_WEEKS else None)
        return medians if any(value is not None for value in medians) else None
