"""Fits beliefs to what the new communes publish of themselves: area, and centre where it is believed.

Each new commune gets a strength and a tilt, added to its belief; both are raised or lowered a
little, round by round, until the areas and centres come out. They are the multipliers of an
entropy problem, which is convex: there is one answer, and the rounds approach it. They end
before the last hundred metres, which the published centres do not know. Deliberately not
here: where the beliefs come from (`pulls`, `beliefs`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.build.beliefs import NOWHERE, TEMPERATURE, Belief
from geodata.build.frame import FloatArray
from geodata.build.grid import BoolArray, Grid, IntArray
from geodata.build.units import NewUnit

# Then the median area of Lạng Sơn's communes is 1.1 % off and the median believed centre 80 m;
# twice as many rounds halve the latter and leave the overlap with the official ground as it is.
SHARED_ROUNDS: Final = 40
SHARED_GAIN: Final = 0.2 / TEMPERATURE
WHOLE_ROUNDS: Final = 40
WHOLE_AREA_GAIN: Final = 0.8
WHOLE_CENTRE_GAIN: Final = 1.0
# Whole cells change hands in jumps, so the rounds grow gentler.
WHOLE_CALMING: Final = 0.97
# No round moves a multiplier by more than its gain times this.
LARGEST_AREA_STEP: Final = 1.0
LARGEST_CENTRE_STEP: Final = 0.5
# Nobody with less than this logarithm has a cell's share worth counting.
WEAKEST: Final = -50.0
# Radius of a new commune of unknown area: that of 100 km².
UNKNOWN_KM2: Final = 100.0


@dataclass(frozen=True, slots=True)
class Targets:
    """What the new communes publish; shape (communes,) each.

    Attributes:
        area_km2: Area, NaN where none is believed.
        x_m: Easting of the centre, UTM metres.
        y_m: Northing of the centre.
        radius_m: Radius of a circle of the area.
    """

    area_km2: FloatArray
    x_m: FloatArray
    y_m: FloatArray
    radius_m: FloatArray

    @property
    def is_known(self) -> BoolArray:
        """Which areas are known."""
        known: BoolArray = np.isfinite(self.area_km2)
        return known


@dataclass(slots=True)
class Multipliers:
    """What is added to the beliefs; shape (communes,) each. The tilt counts per radius from the centre."""

    strength: FloatArray
    tilt_x: FloatArray
    tilt_y: FloatArray

    def added_to(self, belief: Belief, number: int, targets: Targets, grid: Grid) -> FloatArray:
        """Return the belief of commune `number` with its multipliers, shape of its window."""
        xs, ys = grid.middles(belief.window)
        across = self.tilt_x[number] / targets.radius_m[number] * (xs - targets.x_m[number])
        along = self.tilt_y[number] / targets.radius_m[number] * (ys - targets.y_m[number])
        added: FloatArray = belief.log + (across + (along + self.strength[number]))
        return added

    def approach(
        self, targets: Targets, believed: BoolArray, got: "Moments", area_gain: float, centre_gain: float
    ) -> None:
        """Move towards the targets: strength by the ratio of areas, tilt by the distance of believed centres."""
        known = targets.is_known
        ratio = np.log(targets.area_km2[known] / np.maximum(got.area_km2[known], 1.0))
        self.strength[known] += area_gain * np.clip(ratio, -LARGEST_AREA_STEP, LARGEST_AREA_STEP)
        for tilt, wanted_m, is_m in ((self.tilt_x, targets.x_m, got.x_m), (self.tilt_y, targets.y_m, got.y_m)):
            off = ((wanted_m - is_m) / targets.radius_m)[believed]
            tilt[believed] += centre_gain * np.clip(off, -LARGEST_CENTRE_STEP, LARGEST_CENTRE_STEP)


@dataclass(frozen=True, slots=True)
class Moments:
    """What came out; shape (communes,) each."""

    area_km2: FloatArray
    x_m: FloatArray
    y_m: FloatArray


def targets_of(units: Sequence[NewUnit]) -> Targets:
    """Return what new communes publish, in the same order."""
    area = np.array([unit.area_km2 or math.nan for unit in units])
    radius = np.sqrt(np.where(np.isfinite(area), area, UNKNOWN_KM2) * 1e6 / math.pi)
    return Targets(area, np.array([unit.x_m for unit in units]), np.array([unit.y_m for unit in units]), radius)


def fit_shares(
    beliefs: Sequence[Belief], targets: Targets, believed: BoolArray, grid: Grid, ground: BoolArray
) -> tuple[list[FloatArray], Moments]:
    """Fit with cells shared among communes, each according to its belief.

    Args:
        beliefs: One for each new commune.
        targets: What they publish.
        believed: Whose centres are to be met.
        grid: The grid of all windows.
        ground: Which cells count, shape of the grid.

    Returns:
        The share of each cell of each commune's window, and the moments of the shares.
    """
    size = len(beliefs)
    multipliers = Multipliers(np.zeros(size), np.zeros(size), np.zeros(size))
    shares, got = _shared(beliefs, targets, multipliers, grid, ground)
    for _ in range(SHARED_ROUNDS):
        multipliers.approach(targets, believed, got, SHARED_GAIN, SHARED_GAIN)
        shares, got = _shared(beliefs, targets, multipliers, grid, ground)
    return shares, got


def fit_whole(
    beliefs: Sequence[Belief | None], targets: Targets, believed: BoolArray, grid: Grid, ground: BoolArray
) -> list[Belief | None]:
    """Fit with every cell given whole to the commune with the strongest belief; arguments as `fit_shares`.

    Returns:
        The beliefs with what makes them fit added, in the same order.
    """
    size = len(beliefs)
    columns_m, rows_m = grid.axes()
    multipliers = Multipliers(np.zeros(size), np.zeros(size), np.zeros(size))
    calm = 1.0
    for _ in range(WHOLE_ROUNDS):
        labels = strongest(_fitted(beliefs, multipliers, targets, grid), grid)
        rows, columns = np.nonzero(ground & (labels >= 0))
        owner = labels[rows, columns]
        count = np.bincount(owner, minlength=size)
        cells = np.maximum(1, count)
        x_m = np.bincount(owner, columns_m[columns], minlength=size) / cells
        y_m = np.bincount(owner, rows_m[rows], minlength=size) / cells
        got = Moments(np.asarray(count * grid.cell_km2, dtype=np.float64), x_m, y_m)
        multipliers.approach(targets, believed, got, calm * WHOLE_AREA_GAIN, calm * WHOLE_CENTRE_GAIN)
        calm *= WHOLE_CALMING
    return _fitted(beliefs, multipliers, targets, grid)


def strongest(beliefs: Sequence[Belief | None], grid: Grid) -> IntArray:
    """Return for each cell of the grid the number of the strongest belief; −1 where there is none."""
    best = np.full(grid.shape, NOWHERE)
    labels = np.full(grid.shape, -1, dtype=np.int64)
    for number, belief in enumerate(beliefs):
        if belief is None:
            continue
        stronger = belief.log > best[belief.window]
        best[belief.window][stronger] = belief.log[stronger]
        labels[belief.window][stronger] = number
    return labels


def _fitted(
    beliefs: Sequence[Belief | None], multipliers: Multipliers, targets: Targets, grid: Grid
) -> list[Belief | None]:  # fmt: skip
    return [
        None if belief is None else Belief(belief.window, multipliers.added_to(belief, number, targets, grid))
        for number, belief in enumerate(beliefs)
    ]


def _shared(
    beliefs: Sequence[Belief], targets: Targets, multipliers: Multipliers, grid: Grid, ground: BoolArray
) -> tuple[list[FloatArray], Moments]:  # fmt: skip
    added = [multipliers.added_to(belief, number, targets, grid) for number, belief in enumerate(beliefs)]
    top = np.full(grid.shape, WEAKEST)
    for belief, each in zip(beliefs, added, strict=True):
        np.maximum(top[belief.window], each, out=top[belief.window])
    total = np.zeros(grid.shape)
    for belief, each in zip(beliefs, added, strict=True):
        np.exp(each - top[belief.window], out=each)
        total[belief.window] += each
    # Where nobody claims anything the shares are nothing over nearly nothing.
    np.maximum(total, 1e-9, out=total)
    shares = [each / total[belief.window] for belief, each in zip(beliefs, added, strict=True)]
    moments = np.zeros((3, len(beliefs)))
    for number, (belief, share) in enumerate(zip(beliefs, shares, strict=True)):
        counted = share * ground[belief.window]
        xs, ys = grid.middles(belief.window)
        whole = max(float(counted.sum()), 1e-9)
        moments[:, number] = (
            whole * grid.cell_km2,
            float(counted.sum(axis=0) @ xs[0]) / whole,
            float(counted.sum(axis=1) @ ys[:, 0]) / whole,
        )
    return shares, Moments(moments[0], moments[1], moments[2])
