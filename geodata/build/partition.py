"""Which ground belongs to which former commune: a fitted partition on a raster.

Every former commune pulls at the ground around it with a distance that is 1 at its edge: an
ellipse in its bounding box where the package knows the box, a circle of its likely area
around its settlement where it does not. The pulls are then adjusted, a few rounds long, until
the new communes have their published area and centre. What the packages do not know is filled
by irregular low noise, so that edges wander as edges on ridges and streams do.

Deliberately not here: lines (`geodata.build.linework`).
"""

import math
import random
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.build.frame import FloatArray
from geodata.build.units import BOX_FILL, FormerUnit, NewUnit

CELL_M: Final = 200.0
# Rounds of adjustment: more make areas fit better and shapes worse, because the published
# centre of one commune in ten is kilometres off (measured against the official file: outline
# and commune overlap both peak at four to six rounds).
ROUNDS: Final = 6
AREA_GAIN: Final = 0.25
CENTRE_GAIN: Final = 0.3
CENTRE_STEP_M: Final = 1_500.0
# A published centre farther than this part of the radius from where the parts lie is not believed.
CENTRE_TRUST: Final = 0.3
# How much the pull weakens for each kilometre outside the bounding box.
OUTSIDE_PENALTY_PER_KM: Final = 1.0
# The pull starts between the middle of the box and the settlement.
SETTLEMENT_SHARE: Final = 0.3
NOISE_SEED: Final = 1672
NOISE_AMPLITUDE_M: Final = 420.0
WAVES: Final = 24
SHORTEST_WAVE_M: Final = 1_400.0
LONGEST_WAVE_M: Final = 11_000.0

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Raster:
    """Labels on a grid: row 0 is the south, column 0 the west; −1 is nobody's ground.

    Attributes:
        west_m: Western edge of the first column, UTM metres.
        south_m: Southern edge of the first row, UTM metres.
        labels: Shape (rows, columns), index into the list of former units.
    """

    west_m: float
    south_m: float
    labels: IntArray

    def centres(self) -> tuple[FloatArray, FloatArray]:
        """Return the eastings of the columns and the northings of the rows."""
        rows, columns = self.labels.shape
        return (
            self.west_m + (np.arange(columns, dtype=np.float64) + 0.5) * CELL_M,
            self.south_m + (np.arange(rows, dtype=np.float64) + 0.5) * CELL_M,
        )


class _Pulls:
    """The centres, half-sizes and strengths of all former units while they are fitted."""

    def __init__(self, former: list[FormerUnit], new_units: dict[str, NewUnit]) -> None:
        self.former = former
        self.codes = sorted({unit.new_code for unit in former})
        index = {code: number for number, code in enumerate(self.codes)}
        self.parent = np.array([index[unit.new_code] for unit in former])
        self.boxed = np.array([unit.has_box for unit in former])
        self.target_km2 = np.array([new_units[code].area_km2 or np.nan for code in self.codes])
        self.target_x = np.array([new_units[code].x_m for code in self.codes])
        self.target_y = np.array([new_units[code].y_m for code in self.codes])
        self.strength = np.zeros(len(self.codes))
        radius_m = np.sqrt(self._areas_m2() / math.pi)
        self.half_x = np.where(self.boxed, [(u.east_m - u.west_m) / 2 for u in former], radius_m)
        self.half_y = np.where(self.boxed, [(u.north_m - u.south_m) / 2 for u in former], radius_m)
        own_x, own_y = np.array([u.x_m for u in former]), np.array([u.y_m for u in former])
        box_x = np.array([(u.west_m + u.east_m) / 2 for u in former])
        box_y = np.array([(u.south_m + u.north_m) / 2 for u in former])
        share = np.where(self.boxed, SETTLEMENT_SHARE, 1.0)
        self.x_m = share * own_x + (1 - share) * box_x
        self.y_m = share * own_y + (1 - share) * box_y
        self.trusted = np.zeros(len(self.codes), dtype=bool)

    def _areas_m2(self) -> FloatArray:
        """Return likely areas: a part of the box, else an equal part of what the commune has left."""
        areas = np.array([unit.box_km2 * BOX_FILL * 1e6 for unit in self.former])
        for number in range(len(self.codes)):
            members = np.flatnonzero(self.parent == number)
            unknown = members[~self.boxed[members]]
            if len(unknown):
                known_m2 = areas[members[self.boxed[members]]].sum()
                left_m2 = (self.target_km2[number] * 1e6 - known_m2) / len(unknown)
                areas[unknown] = 40e6 if np.isnan(left_m2) else np.clip(left_m2, 8e6, 120e6)
        return areas

    def adjust(self, round_number: int, count: FloatArray, sum_x: FloatArray, sum_y: FloatArray) -> None:
        """Strengthen communes that are too small and shift those that lie beside their centre."""
        area_km2 = count * CELL_M * CELL_M / 1e6
        known = np.isfinite(self.target_km2) & (area_km2 > 0)
        target = np.where(known, self.target_km2, 1.0)
        ratio = np.where(known, target / np.where(known, area_km2, 1.0), 1.0)
        self.strength += AREA_GAIN * np.clip(np.log(ratio), -0.5, 0.5)
        cells = np.maximum(1.0, count)
        off_x, off_y = self.target_x - sum_x / cells, self.target_y - sum_y / cells
        if round_number == 2:
            # Judged once, when areas roughly fit and before any centre was moved.
            radius_m = np.sqrt(target * 1e6 / math.pi)
            self.trusted = known & (np.hypot(off_x, off_y) < CENTRE_TRUST * radius_m)
        if round_number >= 2:
            moved = CENTRE_GAIN * self.trusted
            self.x_m += (moved * np.clip(off_x, -CENTRE_STEP_M, CENTRE_STEP_M))[self.parent]
            self.y_m += (moved * np.clip(off_y, -CENTRE_STEP_M, CENTRE_STEP_M))[self.parent]


def partition(
    former: list[FormerUnit],
    new_units: dict[str, NewUnit],
    frame: tuple[float, float, float, float],
    is_vietnam: BoolArray,
) -> Raster:
    """Return the raster of former units in a frame (west, south, east, north in UTM metres).

    Args:
        former: Units that compete, Lạng Sơn's and its neighbours'.
        new_units: New units by code, with area and centre to fit.
        frame: Extent; its sides are multiples of `CELL_M` long.
        is_vietnam: Shape (rows, columns); ground beyond the border is labelled too, so that
            lines can be cut there exactly, but does not count.
    """  # fmt: skip
    west_m, south_m, _, _ = frame
    raster = Raster(west_m, south_m, np.full(is_vietnam.shape, -1, dtype=np.int64))
    columns_m, rows_m = raster.centres()
    grid_x, grid_y = _wander(columns_m, rows_m)
    pulls = _Pulls(former, new_units)
    labels = raster.labels
    for round_number in range(ROUNDS):
        labels = _assign(pulls, columns_m, rows_m, grid_x, grid_y)
        counted = is_vietnam & (labels >= 0)
        owner = pulls.parent[labels[counted]]
        size = len(pulls.codes)
        pulls.adjust(
            round_number,
            np.bincount(owner, minlength=size).astype(np.float64),
            np.bincount(owner, grid_x[counted], minlength=size).astype(np.float64),
            np.bincount(owner, grid_y[counted], minlength=size).astype(np.float64),
        )
    return Raster(west_m, south_m, labels)


def _assign(
    pulls: _Pulls, columns_m: FloatArray, rows_m: FloatArray, grid_x: FloatArray, grid_y: FloatArray
) -> IntArray:
    best = np.full(grid_x.shape, np.inf)
    labels = np.full(grid_x.shape, -1, dtype=np.int64)
    for number, unit in enumerate(pulls.former):
        x_m, y_m = pulls.x_m[number], pulls.y_m[number]
        half_x, half_y = pulls.half_x[number], pulls.half_y[number]
        # Four half-sizes away somebody else is always nearer.
        reach_m = 4.0 * max(half_x, half_y) + 4_000.0
        columns = slice(*np.searchsorted(columns_m, [x_m - reach_m, x_m + reach_m]))
        rows = slice(*np.searchsorted(rows_m, [y_m - reach_m, y_m + reach_m]))
        xs, ys = grid_x[rows, columns], grid_y[rows, columns]
        pull = np.hypot((xs - x_m) / half_x, (ys - y_m) / half_y)
        pull *= math.exp(-pulls.strength[pulls.parent[number]])
        if unit.has_box:
            outside_x = np.maximum(0.0, np.maximum(unit.west_m - xs, xs - unit.east_m))
            outside_y = np.maximum(0.0, np.maximum(unit.south_m - ys, ys - unit.north_m))
            pull += OUTSIDE_PENALTY_PER_KM * (outside_x + outside_y) / 1_000.0
        nearer = pull < best[rows, columns]
        best[rows, columns][nearer] = pull[nearer]
        labels[rows, columns][nearer] = number
    return labels


def _wander(columns_m: FloatArray, rows_m: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the grid's coordinates, each shifted by a sum of seeded waves of 1.4 to 11 km."""
    grid_x, grid_y = np.meshgrid(columns_m, rows_m)
    chance = random.Random(NOISE_SEED)  # noqa: S311 - a drawing, not a secret
    shifts = []
    for _axis in range(2):
        shift = np.zeros(grid_x.shape)
        for wave in range(WAVES):
            length_m = SHORTEST_WAVE_M * (LONGEST_WAVE_M / SHORTEST_WAVE_M) ** (wave / (WAVES - 1))
            angle, phase = chance.uniform(0, 2 * math.pi), chance.uniform(0, 2 * math.pi)
            turn = 2 * math.pi / length_m
            shift += math.sqrt(length_m) * np.sin(turn * (math.cos(angle) * grid_x + math.sin(angle) * grid_y) + phase)
        shifts.append(shift * NOISE_AMPLITUDE_M / shift.std())
    return grid_x + shifts[0], grid_y + shifts[1]
