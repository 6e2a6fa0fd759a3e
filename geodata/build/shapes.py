"""The administrative shapes: province, communes and districts as one exact coverage.

Atoms — the part of a new commune that came from one district — are drawn once; communes,
districts and the province are unions of the same atoms. Deliberately not here: files.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import numpy as np
import shapely
from shapely import LineString, MultiPolygon, Polygon, box

from geodata.build.border import border_line, china_near
from geodata.build.doubts import doubted
from geodata.build.frame import GRID_DEGREES, geometry_to_degrees, geometry_to_metres
from geodata.build.grid import BoolArray, Grid, IntArray, grid_over
from geodata.build.linework import drop_islands, faces, group_labels, grow_into
from geodata.build.partition import CELL_M, FIT_CELL_M, Raster, partition
from geodata.build.units import FormerUnit, NewUnit, read_units

# West, south, east, north in degrees: Lạng Sơn with its neighbours' communes, so far out that those
# at its edge are whole and can be fitted to their areas and centres too.
WORKING_BOX: Final = (105.5, 20.8, 108.0, 23.0)
# Beyond Lạng Sơn's outermost settlements: how far is fitted, how much farther units compete, how far is drawn.
FIT_MARGIN_M: Final = 35_000.0
COMPETING_MARGIN_M: Final = 10_000.0
DRAWN_MARGIN_M: Final = 18_000.0
# The border is kept this far beyond the province, for the map's context.
BORDER_REACH_M: Final = 12_000.0
BORDER_LAYER_SIMPLIFY_M: Final = 20.0

Area: TypeAlias = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class Shapes:
    """Everything drawn, in degrees on the common grid.

    Attributes:
        former: Lạng Sơn's former units, ascending by code; the doubted ones have no cells.
        new_units: Lạng Sơn's new units by code.
        communes: Area by code of the new commune.
        districts: Area by code of the district.
        province: The outline.
        border: The Vietnam–China border near the province.
        china: China near the province.
        cells: Raster whose labels index `former`; −1 elsewhere and beyond the border.
    """

    former: list[FormerUnit]
    new_units: Mapping[str, NewUnit]
    communes: Mapping[str, Area]
    districts: Mapping[str, Area]
    province: Area
    border: LineString
    china: Area
    cells: Raster


def build_shapes() -> Shapes:
    """Return the schematic shapes; the same packages give the same shapes."""
    everyone, new_units = read_units(*WORKING_BOX)
    doubts = doubted(everyone, new_units)
    former = [unit for unit in everyone if unit.code not in doubts]
    believed = [unit for unit in former if new_units[unit.new_code].is_ours]
    fitted, drawn_grid = _grid(believed, FIT_MARGIN_M, FIT_CELL_M), _grid(believed, DRAWN_MARGIN_M, CELL_M)
    competing = _competing(former, fitted)
    china = china_near(*_padded(WORKING_BOX))
    china_m = geometry_to_metres(china)
    is_vietnam = _outside(china_m, drawn_grid)
    raster = partition(
        competing, _reachable(competing, former, new_units), fitted, _outside(china_m, fitted), drawn_grid
    )
    atoms = sorted({(u.new_code, u.district_code) for u in competing if new_units[u.new_code].is_ours})
    number = {atom: index for index, atom in enumerate(atoms)}
    atom_of = {
        index: number[unit.new_code, unit.district_code]
        for index, unit in enumerate(competing)
        if new_units[unit.new_code].is_ours
    }
    groups = drop_islands(np.where(is_vietnam, group_labels(raster, atom_of), -1))
    drawn = faces(grow_into(groups, is_vietnam), raster.west_m, raster.south_m, china_m)
    ours = {code: unit for code, unit in new_units.items() if unit.is_ours}
    own_former = [unit for unit in everyone if unit.new_code in ours]
    province = shapely.coverage_union_all(list(drawn.values()))
    return Shapes(
        former=own_former,
        new_units=ours,
        communes={code: _union(drawn, number, 0, code) for code in sorted({a[0] for a in atoms})},
        districts={code: _union(drawn, number, 1, code) for code in sorted({a[1] for a in atoms})},
        province=province,
        border=_border_layer(china, geometry_to_metres(province)),
        china=china,
        cells=_own_cells(raster, competing, own_former, groups, is_vietnam),
    )


def _grid(ours: list[FormerUnit], margin_m: float, cell_m: float) -> Grid:
    xs, ys = [unit.x_m for unit in ours], [unit.y_m for unit in ours]
    return grid_over(min(xs) - margin_m, min(ys) - margin_m, max(xs) + margin_m, max(ys) + margin_m, cell_m)


def _competing(former: list[FormerUnit], grid: Grid) -> list[FormerUnit]:
    columns_m, rows_m = grid.axes()
    frame = box(columns_m[0], rows_m[0], columns_m[-1], rows_m[-1]).buffer(COMPETING_MARGIN_M, join_style="mitre")
    shapely.prepare(frame)
    return [unit for unit in former if shapely.contains_xy(frame, unit.x_m, unit.y_m)]


def _padded(degrees: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = degrees
    return west - 0.2, south - 0.2, east + 0.2, north + 0.2


def _outside(china_m: Area, grid: Grid) -> BoolArray:
    grid_x, grid_y = np.meshgrid(*grid.axes())
    shapely.prepare(china_m)
    inside = shapely.contains_xy(china_m, grid_x.ravel(), grid_y.ravel()).reshape(grid_x.shape)
    outside: BoolArray = ~inside
    return outside


def _reachable(
    competing: list[FormerUnit], former: list[FormerUnit], new_units: dict[str, NewUnit]
) -> dict[str, NewUnit]:
    """Return the new units; those of which a member does not compete lose the area to fit."""
    present = {unit.code for unit in competing}
    cut = {unit.new_code for unit in former if unit.code not in present}
    return {code: replace(unit, area_km2=None) if code in cut else unit for code, unit in new_units.items()}


def _union(drawn: Mapping[int, Area], number: Mapping[tuple[str, str], int], place: int, code: str) -> Area:
    parts = [drawn[index] for atom, index in number.items() if atom[place] == code and index in drawn]
    merged: Area = shapely.coverage_union_all(parts)
    return merged


def _own_cells(
    raster: Raster, competing: list[FormerUnit], own: list[FormerUnit], groups: IntArray,
    is_vietnam: BoolArray,
) -> Raster:  # fmt: skip
    index = {unit.code: number for number, unit in enumerate(own)}
    renamed = group_labels(raster, {i: index[u.code] for i, u in enumerate(competing) if u.code in index})
    return Raster(raster.west_m, raster.south_m, np.where(is_vietnam & (groups >= 0), renamed, -1))


def _border_layer(china: Area, province_m: Area) -> LineString:
    frame = box(*_padded(WORKING_BOX))
    line_m = geometry_to_metres(border_line(china, frame))
    near = line_m.intersection(province_m.buffer(BORDER_REACH_M))
    longest = max(shapely.get_parts(shapely.line_merge(near)), key=lambda part: float(part.length))
    degrees = geometry_to_degrees(longest.simplify(BORDER_LAYER_SIMPLIFY_M))
    on_grid: LineString = shapely.set_precision(degrees, GRID_DEGREES)
    return on_grid
