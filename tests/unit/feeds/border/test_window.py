"""Windows and daily counts: exact at their edges, and without memory of what was taken out again."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime

import pytest

from feeds.border.visit import to_us
from feeds.border.window import DailyCount, Window, busy_us, hanoi_day, quantile


def test_window_is_open_at_its_start_and_closed_at_its_end():
    """A vehicle that arrived exactly an hour ago is no longer of the last hour."""
    window = Window(100)
    window.add((900, 7), 1_000)
    window.add((901, 5), 1_000)
    window.add((1_000, 3), 1_000)
    assert list(window.values) == [3, 5]
    window.move(1_001)
    assert list(window.values) == [3]
    assert list(window.points) == [(1_000, 3)]
    window.move(2_000)
    assert len(window) == 0


def test_window_gives_points_back():
    """Taking a point out leaves its twin, and one that has passed is not missed."""
    window = Window(100)
    window.add((950, 4), 1_000)
    window.add((950, 4), 1_000)
    window.remove((950, 4))
    window.remove((960, 4))
    window.remove((940, 4))
    assert list(window.values) == [4]
    assert window.count_until(949) == 0
    assert window.count_until(950) == 1


def test_day_begins_at_midnight_in_hanoi():
    """Counts of the day start anew at 00:00 in Hanoi, 17:00 UTC."""
    before = to_us(datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC))
    after = to_us(datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    assert hanoi_day(after) == hanoi_day(before) + 1
    count = DailyCount()
    count.add(before, 3)
    count.add(after, 1)
    assert (count.on_day_of(before), count.on_day_of(after)) == (3, 1)
    count.add(after, -1)
    assert count.on_day_of(after) == 0


def test_days_long_past_are_forgotten():
    """A count that runs for months holds days, not months."""
    count = DailyCount()
    day_us = 86_400_000_000
    for day in range(100):
        count.add(day * day_us, 1)
        assert count.on_day_of(day * day_us) == 1
    assert count.on_day_of(97 * day_us) == 1
    assert count.on_day_of(50 * day_us) == 0


@pytest.mark.parametrize("count", [2, 3, 10, 11, 37])
def test_quantiles_equal_the_standard_library(count):
    """Median and p90 are those every statistics package gives."""
    values = sorted((index * 7919) % 1009 for index in range(count))
    deciles = statistics.quantiles(values, n=10, method="inclusive")
    assert quantile(values, 0.5) == pytest.approx(statistics.median(values))
    assert quantile(values, 0.9) == pytest.approx(deciles[8])


def test_quantile_of_one_value():
    """One vehicle is its own median and p90."""
    assert quantile([42], 0.5) == quantile([42], 0.9) == quantile([1, 42], 1.0) == 42


def test_busy_time():
    """Two servers are busy with two of three vehicles, and with nobody they are idle."""
    assert busy_us([], 2) == 0
    assert busy_us([(0, 10), (0, 10), (5, 20)], 2) == 10 + 10 + 10
    assert busy_us([(0, 10), (10, 20)], 1) == 20
