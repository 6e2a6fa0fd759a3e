"""Measure whether areas form a coverage: valid shapes, no overlaps, no gaps, neighbours that share their edges.

Works on the bytes of the layers, as they are served. Deliberately not here: files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import geometry_to_metres

# Below 100 m² a difference is arithmetic, not ground.
TOLERANCE_KM2: Final = 1e-4
# Two areas that share less than this touch at a corner and are no neighbours.
NEIGHBOUR_DEGREES: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was measured, by layer; areas in km² in UTM 48N.

    Attributes:
        areas_km2: Sum of the areas.
        overlaps_km2: What two of them both claim.
        gaps_km2: What the province has and none of them claims, or the other way round.
        faults: A sentence for each fault.
        overlap_counts: Pairs that overlap.
        gap_counts: Separate gaps.
        units: Number of areas.
        invalid: Areas that are not valid.
        neighbours: Pairs that share an edge.
    """

    areas_km2: Mapping[str, float]
    overlaps_km2: Mapping[str, float]
    gaps_km2: Mapping[str, float]
    faults: tuple[str, ...]
    overlap_counts: Mapping[str, int] = field(default_factory=dict)
    gap_counts: Mapping[str, int] = field(default_factory=dict)
    units: Mapping[str, int] = field(default_factory=dict)
    invalid: Mapping[str, int] = field(default_factory=dict)
    neighbours: Mapping[str, int] = field(default_factory=dict)


def inspect_coverage(layers: Mapping[str, bytes]) -> Inspection:
    """Inspect area layers against the layer `province`.

    Args:
        layers: GeoJSON by name; `province` must be among them.
    """
    areas, overlaps, gaps = dict[str, float](), dict[str, float](), dict[str, float]()
    faults: list[str] = []
    (province,) = _shapes(layers["province"]).values()
    counts: dict[str, dict[str, int]] = {"overlap": {}, "gap": {}, "unit": {}, "invalid": {}, "neighbour": {}}
    for name, content in layers.items():
        shapes = _shapes(content)
        invalid = {place: shape for place, shape in shapes.items() if not shape.is_valid}
        faults += [
            f"{place} in {name} is not valid: {shapely.is_valid_reason(shape)}." for place, shape in invalid.items()
        ]
        counts["unit"][name], counts["invalid"][name] = len(shapes), len(invalid)
        areas[name] = sum(_km2(shape) for shape in shapes.values())
        if name == "province":
            continue
        mended = [shapely.make_valid(shape) for shape in shapes.values()]
        union = shapely.union_all(mended)
        overlaps[name] = max(0.0, areas[name] - _km2(union))
        missing = [province.difference(union), union.difference(province)] if province.is_valid else []
        gaps[name] = sum(_km2(each) for each in missing)
        counts["gap"][name] = sum(_is_ground(part) for each in missing for part in shapely.get_parts(each))
        counts["overlap"][name], counts["neighbour"][name] = _pairs(mended)
        if not shapely.coverage_is_valid(list(shapes.values())):
            faults.append(f"The areas of {name} do not share their edges exactly.")
        if overlaps[name] > TOLERANCE_KM2:
            faults.append(f"The areas of {name} overlap by {overlaps[name]:.4f} km².")
        if gaps[name] > TOLERANCE_KM2:
            faults.append(f"The areas of {name} differ from the province by {gaps[name]:.4f} km².")
    return Inspection(
        areas, overlaps, gaps, tuple(faults),
        counts["overlap"], counts["gap"], counts["unit"], counts["invalid"], counts["neighbour"],
    )  # fmt: skip


def _pairs(shapes: list[BaseGeometry]) -> tuple[int, int]:
    """Return how many pairs overlap, and how many share an edge."""
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    overlapping = neighbouring = 0
    for a, b in zip(first.tolist(), second.tolist(), strict=True):
        if a < b:
            both = shapes[a].intersection(shapes[b])
            overlapping += _is_ground(both)
            neighbouring += both.length > NEIGHBOUR_DEGREES
    return overlapping, neighbouring


def _is_ground(shape: BaseGeometry) -> bool:
    # One square metre here is about 9e-11 square degrees.
    return float(shape.area) > 1e-10


def _shapes(content: bytes) -> dict[str, BaseGeometry]:
    return {
        feature["properties"]["id"]: shapely.geometry.shape(feature["geometry"])
        for feature in json.loads(content)["features"]
    }


def _km2(shape: BaseGeometry) -> float:
    return float(geometry_to_metres(shape).area) / 1e6
