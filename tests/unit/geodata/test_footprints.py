"""The ground in cells: what a site reaches, that the plan is counted on it, and damaged files."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from geodata import storage
from geodata.cover import Cover
from geodata.coverage import COVERAGE_TECHNOLOGIES, planned_coverage
from geodata.errors import LayerError
from geodata.footprints import FILE, Footprints, load_footprints, parse_footprints
from geodata.geodesy import distance_m
from geodata.population import population_by_commune
from geodata.roads import all_roads, approach_road
from geodata.sites import Site, Technology, load_sites


@pytest.fixture(scope="module")
def ground() -> Footprints:
    """Return the shipped ground."""
    return load_footprints()


def test_every_site_on_air_covers_exactly_the_plan(ground: Footprints) -> None:
    """Live coverage with nothing silent is the shipped plan: each commune, each technology, area and people."""
    plan = planned_coverage()
    cover = Cover(ground)
    day = date.fromisoformat(plan.as_of)
    for site in load_sites():
        cover.switch(site, site.on_air(day))
    for tech in COVERAGE_TECHNOLOGIES:
        sums = cover.sums(tech)
        for number, commune in enumerate(ground.cells.communes):
            planned = plan.communes[commune].technologies[tech]
            assert round(sums.area_m2[number] / 1e6, 2) == planned.covered_area_km2, (commune, tech)
            assert round(sums.people_milli[number] / 1e3) == planned.covered_population, (commune, tech)
        assert sums.area_m2.sum() / 1e6 == pytest.approx(
            plan.province.technologies[tech].covered_area_km2, abs=0.005 * len(ground.cells.communes)
        )


def test_cells_hold_the_whole_province(ground: Footprints) -> None:
    """The cells of a commune sum to its area and to its people, to the thousandth of a person."""
    cells = ground.cells
    people = np.bincount(cells.commune, cells.people_milli)
    areas = np.bincount(cells.commune, cells.area_m2)
    plan = planned_coverage()
    for number, commune in enumerate(cells.communes):
        assert people[number] == 1_000 * population_by_commune()[commune]
        assert areas[number] / 1e6 == pytest.approx(plan.communes[commune].area_km2, abs=0.005)
    assert (cells.area_m2 > 0).all()
    assert (cells.people_milli >= 0).all()


def test_a_site_reaches_what_lies_within_its_range(ground: Footprints) -> None:
    """Every cell's middle within the range is reached and none beyond; in town the range is the shorter one."""
    cells, grid = ground.cells, ground.cells.grid
    town = next(site for site in load_sites() if ground.is_built_up(site))
    country = next(
        site for site in load_sites() if not ground.is_built_up(site) and "4g" in site.on_air(date(2026, 11, 22))
    )
    for site, range_m in ((town, ground.ranges_m["4g"][1]), (country, ground.ranges_m["4g"][0])):
        reached = ground.of(site, "4g")
        mine = set(reached[reached < len(cells)].tolist())
        for cell in range(0, len(cells), 7):
            middle = (
                grid.west + (cells.column[cell] + 0.5) * grid.step,
                grid.south + (cells.row[cell] + 0.5) * grid.step,
            )
            off_m = distance_m((site.lon, site.lat), middle)
            if abs(off_m - range_m) > 1:
                assert (cell in mine) == (off_m < range_m), (site.id, cell)
    assert len(ground.of(country, "2g")) == 0


@pytest.mark.parametrize("place", [(0.0, 0.0), (106.0, 21.2), (107.6, 22.7), (-180.0, 89.0)])
def test_a_site_far_away_reaches_nothing(ground: Footprints, place: tuple[float, float]) -> None:
    """An inventory with a slip of the pen in a position does no harm."""
    site = Site(
        "site.90000", "commune.05977", place[1], place[0], "Viettel", (Technology("4g", date(2020, 1, 1), None),), False
    )
    assert len(ground.of(site, "4g")) == 0


def test_approach_roads_are_sampled_to_their_end(ground: Footprints) -> None:
    """Every gate reached by road has its samples, in the kilometres of the road they lie on; trains have none."""
    places = {sampled.place: sampled for sampled in ground.approaches}
    assert {"huu-nghi", "tan-thanh", "coc-nam", "chi-ma"} <= set(places)
    assert "dong-dang" not in places
    lengths_km = {road.id: road.length_m / 1_000 for road in all_roads()}
    for place, sampled in places.items():
        assert len(sampled.kms) == int(approach_road(place).length_m // 100) + 1
        assert all(0 <= km <= lengths_km[road] + 0.1 for road, km in zip(sampled.roads, sampled.kms, strict=True))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("grid", {}),
        ("runs", [[1, 2]]),
        ("people_roots", "AAAA"),
        ("people_roots", "!"),
        ("range_m", None),
        ("population", [1]),
    ],
)
def test_a_damaged_ground_says_what_to_do(key: str, value: object) -> None:
    """Whoever damaged the file is told to build it again."""
    built = storage.read_json(FILE) | {key: value}
    with pytest.raises(LayerError, match="geodata build"):
        parse_footprints(built, [])
