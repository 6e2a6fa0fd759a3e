"""Planned coverage: the area and the people each technology is planned to reach, by commune.

Computed at build time from the modelled sites and a stated propagation range
(`geodata.build.coverage`); it is a plan, not a measurement, and its denominators are the
commune's whole area and its estimated population. Deliberately not here: measured signal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from geodata import storage

COVERAGE_TECHNOLOGIES: Final = ("3g", "4g", "5g")


@dataclass(frozen=True, slots=True)
class Covered:
    """What one technology is planned to reach in a commune or in the province.

    Attributes:
        covered_area_km2: Area reached.
        covered_population: People reached, an estimate.
        area_pct: Area reached as a share of the whole area, 0–100.
        population_pct: People reached as a share of the estimated population, 0–100.
        sites: Sites with the technology on air.
    """

    covered_area_km2: float
    covered_population: int
    area_pct: float
    population_pct: float
    sites: int


@dataclass(frozen=True, slots=True)
class AreaCoverage:
    """Coverage of one commune or of the province.

    Attributes:
        place: `commune.<code>`, `lang-son` or `key-areas`.
        area_km2: Whole area of the schematic shape.
        population: Estimated population.
        technologies: By technology, every one of `COVERAGE_TECHNOLOGIES`.
    """

    place: str
    area_km2: float
    population: int
    technologies: Mapping[str, Covered]


@dataclass(frozen=True, slots=True)
class PlannedCoverage:
    """The plan for the whole province.

    Attributes:
        as_of: ISO date whose sites on air were counted.
        method: How it was computed, in one English sentence.
        range_m: Propagation range assumed in the open country, by technology.
        province: The province's totals.
        communes: By `commune.<code>`.
        key_areas: The areas where 5G comes first, taken together; `sites` is the number of
            sites in them with the technology on air.
    """

    as_of: str
    method: str
    range_m: Mapping[str, float]
    province: AreaCoverage
    communes: Mapping[str, AreaCoverage]
    key_areas: AreaCoverage


@storage.cached
def planned_coverage() -> PlannedCoverage:
    """Return the planned coverage as built.

    Raises:
        LayerError: The built file is missing or damaged.
    """
    built = storage.read_json("coverage.json")
    communes = {f"commune.{code}": _area(f"commune.{code}", row) for code, row in built["communes"].items()}
    return PlannedCoverage(
        as_of=built["as_of"],
        method=built["method"],
        range_m=built["range_m"],
        province=_area("lang-son", built["province"]),
        communes=communes,
        key_areas=_area("key-areas", built["key_areas"]),
    )


def _area(place: str, row: Mapping[str, Any]) -> AreaCoverage:
    area_km2, population = float(row["area_km2"]), int(row["population"])
    technologies: dict[str, Covered] = {}
    for tech in COVERAGE_TECHNOLOGIES:
        covered_area_km2, covered_population, sites = row[tech]
        technologies[tech] = Covered(
            covered_area_km2=float(covered_area_km2),
            covered_population=int(covered_population),
            area_pct=_percent(covered_area_km2, area_km2),
            population_pct=_percent(covered_population, population),
            sites=int(sites),
        )
    return AreaCoverage(place, area_km2, population, technologies)


def _percent(part: float, whole: float) -> float:
    # Rounding of both figures at build time may put a fully covered commune a hair above.
    return min(100.0, 100.0 * part / whole) if whole else 0.0
