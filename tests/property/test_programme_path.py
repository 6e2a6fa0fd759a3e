"""Whatever the aims and the day: the need of each day leads to the aim, and the words agree with the numbers."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.programme.model import Aim, Known, Target, Words
from feeds.programme.path import STATES, due, planned, standing

NOTHING = Words("", "")
years = st.integers(2018, 2040)
values = st.floats(-500, 5_000, allow_nan=False).map(lambda value: round(value, 3))
days = st.dates(date(2015, 1, 1), date(2045, 12, 31))


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """Return a target with one to three aims in rising years, with or without a base before them."""
    aims = tuple(Aim(draw(values), year) for year in sorted(draw(st.sets(years, min_size=1, max_size=3))))
    base = None
    if draw(st.booleans()):
        base = Known(draw(values), NOTHING, due(aims[0].year or 0) - timedelta(days=draw(st.integers(1, 4_000))), "x")
    better = draw(st.sampled_from(["up", "down"]))
    return Target("t", "g", NOTHING, "", "all", aims, NOTHING, NOTHING, better=better, base=base)


@given(targets(), values, days)
def test_the_need_of_each_day_leads_to_the_aim(target: Target, value: float, today: date) -> None:
    """A value that moves by it for the days left arrives at the aim, in the right direction."""
    stands = standing(target, value, today)
    assert stands.state in STATES
    assert stands.gap is not None
    assert stands.gap >= 0
    if stands.needed_per_day:
        assert stands.days_left
        arrived = value + stands.needed_per_day * stands.days_left
        assert abs(arrived - stands.aim.value) < 1e-6
        assert (stands.needed_per_day > 0) == (target.better == "up")
    assert (stands.needed_per_day == 0) == (stands.state == "reached")


@given(targets(), days)
def test_the_path_never_leaves_the_points_it_joins(target: Target, today: date) -> None:
    """Between two known points it lies between their values; on a point's own day it is the point."""
    points = [aim.value for aim in target.aims] + ([target.base.value] if target.base else [])
    found = planned(target.base, target.aims, today)
    assert found is None or min(points) - 1e-9 <= found <= max(points) + 1e-9
    for aim in target.aims:
        assert aim.year is not None
        assert planned(target.base, target.aims, due(aim.year)) == aim.value


@given(targets(), values, values, days)
def test_a_better_value_is_never_in_a_worse_state(target: Target, one: float, other: float, today: date) -> None:
    """Of two values the better one is as far on, or further."""
    worse, better = sorted((one, other), reverse=target.better == "down")
    order = ["far_behind", "behind", "on_path", "reached"]
    states = [standing(target, value, today).state for value in (worse, better)]
    if "unknown" not in states:
        assert order.index(states[0]) <= order.index(states[1])
