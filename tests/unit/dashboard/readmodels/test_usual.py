"""The usual weekday behind a trend, and how far off the tail of a queue may be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.readmodels.extent import extent_error
from dashboard.readmodels.gates import GatesModel
from dashboard.readmodels.trend import bucket_of
from dashboard.readmodels.usual import FEWEST_WEEKS, RELOAD, WEEKS, Usual

QUEUE = "queue_length_vehicles"


def filled(now, values, *, simulated=True):
    """Return a memory in which `values[k]` stood at this clock time k + 1 weeks ago."""
    usual = Usual()
    for weeks_ago, (trend, _start, _end) in enumerate(usual.wants(now), start=1):
        if weeks_ago <= len(values):
            trend.load([(now - timedelta(weeks=weeks_ago), values[weeks_ago - 1])], simulated=simulated)
    return usual


def at(usual, now, *, simulated=True):
    """Return what is usual in the bucket of `now`; None where no line is drawn."""
    bucket = bucket_of(now)
    values = usual.values(bucket, bucket, simulated=simulated)
    return None if values is None else values[0]


def test_the_usual_is_the_median_of_the_same_weekday(now):
    """One closure at Tết does not bend the line."""
    assert at(filled(now, [100, 0, 120, 110, 130]), now) == 110


def test_two_weeks_are_no_habit(now):
    """Fewer than three weeks draw no line; the third one does."""
    assert FEWEST_WEEKS == 3
    assert at(filled(now, [100, 120]), now) is None
    assert at(filled(now, [100, 120, 140]), now) == 120


def test_simulated_weeks_never_stand_behind_a_real_queue(now):
    """A real gate on its first day has no usual weekday, whatever the simulator played before."""
    usual = filled(now, [100, 110, 120])
    assert at(usual, now, simulated=False) is None


def test_eight_weeks_are_asked_for_and_seldom(now):
    """Each stretch holds the day shown, and a load that failed is asked for again."""
    usual = Usual()
    wanted = list(usual.wants(now))
    assert len(wanted) == WEEKS
    for weeks_ago, (_trend, start, end) in enumerate(wanted, start=1):
        then = now - timedelta(weeks=weeks_ago)
        assert start < then - timedelta(days=1) < then < end
    assert len(list(usual.wants(now))) == WEEKS
    usual.loaded()
    assert list(usual.wants(now + RELOAD - timedelta(seconds=1))) == []
    assert len(list(usual.wants(now + RELOAD))) == WEEKS


def error(extent_m=8_200.0, **more):
    """Return the error of Tân Thanh's queue on an ordinary crisis."""
    known = {"yard_places": 1_150, "lanes_abreast": 2, "miscounted": 4.0, "arrivals_vph": 90.0, "throughput_vph": 40.0}
    return extent_error(extent_m, **{**known, **more})


def test_the_error_is_the_sum_of_what_is_not_known():
    """Spacing 5 % of 8,200 m, yards 5 % of 1,150 places and four vehicles at 9 m each; 50 vehicles an hour more."""
    assert error() == {"fixed_m": round(410 + (57.5 + 4) * 9), "per_hour_m": 450}


@pytest.mark.parametrize(
    ("more", "per_hour_m"),
    [
        ({"arrivals_vph": 40.0, "throughput_vph": 90.0}, 450),
        ({"throughput_vph": None}, 810),
        ({"arrivals_vph": None}, 360),
    ],
)
def test_a_queue_that_shrinks_is_as_uncertain_as_one_that_grows(more, per_hour_m):
    """With one flow only, the other one may be nought."""
    assert error(**more)["per_hour_m"] == per_hour_m


@pytest.mark.parametrize(
    "more", [{"extent_m": None}, {"extent_m": 0.0}, {"arrivals_vph": None, "throughput_vph": None}]
)
def test_no_error_is_invented(more):
    """Without a tail, or without any rate, there is no plus and minus."""
    assert error(**more) is None


def test_what_is_not_known_of_a_yard_adds_nothing():
    """A gate without entered yards and books has the error of the spacing alone."""
    assert error(yard_places=None, miscounted=None, lanes_abreast=0)["fixed_m"] == 410


def test_the_gate_tells_the_error_of_its_tail(origins, places, reading, now):
    """The topic carries it beside the line, and it goes when the queue has left the road."""
    model = GatesModel(origins, places, now)
    told = [reading("arrival_rate_vph", "tan-thanh", 90, direction=way) for way in ("export", "import")]
    told += [reading("throughput_vph", "tan-thanh", 40, direction=way) for way in ("export", "import")]
    model.fold([*told, reading("queue_extent_m", "tan-thanh", 8_200)], now)
    assert model.snapshot()["gates"]["tan-thanh"]["extent_error"]["per_hour_m"] == 1_800
    changes = model.fold([reading("queue_extent_m", "tan-thanh", 0, age_s=-1)], now)
    assert changes["gates/tan-thanh/extent_error"] is None


def test_each_gate_has_its_own_counts_and_steps_their_p90(origins, places, reading, now):
    """The scene of one gate compares its own day, not the province's."""
    model = GatesModel(origins, places, now)
    changes = model.fold(
        [
            reading("vehicles_passed_today", "chi-ma", 41, direction="export"),
            reading("step_duration_s", "chi-ma", 5_400, direction="export", step="quarantine", stat="p90"),
        ],
        now,
    )
    assert changes["today_by_gate/chi-ma"]["vehicles_export"]["cell"]["v"] == 41
    data = model.snapshot()
    assert data["today_by_gate"]["chi-ma"]["vehicles_export"]["cell"]["v"] == 41
    assert data["gates"]["chi-ma"]["steps"]["export"][5]["p90"]["v"] == 5_400
    assert "vehicles_export" not in data["today_by_gate"]["dong-dang"]
