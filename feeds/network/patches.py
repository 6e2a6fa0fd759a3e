"""The lost area as screens draw it: runs of cells, few enough to be sent to everybody.

Pure. What this module does not do: say how large the area is; that is counted cell by cell.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from geodata.footprints import Cells

MOST_RUNS: Final = 700
"""Runs sent at most: some 8 kB of text. With more, cells are drawn twice as large until they fit."""


@dataclass(frozen=True, slots=True)
class Patches:
    """Cells in runs along the rows of a raster.

    Attributes:
        west: western edge of column 0 in degrees.
        south: southern edge of row 0 in degrees.
        step: width and height of a cell in degrees.
        runs: row, first column, length; row, first column, length; …
    """

    west: float
    south: float
    step: float
    runs: tuple[int, ...]


def patches(cells: Cells, lost: NDArray[np.bool_], most_runs: int = MOST_RUNS) -> Patches:
    """Return the lost cells as runs.

    Args:
        cells: the province in cells.
        lost: by cell.
        most_runs: with more than this many, a cell of twice the width stands for four of which any is lost.
    """
    grid = cells.grid
    rows, columns = cells.row[lost].astype(np.int64), cells.column[lost].astype(np.int64)
    scale = 1
    runs = _runs(rows, columns, grid.columns)
    while len(runs) > 3 * most_runs:
        scale *= 2
        runs = _runs(rows // scale, columns // scale, grid.columns)
    return Patches(grid.west, grid.south, grid.step * scale, tuple(runs))


def _runs(rows: NDArray[np.int64], columns: NDArray[np.int64], width: int) -> list[int]:
    if not len(rows):
        return []
    # One number per cell with a gap at the end of each row, so that no run goes over it.
    numbers = np.unique(rows * (width + 1) + columns)
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 2) != 1)
    lengths = np.diff(starts, append=len(numbers))
    firsts = numbers[starts]
    table = np.stack([firsts // (width + 1), firsts % (width + 1), lengths], axis=1)
    return [int(value) for value in table.ravel()]
