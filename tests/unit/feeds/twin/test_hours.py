"""A gate's working time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from feeds.twin.hours import Shift

DAY = Shift(7 * 3_600.0, 20 * 3_600.0, 22 * 3_600.0)
ROUND_THE_CLOCK = Shift(0.0, 86_400.0, 86_400.0)


def hanoi(hour: int, minute: int = 0, day: int = 10, second: int = 0) -> float:
    """Return an instant by its Hanoi time in November 2026."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=UTC).timestamp() - 7 * 3_600


def test_open_from_the_opening_second_to_the_closing_one() -> None:
    """07:00:00 is open, 19:59:59 too, 20:00:00 is not."""
    assert not DAY.is_open(hanoi(6, 59, second=59))
    assert DAY.is_open(hanoi(7))
    assert DAY.is_open(hanoi(19, 59, second=59))
    assert not DAY.is_open(hanoi(20))


def test_officers_stay_for_two_hours() -> None:
    """Staff work until 22:00."""
    assert DAY.is_staffed(hanoi(21, 59))
    assert not DAY.is_staffed(hanoi(22))
    assert not DAY.is_staffed(hanoi(6))


def test_work_that_is_not_done_is_set_aside_until_the_opening() -> None:
    """An hour's work begun at 21:30 is done at 07:30."""
    assert DAY.done_s(hanoi(21, 30), 3_600) == hanoi(7, 30, day=11)


def test_work_that_fits_is_done_in_overtime() -> None:
    """Work begun at 20:30 that ends exactly at 22:00 is done then."""
    assert DAY.done_s(hanoi(20, 30), 5_400) == hanoi(22)


def test_work_handed_in_at_night_begins_at_the_opening() -> None:
    """Before the opening and after the staff left alike."""
    assert DAY.done_s(hanoi(3), 600) == hanoi(7, 10)
    assert DAY.done_s(hanoi(23), 600) == hanoi(7, 10, day=11)


def test_long_work_takes_several_days() -> None:
    """A day has fifteen staffed hours; thirty-one of them end on the third day."""
    assert DAY.done_s(hanoi(7), 31 * 3_600) == hanoi(8, day=12)


def test_a_gate_that_never_closes_just_works() -> None:
    """The railway's clock runs through midnight."""
    assert ROUND_THE_CLOCK.done_s(hanoi(23), 7_200) == hanoi(1, day=11)
    assert ROUND_THE_CLOCK.is_open(hanoi(0))


def test_next_opening() -> None:
    """Now while open; this morning before; tomorrow after."""
    assert DAY.next_opening_s(hanoi(12)) == hanoi(12)
    assert DAY.next_opening_s(hanoi(5)) == hanoi(7)
    assert DAY.next_opening_s(hanoi(20)) == hanoi(7, day=11)


def test_only_what_is_through_by_the_close_fits() -> None:
    """Ending at the closing second is too late."""
    assert DAY.fits(hanoi(19, 50), 599)
    assert not DAY.fits(hanoi(19, 50), 600)
    assert not DAY.fits(hanoi(6), 60)


def test_impossible_hours_are_refused() -> None:
    """A gate that closes before it opens is a mistake in the facts."""
    with pytest.raises(ValueError, match="within one day"):
        Shift(20 * 3_600.0, 7 * 3_600.0, 22 * 3_600.0)
