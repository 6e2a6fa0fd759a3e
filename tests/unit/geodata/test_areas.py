"""Points in areas, the two geographies, coverage and people."""

import pytest

from geodata.areas import commune_at, district_at, is_inside
from geodata.coverage import COVERAGE_TECHNOLOGIES, planned_coverage
from geodata.errors import PlaceError
from geodata.places import Places
from geodata.population import METHOD, PROVINCE_POPULATION, population, population_by_commune
from geodata.units import communes_of_district, former_communes, tier_on

SQUARE = ((0.0, 0.0), (4.0, 0.0), (4.0, 4.0), (0.0, 4.0), (0.0, 0.0))
HOLE = ((1.0, 1.0), (1.0, 3.0), (3.0, 3.0), (3.0, 1.0), (1.0, 1.0))


@pytest.mark.parametrize(
    ("lon", "lat", "expected"),
    [(0.5, 0.5, True), (2.0, 2.0, False), (5.0, 2.0, False), (2.0, 3.5, True), (2.0, 1.0, False), (3.5, 1.0, True)],
)
def test_a_point_in_a_hole_is_outside(lon: float, lat: float, expected: bool) -> None:
    """Rays through vertices count once and holes are left out."""
    assert is_inside([SQUARE, HOLE], lon, lat) is expected


def test_of_two_neighbours_exactly_one_contains_the_shared_edge() -> None:
    """A site on an edge is counted once."""
    right = tuple((x + 4.0, y) for x, y in SQUARE)
    assert is_inside([SQUARE], 4.0, 2.0) + is_inside([right], 4.0, 2.0) == 1


def test_every_commune_contains_its_own_label() -> None:
    """A commune's name stands on its own ground, in both geographies' dates."""
    for place in Places.load().all("commune"):
        assert commune_at(place.lon or 0, place.lat or 0) == place.id


def test_the_seat_of_the_province_lies_where_it_belongs() -> None:
    """The city centre was in the city district; Hanoi and the sea are nowhere."""
    assert district_at(106.761, 21.8526) == "district.178"
    assert commune_at(106.761, 21.8526) is not None
    assert commune_at(105.85, 21.03) is None
    assert district_at(106.98, 22.3) is None


def test_every_gate_is_shown_inside_the_province() -> None:
    """No gate's dot stands in the other country or in another province."""
    places = Places.load()
    for kind in ("gate", "route"):
        for place in places.all(kind):
            assert commune_at(place.lon or 0, place.lat or 0) is not None, place.id


def test_194_communes_of_11_districts_became_65() -> None:
    """Every former commune leads to a commune of today, and together they reach all 65."""
    former = former_communes().values()
    places = Places.load()
    assert len(former) == 194
    assert len({each.district for each in former}) == 11
    reached = {commune for each in former for commune in each.communes}
    assert reached == {place.id for place in places.all("commune")}
    assert all(each.district in places and each.communes for each in former)


def test_a_district_leads_to_its_communes() -> None:
    """Figures of a former district can be laid beside those of today's communes."""
    city = communes_of_district("district.178")
    assert len(city) == 4
    assert all(0 < share <= 1 for share in city.values())
    with pytest.raises(PlaceError, match="2025-06-30"):
        communes_of_district("district.999")


@pytest.mark.parametrize(("day", "tier"), [("2025-06-30", "district"), ("2025-07-01", "commune")])
def test_the_tier_changes_with_the_first_of_july_2025(day: str, tier: str) -> None:
    """Screens show districts to 30 June 2025 and communes from the day after."""
    assert tier_on(day) == tier


def test_the_population_estimate_adds_up_and_says_what_it_is() -> None:
    """The communes' people sum to the province's, and nobody can take them for a statistic."""
    by_commune = population_by_commune()
    assert len(by_commune) == 65
    assert sum(by_commune.values()) == population("lang-son") == PROVINCE_POPULATION
    assert min(by_commune.values()) > 1_000
    assert population("commune.05977") == by_commune["commune.05977"]
    assert "estimate" in METHOD
    with pytest.raises(PlaceError, match=r"district\.178"):
        population("district.178")


def test_coverage_never_exceeds_what_there_is() -> None:
    """A share of area or people lies between 0 and 100 in every commune and technology."""
    plan = planned_coverage()
    assert len(plan.communes) == 65
    for area in (*plan.communes.values(), plan.province, plan.key_areas):
        assert set(area.technologies) == set(COVERAGE_TECHNOLOGIES)
        for covered in area.technologies.values():
            assert 0 <= covered.covered_area_km2 <= area.area_km2 + 0.02
            assert 0 <= covered.covered_population <= area.population + 1
            assert 0 <= covered.area_pct <= 100
            assert 0 <= covered.population_pct <= 100


def test_4g_reaches_nearly_everybody_and_5g_the_key_areas_first() -> None:
    """The plan is of the order of the published national figures."""
    plan = planned_coverage()
    assert plan.province.technologies["4g"].population_pct > 98
    assert 15 < plan.province.technologies["5g"].population_pct < 40
    assert plan.key_areas.technologies["5g"].population_pct > plan.province.technologies["5g"].population_pct
    assert plan.range_m["5g"] < plan.range_m["4g"] < plan.range_m["3g"]
    assert "not a measurement" in plan.method


def test_the_communes_sum_to_the_province() -> None:
    """Adding up the table gives the total under it."""
    plan = planned_coverage()
    assert plan.province.area_km2 == pytest.approx(sum(each.area_km2 for each in plan.communes.values()))
    for tech in COVERAGE_TECHNOLOGIES:
        parts = [each.technologies[tech] for each in plan.communes.values()]
        assert plan.province.technologies[tech].sites == sum(part.sites for part in parts)
        assert plan.province.technologies[tech].covered_population == sum(part.covered_population for part in parts)
