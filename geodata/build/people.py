"""The population estimate: the province's total spread over former communes and cells.

By kind (city ward, township, rural commune) and by the square root of area: twice the land
does not hold twice the people. Ours, certainty A; see `geodata.population`. Deliberately not
here: any claim to be a statistic.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import shapely

from geodata.build.frame import FloatArray, to_degrees
from geodata.build.partition import CELL_M, Raster
from geodata.build.units import FormerUnit
from geodata.population import PROVINCE_POPULATION

# People of an average city ward and an average township (A).
WARD_PEOPLE: Final = 13_500.0
TOWNSHIP_PEOPLE: Final = 6_500.0
# Of a commune's people, this part lives near its settlement, the others all over it (A).
NEAR_SHARE: Final = 0.7


def former_populations(former: Sequence[FormerUnit], cells: Raster) -> FloatArray:
    """Return the estimated people of each former commune; they sum to the province's total."""
    counts = np.bincount(cells.labels[cells.labels >= 0], minlength=len(former))
    roots = np.sqrt(np.maximum(counts, 1))
    fixed = np.array(
        [WARD_PEOPLE if u.kind == "Phường" else TOWNSHIP_PEOPLE if u.kind == "Thị trấn" else 0.0 for u in former]
    )
    weights = np.where(fixed > 0, 0.0, roots)
    people: FloatArray = fixed + weights / weights.sum() * (PROVINCE_POPULATION - fixed.sum())
    return people


def people_on_cells(
    former: Sequence[FormerUnit], cells: Raster, people: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return longitude, latitude and people of every cell of the province."""
    columns_m, rows_m = cells.centres()
    row, column = np.nonzero(cells.labels >= 0)
    label = cells.labels[row, column]
    x_m, y_m = columns_m[column], rows_m[row]
    own_x, own_y = np.array([u.x_m for u in former]), np.array([u.y_m for u in former])
    size = np.bincount(label, minlength=len(former))
    # Near means within about a third of the commune's radius.
    sigma_m = 0.35 * np.sqrt(np.maximum(size, 1) * CELL_M * CELL_M / np.pi)
    near = np.exp(-0.5 * ((x_m - own_x[label]) ** 2 + (y_m - own_y[label]) ** 2) / sigma_m[label] ** 2)
    near_sum = np.bincount(label, near, minlength=len(former))
    # A settlement drawn outside its own cells leaves nothing near: then all live all over.
    near_part = np.where(near_sum[label] > 0, near / np.maximum(near_sum[label], 1e-300), 1.0 / size[label])
    number = people[label] * (NEAR_SHARE * near_part + (1 - NEAR_SHARE) / size[label])
    lon, lat = to_degrees(x_m, y_m)
    return lon, lat, number


def commune_populations(
    communes: Mapping[str, Any], cells: tuple[FloatArray, FloatArray, FloatArray]
) -> dict[str, int]:
    """Return whole people by commune code; rounding goes to the largest remainders."""
    lons, lats, numbers = cells
    raw: dict[str, float] = {}
    for code, area in communes.items():
        shapely.prepare(area)
        raw[code] = float(numbers[shapely.contains_xy(area, lons, lats)].sum())
    scale = PROVINCE_POPULATION / sum(raw.values())
    scaled = {code: value * scale for code, value in raw.items()}
    whole = {code: int(value) for code, value in scaled.items()}
    missing = PROVINCE_POPULATION - sum(whole.values())
    for code in sorted(scaled, key=lambda code: (whole[code] - scaled[code], code))[:missing]:
        whole[code] += 1
    return whole
