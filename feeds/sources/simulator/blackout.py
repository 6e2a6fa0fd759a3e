"""A blackout along a road: which sites hang on it, when each falls silent, and when it is back.

A cut fibre silences its sites within minutes; where the mains fail, batteries run down one after another. Repair goes
from the city towards the gate. Pure; times are Unix seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from feeds.sources.simulator.outages import Outage
from feeds.twin.chance import mixed
from feeds.twin.play import Blackout
from geodata.roads import approach_road
from geodata.sites import Site

FIBRE_SHARE: Final = 0.6
"""Part of the sites that hang on the cut fibre; the others lose their mains (A)."""
FIBRE_SILENT_S: Final = (30.0, 150.0)
"""A cut fibre is noticed at once; the equipment gives up within minutes (A)."""
BATTERY_S: Final = (20 * 60.0, 100 * 60.0)
"""How long batteries carry a site (A)."""
FIBRE_BACK_S: Final = 4 * 3_600.0
POWER_BACK_S: Final = 5 * 3_600.0
"""When the splice is done and the mains are back (A)."""
ROUND_S: Final = 45 * 60.0
"""From the first site that is back to the last one (A)."""
CALLED_OFF_S: Final = 10 * 60.0
"""When the scenario ends before the repair, the sites come back one after another within this time."""


def sites_along(sites: Sequence[Site], blackout: Blackout) -> list[int]:
    """Return the positions of the sites that hang on the road to a gate, by their distance from it.

    Raises:
        geodata.errors.RoadError: when the gate has no approach road.
    """
    road = approach_road(blackout.gate)
    found = []
    for index, site in enumerate(sites):
        along_m, off_m = road.nearest(site.lon, site.lat)
        if off_m <= blackout.corridor_m and along_m <= blackout.length_m:
            found.append((along_m, index))
    return [index for _, index in sorted(found)]


def blackout_outages(seed: int, along: Sequence[int], began_s: float, ended_s: float | None) -> list[Outage]:
    """Return each site's time off the air, by its beginning.

    Args:
        seed: fixes every draw.
        along: positions of sites by distance from the gate.
        began_s: when fibre and mains were cut.
        ended_s: when the scenario was called off; None while it is played. What lies before is the same either way.
    """
    outages = []
    for place, site in enumerate(along):
        chance = mixed(seed, site, -21)
        # The repair gang comes from the city: the sites nearest to the gate are the last.
        turn_s = ROUND_S * (1 - (place + 1) / len(along))
        if mixed(seed, site, -20) < FIBRE_SHARE:
            starts_s = began_s + _within(FIBRE_SILENT_S, chance)
            ends_s = began_s + FIBRE_BACK_S + turn_s
        else:
            starts_s = began_s + _within(BATTERY_S, chance)
            ends_s = began_s + POWER_BACK_S + turn_s
        if ended_s is not None:
            if starts_s >= ended_s:
                continue
            ends_s = min(ends_s, ended_s + CALLED_OFF_S * (0.1 + 0.9 * chance))
        outages.append(Outage(site, float(round(starts_s)), float(round(ends_s))))
    return sorted(outages, key=lambda outage: outage.starts_s)


def _within(span_s: tuple[float, float], chance: float) -> float:
    return span_s[0] + (span_s[1] - span_s[0]) * chance
