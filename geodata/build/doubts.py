"""Former communes of which the package knows nothing true: found by comparing its own facts.

The geocoder behind vietnamadminunits sometimes answered with a namesake. Such a unit gives
itself away beside its partners, the former communes that became the same new one. What is
doubted here does not pull at any ground. Deliberately not here: outside knowledge.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from geodata.build.boxes import Box
from geodata.build.units import LARGEST_BOX_KM2, FormerUnit, NewUnit

# Area taken for each member of a new commune whose own area is unknown: 8,310 km² over 194.
MEAN_MEMBER_KM2: Final = 42.8
# A box that meets none of its partners' within this is alone ...
ALONE_M: Final = 5_000.0
# ... and when it also lies this many radii from the new commune's centre it is a namesake's.
FAR_RADII: Final = 1.5


def doubted(former: Sequence[FormerUnit], new_units: Mapping[str, NewUnit]) -> frozenset[str]:
    """Return the codes of former units that are not to be believed.

    A new commune's only member is always believed: nothing else says where the commune lies.

    Args:
        former: All former units of the region; each knows its new unit.
        new_units: New units by code.
    """
    members: dict[str, list[FormerUnit]] = {}
    twins: dict[Box, list[FormerUnit]] = {}
    for unit in former:
        members.setdefault(unit.new_code, []).append(unit)
        if unit.has_box:
            twins.setdefault(unit.box, []).append(unit)

    def radii_off(unit: FormerUnit) -> float:
        new = new_units[unit.new_code]
        area_km2 = new.area_km2 or MEAN_MEMBER_KM2 * len(members[unit.new_code])
        x_m, y_m = (unit.box.x_m, unit.box.y_m) if unit.has_box else (unit.x_m, unit.y_m)
        return math.hypot(x_m - new.x_m, y_m - new.y_m) / math.sqrt(area_km2 * 1e6 / math.pi)

    found: set[str] = set()
    for unit in former:
        partners = [other for other in members[unit.new_code] if other is not unit]
        if not partners:
            continue
        off = radii_off(unit)
        spans_two = unit.box.area_km2 >= LARGEST_BOX_KM2
        alone = unit.has_box and min(_extent(unit).gap_m(_extent(other)) for other in partners) > ALONE_M
        sharing = twins.get(unit.box, []) if unit.has_box else []
        # Of two units with the same box one is a namesake: the one farther from where it should be.
        farther_twin = len(sharing) > 1 and off == max(map(radii_off, sharing))
        if spans_two or (alone and off > FAR_RADII) or farther_twin:
            found.add(unit.code)
    return frozenset(found)


def _extent(unit: FormerUnit) -> Box:
    return unit.box if unit.has_box else Box(unit.x_m, unit.y_m, unit.x_m, unit.y_m)
