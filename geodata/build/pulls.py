"""How strongly each former commune claims the ground around it, before anything is fitted.

A pull is a distance that is 1 at the unit's edge: an ellipse in its bounding box where the
package knows the box, a circle of its likely area around its settlement where it does not.
Ground outside the unit's box or its district's is farther; ground at its settlement nearer.
Deliberately not here: what the new communes publish about themselves (`moments`).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geodata.build.frame import FloatArray
from geodata.build.grid import Grid, Window
from geodata.build.units import BOX_FILL, FormerUnit, NewUnit

# The pull of a boxed unit starts between the middle of the box and the settlement.
SETTLEMENT_SHARE: Final = 0.1
# A unit without a box is drawn this much wider than its likely area: it is vaguer.
UNBOXED_WIDENING: Final = 1.35
# Farther than this the rest would lie somewhere else altogether: a centre that is wrong.
REST_LIMIT_M: Final = 8_000.0
# A rest smaller than this has no meaningful middle.
REST_LEAST_KM2: Final = 5.0
# Likely area where neither a box nor the new commune's area says one, and the bounds of what is likely.
UNKNOWN_KM2: Final = 40.0
LIKELY_KM2: Final = (8.0, 150.0)
# The pull weakens by this for each kilometre outside the unit's own box, and again outside its district's.
OUTSIDE_PER_KM: Final = 0.7
# Boxes are exact to about this.
BOX_SLACK_M: Final = 100.0
# A settlement lies in its commune (98 of 100 do): ground this near to it is pulled harder.
SETTLEMENT_PULL: Final = 1.0
SETTLEMENT_SIGMA_M: Final = 1_600.0
# Beyond this many half-sizes, and these metres, somebody else is always nearer.
REACH_SIZES: Final = 3.5
REACH_M: Final = 4_000.0


@dataclass(frozen=True, slots=True)
class Pull:
    """Where one former unit pulls from, and how wide.

    Attributes:
        unit: The former unit.
        likely_km2: Its area, as far as its box or its new commune tell.
        x_m: Easting from which it pulls.
        y_m: Northing from which it pulls.
        half_width_m: Distance at which the pull is 1, from west to east.
        half_height_m: The same from south to north.
    """

    unit: FormerUnit
    likely_km2: float
    x_m: float
    y_m: float
    half_width_m: float
    half_height_m: float

    def window(self, grid: Grid) -> Window:
        """Return the cells it may claim."""
        reach_m = REACH_SIZES * max(self.half_width_m, self.half_height_m) + REACH_M
        return grid.around(self.x_m, self.y_m, reach_m)

    def at(self, xs: FloatArray, ys: FloatArray) -> FloatArray:
        """Return the pull at points: less is stronger; shapes broadcast."""
        pull = np.hypot((xs - self.x_m) / self.half_width_m, (ys - self.y_m) / self.half_height_m)
        boxes = [self.unit.box, self.unit.district_box] if self.unit.has_box else [self.unit.district_box]
        for box in boxes:
            pull += OUTSIDE_PER_KM * box.outside_m(xs, ys, BOX_SLACK_M) / 1_000.0
        squared = (xs - self.unit.x_m) ** 2 + (ys - self.unit.y_m) ** 2
        pull -= SETTLEMENT_PULL * np.exp(-squared / (2.0 * SETTLEMENT_SIGMA_M**2))
        return pull


def pulls_of(members: Sequence[FormerUnit], new: NewUnit) -> list[Pull]:
    """Return the pulls of the members of one new commune, before its centre is believed."""
    known_km2 = sum(unit.box.area_km2 * BOX_FILL for unit in members if unit.has_box)
    vague = sum(not unit.has_box for unit in members)
    each_km2 = UNKNOWN_KM2
    if vague and new.area_km2 is not None:
        each_km2 = min(max((new.area_km2 - known_km2) / vague, LIKELY_KM2[0]), LIKELY_KM2[1])
    return [_boxed(unit) if unit.has_box else _vague(unit, each_km2) for unit in members]


def towards_rest(pulls: Sequence[Pull], new: NewUnit) -> list[Pull]:
    """Return the pulls with those of units without a box moved to where the rest of the commune lies.

    The new commune's area and centre less those of its boxed members leave the middle of the
    others. Nothing moves when there are no others, or when the rest is too small or too far.
    """
    vague = [pull for pull in pulls if not pull.unit.has_box]
    boxed = [pull for pull in pulls if pull.unit.has_box]
    rest_km2 = (new.area_km2 or 0.0) - sum(pull.likely_km2 for pull in boxed)
    if not vague or new.area_km2 is None or rest_km2 <= REST_LEAST_KM2:
        return list(pulls)
    rest_x = (new.area_km2 * new.x_m - sum(p.likely_km2 * p.unit.box.x_m for p in boxed)) / rest_km2
    rest_y = (new.area_km2 * new.y_m - sum(p.likely_km2 * p.unit.box.y_m for p in boxed)) / rest_km2
    way_x = rest_x - sum(p.x_m for p in vague) / len(vague)
    way_y = rest_y - sum(p.y_m for p in vague) / len(vague)
    if math.hypot(way_x, way_y) > REST_LIMIT_M:
        return list(pulls)
    return [pull if pull.unit.has_box else replace(pull, x_m=pull.x_m + way_x, y_m=pull.y_m + way_y) for pull in pulls]


def members_by_code(former: Sequence[FormerUnit]) -> Mapping[str, list[FormerUnit]]:
    """Return the former units by the code of their new commune, both ascending."""
    members: dict[str, list[FormerUnit]] = {}
    for unit in former:
        members.setdefault(unit.new_code, []).append(unit)
    return {code: members[code] for code in sorted(members)}


def _boxed(unit: FormerUnit) -> Pull:
    share = SETTLEMENT_SHARE
    return Pull(
        unit, unit.box.area_km2 * BOX_FILL,
        share * unit.x_m + (1.0 - share) * unit.box.x_m, share * unit.y_m + (1.0 - share) * unit.box.y_m,
        unit.box.half_width_m, unit.box.half_height_m,
    )  # fmt: skip


def _vague(unit: FormerUnit, likely_km2: float) -> Pull:
    radius_m = UNBOXED_WIDENING * math.sqrt(likely_km2 * 1e6 / math.pi)
    return Pull(unit, likely_km2, unit.x_m, unit.y_m, radius_m, radius_m)
