"""The progress that screens show while the gates' past is being computed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feeds.border.catchup import CatchUp

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_past_of_a_day_is_counted_in_hours_and_ends_whole() -> None:
    """It begins at nothing, never says that it is done before it is, and then says so once."""
    catch_up = CatchUp()
    shares = []
    for told in (NOW - DAY, NOW - DAY / 2, NOW):
        progress = catch_up.report(told, NOW)
        assert progress is not None
        shares.append((progress["done"], progress["total"]))
    assert shares == [(0, 24), (12, 24), (23, 24)]
    last = catch_up.report(None, NOW)
    assert last is not None
    assert last["done"] == last["total"]
    assert catch_up.report(None, NOW) is None


def test_a_past_shorter_than_an_hour_is_not_worth_a_word() -> None:
    """A source that was away for half an hour shows no bar; one that was away for an hour does."""
    assert CatchUp().report(NOW - timedelta(minutes=59), NOW) is None
    assert CatchUp().report(NOW - timedelta(minutes=60), NOW) is not None


def test_nothing_is_told_where_nothing_is_behind() -> None:
    """A live house has no progress."""
    assert CatchUp().report(None, NOW) is None
