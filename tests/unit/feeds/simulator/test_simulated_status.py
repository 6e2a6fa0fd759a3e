"""The simulated state of the gates, and the carousel that spreads readings over time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.catalogue import Catalogue
from feeds.sources.simulator.carousel import Carousel
from feeds.sources.simulator.status import PASSENGERS_A_DAY, Status
from feeds.twin.ground import load_ground
from feeds.validation import RawReading, judge_reading
from geodata.places import Places

MIDNIGHT = datetime(2026, 11, 15, 17, tzinfo=UTC)


@pytest.fixture
def status() -> Status:
    """Return the gates' state at a third of the other side's rate."""
    return Status(5, load_ground(date(2026, 11, 16)), lambda _: 0.3, "simulator")


def at(hour: int, minute: int = 0) -> datetime:
    """Return an instant by its Hanoi time."""
    return MIDNIGHT + timedelta(hours=hour, minutes=minute)


def values(status: Status, metric: str, when: datetime) -> dict[str, float]:
    """Return a metric by place."""
    return {r.place: r.value or 0.0 for r in status.readings(when, fixed=True) if r.metric == metric}


def test_gates_open_and_close_by_their_hours(status: Status) -> None:
    """Cốc Nam closes an hour before the others, the railway never."""
    assert set(values(status, "operational_status", at(12)).values()) == {1.0}
    evening = values(status, "operational_status", at(19))
    assert evening["coc-nam"] == 0
    assert evening["huu-nghi"] == 1
    night = values(status, "operational_status", at(23))
    assert {gate for gate, state in night.items() if state} == {"dong-dang", "dong-dang.rail"}


def test_lanes_of_a_gate_are_those_of_its_routes(status: Status) -> None:
    """A gate's lanes add up; at night none is open; never more are open than there are."""
    for when in (at(8), at(12), at(23)):
        lanes, most = values(status, "lanes_open", when), values(status, "lanes_max", when)
        assert lanes["huu-nghi"] == lanes["huu-nghi.1116-1117"] + lanes["huu-nghi.1119-1120"]
        assert all(lanes[place] <= most[place] for place in most)
    assert values(status, "lanes_open", at(23))["huu-nghi"] == 0
    assert values(status, "lanes_open", at(8))["huu-nghi"] < values(status, "lanes_open", at(12))["huu-nghi"]


def test_the_other_sides_rate_is_shown(status: Status) -> None:
    """Road gates show the scenario's rate within a few percent, the railway is not touched."""
    rates = values(status, "other_side_rate_ratio", at(12))
    assert rates["tan-thanh"] == pytest.approx(0.3, rel=0.05)
    assert rates["dong-dang"] == 1


def test_passengers_of_a_day(status: Status) -> None:
    """Nobody before seven, some 6,850 by the evening, only ever more in between."""
    assert status.passengers_today(at(6, 59)) == 0
    counts = [status.passengers_today(at(7) + timedelta(minutes=5 * n)) for n in range(200)]
    assert counts == sorted(counts)
    days = [status.passengers_today(at(22) + timedelta(days=day)) for day in range(28)]
    assert sum(days) / 28 == pytest.approx(PASSENGERS_A_DAY, rel=0.04)


def test_the_door_takes_every_figure(status: Status) -> None:
    """No reading of the gates is refused."""
    places, catalogue = Places.load(), Catalogue()
    readings = status.readings(at(9), fixed=True)
    assert len(readings) == 49
    for raw in readings:
        assert judge_reading(raw, "", at(9), catalogue, places).source == "simulator"


def test_carousel_tells_each_item_once_a_period() -> None:
    """Whatever the spans it is asked for, every item has its turn once a period and none is told twice."""

    def report(item: str, when: datetime) -> list[RawReading]:
        return [RawReading("site_on_air", item, when, 1.0)]

    carousel = Carousel(60.0, ["a", "b", "c"], report)
    start = MIDNIGHT.timestamp()
    whole = list(carousel.between(start, start + 180))
    pieces = [r for n in range(90) for r in carousel.between(start + 2 * n, start + 2 * n + 2)]
    assert pieces == whole
    assert [r.place for r in whole].count("b") == 3
    assert all(start < r.observed_at.timestamp() <= start + 180 for r in whole)
    assert list(Carousel(60.0, [], report).between(start, start + 180)) == []
