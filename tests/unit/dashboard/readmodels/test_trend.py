"""Trends: 24 hours in five-minute buckets, with the day before."""

from __future__ import annotations

from datetime import timedelta

from dashboard.readmodels.trend import BRIDGED_BUCKETS, BUCKETS, Trend


def test_the_last_bucket_holds_now_and_yesterday_lies_beneath(now):
    """Today's last value and the value 24 hours before have the same index."""
    trend = Trend()
    trend.add(now, 262, simulated=True)
    trend.add(now - timedelta(days=1), 280, simulated=True)
    shown = trend.shown(now, simulated=True, threshold=450)
    assert (shown["today"][-1], shown["yesterday"][-1], shown["threshold"]) == (262, 280, 450)
    assert len(shown["today"]) == len(shown["yesterday"]) == BUCKETS
    assert shown["start"] == (int(now.timestamp()) // 300 - 287) * 300_000


def test_real_and_simulated_never_mix(now):
    """A simulated past does not stand behind a real present."""
    trend = Trend()
    trend.add(now - timedelta(hours=1), 100, simulated=True)
    trend.add(now, 7, simulated=False)
    shown = trend.shown(now, simulated=False, threshold=None)
    assert [value for value in shown["today"] if value is not None] == [7]
    assert trend.yesterday(now, simulated=False) is None


def test_a_short_silence_is_bridged_and_a_long_one_is_a_gap(now):
    """Behind the newest value fifteen minutes are carried over, the next bucket is empty: old is not shown as new."""
    trend = Trend()
    trend.add(now - timedelta(minutes=20), 50, simulated=True)
    assert trend.shown(now, simulated=True, threshold=None)["today"][-5:] == [50, 50, 50, 50, None]


def test_between_two_values_an_hour_is_bridged_and_more_is_a_gap(now):
    """A count that was told again after an hour stood still meanwhile; after longer nobody knows."""
    trend = Trend()
    trend.add(now - timedelta(minutes=130), 40, simulated=True)
    trend.add(now - timedelta(minutes=65), 50, simulated=True)
    trend.add(now, 60, simulated=True)
    today = trend.shown(now, simulated=True, threshold=None)["today"]
    assert today[-27:-13] == [40] * 13 + [50]
    assert today[-14:] == [50] * 13 + [60]
    apart = Trend()
    apart.add(now - timedelta(minutes=70), 40, simulated=True)
    apart.add(now, 60, simulated=True)
    assert apart.shown(now, simulated=True, threshold=None)["today"][-15:] == [40] * 13 + [None, 60]


def test_a_count_told_each_hour_lies_on_the_line_between(now):
    """Yesterday's count at half past is halfway; across midnight, or without a neighbour, the earlier one holds."""
    trend = Trend()
    bucket = trend.add(now, 300, simulated=True)
    trend.add(now + timedelta(hours=1), 900, simulated=True)
    trend.add(now + timedelta(hours=2), 0, simulated=True)
    halves = [trend.interpolated(bucket + ahead, simulated=True) for ahead in (-1, 0, 6, 12, 18, 24, 26, 60)]
    assert halves == [None, 300, 600, 900, 900, 0, 0, None]


def test_the_newest_value_of_a_bucket_stays(now):
    """History loaded late does not undo what was seen live."""
    trend = Trend()
    trend.add(now + timedelta(seconds=60), 5, simulated=True)
    trend.load([(now, 9)], simulated=True)
    assert trend.shown(now, simulated=True, threshold=None)["today"][-1] == 5


def test_two_days_are_kept_and_no_more(now):
    """A wall that runs for months does not grow."""
    trend = Trend()
    for bucket in range(5 * BUCKETS):
        trend.add(now - timedelta(minutes=5 * bucket), bucket, simulated=True)
    trend.forget(now)
    assert len(trend._buckets[True]) <= 2 * BUCKETS + BRIDGED_BUCKETS + 1
    assert trend.yesterday(now, simulated=True) == BUCKETS


def test_what_history_no_longer_believes_leaves_the_line(now):
    """A stretch that is loaded anew is empty before, but for the last minutes, which history may not have yet."""
    trend = Trend()
    trend.add(now - timedelta(hours=2), 900, simulated=False)
    trend.add(now - timedelta(seconds=1), 30, simulated=False)
    trend.drop(now - timedelta(days=1), now)
    today = trend.shown(now, simulated=False, threshold=None)["today"]
    assert set(today) == {None, 30}
