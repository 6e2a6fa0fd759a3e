"""Hours, lanes and yards of the gates."""

from datetime import UTC, date, datetime, time

import pytest

from geodata.errors import PlaceError
from geodata.gates import TRAFFIC_GATES, all_gate_facts, gate_facts, is_open, lanes_at


@pytest.mark.parametrize(
    ("gate", "at_utc", "expected"),
    [
        ("huu-nghi", datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC), False),
        ("huu-nghi", datetime(2026, 11, 22, 0, 0, tzinfo=UTC), True),
        ("huu-nghi", datetime(2026, 11, 22, 12, 59, 59, tzinfo=UTC), True),
        ("huu-nghi", datetime(2026, 11, 22, 13, 0, tzinfo=UTC), False),
        ("coc-nam", datetime(2026, 11, 22, 12, 30, tzinfo=UTC), False),
        ("dong-dang", datetime(2026, 11, 21, 17, 0, tzinfo=UTC), True),
        ("dong-dang.rail", datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC), True),
        ("na-hinh", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), False),
    ],
)
def test_a_gate_opens_and_closes_at_its_hanoi_hours(gate: str, at_utc: datetime, expected: bool) -> None:
    """The opening instant is open, the closing instant is closed, and the zone is Hanoi's."""
    assert is_open(gate, at_utc) is expected


def test_an_instant_without_zone_is_refused() -> None:
    """Nobody guesses whether seven o'clock was Hanoi's or Beijing's."""
    with pytest.raises(ValueError, match="has no zone"):
        is_open("huu-nghi", datetime(2026, 11, 22, 7, 0))  # noqa: DTZ001 - the fault under test


def test_a_service_that_is_not_offered_is_never_open() -> None:
    """A gate without passengers is closed to them at noon."""
    assert is_open("coc-nam", datetime(2026, 11, 22, 5, 0, tzinfo=UTC), "passenger") is False


@pytest.mark.parametrize(
    ("day", "lanes"), [(date(2024, 1, 1), 4), (date(2025, 11, 26), 4), (date(2025, 11, 27), 6), (date(2027, 1, 1), 6)]
)
def test_the_smart_gate_got_its_lanes_on_the_day(day: date, lanes: int) -> None:
    """The dedicated road has 4 lanes until 26 November 2025 and 6 from the 27th."""
    assert lanes_at("huu-nghi.1119-1120", day) == lanes


def test_the_lanes_of_a_gate_are_those_of_its_routes() -> None:
    """A gate's capacity is the sum over its routes; a gate without known lanes has none."""
    day = date(2026, 1, 1)
    assert lanes_at("huu-nghi", day) == lanes_at("huu-nghi.1116-1117", day) + 6
    assert lanes_at("na-hinh", day) == 0


def test_every_traffic_gate_has_a_yard_with_its_source() -> None:
    """The queue on the road can be computed for the five gates, and the figures can be traced."""
    for gate in TRAFFIC_GATES:
        facts = gate_facts(gate)
        assert facts.yard_places is not None
        assert facts.lanes_abreast >= 1
        assert facts.yard_source
        assert facts.key_area
        assert all(row.source and row.sure in {"H", "M", "A"} for row in facts.hours)
    assert gate_facts("tan-thanh.1088-2-1089").yard_places == gate_facts("tan-thanh").yard_places == 1150


def test_facts_keep_accuracy_source_and_the_other_side() -> None:
    """An operator can read how sure a position is and who stands opposite."""
    facts = gate_facts("chi-ma")
    assert facts.accuracy_m == 700
    assert "爱店" in facts.cn_counterpart
    assert facts.source
    assert facts.hours_hanoi == (time(7), time(20))
    assert gate_facts("dong-dang").hours_hanoi == (time(0), None)


def test_goods_and_people_pass_where_they_may() -> None:
    """Nobody walks over the dedicated cargo road."""
    assert gate_facts("huu-nghi.1116-1117").passenger
    assert not gate_facts("huu-nghi.1119-1120").passenger
    assert gate_facts("huu-nghi.1119-1120").cargo


def test_hours_before_the_first_known_day_are_the_first_known() -> None:
    """A replay of 2024 shows hours instead of a gate that never opened."""
    hours = gate_facts("huu-nghi").hours_on(date(2024, 1, 1))
    assert hours is not None
    assert hours.opens == time(7)


def test_an_unknown_gate_is_named_in_the_error() -> None:
    """A typing error in a rule says which gates there are."""
    with pytest.raises(PlaceError, match=r"'huu-nhi' is neither .* huu-nghi"):
        gate_facts("huu-nhi")
    assert len(all_gate_facts()) == 19
