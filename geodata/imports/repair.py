"""Make one unit's shape a valid area, and say what had to be done to it.

Works in metres. Deliberately not here: what two units have to do with each other (`clean`).
"""

from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import ImportRefusedError

# Parts and holes below this are left by cutting and digitising; the smallest unit has 20 km².
SLIVER_M2: Final = 1_000.0
# Vertices closer than this are one: the coordinates of the finest survey here are given to a decimetre.
SAME_POINT_M: Final = 0.05


def polygons_of(shape: BaseGeometry | None) -> BaseGeometry | None:
    """Return the areas in a geometry, or None when it has none; lines and points are left out."""
    if shape is None or shape.is_empty:
        return None
    parts = [each for each in _parts(shape) if each.geom_type == "Polygon" and not each.is_empty]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def repaired(name: str, shape_m: BaseGeometry, warnings: list[str]) -> BaseGeometry:
    """Return a valid area, with a sentence for each thing that was wrong.

    Args:
        name: What to call the unit in sentences.
        shape_m: Polygon or MultiPolygon in metres, valid or not.
        warnings: Sentences are added here.

    Raises:
        ImportRefusedError: Nothing is left of it.
    """
    if shapely.has_z(shape_m):
        shape_m = shapely.force_2d(shape_m)
    shape_m = _without_repeated(name, shape_m, warnings)
    if not shape_m.is_valid:
        reason = shapely.is_valid_reason(shape_m).split("[")[0]
        mended = polygons_of(shapely.make_valid(shape_m, method="structure"))
        if mended is None:
            raise ImportRefusedError(f"{name} has no area that can be made valid ({reason}).")
        warnings.append(f"{name} was not valid ({reason}) and was repaired.")
        shape_m = mended
    parts = list(_parts(shape_m))
    kept = [each for each in parts if each.area >= SLIVER_M2]
    if not kept:
        raise ImportRefusedError(
            f"{name} has an area of {shape_m.area:,.0f} m². Expected at least {SLIVER_M2:,.0f} m²."
        )
    if len(kept) < len(parts):
        lost_m2 = sum(each.area for each in parts) - sum(each.area for each in kept)
        warnings.append(f"{name}: {len(parts) - len(kept)} slivers of together {lost_m2:,.0f} m² were left out.")
    filled = [_without_small_holes(each) for each in kept]
    holes = sum(len(a.interiors) - len(b.interiors) for a, b in zip(kept, filled, strict=True))
    if holes:
        warnings.append(f"{name}: {holes} holes smaller than {SLIVER_M2:,.0f} m² were closed.")
    return shapely.union_all(filled)


def wrong_winding(shape: BaseGeometry) -> bool:
    """Say whether an outer ring runs clockwise or a hole the other way. Source: RFC 7946 §3.1.6."""
    return any(
        not shapely.is_ccw(part.exterior) or any(shapely.is_ccw(hole) for hole in part.interiors)
        for part in _parts(shape)
        if part.geom_type == "Polygon"
    )


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    parts = list(shapely.get_parts(shape))
    return [
        each
        for part in parts
        for each in (_parts(part) if part.geom_type.startswith(("Multi", "GeometryC")) else [part])
    ]


def _without_repeated(name: str, shape_m: BaseGeometry, warnings: list[str]) -> BaseGeometry:
    before = int(shapely.get_num_coordinates(shape_m))
    thinned = shapely.remove_repeated_points(shape_m, SAME_POINT_M)
    after = int(shapely.get_num_coordinates(thinned))
    if after == before or thinned.is_empty or not np.isfinite(thinned.area):
        return shape_m
    warnings.append(f"{name}: {before - after} repeated points were left out.")
    return thinned


def _without_small_holes(part: BaseGeometry) -> BaseGeometry:
    holes = [hole for hole in part.interiors if shapely.Polygon(hole).area >= SLIVER_M2]
    return part if len(holes) == len(part.interiors) else shapely.Polygon(part.exterior, holes)
