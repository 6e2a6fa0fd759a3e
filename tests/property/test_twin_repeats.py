"""The twin whatever the pace at which it is asked."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.twin.calibration import capacity_for
from feeds.twin.engine import Twin
from feeds.twin.ground import load_ground
from feeds.twin.hours import Shift
from feeds.twin.scenario import CHINA_STRICT, NORMAL
from feeds.validation import RawPassage

SMALL = [route for route in load_ground(date(2026, 11, 15)) if route.gate in {"chi-ma", "coc-nam", "dong-dang"}]
"""Three small gates show what thousands of vehicles would."""
START = datetime(2026, 11, 14, 20, 30, tzinfo=UTC)
SPAN_MIN = 16 * 60


def run(cuts: list[int]) -> list[RawPassage]:
    """Return what a twin says in SPAN_MIN minutes, asked at these minutes."""
    twin = Twin(4, START, [(START, NORMAL), (START + timedelta(hours=6), CHINA_STRICT)], SMALL)
    said = []
    for cut in [*sorted(cuts), SPAN_MIN]:
        said += twin.advance(START + timedelta(minutes=cut))
    return said


@functools.cache
def whole() -> list[RawPassage]:
    """Return what the twin says when asked once."""
    return run([])


@settings(max_examples=6, deadline=None)
@given(st.lists(st.integers(-10, SPAN_MIN), max_size=12))
def test_asking_often_gives_the_same(cuts: list[int]) -> None:
    """Restarts and ticks of any length change nothing in what the twin says."""
    assert run(cuts) == whole()
    assert len(whole()) > 2_000


@given(st.floats(0, 86_399), st.floats(0, 400_000), st.floats(0, 400_000))
def test_work_is_done_in_order_and_never_early(start_s: float, one_s: float, more_s: float) -> None:
    """More work is never done sooner, and no work is done faster than it takes."""
    shift = Shift(7 * 3_600.0, 20 * 3_600.0, 22 * 3_600.0)
    done_s = shift.done_s(start_s, one_s)
    assert done_s >= start_s + one_s - 1e-6
    assert shift.done_s(start_s, one_s + more_s) >= done_s - 1e-6


@given(st.floats(0, 5_000), st.floats(3_600, 86_400))
def test_capacity_carries_the_normal_day(vehicles: float, open_s: float) -> None:
    """Whatever a route's traffic, its servers and what flow control lets inside suffice for it."""
    capacity = capacity_for(vehicles, open_s)
    assert capacity.booths >= 1
    assert capacity.bays >= 2
    assert capacity.inside > capacity.bays
