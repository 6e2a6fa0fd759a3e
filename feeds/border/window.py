"""Sliding windows and daily counts that take points in any order and give them back.

Both are pure functions of the points they hold: adding a point and taking it away again leaves no trace, so that a
visit that is told anew (late passages, corrections) can be counted anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from typing import Final

from feeds.border.visit import SECOND_US, Point

HANOI_OFFSET_US: Final = 7 * 3_600 * SECOND_US
DAY_US: Final = 86_400 * SECOND_US
DAYS_KEPT: Final = 3
"""Today, yesterday for late passages, and a day to spare."""


def hanoi_day(at_us: int) -> int:
    """Return the number of the Hanoi day an instant lies in."""
    return (at_us + HANOI_OFFSET_US) // DAY_US


class Window:
    """The points of the last `span_us`: those later than `now − span` up to `now` itself.

    Kept twice, by instant and by value, so that exact quantiles cost a look-up. Lists, not trees: a window holds
    some hundred points, and moving a few kilobytes is faster than any tree in Python.
    """

    __slots__ = ("_points", "_span_us", "_values")

    def __init__(self, span_us: int) -> None:
        self._span_us = span_us
        self._points: list[Point] = []
        self._values: list[int] = []

    def __len__(self) -> int:
        return len(self._points)

    @property
    def values(self) -> Sequence[int]:
        """The values, ascending; not to be changed."""
        return self._values

    @property
    def points(self) -> Sequence[Point]:
        """The points, ascending; not to be changed."""
        return self._points

    def add(self, point: Point, now_us: int) -> None:
        """Put a point in, unless it lies before the window."""
        if point[0] > now_us - self._span_us:
            insort(self._points, point)
            insort(self._values, point[1])

    def remove(self, point: Point) -> None:
        """Take a point out again; nothing happens when the window has moved past it."""
        index = bisect_left(self._points, point)
        if index < len(self._points) and self._points[index] == point:
            del self._points[index]
            del self._values[bisect_left(self._values, point[1])]

    def move(self, now_us: int) -> None:
        """Forget what lies before the window that ends now."""
        if not self._points or self._points[0][0] > now_us - self._span_us:
            return
        gone = bisect_right(self._points, (now_us - self._span_us, 1 << 62))
        for _, value in self._points[:gone]:
            del self._values[bisect_left(self._values, value)]
        del self._points[:gone]

    def count_until(self, at_us: int) -> int:
        """Return how many points lie at or before an instant."""
        return bisect_right(self._points, (at_us, 1 << 62))


class DailyCount:
    """Sums by Hanoi day, for the last DAYS_KEPT days."""

    __slots__ = ("_by_day",)

    def __init__(self) -> None:
        self._by_day: dict[int, int] = {}

    def add(self, at_us: int, amount: int) -> None:
        """Add an amount (negative to take it away again) to the day of an instant."""
        day = hanoi_day(at_us)
        total = self._by_day.get(day, 0) + amount
        if total:
            self._by_day[day] = total
        else:
            self._by_day.pop(day, None)

    def on_day_of(self, at_us: int) -> int:
        """Return the sum on the day of an instant; forgets days long past."""
        day = hanoi_day(at_us)
        if len(self._by_day) > DAYS_KEPT:
            for past in [known for known in self._by_day if known <= day - DAYS_KEPT]:
                del self._by_day[past]
        return self._by_day.get(day, 0)


def busy_us(stays: Iterable[tuple[int, int]], servers: int) -> int:
    """Return how long servers were busy, added up over them, when each stay (start, end) needs one if one is free."""
    changes = sorted(change for start, end in stays for change in ((start, 1), (end, -1)))
    busy = inside = since = 0
    for at_us, step in changes:
        busy += min(inside, servers) * (at_us - since)
        inside, since = inside + step, at_us
    return busy


def quantile(ascending: Sequence[int], share: float) -> float:
    """Return a quantile of ascending values, interpolated linearly between neighbours.

    Args:
        ascending: at least one value.
        share: 0–1; 0.5 is the median.

    Source: Hyndman and Fan, "Sample quantiles in statistical packages" (1996), definition 7, the usual default.
    """
    position = share * (len(ascending) - 1)
    below = int(position)
    if below + 1 == len(ascending):
        return float(ascending[below])
    return ascending[below] + (position - below) * (ascending[below + 1] - ascending[below])
