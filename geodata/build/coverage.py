"""Planned coverage: circles of a stated propagation range, unioned and counted.

Every site reaches as far as the path loss of 3GPP TR 36.942 lets its technology. The circles
are unioned in UTM 48N, clipped to the province and simplified; people are counted on the
raster the shapes came from. Deliberately not here: terrain. Mountains shade valleys that the
circles cover, which is why a margin is taken off everywhere and the map says "modelled".
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import GRID_DEGREES, FloatArray, geometry_to_degrees, geometry_to_metres, to_metres
from geodata.build.partition import BoolArray
from geodata.coverage import COVERAGE_TECHNOLOGIES
from geodata.sites import Site

AS_OF: Final = date(2026, 11, 22)
# Highest path loss at which −110 dBm (below: poor, domain page §4) still arrives: a reference
# signal of 18 dBm per resource element (46 dBm over 600) and 15 dBi of antenna less cable.
LINK_BUDGET_DB: Final = 143.0
# Taken off for hills, trees and walls (A): more in the open country, which is mountainous here.
RURAL_MARGIN_DB: Final = 26.0
URBAN_MARGIN_DB: Final = 12.0
# 5G's higher band enters houses worse (A).
EXTRA_LOSS_DB: Final[Mapping[str, float]] = {"3g": 0.0, "4g": 0.0, "5g": 4.0}
CARRIER_MHZ: Final[Mapping[str, float]] = {"3g": 900.0, "4g": 1_800.0, "5g": 2_600.0}
MAST_HEIGHT_M: Final = 45.0
ABOVE_ROOFS_M: Final = 15.0
# Corners of a quarter circle; 6 err by less than 1 % of the radius.
QUARTER_CORNERS: Final = 6
SIMPLIFY_M: Final = 60.0
METHOD: Final = (
    "Circles of the range at which 143 dB of path loss (less 26 dB for terrain in the country, "
    "12 dB in built-up areas) are reached after 3GPP TR 36.942 section 4.5, around the modelled "
    "sites on air, unioned in UTM 48N and clipped to the schematic province. A plan, not a measurement."
)


def rural_range_m(tech: str) -> float:
    """Return how far a technology reaches in the open country.

    Source: 3GPP TR 36.942 §4.5.3, rural area (Hata, open), base station antenna 45 m; at
    900 MHz it is 95.5 + 34.1 log10(R/km).
    """
    log_f, log_h = math.log10(CARRIER_MHZ[tech]), math.log10(MAST_HEIGHT_M)
    at_1_km_db = 69.55 + 26.16 * log_f - 13.82 * log_h - 4.78 * log_f**2 + 18.33 * log_f - 40.94
    slope_db = 44.9 - 6.55 * log_h
    left_db = LINK_BUDGET_DB - RURAL_MARGIN_DB - EXTRA_LOSS_DB[tech] - at_1_km_db
    return float(1_000.0 * 10 ** (left_db / slope_db))


def urban_range_m(tech: str) -> float:
    """Return how far a technology reaches in built-up areas.

    Source: 3GPP TR 36.942 §4.5.2, urban area, antenna 15 m above the roofs; at 2 GHz it is
    128.1 + 37.6 log10(R/km).
    """
    at_1_km_db = 80.0 - 18.0 * math.log10(ABOVE_ROOFS_M) + 21.0 * math.log10(CARRIER_MHZ[tech])
    slope_db = 40.0 * (1.0 - 4e-3 * ABOVE_ROOFS_M)
    left_db = LINK_BUDGET_DB - URBAN_MARGIN_DB - EXTRA_LOSS_DB[tech] - at_1_km_db
    return float(1_000.0 * 10 ** (left_db / slope_db))


def reach(sites: Sequence[Site], tech: str, province: BaseGeometry, built_up: BaseGeometry) -> BaseGeometry:
    """Return the area a technology reaches on `AS_OF`, in degrees on the common grid.

    Args:
        sites: All sites; those without the technology on air do not count.
        tech: One of `COVERAGE_TECHNOLOGIES`.
        province: Outline in degrees, to clip to.
        built_up: Area in degrees where the urban range holds.
    """
    on_air = [site for site in sites if tech in site.on_air(AS_OF)]
    lons, lats = [site.lon for site in on_air], [site.lat for site in on_air]
    points = shapely.points(*to_metres(lons, lats))
    shapely.prepare(built_up)
    urban = shapely.contains_xy(built_up, lons, lats)
    radii = np.where(urban, urban_range_m(tech), rural_range_m(tech))
    circles = shapely.buffer(points, radii, quad_segs=QUARTER_CORNERS)
    union = shapely.union_all(circles).simplify(SIMPLIFY_M)
    clipped = union.intersection(geometry_to_metres(province))
    on_grid = shapely.set_precision(geometry_to_degrees(clipped), GRID_DEGREES)
    return shapely.MultiPolygon([part for part in shapely.get_parts(on_grid) if part.geom_type == "Polygon"])


def count(
    communes: Mapping[str, Any], reached: Mapping[str, Any], sites: Sequence[Site],
    people: tuple[FloatArray, FloatArray, FloatArray], population: Mapping[str, int],
    key_area: BaseGeometry,
) -> dict[str, Any]:  # fmt: skip
    """Return the content of coverage.json.

    Args:
        communes: Area in degrees by commune code.
        reached: Area in degrees by technology.
        sites: All sites.
        people: Longitudes, latitudes and numbers of people of the populated cells.
        population: Estimated people by commune code.
        key_area: The key areas in degrees, clipped to the province.
    """
    rows: dict[str, Any] = {}
    lons, lats, numbers = people
    inside = {}
    for tech, area in reached.items():
        shapely.prepare(area)
        inside[tech] = shapely.contains_xy(area, lons, lats)
    reached_m = {tech: geometry_to_metres(area) for tech, area in reached.items()}
    for code, area in communes.items():
        area_m = geometry_to_metres(area)
        shapely.prepare(area)
        here = shapely.contains_xy(area, lons, lats)
        everyone = float(numbers[here].sum())
        row: dict[str, Any] = {"area_km2": round(area_m.area / 1e6, 2), "population": population[code]}
        for tech in COVERAGE_TECHNOLOGIES:
            covered_km2 = area_m.intersection(reached_m[tech]).area / 1e6
            share = float(numbers[here & inside[tech]].sum()) / everyone if everyone else 0.0
            masts = sum(1 for site in sites if site.commune == f"commune.{code}" and tech in site.on_air(AS_OF))
            row[tech] = [round(covered_km2, 2), round(share * population[code]), masts]
        rows[code] = row
    return {
        "as_of": AS_OF.isoformat(),
        "method": METHOD,
        "estimate": True,
        "range_m": {tech: round(rural_range_m(tech)) for tech in COVERAGE_TECHNOLOGIES},
        "urban_range_m": {tech: round(urban_range_m(tech)) for tech in COVERAGE_TECHNOLOGIES},
        "province": _totals(rows),
        "key_areas": _key_areas(key_area, reached_m, people, inside, sites),
        "communes": rows,
    }


def _key_areas(
    key_area: BaseGeometry,
    reached_m: Mapping[str, BaseGeometry],
    people: tuple[FloatArray, FloatArray, FloatArray],
    inside: Mapping[str, BoolArray],
    sites: Sequence[Site],
) -> dict[str, Any]:
    lons, lats, numbers = people
    key_m = geometry_to_metres(key_area)
    shapely.prepare(key_area)
    here = shapely.contains_xy(key_area, lons, lats)
    row: dict[str, Any] = {
        "area_km2": round(key_m.area / 1e6, 2),
        "population": round(float(numbers[here].sum())),
    }
    for tech in COVERAGE_TECHNOLOGIES:
        covered_km2 = key_m.intersection(reached_m[tech]).area / 1e6
        covered_people = round(float(numbers[here & inside[tech]].sum()))
        masts = sum(1 for site in sites if site.key_area and tech in site.on_air(AS_OF))
        row[tech] = [round(covered_km2, 2), covered_people, masts]
    return row


def _totals(rows: Mapping[str, Any]) -> dict[str, Any]:
    total: dict[str, Any] = {
        "area_km2": round(sum(row["area_km2"] for row in rows.values()), 2),
        "population": sum(row["population"] for row in rows.values()),
    }
    for tech in COVERAGE_TECHNOLOGIES:
        total[tech] = [
            round(sum(row[tech][0] for row in rows.values()), 2),
            sum(row[tech][1] for row in rows.values()),
            sum(row[tech][2] for row in rows.values()),
        ]
    return total
