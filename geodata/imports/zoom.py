"""Simplify a coverage for the zooms of the map: an overview for the province, detail, and the corridor at its finest.

All areas are simplified at once, so that neighbours keep sharing their edges. Deliberately not here: cleaning.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import DECIMALS, GRID_DEGREES, geometry_to_degrees, geometry_to_metres
from geodata.errors import ImportRefusedError
from geodata.layers import Bounds

# The corridor's inset draws some 12 km on 900 px of a 4K wall: 13 m a pixel.
CORRIDOR_M: Final = 5.0
# What the inset may show around its bounds when its box is wider than they are, in degrees (some 10 km).
CORRIDOR_MARGIN: Final = 0.1
DETAIL_M: Final = 15.0
# The province's 160 km on 2,000 px are 80 m a pixel.
OVERVIEW_M: Final = 120.0
# What the communes may weigh; districts and outline follow from them, and all stay below the layers' limit.
DETAIL_BYTES: Final = 420_000
OVERVIEW_BYTES: Final = 110_000
_COARSER: Final = 1.15
_ROUNDS: Final = 36


@dataclass(frozen=True, slots=True)
class Simplified:
    """A coverage in degrees, and the tolerance in metres that made it light enough."""

    areas: Mapping[str, BaseGeometry]
    tolerance_m: float


def simplified(
    areas: Mapping[str, BaseGeometry],
    tolerance_m: float,
    most_bytes: int,
    weigh: Callable[[Mapping[str, BaseGeometry]], int],
) -> Simplified:
    """Return a coverage simplified by at least a tolerance, and further until it is light enough.

    Args:
        areas: A clean coverage in degrees on the common grid.
        tolerance_m: Least tolerance; triangles of less than its square are cut off.
        most_bytes: What it may weigh.
        weigh: Returns the bytes of areas as they would be written.

    Raises:
        ImportRefusedError: It does not become light enough.
    """
    keys = list(areas)
    shapes_m = [geometry_to_metres(areas[key]) for key in keys]
    for _ in range(_ROUNDS):
        thinned = shapely.coverage_simplify(shapes_m, tolerance_m)
        # Vertices are kept or left out, never moved: rounding gives back the grid they came from.
        degrees = shapely.transform([geometry_to_degrees(each) for each in thinned], lambda a: a.round(DECIMALS))
        found = dict(zip(keys, degrees, strict=True))
        if weigh(found) <= most_bytes:
            return Simplified(found, tolerance_m)
        tolerance_m *= _COARSER
    raise ImportRefusedError(f"The shapes do not become lighter than {most_bytes:,} bytes. Simplify them before.")


def corridor(areas: Mapping[str, BaseGeometry], bounds: Bounds) -> dict[str, BaseGeometry]:
    """Return what lies around the border corridor, cut well outside what its inset shows.

    Args:
        areas: A clean coverage in degrees.
        bounds: Corners of the inset as (latitude, longitude).
    """
    (south, west), (north, east) = bounds
    m = CORRIDOR_MARGIN
    frame = shapely.box(west - m, south - m, east + m, north + m)
    near = {key: area for key, area in areas.items() if area.intersects(frame)}
    if not near:
        return {}
    shapes_m = [geometry_to_metres(area) for area in near.values()]
    thinned = [geometry_to_degrees(each) for each in shapely.coverage_simplify(shapes_m, CORRIDOR_M)]
    cut = shapely.set_precision(shapely.intersection(thinned, frame), GRID_DEGREES)
    return {key: area for key, area in zip(near, cut, strict=True) if not area.is_empty}
