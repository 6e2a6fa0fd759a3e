"""Freshness: both sides of every boundary."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.freshness import Freshness, age_s, freshness_of

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reading_age_s", "state"),
    [
        (0, Freshness.LIVE),
        (90, Freshness.LIVE),
        (90.001, Freshness.LATE),
        (180, Freshness.LATE),
        (180.001, Freshness.STALE),
        (600, Freshness.STALE),
        (600.001, Freshness.LOST),
        (1e9, Freshness.LOST),
    ],
)
def test_states_change_right_after_their_bound(reading_age_s: float, state: Freshness) -> None:
    """A series of a minute is late after 90 s, stale after 180 s and lost after 600 s; the bound itself is not late."""
    assert freshness_of(reading_age_s, 60) is state


def test_an_instant_ahead_has_no_negative_age() -> None:
    """A source whose clock runs ahead is new, not older than nothing."""
    assert age_s(NOW + timedelta(seconds=5), NOW) == 0
    assert age_s(NOW - timedelta(seconds=5), NOW) == 5
