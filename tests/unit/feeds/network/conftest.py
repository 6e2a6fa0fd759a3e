"""A small province: one commune of 20 by 20 cells beside another, four sites, one road along it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from feeds.model import Reading
from feeds.network.derivation import Derivation
from feeds.network.memory import SiteMemory
from geodata.footprints import Footprints, parse_footprints
from geodata.geodesy import cumulative_m
from geodata.roads import ApproachRoad
from geodata.sites import Site, Technology

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def site(number: int, lon: float, lat: float, commune: str, *technologies: str, off: date | None = None) -> Site:
    """Return a site whose technologies came on air in 2020."""
    spans = tuple(Technology(tech, date(2020, 1, 1), off if tech == "2g" else None) for tech in technologies)
    return Site(f"site.{number:05d}", f"commune.{commune}", lat, lon, "Viettel", spans, number == 1)


@pytest.fixture(scope="session")
def small_ground() -> Footprints:
    """Return 40 by 20 cells: the western half is one commune, the eastern another; ranges of 1 km, 500 m in town."""
    rows = [[row, 0, 20, 0, 0, 20, 1] for row in range(20)]
    built = {
        "grid": {"west": 106.7, "south": 21.9, "step": 0.0025, "columns": 40, "rows": 20},
        "range_m": {"3g": [1_500, 700], "4g": [1_000, 500], "5g": [600, 300]},
        "built_up_m": 500.0,
        "built_up": [[106.79, 21.94]],
        "communes": ["05977", "06001"],
        "area_km2": [28.6, 28.6],
        "population": [4_000, 1_000],
        "runs": rows,
        "people_roots": base64.b64encode(bytes([100] * 800)).decode(),
    }
    line = tuple((106.7 + 0.001 * step, 21.925) for step in range(100))
    road = ApproachRoad("tan-thanh", "Tân Thanh", line, cumulative_m(line), "tan-thanh", (("QL4A", 0.0),), 0.0)
    return parse_footprints(built, [road])


@pytest.fixture(scope="session")
def small_sites() -> list[Site]:
    """Return four sites along the road; the last has nothing but 2G, retired."""
    return [
        site(1, 106.710, 21.925, "05977", "3g", "4g", "5g"),
        site(2, 106.724, 21.925, "05977", "4g"),
        site(3, 106.790, 21.940, "06001", "4g"),
        site(4, 106.770, 21.925, "06001", "2g", off=date(2026, 9, 16)),
    ]


@pytest.fixture
def memory() -> SiteMemory:
    """Return a memory of sources that speak every five minutes; those called simulator are none of this world."""
    return SiteMemory(lambda _: 300.0, lambda source: source.startswith("simulator"))


@pytest.fixture
def derivation(small_ground: Footprints, small_sites: list[Site], memory: SiteMemory) -> Derivation:
    """Return the derivation of the small province."""
    return Derivation(small_ground, small_sites, memory)


@pytest.fixture
def say(memory: SiteMemory, derivation: Derivation) -> Callable[..., bool]:
    """Return how to say that a site is on air (1) or not (0); True when the inventory has the site."""

    def tell(number: int, value: float | None, at: datetime = NOW, source: str = "noc", **dims: str) -> bool:
        quality = "good" if value is not None else "missing"
        reading = Reading("site_on_air", f"site.{number:05d}", value, at, at, source, dims, "probe", quality)
        memory.hear(reading)
        return derivation.heard(reading.place)

    return tell
