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
from geodata.build.frame import GRID_DEGREES, geometry_to_degrees, geometry_to_metres
from geodata.build.linework import drop_islands, faces, group_labels, grow_into
from geodata.build.partition import CELL_M, BoolArray, IntArray, Raster, partition
from geodata.build.units import FormerUnit, NewUnit, read_units

# West, south, east, north in degrees: Lạng Sơn with its neighbours' nearest communes.
WORKING_BOX: Final = (105.85, 21.1, 107.65, 22.7)
# Beyond the outermost settlements the frame reaches this far.
MARGIN_M: Final = 18_000.0
# The border is kept this far beyond the province, for the map's context.
BORDER_REACH_M: Final = 12_000.0
BORDER_LAYER_SIMPLIFY_M: Final = 20.0

Area: TypeAlias = Polygon | MultiPolygon


@dataclass(frozen=True, slots=True)
class Shapes:
    """Everything drawn, in degrees on the common grid.

    Attributes:
        former: Lạng Sơn's former units, ascending by code.
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
    former, new_units = read_units(*WORKING_BOX)
    frame = _frame([unit for unit in former if new_units[unit.new_code].is_ours])
    west_m, south_m, east_m, north_m = frame
    competing = [
        unit
        for unit in former
        if west_m - 10_000 < unit.x_m < east_m + 10_000 and south_m - 10_000 < unit.y_m < north_m + 10_000
    ]
    china = china_near(*_padded(WORKING_BOX))
    china_m = geometry_to_metres(china)
    is_vietnam = _outside(china_m, frame)
    raster = partition(competing, _reachable(competing, former, new_units), frame, is_vietnam)
    atoms = sorted({(u.new_code, u.district_code) for u in competing if new_units[u.new_code].is_ours})
    number = {atom: index for index, atom in enumerate(atoms)}
    atom_of = {
        index: number[unit.new_code, unit.district_code]
        for index, unit in enumerate(competing)
        if new_units[unit.new_code].is_ours
    }
    groups = drop_islands(np.where(is_vietnam, group_labels(raster, atom_of), -1))
    drawn = faces(grow_into(groups, is_vietnam), west_m, south_m, china_m)
    ours = {code: unit for code, unit in new_units.items() if unit.is_ours}
    own_former = [unit for unit in competing if unit.new_code in ours]
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


def _frame(ours: list[FormerUnit]) -> tuple[float, float, float, float]:
    def snapped(value_m: float) -> float:
        return round(value_m / CELL_M) * CELL_M

    return (
        snapped(min(unit.x_m for unit in ours) - MARGIN_M),
        snapped(min(unit.y_m for unit in ours) - MARGIN_M),
        snapped(max(unit.x_m for unit in ours) + MARGIN_M),
        snapped(max(unit.y_m for unit in ours) + MARGIN_M),
    )


def _padded(degrees: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = degrees
    return west - 0.2, south - 0.2, east + 0.2, north + 0.2


def _outside(china_m: Area, frame: tuple[float, float, float, float]) -> BoolArray:
    west_m, south_m, east_m, north_m = frame
    xs = np.arange(west_m + CELL_M / 2, east_m, CELL_M)
    ys = np.arange(south_m + CELL_M / 2, north_m, CELL_M)
    grid_x, grid_y = np.meshgrid(xs, ys)
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
