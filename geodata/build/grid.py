"""A grid of square cells in UTM metres, and rectangular windows of it.

Row 0 is the south, column 0 the west. Deliberately not here: what lies in the cells.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from geodata.build.frame import FloatArray

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
Window: TypeAlias = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the cells lie.

    Attributes:
        west_m: Western edge of the first column, UTM metres.
        south_m: Southern edge of the first row, UTM metres.
        cell_m: Side of a cell.
        rows: Number of rows.
        columns: Number of columns.
    """

    west_m: float
    south_m: float
    cell_m: float
    rows: int
    columns: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def cell_km2(self) -> float:
        """Area of a cell in km²."""
        return self.cell_m * self.cell_m / 1e6

    def axes(self) -> tuple[FloatArray, FloatArray]:
        """Return the eastings of the columns' middles and the northings of the rows'."""
        return (
            self.west_m + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_m,
            self.south_m + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_m,
        )

    def around(self, x_m: float, y_m: float, reach_m: float) -> Window:
        """Return the window of all cells whose middle is no farther than the reach on either axis."""
        columns_m, rows_m = self.axes()
        return (
            slice(*np.searchsorted(rows_m, [y_m - reach_m, y_m + reach_m]).tolist()),
            slice(*np.searchsorted(columns_m, [x_m - reach_m, x_m + reach_m]).tolist()),
        )

    def middles(self, window: Window) -> tuple[FloatArray, FloatArray]:
        """Return eastings, shape (1, columns), and northings, shape (rows, 1), of a window."""
        columns_m, rows_m = self.axes()
        return columns_m[window[1]][None, :], rows_m[window[0]][:, None]

    def widened(self, window: Window, cells: int) -> Window:
        """Return a window with so many more cells on each side, as far as the grid reaches."""
        rows, columns = window
        return (
            slice(max(0, rows.start - cells), min(self.rows, rows.stop + cells)),
            slice(max(0, columns.start - cells), min(self.columns, columns.stop + cells)),
        )


def grid_over(west_m: float, south_m: float, east_m: float, north_m: float, cell_m: float) -> Grid:
    """Return the grid that covers a rectangle; its edges are multiples of the cell."""
    west, south, east, north = (round(value / cell_m) for value in (west_m, south_m, east_m, north_m))
    return Grid(west * cell_m, south * cell_m, cell_m, north - south, east - west)


def hull(windows: list[Window]) -> Window:
    """Return the smallest window that holds all the given ones, of which there is at least one."""
    return (
        slice(min(rows.start for rows, _ in windows), max(rows.stop for rows, _ in windows)),
        slice(min(columns.start for _, columns in windows), max(columns.stop for _, columns in windows)),
    )


def within(inner: Window, outer: Window) -> Window:
    """Return a window as the outer one counts its cells."""
    (rows, columns), (outer_rows, outer_columns) = inner, outer
    return (
        slice(rows.start - outer_rows.start, rows.stop - outer_rows.start),
        slice(columns.start - outer_columns.start, columns.stop - outer_columns.start),
    )
