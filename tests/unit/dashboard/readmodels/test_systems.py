"""The programme's systems in the topic network: up or down, how fast, how often today, how many rooms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.readmodels.availability import Availability
from dashboard.readmodels.network import NetworkModel
from feeds.programme.targetfile import load_programme

PROGRAMME = load_programme(Path(__file__).parents[4] / "config")
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def network(origins, places):
    """Return the topic network with the shipped systems and no sites."""
    return NetworkModel(origins, places, (), NOW, PROGRAMME.systems)


def test_a_system_appears_with_its_first_check(network, reading):
    """Nothing is shown of what nobody checks; the first check brings the row whole, with name and owner."""
    assert network.snapshot()["systems"] == {}
    changes = network.fold([reading("system_availability", "lang-son", 1, source="probe", system="documents")], NOW)
    row = changes["systems/documents"]
    assert (row["up"]["v"], row["latency_ms"], row["rooms"], row["availability_24h_pct"]) == (1, None, None, None)
    assert row["name_vi"] == "Quản lý văn bản và điều hành"
    assert row["owner_vi"]
    later = reading("response_time_ms", "lang-son", 88, source="probe", system="documents")
    assert set(network.fold([later], NOW)) == {"systems/documents/latency_ms"}
    assert [one.metric for one in network.basis("systems/documents/latency_ms")] == ["response_time_ms"]


def test_rooms_are_counted_and_the_silent_ones_named(network, places, reading):
    """64 of 65 answer; without a probe at the centre the whole is down as long as one is."""
    communes = [place.id for place in places.all("commune")]
    checks = [
        reading("system_availability", commune, number != 3, source="probe", system="video-conference")
        for number, commune in enumerate(communes)
    ]
    network.fold(checks, NOW)
    row = network.snapshot()["systems"]["video-conference"]
    assert (row["rooms_up"]["v"], row["rooms"], row["up"]["v"]) == (64, 65, 0)
    assert row["down"] == [communes[3]]
    back = reading(
        "system_availability", communes[3], 1, source="probe", at=NOW + timedelta(minutes=1), system="video-conference"
    )
    changes = network.fold([back], NOW)
    assert (changes["systems/video-conference/rooms_up"]["v"], changes["systems/video-conference/down"]) == (65, [])
    assert len(network.basis("systems/video-conference/rooms_up")) == 65


def test_a_few_rooms_checked_do_not_make_the_whole_up(network, places, reading):
    """Of 65 rooms three are probed: three answer, and whether the whole does is not known."""
    for place in list(places.all("commune"))[:3]:
        network.fold([reading("system_availability", place.id, 1, source="probe", system="fibre")], NOW)
    row = network.snapshot()["systems"]["fibre"]
    assert (row["rooms_up"]["v"], row["rooms_up"]["of"], row["up"]) == (3, 3, None)


def test_a_day_s_availability_comes_from_history_and_goes_on_with_the_checks(network, reading):
    """Twelve hours of history, one of them down, make 91.67 %; the real day says nothing of a simulated present."""
    hours = [(NOW - timedelta(hours=12 - hour), 0.0 if hour == 5 else 1.0) for hour in range(12)]
    network.systems.load("documents", hours, simulated=False)
    network.fold([reading("system_availability", "lang-son", 1, source="probe", system="documents")], NOW)
    network.tick(NOW)
    percent = network.snapshot()["systems"]["documents"]["availability_24h_pct"]
    assert percent == pytest.approx(100 * 12 / 13, abs=0.01)
    other = reading("system_availability", "lang-son", 1, system="portal")
    network.systems.load("portal", hours, simulated=False)
    network.fold([other], NOW)
    assert network.snapshot()["systems"]["portal"]["availability_24h_pct"] is None
    assert network.simulated_count == 1


def test_half_a_day_is_the_least_that_is_told():
    """Eleven hours are not known as a day, twelve are; an hour of yesterday counts no more."""
    day = Availability()
    for hour in range(11):
        day.add(NOW - timedelta(hours=hour), 1, simulated=False)
    assert day.percent(NOW, simulated=False) is None
    day.add(NOW - timedelta(hours=11), 0, simulated=False)
    assert day.percent(NOW, simulated=False) == pytest.approx(91.67)
    assert day.percent(NOW, simulated=True) is None
    assert day.percent(NOW + timedelta(hours=13), simulated=False) is None


def test_the_last_check_of_five_minutes_counts_and_old_buckets_are_forgotten():
    """A restart within five minutes is no outage of the day's figure; months of checks stay small."""
    day = Availability()
    begin = NOW - timedelta(days=3)
    for minute in range(0, 3 * 1_440 + 1, 5):
        day.add(begin + timedelta(minutes=minute), 0, simulated=False)
        day.add(begin + timedelta(minutes=minute, seconds=60), 1, simulated=False)
        day.add(begin + timedelta(minutes=minute, seconds=30), 0, simulated=False)
    assert day.percent(NOW, simulated=False) == 100


def test_a_system_that_is_not_declared_is_not_shown(network, reading):
    """A probe of something else has its place on the feeds' page, not among the programme's systems."""
    assert network.fold([reading("system_availability", "lang-son", 1, source="probe", system="printer")], NOW) == {}
    assert network.basis("systems/printer/up") == []
