"""The simulated systems: repeatable, mostly up, sometimes down, and the districts told once on their last day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from feeds.sources.simulator.systems import DISTRICTS_TOLD_AT, SYSTEMS, Systems
from geodata.gates import HANOI

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
COMMUNES = [f"commune.{number:05d}" for number in range(65)]


def systems(seed: int = 1) -> Systems:
    """Return the systems of 65 communes and two districts."""
    return Systems(seed, COMMUNES, ["district.1", "district.2"], "lang-son", "simulator")


def test_the_same_seed_tells_the_same():
    """A restart, or a question about the past, gives the same figures in any order."""
    one, other = systems(), systems()
    later = other.centres(NOW + timedelta(days=2))
    assert one.centres(NOW) == other.centres(NOW)
    assert one.centres(NOW + timedelta(days=2)) == later
    assert one.work_files("lang-son", NOW) == other.work_files("lang-son", NOW)


def test_systems_fail_for_minutes_and_come_back():
    """Over forty days systems are down now and then, seldom, and while they are they have no time to answer."""
    told = systems()
    down = 0
    looks = 40 * 144
    for look in range(looks):
        readings = told.centres(NOW + timedelta(minutes=10 * look))
        away = {one.dims["system"] for one in readings if one.metric == "system_availability" and one.value == 0}
        timed = {one.dims["system"] for one in readings if one.metric == "response_time_ms"}
        assert timed == set(SYSTEMS) - away
        down += len(away)
    assert 0 < down < 0.01 * looks * len(SYSTEMS)


def test_most_rooms_answer_and_some_do_not():
    """Of 65 rooms a few are away over a week, at no moment more than a tenth."""
    told = systems()
    most = 0
    for hour in range(168):
        at = NOW + timedelta(hours=hour)
        away = sum(told.part(("video-conference", commune), at)[0].value == 0 for commune in COMMUNES)
        most = max(most, away)
    assert 0 < most <= 6


def test_districts_are_told_once_before_they_ended():
    """Their last day in Hanoi, their own tier's target, one figure each."""
    readings = systems().districts()
    assert DISTRICTS_TOLD_AT.astimezone(HANOI).date().isoformat() == "2025-06-30"
    assert [(one.place, one.dims["target"]) for one in readings] == [
        ("district.1", "work_files_district"),
        ("district.2", "work_files_district"),
    ]


def test_the_province_s_work_files_are_the_communes_mean():
    """What the province tells of its communes agrees with what they tell themselves."""
    told = systems()
    each = [told.work_files(commune, NOW)[0].value for commune in COMMUNES]
    whole = [one.value for one in told.work_files("lang-son", NOW) if one.dims["target"] == "work_files_commune"]
    assert abs(sum(each) / len(each) - whole[0]) < 0.1
    assert all(0 <= value <= 100 for value in each)
