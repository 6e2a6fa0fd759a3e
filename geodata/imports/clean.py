"""Make areas one clean coverage: no overlap, no gap, every shared edge the same vertices on one grid.

All edges are noded on the grid of 1e-5 degree and faces are formed anew; each face goes to who claims it, ground that
two claim or nobody does to the neighbour with the longest edge beside it. So neighbours share their edges by
construction, and stay so when dissolved, simplified and written with five decimals. GEOS 3.14's own CoverageCleaner was
tried first and lost whole units when every vertex was off by some metres (decision 030). Deliberately not here: units
and names.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import GRID_DEGREES, geometry_to_degrees, geometry_to_metres
from geodata.errors import ImportRefusedError

# A hole larger than this is a unit that is missing and no drawing fault.
LARGEST_GAP_KM2: Final = 1.0
# Between neighbours that were moved apart a wedge opens to the outside; wider than this it may be a valley.
INLET_WIDTH_M: Final = 150.0
INLET_SIDE_SHARE: Final = 0.2
# Nodes this close are one; less than the grid, so that no corner is moved visibly.
SNAP_M: Final = 0.5
# Two units that claim more than this in common disagree about ground, not about a line.
LARGEST_OVERLAP_SHARE: Final = 0.10
# A piece cut off its unit by noding is a crumb below this, and goes to the neighbour around it.
CRUMB_M2: Final = 10_000.0
_M2: Final = 1e6


@dataclass(frozen=True, slots=True)
class Flaws:
    """What was wrong before cleaning: numbers, and areas in m²."""

    overlaps: int
    overlap_m2: float
    gaps: int
    gap_m2: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """A clean coverage in degrees on the common grid, by the keys given, and what was wrong before."""

    areas: Mapping[str, BaseGeometry]
    flaws: Flaws


def clean(areas_m: Mapping[str, BaseGeometry], names: Mapping[str, str] | None = None) -> Coverage:
    """Return valid areas as a clean coverage.

    Args:
        areas_m: Valid areas in UTM 48N metres.
        names: What to call them in refusals; keys where missing.

    Raises:
        ImportRefusedError: Two areas overlap too much, a hole is too large to be a gap, or nothing is left of an area.
    """
    called = {key: (names or {}).get(key, key) for key in areas_m}
    keys = list(areas_m)
    shapes = [areas_m[key] for key in keys]
    overlaps, overlap_m2 = _overlaps(keys, shapes, called)
    holes = _holes(shapely.union_all(shapes))
    wide = [hole for hole in holes if hole.area > LARGEST_GAP_KM2 * _M2]
    if wide:
        at = geometry_to_degrees(wide[0].representative_point())
        raise ImportRefusedError(
            f"{len(wide)} areas inside belong to no unit, the first of {wide[0].area / _M2:,.2f} km² around longitude "
            f"{at.x:.4f}, latitude {at.y:.4f}. Is a unit missing?"
        )
    faces = _on_grid([geometry_to_degrees(each) for each in _without_inlets(shapes)])
    empty = [called[keys[index]] for index, face in enumerate(faces) if face.is_empty]
    if empty:
        raise ImportRefusedError(f"Nothing is left of {', '.join(empty[:5])} once overlaps belong to one unit only.")
    flaws = Flaws(overlaps, overlap_m2, len(holes), float(sum(hole.area for hole in holes)))
    return Coverage(dict(zip(keys, faces, strict=True)), flaws)


def fitted(areas: Mapping[str, BaseGeometry], outline: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return a coverage cut and stretched to fill an outline exactly, in degrees on the common grid.

    Ground of the outline that no area holds goes to the area with the longest shared edge.

    Args:
        areas: A clean coverage in degrees.
        outline: The area to fill, in degrees.

    Raises:
        ImportRefusedError: An area lies wholly outside.
    """
    keys = list(areas)
    faces = _on_grid([areas[key] for key in keys], outline)
    lost = [key for key, face in zip(keys, faces, strict=True) if face.is_empty]
    if lost:
        raise ImportRefusedError(f"{len(lost)} units lie wholly outside the outline ({', '.join(lost[:5])}).")
    return dict(zip(keys, faces, strict=True))


def _overlaps(keys: list[str], shapes: list[BaseGeometry], called: Mapping[str, str]) -> tuple[int, float]:
    tree = shapely.STRtree(shapes)
    first, second = tree.query(shapes, predicate="intersects")
    pairs = [(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True) if a < b]
    count, total_m2 = 0, 0.0
    for a, b in pairs:
        both_m2 = float(shapes[a].intersection(shapes[b]).area)
        if both_m2 > LARGEST_OVERLAP_SHARE * min(shapes[a].area, shapes[b].area):
            raise ImportRefusedError(
                f"{called[keys[a]]} and {called[keys[b]]} overlap by {both_m2 / _M2:,.2f} km², more than a tenth of "
                "the smaller one. Which of them the ground belongs to must be settled in the file."
            )
        if both_m2 > 0.0:
            count, total_m2 = count + 1, total_m2 + both_m2
    return count, total_m2


def _holes(union: BaseGeometry) -> list[BaseGeometry]:
    return [shapely.Polygon(ring) for part in shapely.get_parts(union) for ring in part.interiors]


def _without_inlets(shapes: list[BaseGeometry]) -> list[BaseGeometry]:
    """Return areas with the narrow wedges between two of them closed that open to the outside, and so are no holes."""
    union = shapely.union_all(shapes)
    reach_m = INLET_WIDTH_M / 2
    # Corners cut square, so that closing adds nothing at the outline's own bends.
    closed = union.buffer(reach_m, join_style="mitre").buffer(-reach_m, join_style="mitre")
    inlets = [part for part in shapely.get_parts(closed.difference(union)) if part.geom_type == "Polygon"]
    tree = shapely.STRtree(shapes)
    given: dict[int, list[BaseGeometry]] = {}
    for inlet in inlets:
        near = inlet.buffer(SNAP_M)
        beside = {
            index: float(near.intersection(shapes[index].boundary).length)
            for index in tree.query(near, predicate="intersects").tolist()
        }
        # A notch of one unit's own edge is its shape; a wedge has a long side on each of two.
        if sum(length > INLET_SIDE_SHARE * inlet.length for length in beside.values()) > 1:
            given.setdefault(max(sorted(beside), key=lambda index: beside[index]), []).append(near)
    return [
        shapely.union_all([shape, *given[index]]) if index in given else shape for index, shape in enumerate(shapes)
    ]


def _on_grid(areas: list[BaseGeometry], outline: BaseGeometry | None = None) -> list[BaseGeometry]:
    """Return areas formed anew from their edges noded on the grid; with an outline, filling it."""
    edges = [area.boundary for area in areas] + ([outline.boundary] if outline is not None else [])
    noded = shapely.unary_union(shapely.GeometryCollection(edges), grid_size=GRID_DEGREES)
    faces = list(shapely.polygonize(list(shapely.get_parts(noded))).geoms)
    owners, contested = _owners(faces, areas, outline)
    _settle_contested(faces, owners, contested)
    _settle_orphans(faces, owners)
    if outline is None:
        # Rounding may pinch a bay of the outline off: what is enclosed now is a gap as well.
        _adopt_enclosed(faces, owners)
        _settle_orphans(faces, owners)
    _settle_crumbs(faces, owners, len(areas))
    merged = []
    for index in range(len(areas)):
        own = [face for face, owner in zip(faces, owners, strict=True) if owner == index]
        merged.append(shapely.coverage_union_all(own) if own else shapely.Polygon())
    return merged


_OUTSIDE: Final = -1
_ORPHAN: Final = -2


def _owners(
    faces: list[BaseGeometry], areas: list[BaseGeometry], outline: BaseGeometry | None
) -> tuple[list[int], dict[int, list[int]]]:
    """Return whose each face is — an index, nobody's ground outside, or an orphan inside — and faces claimed twice."""
    tree = shapely.STRtree(areas)
    points = shapely.point_on_surface(faces)
    within: list[list[int]] = [[] for _ in faces]
    found, area = tree.query(points, predicate="within")
    for face, index in zip(found.tolist(), area.tolist(), strict=True):
        within[face].append(index)
    if outline is not None:
        shapely.prepare(outline)
        inside = shapely.contains(outline, points).tolist()
    else:
        # What the areas enclose and nobody holds is a gap; a hole's face lies inside no area but inside their hull.
        filled = shapely.union_all([shapely.Polygon(p.exterior) for p in shapely.get_parts(shapely.union_all(areas))])
        shapely.prepare(filled)
        inside = shapely.contains(filled, points).tolist()
    owners = []
    contested: dict[int, list[int]] = {}
    for index, (claims, is_inside) in enumerate(zip(within, inside, strict=True)):
        if outline is not None and not is_inside:
            owners.append(_OUTSIDE)
        elif len(claims) == 1:
            owners.append(claims[0])
        else:
            owners.append(_ORPHAN if claims or is_inside else _OUTSIDE)
            if claims:
                contested[index] = sorted(claims)
    return owners, contested


def _settle_contested(faces: list[BaseGeometry], owners: list[int], contested: dict[int, list[int]]) -> None:
    """Give ground that several claim to the one of them with the longest edge beside it, else to the first."""
    tree = shapely.STRtree(faces)
    settled = {
        index: _longest_neighbour(index, faces, owners, tree, among=claims) for index, claims in contested.items()
    }
    for index, taker in settled.items():
        owners[index] = contested[index][0] if taker is None else taker


def _settle_orphans(faces: list[BaseGeometry], owners: list[int]) -> None:
    """Give every orphan to the neighbour with the longest shared edge, from the outside in."""
    tree = shapely.STRtree(faces)
    left = [index for index, owner in enumerate(owners) if owner == _ORPHAN]
    while left:
        settled: dict[int, int] = {}
        for index in left:
            taker = _longest_neighbour(index, faces, owners, tree)
            if taker is not None:
                settled[index] = taker
        if not settled:
            for index in left:
                owners[index] = _OUTSIDE
            return
        for index, taker in settled.items():
            owners[index] = taker
        left = [index for index in left if index not in settled]


def _adopt_enclosed(faces: list[BaseGeometry], owners: list[int]) -> None:
    """Mark as orphans the faces that lie in holes of what is owned, unless they are large."""
    owned = shapely.coverage_union_all([face for face, owner in zip(faces, owners, strict=True) if owner >= 0])
    holes = shapely.union_all(_holes(owned))
    if holes.is_empty:
        return
    shapely.prepare(holes)
    for index, face in enumerate(faces):
        if owners[index] == _OUTSIDE and shapely.contains(holes, face.representative_point()):
            owners[index] = _ORPHAN


def _settle_crumbs(faces: list[BaseGeometry], owners: list[int], count: int) -> None:
    """Give pieces that noding cut off their unit to the unit they touch most."""
    tree = shapely.STRtree(faces)
    for owner in range(count):
        own = [index for index, each in enumerate(owners) if each == owner]
        if len(own) < 2:
            continue
        pieces = _pieces(own, faces)
        largest = max(sum(faces[index].area for index in piece) for piece in pieces)
        for piece in pieces:
            degrees = sum(faces[index].area for index in piece)
            area_m2 = sum(float(geometry_to_metres(faces[index]).area) for index in piece)
            if degrees == largest or area_m2 >= CRUMB_M2:
                continue
            for index in piece:
                taker = _longest_neighbour(index, faces, owners, tree, besides=owner)
                if taker is not None:
                    owners[index] = taker


def _longest_neighbour(
    index: int, faces: list[BaseGeometry], owners: list[int], tree: shapely.STRtree, besides: int = _OUTSIDE,
    among: list[int] | None = None,
) -> int | None:  # fmt: skip
    shared: dict[int, float] = {}
    for other in tree.query(faces[index], predicate="intersects").tolist():
        owner = owners[other]
        if other != index and owner >= 0 and owner != besides and (among is None or owner in among):
            shared[owner] = shared.get(owner, 0.0) + float(faces[index].intersection(faces[other]).length)
    taker = max(sorted(shared), key=lambda owner: shared[owner], default=None)
    return taker if taker is not None and shared[taker] > 0.0 else None


def _pieces(own: list[int], faces: list[BaseGeometry]) -> list[list[int]]:
    """Return groups of faces that hang together by an edge."""
    merged = shapely.get_parts(shapely.coverage_union_all([faces[index] for index in own]))
    tree = shapely.STRtree(merged)
    points = shapely.point_on_surface([faces[index] for index in own])
    found, piece = tree.query(points, predicate="intersects")
    groups: dict[int, list[int]] = {}
    for face, part in zip(np.asarray(found).tolist(), np.asarray(piece).tolist(), strict=True):
        groups.setdefault(part, []).append(own[face])
    return list(groups.values())
