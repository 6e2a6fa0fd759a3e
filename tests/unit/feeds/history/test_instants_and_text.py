"""The forms in which instants and text are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from feeds.history.dialect import storable
from feeds.history.instants import from_us, hanoi_day, to_us


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2000, 1, 1, tzinfo=UTC),
        datetime(2026, 11, 22, 3, 4, 5, 999_999, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    ],
)
def test_instants_come_back_to_the_microsecond(instant):
    """No rounding between what was sent and what is shown."""
    assert from_us(to_us(instant)) == instant
    assert from_us(to_us(instant)).tzinfo is UTC


def test_an_instant_of_another_zone_is_the_same_instant():
    """10:00 in Hanoi is kept as 03:00 UTC."""
    hanoi = datetime(2026, 11, 22, 10, tzinfo=timezone(timedelta(hours=7)))
    assert from_us(to_us(hanoi)) == datetime(2026, 11, 22, 3, tzinfo=UTC)


def test_a_day_in_hanoi_begins_at_17_utc():
    """One microsecond before 17:00 UTC still belongs to the old day."""
    midnight = to_us(datetime(2026, 11, 22, 17, tzinfo=UTC))
    assert hanoi_day(midnight) - hanoi_day(midnight - 1) == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("", ""), ("Hữu Nghị 🚚", "Hữu Nghị 🚚"), ("a\0b", "a\\x00b"), ("\ud800x", "\\ud800x"), ("ữ\0", "ữ\\x00")],
)
def test_text_that_no_database_takes_becomes_visible(sent, kept):
    """What cannot be stored is shown as an escape; everything else is untouched."""
    assert storable(sent) == kept
