"""Roads and the approach roads along which queues are drawn."""

import pytest

from geodata.errors import RoadError
from geodata.gates import TRAFFIC_GATES, all_gate_facts
from geodata.geodesy import cumulative_m, distance_m
from geodata.places import Places
from geodata.roads import Road, all_roads, approach_road, approach_roads, has_approach_road, road

LINE = ((106.7, 21.9), (106.71, 21.9), (106.71, 21.92))
ROAD = Road("R", "Road", LINE, cumulative_m(LINE))


@pytest.mark.parametrize("gate", TRAFFIC_GATES)
def test_an_approach_road_begins_at_its_gate_and_leads_inland(gate: str) -> None:
    """A queue grows from the gate's dot on the map into the country, for at least ten kilometres."""
    place = Places.load().get(gate)
    assert place is not None
    assert place.lon is not None
    assert place.lat is not None
    approach = approach_road(gate)
    assert distance_m(approach.point_at(0), (place.lon, place.lat)) < 2
    assert approach.length_m > 10_000
    assert distance_m(approach.point_at(approach.length_m), (106.76101, 21.85264)) < 1_500


def test_every_route_with_traffic_has_an_approach_road() -> None:
    """Each route of the five gates can show its own queue."""
    expected = {facts.id for facts in all_gate_facts().values() if facts.gate in TRAFFIC_GATES}
    assert set(approach_roads()) == expected


def test_the_queue_of_tan_thanh_reaches_national_road_4a() -> None:
    """The alert sentence names the road on which the tail stands."""
    approach = approach_road("tan-thanh")
    assert approach.road_at(0) == "TT"
    assert approach.road_at(-5) == "TT"
    assert approach.road_at(8_200) == "QL4A"
    assert approach.road_at(1e9) == "QL1"


def test_roads_without_a_line_of_their_own_say_how_much_is_joined() -> None:
    """A straight piece that stands for a missing road is no secret."""
    assert approach_road("huu-nghi").joined_m == 0
    assert approach_road("coc-nam").joined_m > 500
    assert approach_road("coc-nam").via[0][0] == "QL4A"
    assert approach_road("dong-dang").via[0][0] == "RAIL"


def test_a_stretch_is_as_long_as_asked() -> None:
    """The line drawn for a queue of 3,000 m is 3,000 m long."""
    stretch = approach_road("tan-thanh").stretch(0, 3_000)
    assert cumulative_m(stretch)[-1] == pytest.approx(3_000, rel=5e-3)
    assert stretch[0] == approach_road("tan-thanh").coordinates[0]


def test_a_queue_that_fits_into_the_yard_draws_nothing() -> None:
    """No extent, no line; and a queue longer than the road ends where the road ends."""
    assert ROAD.stretch(0, 0) == ()
    assert ROAD.stretch(500, 100) == ()
    assert ROAD.stretch(-50, 1e9) == LINE


def test_points_along_a_road_are_clamped_to_it() -> None:
    """Before the start is the start and beyond the end is the end."""
    assert ROAD.point_at(-1) == LINE[0]
    assert ROAD.point_at(1e9) == LINE[-1]
    assert ROAD.point_at(ROAD.cumulative[1]) == pytest.approx(LINE[1])


def test_the_nearest_distance_is_that_of_the_closest_point() -> None:
    """A camera beside the road is placed at its metre; of two equal ones the first counts."""
    assert ROAD.nearest_distance(106.705, 21.8999) == pytest.approx(ROAD.cumulative[1] / 2, rel=1e-3)
    assert ROAD.nearest(106.70, 21.90) == (0.0, 0.0)


def test_an_unknown_road_is_named_in_the_error() -> None:
    """A secondary gate has no approach road, and the message lists those that do."""
    assert not has_approach_road("na-hinh")
    with pytest.raises(RoadError, match=r"'na-hinh'.*tan-thanh"):
        approach_road("na-hinh")
    with pytest.raises(RoadError, match=r"'QL99'.*QL1"):
        road("QL99")
    assert road("QL1") in all_roads()
    assert len(all_roads()) == 8
