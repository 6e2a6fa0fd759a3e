"""Planned coverage: circles of a stated propagation range, unioned for the map.

Every site reaches as far as the path loss of 3GPP TR 36.942 lets its technology. The circles
are unioned in UTM 48N, clipped to the province and simplified. Deliberately not here: area
and people, which are counted in cells (`geodata.build.footprints`), and terrain. Mountains
shade valleys that the circles cover, which is why a margin is taken off everywhere and the
map says "modelled".
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import GRID_DEGREES, geometry_to_degrees, geometry_to_metres, to_metres
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
    "sites on air, counted in cells of 0.0025 degrees of the province. A plan, not a measurement."
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
