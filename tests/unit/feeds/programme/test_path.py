"""Where a target stands: its path, what is missing, what each day must bring, and the word for all of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from feeds.programme.model import Aim, Known, Target, Words
from feeds.programme.path import due, next_aim, planned, standing

NOTHING = Words("", "")
TODAY = date(2026, 11, 23)


def target(*aims: Aim, base: tuple[int, float] | None = None, **more: object) -> Target:
    """Return a target with the aims, a base at a year's end, and whatever else a test needs."""
    known = None if base is None else Known(base[1], NOTHING, due(base[0]), str(base[0]))
    kinds = {"key": "t", "group": "g", "name": NOTHING, "unit": "%", "tier": "all", "owner": NOTHING}
    return Target(**{**kinds, "document": NOTHING, "aims": aims, "base": known, **more})  # type: ignore[arg-type]


TWO = (Aim(60, 2025), Aim(100, 2030))


def test_the_path_runs_from_aim_to_aim():
    """On the last day of a year it is that year's aim; half-way between them half-way."""
    assert planned(None, TWO, date(2025, 12, 31)) == 60
    assert planned(None, TWO, date(2030, 12, 31)) == 100
    middle = due(2025) + (due(2030) - due(2025)) / 2
    assert planned(None, TWO, middle) == pytest.approx(80, abs=0.03)


def test_before_the_first_known_point_there_is_no_path():
    """Nothing is made up for the years before."""
    assert planned(None, TWO, date(2025, 12, 30)) is None
    assert planned(None, (Aim(70, 2030),), TODAY) is None


def test_after_the_last_aim_the_path_stays_at_it():
    """What was to be reached is to be kept."""
    assert planned(None, (Aim(100, 2025),), TODAY) == 100


def test_the_base_begins_the_path():
    """One day of 1,826 after the base, one 1,826th of the way is due."""
    known = Known(40.0, NOTHING, due(2025), "2025")
    assert planned(known, (Aim(100, 2030),), date(2026, 1, 1)) == pytest.approx(40 + 60 / 1_826)


def test_the_last_day_of_the_year_still_belongs_to_its_aim():
    """On 31 December the aim of the year counts, on 1 January the next one; after all of them the last."""
    assert next_aim(TWO, date(2025, 12, 31)).year == 2025
    assert next_aim(TWO, date(2026, 1, 1)).year == 2030
    assert next_aim(TWO, date(2031, 1, 1)).year == 2030


def test_what_each_day_must_bring():
    """29.5 points in the 1,499 days left."""
    stands = standing(target(*TWO), 70.5, TODAY)
    assert stands.days_left == 1_499
    assert stands.gap == 29.5
    assert stands.needed_per_day == pytest.approx(29.5 / 1_499)
    assert (stands.state, stands.missed) == ("on_path", ())
    assert stands.ahead == pytest.approx(70.5 - stands.path_now)


def test_an_aim_whose_year_passed_unkept_is_named_and_the_next_one_counts():
    """55 in 2026: the 60 of 2025 was missed, the 100 of 2030 is next."""
    stands = standing(target(*TWO), 55, TODAY)
    assert [aim.year for aim in stands.missed] == [2025]
    assert stands.aim.year == 2030
    assert stands.state == "far_behind"


def test_with_no_aim_left_no_day_can_bring_it():
    """The last year is over: overdue, with the gap and without a rate."""
    stands = standing(target(Aim(100, 2025)), 95, TODAY)
    assert (stands.days_left, stands.needed_per_day, stands.gap) == (0, None, 5)
    assert [aim.year for aim in stands.missed] == [2025]
    assert stands.state == "behind"


def test_for_a_rank_less_is_better():
    """From 21 to 10: each day must bring some places fewer; 9 is reached, and never a negative gap."""
    rank = target(Aim(10, 2030), base=(2025, 21), better="down", unit="hạng")
    stands = standing(rank, 20, TODAY)
    assert stands.needed_per_day == pytest.approx(-10 / 1_499)
    assert stands.gap == 10
    assert stands.state == "behind"
    best = standing(rank, 9, TODAY)
    assert (best.state, best.gap, best.needed_per_day) == ("reached", 0, 0)


@pytest.mark.parametrize(
    ("value", "state"),
    [(100, "reached"), (101, "reached"), (90, "on_path"), (89.99, "behind"), (81, "behind"), (80.9, "far_behind")],
)
def test_the_state_on_both_sides_of_its_boundaries(value, state):
    """Exactly on the path is on it, exactly a tenth short is behind, more is far behind."""
    on_its_way = target(Aim(90, 2025), Aim(100, 2030))
    assert standing(on_its_way, value, date(2025, 12, 31)).state == (state if value < 90 else "reached")
    if value >= 90:
        assert standing(target(Aim(100, 2030), base=(2025, 90)), value, date(2025, 12, 31)).state == state


def test_an_aim_without_a_year_holds_at_any_time():
    """99.9 % today is today's aim; there is no day by which, and so no rate."""
    always = target(Aim(99.9))
    stands = standing(always, 99.5, TODAY)
    assert (stands.path_now, stands.days_left, stands.needed_per_day, stands.state) == (99.9, None, None, "behind")


def test_without_a_value_nothing_is_judged():
    """The aim and the path are known, where we are is not."""
    stands = standing(target(*TWO), None, TODAY)
    assert (stands.state, stands.gap, stands.ahead, stands.needed_per_day) == ("unknown", None, None, None)
    assert stands.path_now is not None


def test_with_a_value_and_no_path_the_need_is_still_known():
    """Inspections: 70 by 2030 and no starting point: what each day must bring, but not whether that is on time."""
    stands = standing(target(Aim(70, 2030)), 30, TODAY)
    assert (stands.state, stands.path_now, stands.ahead) == ("unknown", None, None)
    assert stands.needed_per_day == pytest.approx(40 / 1_499)


def test_a_tier_that_ended_is_judged_on_its_last_day():
    """The districts' aim of 2025 is not overdue in 2026: they were gone before."""
    ended = target(Aim(80, 2025), valid_to=date(2025, 6, 30))
    stands = standing(ended, 75, TODAY)
    assert stands.missed == ()
    assert stands.days_left == (due(2025) - date(2025, 6, 30)) // timedelta(days=1)
