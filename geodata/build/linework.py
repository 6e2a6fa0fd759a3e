"""From the raster of labels to areas that share their edges exactly.

The edges between labels become arcs from node to node; each arc is smoothed once and used by
both its neighbours; the border is cut in as the real line. All vertices lie on one grid of
1e-5 degree before faces are formed, so that dissolving leaves neither gaps nor overlaps.
Deliberately not here: which label lies where (`geodata.build.partition`).
"""

from typing import Final

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import GRID_DEGREES, FloatArray, geometry_to_degrees, to_metres
from geodata.build.grid import BoolArray, IntArray
from geodata.build.partition import CELL_M, Raster

# Passes of the moving average over a stair-stepped arc; four turn stairs into a line and keep
# bends of more than about half a kilometre.
SMOOTHING_PASSES: Final = 4
# Vertices that deviate less are left out: half a pixel of the province on a 4K wall is ~60 m.
SIMPLIFY_M: Final = 30.0
# The border is data, not a drawing: it keeps more of its bends.
BORDER_SIMPLIFY_M: Final = 25.0
# Faces below this are slivers between a smoothed arc and the border.
SLIVER_KM2: Final = 1.0

# Labels reach this far beyond the border before they are cut there.
GROWN_CELLS: Final = 6
UNKNOWN: Final = -9
# Foreign ground of fewer cells (6 km²) inside the province is a hole, not a neighbour.
HOLE_CELLS: Final = 150

Node = tuple[int, int]


def group_labels(raster: Raster, group_of: dict[int, int]) -> IntArray:
    """Return the raster with each former unit replaced by its group; −1 for all others."""
    size = int(raster.labels.max()) + 2
    lookup = np.full(size, -1, dtype=np.int64)
    for label, group in group_of.items():
        lookup[label] = group
    # Index −1 is the last entry, which stays −1.
    return lookup[raster.labels]


def drop_islands(groups: IntArray) -> IntArray:
    """Return labels where every group is one piece without holes: smaller pieces go to neighbours.

    Repeated until nothing changes, at most ten times; a piece takes the label that touches it
    most, counted over its cells.
    """
    groups = groups.copy()
    for _ in range(10):
        pieces = _pieces(groups)
        largest: dict[int, int] = {}
        for label, cells in pieces:
            largest[label] = max(largest.get(label, 0), len(cells))
        small = [
            (label, cells)
            for label, cells in pieces
            if (len(cells) < largest[label] if label >= 0 else len(cells) < HOLE_CELLS)
        ]
        if not small:
            break
        for _label, cells in small:
            _give_away(groups, cells)
    return groups


def grow_into(groups: IntArray, ground: BoolArray) -> IntArray:
    """Return labels carried a few cells beyond the ground, so that its edge cuts every area.

    Args:
        groups: Labels; what they say outside `ground` is forgotten.
        ground: Where labels count.
    """
    grown = np.where(ground, groups, UNKNOWN)
    for _ in range(GROWN_CELLS):
        padded = np.pad(grown, 1, constant_values=UNKNOWN)
        # The largest label around wins: any rule does, as long as it is always the same.
        around = np.max([padded[1:-1, 2:], padded[1:-1, :-2], padded[2:, 1:-1], padded[:-2, 1:-1]], axis=0)
        grown = np.where(grown == UNKNOWN, around, grown)
    return np.where(grown == UNKNOWN, -1, grown)


def faces(
    groups: IntArray, west_m: float, south_m: float, china: Polygon | MultiPolygon
) -> dict[int, Polygon | MultiPolygon]:
    """Return the area of every group ≥ 0 in degrees, cut at the border.

    Args:
        groups: Labels as `group_labels` returns them.
        west_m: Western edge of the raster in UTM metres.
        south_m: Southern edge of the raster in UTM metres.
        china: China's area near the province in UTM metres.
    """
    arcs = [geometry_to_degrees(_smooth(arc, west_m, south_m)) for arc in _arcs(groups)]
    border = geometry_to_degrees(china.boundary.simplify(BORDER_SIMPLIFY_M))
    noded = shapely.unary_union(shapely.GeometryCollection([*arcs, border]), grid_size=GRID_DEGREES)
    china_degrees = geometry_to_degrees(china)
    shapely.prepare(china_degrees)
    found: list[tuple[int, Polygon]] = []
    for face in shapely.polygonize(list(shapely.get_parts(noded))).geoms:
        inside = face.representative_point()
        if shapely.contains_xy(china_degrees, inside.x, inside.y):
            continue
        label = _label_at(groups, west_m, south_m, inside)
        if label >= 0:
            found.append((label, face))
    return _without_slivers(found)


def _label_at(groups: IntArray, west_m: float, south_m: float, point: BaseGeometry) -> int:
    x_m, y_m = to_metres(point.x, point.y)
    row, column = int((float(y_m) - south_m) // CELL_M), int((float(x_m) - west_m) // CELL_M)
    rows, columns = groups.shape
    return int(groups[row, column]) if 0 <= row < rows and 0 <= column < columns else -1


def _without_slivers(found: list[tuple[int, Polygon]]) -> dict[int, Polygon | MultiPolygon]:
    """Merge faces by label; small stray ones go to the neighbour with the longest shared edge."""

    # One square degree here is about 11,450 km².
    def area_km2(face: Polygon) -> float:
        return float(face.area) * 11_450.0

    largest: dict[int, float] = {}
    for label, face in found:
        largest[label] = max(largest.get(label, 0.0), area_km2(face))
    kept = [(label, face) for label, face in found if area_km2(face) == largest[label] or area_km2(face) > SLIVER_KM2]
    stray = [face for label, face in found if not (area_km2(face) == largest[label] or area_km2(face) > SLIVER_KM2)]
    parts: dict[int, list[Polygon]] = {}
    for label, face in kept:
        parts.setdefault(label, []).append(face)
    for face in stray:
        shared = [(float(face.intersection(other).length), label) for label, other in kept if face.touches(other)]
        # A sliver that touches nobody of ours lies outside.
        if shared and max(shared)[0] > 0.0:
            parts[max(shared)[1]].append(face)
    return {label: shapely.coverage_union_all(parts[label]) for label in sorted(parts)}


def _pieces(groups: IntArray) -> list[tuple[int, list[Node]]]:
    """Return the connected pieces (by edges) of every label, −1 included."""
    rows, columns = groups.shape
    grid = groups.tolist()
    seen = [[False] * columns for _ in range(rows)]
    pieces: list[tuple[int, list[Node]]] = []
    for row in range(rows):
        for column in range(columns):
            label = grid[row][column]
            if seen[row][column]:
                continue
            seen[row][column] = True
            cells = [(row, column)]
            # The list grows while it is walked: a queue that is also the result.
            for r, c in cells:
                for nr, nc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
                    if 0 <= nr < rows and 0 <= nc < columns and not seen[nr][nc] and grid[nr][nc] == label:
                        seen[nr][nc] = True
                        cells.append((nr, nc))
            pieces.append((label, cells))
    return pieces


def _give_away(groups: IntArray, cells: list[Node]) -> None:
    rows, columns = groups.shape
    members = set(cells)
    touching: dict[int, int] = {}
    for r, c in cells:
        for nr, nc in ((r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)):
            if 0 <= nr < rows and 0 <= nc < columns and (nr, nc) not in members:
                label = int(groups[nr, nc])
                touching[label] = touching.get(label, 0) + 1
    if touching:
        # Ties go to the smaller label, so that a rebuild gives the same bytes.
        taker = max(sorted(touching), key=lambda label: touching[label])
        for r, c in cells:
            groups[r, c] = taker


def _arcs(groups: IntArray) -> list[list[Node]]:
    """Return the edges between labels as lattice lines from node to node, or closed."""
    steps: dict[Node, list[Node]] = {}

    def join(a: Node, b: Node) -> None:
        steps.setdefault(a, []).append(b)
        steps.setdefault(b, []).append(a)

    padded = np.pad(groups, 1, constant_values=-1)
    for row, column in np.argwhere(padded[1:, :] != padded[:-1, :]).tolist():
        join((row, column - 1), (row, column))
    for row, column in np.argwhere(padded[:, 1:] != padded[:, :-1]).tolist():
        join((row - 1, column), (row, column))
    nodes = {node for node, others in steps.items() if len(others) != 2}
    used: set[tuple[Node, Node]] = set()
    # Nodes first; what is left afterwards are rings without any. Walking marks steps as used.
    return [
        _walk(start, following, steps, nodes, used)
        for start in [*sorted(nodes), *sorted(set(steps) - nodes)]
        for following in sorted(steps[start])
        if (start, following) not in used
    ]


def _walk(
    start: Node, following: Node, steps: dict[Node, list[Node]], nodes: set[Node], used: set[tuple[Node, Node]]
) -> list[Node]:  # fmt: skip
    arc = [start]
    here, ahead = start, following
    while True:
        used.update(((here, ahead), (ahead, here)))
        arc.append(ahead)
        if ahead in nodes or ahead == start:
            return arc
        onward = [other for other in steps[ahead] if other != here]
        here, ahead = ahead, onward[0]


def _smooth(arc: list[Node], west_m: float, south_m: float) -> LineString:
    lattice = np.array(arc, dtype=float)
    line: FloatArray = np.column_stack((west_m + lattice[:, 1] * CELL_M, south_m + lattice[:, 0] * CELL_M))
    for _ in range(SMOOTHING_PASSES):
        if len(line) > 2:
            # The ends stay: other arcs meet there.
            line[1:-1] = (line[:-2] + 2.0 * line[1:-1] + line[2:]) / 4.0
    return LineString(line).simplify(SIMPLIFY_M)
