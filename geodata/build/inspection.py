"""Measure whether areas form a coverage: valid shapes, no overlaps, no gaps.

Works on the bytes of the layers, as they are served. Deliberately not here: files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import geometry_to_metres

# Below 100 m² a difference is arithmetic, not ground.
TOLERANCE_KM2: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Inspection:
    """Areas, overlaps and gaps in km², and a sentence for each fault."""

    areas_km2: Mapping[str, float]
    overlaps_km2: Mapping[str, float]
    gaps_km2: Mapping[str, float]
    faults: tuple[str, ...]


def inspect_coverage(layers: Mapping[str, bytes]) -> Inspection:
    """Inspect area layers against the layer `province`.

    Args:
        layers: GeoJSON by name; `province` must be among them.
    """
    areas: dict[str, float] = {}
    overlaps: dict[str, float] = {}
    gaps: dict[str, float] = {}
    faults: list[str] = []
    (province,) = _shapes(layers["province"]).values()
    for name, content in layers.items():
        shapes = _shapes(content)
        faults += [
            f"{place} in {name} is not valid: {shapely.is_valid_reason(shape)}."
            for place, shape in shapes.items()
            if not shape.is_valid
        ]
        areas[name] = sum(_km2(shape) for shape in shapes.values())
        if name == "province":
            continue
        union = shapely.union_all(list(shapes.values()))
        overlaps[name] = max(0.0, areas[name] - _km2(union))
        gaps[name] = _km2(province.difference(union)) + _km2(union.difference(province))
        if not shapely.coverage_is_valid(list(shapes.values())):
            faults.append(f"The areas of {name} do not share their edges exactly.")
        if overlaps[name] > TOLERANCE_KM2:
            faults.append(f"The areas of {name} overlap by {overlaps[name]:.4f} km².")
        if gaps[name] > TOLERANCE_KM2:
            faults.append(f"The areas of {name} differ from the province by {gaps[name]:.4f} km².")
    return Inspection(areas, overlaps, gaps, tuple(faults))


def _shapes(content: bytes) -> dict[str, BaseGeometry]:
    return {
        feature["properties"]["id"]: shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
    }


def _km2(shape: BaseGeometry) -> float:
    return float(geometry_to_metres(shape).area) / 1e6
