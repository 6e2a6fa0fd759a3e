"""How likely each cell belongs to each new commune, as logarithms, each on its own window.

The pulls of a commune's members become one belief; a belief is blurred by what the packages
leave unsaid. Deliberately not here: published areas and centres (`moments`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.build.frame import FloatArray
from geodata.build.grid import Grid, IntArray, Window, hull, within
from geodata.build.pulls import Pull
from geodata.build.units import FormerUnit

# A pull that is weaker by this much is e times less likely to have the cell.
TEMPERATURE: Final = 0.3
# Three running means of 2 · 3 + 1 cells spread like a normal curve of √(3 · 4) cells, 1.7 km:
# about what an edge drawn from these packages is off.
BLUR_CELLS: Final = 3
BLUR_PASSES: Final = 3
# Blurring takes settlements from small communes; this gives them back, as a logarithm.
SETTLED_BELIEF: Final = 1.0
SETTLED_SIGMA_M: Final = 1_200.0
# Where a blurred belief is below this, the commune is out of the question.
LEAST_BELIEF: Final = 1e-4
# Logarithm of a belief where there is none.
NOWHERE: Final = -1e9
FLOOR: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Belief:
    """What one new commune may claim.

    Attributes:
        window: Its cells.
        log: Logarithm of how strongly, shape of the window, up to a constant.
    """

    window: Window
    log: FloatArray


def belief(pulls: Sequence[Pull], grid: Grid) -> Belief:
    """Return the belief of one new commune: the sum of what its members claim."""
    windows = [pull.window(grid) for pull in pulls]
    whole = hull(windows)
    log = np.full((whole[0].stop - whole[0].start, whole[1].stop - whole[1].start), NOWHERE)
    for pull, window in zip(pulls, windows, strict=True):
        place = within(window, whole)
        xs, ys = grid.middles(window)
        log[place] = np.logaddexp(log[place], -pull.at(xs, ys) / TEMPERATURE)
    return Belief(whole, log)


def blurred(share: FloatArray, window: Window, grid: Grid) -> Belief | None:
    """Return the belief of a commune whose share of each cell is known but for its edges.

    Args:
        share: Part of each cell of the window, 0 to 1.
        window: Where the share lies; it is 0 elsewhere.
        grid: The grid.

    Returns:
        The belief on the smaller window where it counts, or None when it counts nowhere.
    """
    wide = grid.widened(window, BLUR_PASSES * BLUR_CELLS)
    spread = np.zeros((wide[0].stop - wide[0].start, wide[1].stop - wide[1].start))
    spread[within(window, wide)] = share
    for _ in range(BLUR_PASSES):
        spread = _running_mean(_running_mean(spread).T).T
    rows, columns = np.nonzero(spread > LEAST_BELIEF)
    if rows.size == 0:
        return None
    kept = (slice(int(rows.min()), int(rows.max()) + 1), slice(int(columns.min()), int(columns.max()) + 1))
    place = (
        slice(wide[0].start + kept[0].start, wide[0].start + kept[0].stop),
        slice(wide[1].start + kept[1].start, wide[1].start + kept[1].stop),
    )
    return Belief(place, np.log(np.maximum(spread[kept], FLOOR)))


def settled(blurry: Belief | None, members: Sequence[FormerUnit], grid: Grid) -> Belief | None:
    """Return a blurred belief sharpened again where the commune's settlements stand."""
    if blurry is None:
        return None
    log = blurry.log.copy()
    xs, ys = grid.middles(blurry.window)
    for unit in members:
        squared = (xs - unit.x_m) ** 2 + (ys - unit.y_m) ** 2
        log += SETTLED_BELIEF * np.exp(-squared / (2.0 * SETTLED_SIGMA_M**2))
    return Belief(blurry.window, log)


def refined(coarse: Belief | None, grid: Grid, finer: Grid) -> Belief | None:
    """Return a belief on another grid, interpolated between the middles of the cells; None beyond it."""
    if coarse is None:
        return None
    west_m = grid.west_m + coarse.window[1].start * grid.cell_m
    south_m = grid.south_m + coarse.window[0].start * grid.cell_m
    rows, columns = coarse.log.shape
    columns_m, rows_m = finer.axes()
    first_row, last_row = np.searchsorted(rows_m, [south_m, south_m + rows * grid.cell_m]).tolist()
    first_column, last_column = np.searchsorted(columns_m, [west_m, west_m + columns * grid.cell_m]).tolist()
    if first_row == last_row or first_column == last_column:
        return None
    left, right, across = _between((columns_m[first_column:last_column] - west_m) / grid.cell_m - 0.5, columns)
    below, above, along = _between((rows_m[first_row:last_row] - south_m) / grid.cell_m - 0.5, rows)
    level = coarse.log[:, left] * (1.0 - across) + coarse.log[:, right] * across
    log = level[below] * (1.0 - along[:, None]) + level[above] * along[:, None]
    return Belief((slice(first_row, last_row), slice(first_column, last_column)), log)


def _between(place: FloatArray, size: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Return the cells before and after each place, and how far it is on the way; clamped at the ends."""
    clamped = np.clip(place, 0.0, size - 1.0)
    before = np.floor(clamped).astype(np.int64)
    return before, np.minimum(before + 1, size - 1), clamped - before


def _running_mean(values: FloatArray) -> FloatArray:
    """Return the mean over the rows around each row; the edge rows are repeated beyond the edge."""
    padded = np.pad(values, ((BLUR_CELLS + 1, BLUR_CELLS), (0, 0)), mode="edge")
    total = np.cumsum(padded, axis=0)
    span = 2 * BLUR_CELLS + 1
    mean: FloatArray = (total[span:] - total[:-span]) / span
    return mean
