"""Which ground belongs to which new commune, and within it to which former one: a raster.

Twice over a coarse grid: areas alone first, which tells whose published centre can be
believed; then areas and believed centres. What came out is blurred by what the packages leave
unsaid, fitted once more with whole cells, and drawn on a finer grid. Deliberately not here:
lines (`geodata.build.linework`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from geodata.build.beliefs import belief, blurred, refined, settled
from geodata.build.frame import FloatArray
from geodata.build.grid import BoolArray, Grid, IntArray
from geodata.build.moments import Targets, fit_shares, fit_whole, strongest, targets_of
from geodata.build.pulls import Pull, members_by_code, pulls_of, towards_rest
from geodata.build.units import FormerUnit, NewUnit

# The grid that is drawn; fitting is done on one of `FIT_CELL_M`, which gives the same within noise.
CELL_M: Final = 200.0
FIT_CELL_M: Final = 500.0
# A published centre is believed when areas alone bring the commune this near to it: in radii,
# or in metres for ours. (About one in five of ours is a kilometre off or more.)
TRUST_RADII: Final = 0.36
TRUST_M: Final = 1_400.0
NEIGHBOUR_TRUST_RADII: Final = 0.5


@dataclass(frozen=True, slots=True)
class Raster:
    """Labels on a grid: row 0 is the south, column 0 the west; −1 is nobody's ground.

    Attributes:
        west_m: Western edge of the first column, UTM metres.
        south_m: Southern edge of the first row, UTM metres.
        labels: Shape (rows, columns), index into a list.
    """

    west_m: float
    south_m: float
    labels: IntArray

    def centres(self) -> tuple[FloatArray, FloatArray]:
        """Return the eastings of the columns and the northings of the rows."""
        rows, columns = self.labels.shape
        return Grid(self.west_m, self.south_m, CELL_M, rows, columns).axes()


def partition(
    competing: Sequence[FormerUnit], new_units: Mapping[str, NewUnit], grid: Grid, ground: BoolArray, drawn: Grid
) -> Raster:
    """Return the raster of former units on the grid to be drawn.

    Args:
        competing: Units that are believed, Lạng Sơn's and its neighbours'.
        new_units: New units by code, with area and centre to fit.
        grid: The grid to fit on; its cells are `FIT_CELL_M` wide.
        ground: Which of its cells are Vietnam's, shape of the grid; ground beyond the border
            is labelled too, so that lines can be cut there exactly, but does not count.
        drawn: The finer grid; it lies inside the other.

    Returns:
        Labels that index `competing`, all over `drawn`.
    """
    members = members_by_code(competing)
    units = [new_units[code] for code in members]
    targets = targets_of(units)
    pulls = [pulls_of(each, unit) for each, unit in zip(members.values(), units, strict=True)]
    trusted = _trusted(pulls, units, targets, grid, ground)
    pulls = [
        towards_rest(each, unit) if believed else each
        for each, unit, believed in zip(pulls, units, trusted.tolist(), strict=True)
    ]
    beliefs = [belief(each, grid) for each in pulls]
    shares, _ = fit_shares(beliefs, targets, trusted, grid, ground)
    soft = [
        settled(blurred(share, each.window, grid), settlements, grid)
        for share, each, settlements in zip(shares, beliefs, members.values(), strict=True)
    ]
    fitted = fit_whole(soft, targets, trusted, grid, ground)
    owner = strongest([refined(each, grid, drawn) for each in fitted], drawn)
    return Raster(drawn.west_m, drawn.south_m, _former_labels(owner, pulls, competing, drawn))


def _trusted(
    pulls: Sequence[Sequence[Pull]], units: Sequence[NewUnit], targets: Targets, grid: Grid, ground: BoolArray
) -> BoolArray:  # fmt: skip
    """Return whose published centre is believed: where a fit to areas alone comes near it."""
    nobody = np.zeros(len(units), dtype=np.bool_)
    _, got = fit_shares([belief(each, grid) for each in pulls], targets, nobody, grid, ground)
    off_m = np.hypot(targets.x_m - got.x_m, targets.y_m - got.y_m)
    off_radii = off_m / targets.radius_m
    is_ours = np.array([unit.is_ours for unit in units])
    near = np.where(is_ours, (off_radii < TRUST_RADII) | (off_m < TRUST_M), off_radii < NEIGHBOUR_TRUST_RADII)
    trusted: BoolArray = targets.is_known & near
    return trusted


def _former_labels(
    owner: IntArray, pulls: Sequence[Sequence[Pull]], competing: Sequence[FormerUnit], grid: Grid
) -> IntArray:  # fmt: skip
    """Return which former unit pulls hardest within each new commune's cells, as an index into `competing`."""
    index = {unit.code: number for number, unit in enumerate(competing)}
    columns_m, rows_m = grid.axes()
    labels = np.full(owner.shape, -1, dtype=np.int64)
    for number, members in enumerate(pulls):
        rows, columns = np.nonzero(owner == number)
        if rows.size:
            strengths = np.stack([pull.at(columns_m[columns], rows_m[rows]) for pull in members])
            former = np.array([index[pull.unit.code] for pull in members])
            labels[rows, columns] = former[strengths.argmin(axis=0)]
    return labels
