"""A rectangle in UTM metres: the bounding box of a former commune or of its district.

Deliberately not here: where boxes come from and which are believed (`units`, `doubts`).
"""

from dataclasses import dataclass

import numpy as np

from geodata.build.frame import FloatArray


@dataclass(frozen=True, slots=True)
class Box:
    """Sides in UTM 48N metres; the west lies west of the east and the south south of the north."""

    west_m: float
    south_m: float
    east_m: float
    north_m: float

    @property
    def area_km2(self) -> float:
        """Area in km²."""
        return (self.east_m - self.west_m) * (self.north_m - self.south_m) / 1e6

    @property
    def x_m(self) -> float:
        """Easting of the middle."""
        return (self.west_m + self.east_m) / 2

    @property
    def y_m(self) -> float:
        """Northing of the middle."""
        return (self.south_m + self.north_m) / 2

    @property
    def half_width_m(self) -> float:
        """Half of the extent from west to east."""
        return (self.east_m - self.west_m) / 2

    @property
    def half_height_m(self) -> float:
        """Half of the extent from south to north."""
        return (self.north_m - self.south_m) / 2

    def outside_m(self, xs: FloatArray, ys: FloatArray, slack_m: float) -> FloatArray:
        """Return how far points lie outside, both axes added; 0 within the box widened by the slack."""
        across = np.maximum(0.0, np.maximum(self.west_m - slack_m - xs, xs - self.east_m - slack_m))
        along = np.maximum(0.0, np.maximum(self.south_m - slack_m - ys, ys - self.north_m - slack_m))
        outside: FloatArray = across + along
        return outside

    def gap_m(self, other: "Box") -> float:
        """Return the distance to another box; 0 when they meet."""
        across = max(0.0, other.west_m - self.east_m, self.west_m - other.east_m)
        along = max(0.0, other.south_m - self.north_m, self.south_m - other.north_m)
        return float(np.hypot(across, along))
