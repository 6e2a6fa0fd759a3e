"""What is taken, what is marked and what is refused, with its reason."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from feeds.catalogue import DIM_VALUES, METRICS, Catalogue
from feeds.errors import RefusedError
from feeds.validation import RawPassage, RawReading, judge_passage, judge_reading
from geodata.places import Places

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GOOD = RawReading("queue_length_vehicles", "chi-ma", NOW, 41, "border-gate-platform", {"queue": "physical"}, "count")
PASSAGE = RawPassage("b3f1", "chi-ma.1223-1224", "export", "quarantine", "enter", NOW, "fruit")


@pytest.fixture(scope="module")
def places() -> Places:
    """Return the shipped places."""
    return Places.load()


def judge(places: Places, **changes: object):
    """Judge the good reading with some fields changed."""
    return judge_reading(msgspec.structs.replace(GOOD, **changes), "push", NOW, Catalogue(), places)


def test_a_good_reading_is_taken_as_it_is(places: Places) -> None:
    """Nothing is changed; the time of receipt is added."""
    reading = judge(places)
    assert (reading.value, reading.quality, reading.source) == (41, "good", "border-gate-platform")
    assert (reading.observed_at, reading.received_at) == (NOW, NOW)


def test_a_reading_without_source_belongs_to_its_sender(places: Places) -> None:
    """The token's name stands in."""
    assert judge(places, source="").source == "push"


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"metric": "queue"}, "unknown_metric", "metric"),
        ({"place": "atlantis"}, "unknown_place", "place"),
        ({"dims": {"colour": "red"}}, "unknown_dim", "dims.colour"),
        ({"dims": {"queue": "real"}}, "bad_dim", "dims.queue"),
        ({"value": None}, "missing_value", "value"),
        ({"value": math.nan}, "bad_value", "value"),
        ({"value": math.inf}, "bad_value", "value"),
        ({"value": 1.5}, "bad_value", "value"),
        ({"value": -1}, "out_of_bounds", "value"),
        ({"value": 100_001}, "out_of_bounds", "value"),
        ({"quality": "missing"}, "bad_value", "value"),
        ({"quality": "superb"}, "bad_quality", "quality"),
        ({"method": "guess"}, "bad_method", "method"),
        ({"source": "two words"}, "bad_source", "source"),
        ({"source": "x" * 65}, "bad_source", "source"),
        ({"observed_at": NOW.replace(tzinfo=None)}, "bad_time", "observed_at"),
        ({"observed_at": datetime(1999, 12, 31, tzinfo=UTC)}, "bad_time", "observed_at"),
        ({"observed_at": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=7)))}, "bad_time", "observed_at"),
        ({"observed_at": NOW + timedelta(seconds=301)}, "clock_ahead", "observed_at"),
    ],
)
def test_a_bad_reading_is_refused_with_reason_and_field(
    places: Places, changes: dict[str, object], reason: str, field: str
) -> None:
    """Whoever sent it can see what to mend."""
    with pytest.raises(RefusedError) as caught:
        judge(places, **changes)
    assert (caught.value.reason, caught.value.field) == (reason, field)


@pytest.mark.parametrize(
    "changes",
    [
        {"value": 0},
        {"value": 100_000},
        {"value": None, "quality": "missing"},
        {"observed_at": NOW + timedelta(seconds=300)},
        {"observed_at": NOW.astimezone(timezone(timedelta(hours=7)))},
        {"dims": {}},
    ],
)
def test_the_good_side_of_every_bound_is_taken(places: Places, changes: dict[str, object]) -> None:
    """Bounds belong to what is allowed."""
    assert judge(places, **changes).observed_at >= NOW


@pytest.mark.parametrize(("age_s", "quality"), [(180, "good"), (181, "late")])
def test_late_is_fixed_at_arrival(places: Places, age_s: int, quality: str) -> None:
    """A reading older than three cadences when it arrives is late, and says so for ever."""
    assert judge(places, observed_at=NOW - timedelta(seconds=age_s)).quality == quality


def test_a_slow_source_is_not_late_by_a_fast_metric(places: Places) -> None:
    """A source with a cadence of its own is judged by it."""
    old = msgspec.structs.replace(GOOD, observed_at=NOW - timedelta(seconds=3_000))
    assert judge_reading(old, "push", NOW, Catalogue(), places, cadence_s=1_800).quality == "good"


def test_a_good_passage_is_taken(places: Places) -> None:
    """A passage carries its route, step and phase through."""
    passage = judge_passage(PASSAGE, "gate", NOW, places)
    assert (passage.place, passage.step, passage.source) == ("chi-ma.1223-1224", "quarantine", "gate")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"vehicle": ""}, "bad_vehicle"),
        ({"vehicle": "x" * 129}, "bad_vehicle"),
        ({"place": "nowhere"}, "unknown_place"),
        ({"place": "lang-son"}, "bad_place"),
        ({"direction": "up"}, "bad_direction"),
        ({"goods_class": "gold"}, "bad_goods_class"),
        ({"step": "lunch"}, "bad_step"),
        ({"phase": "during"}, "bad_phase"),
        ({"at": NOW + timedelta(hours=1)}, "clock_ahead"),
        ({"goods_tonnes": -1}, "out_of_bounds"),
        ({"fee_vnd": 2_000_000_000}, "out_of_bounds"),
        ({"source": "no spaces"}, "bad_source"),
    ],
)
def test_a_bad_passage_is_refused_with_its_reason(places: Places, changes: dict[str, object], reason: str) -> None:
    """A passage that cannot have happened is refused."""
    with pytest.raises(RefusedError) as caught:
        judge_passage(msgspec.structs.replace(PASSAGE, **changes), "gate", NOW, places)
    assert caught.value.reason == reason


def test_every_metric_can_be_shown_and_judged() -> None:
    """Each metric has both names, sensible bounds and only dims that exist."""
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    for metric in METRICS:
        assert metric.name_vi
        assert metric.name_en
        assert metric.cadence_s > 0
        assert metric.dims <= set(DIM_VALUES)
        assert metric.lower is None or metric.upper is None or metric.lower < metric.upper
