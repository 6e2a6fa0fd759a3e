"""The lost coverage as a fact on the bus: what screens draw and say, beside the readings that count it.

Pure. The stretches carry the names that people know roads by; numbers alone would leave a screen to invent them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from feeds.network.derivation import Lost
from geodata.errors import RoadError
from geodata.places import Places
from geodata.roads import road

MOST_STRETCHES: Final = 12
MOST_ABSENT: Final = 300
"""More silent sites than these are no longer looked at one by one."""


def picture(lost: Lost, places: Places, source: str, simulated: bool, at: datetime) -> dict[str, Any]:
    """Return the fact.

    Args:
        lost: what is lost.
        places: which gate a route belongs to; of a stretch told for gates and routes alike the gates are kept.
        source: the readings' source.
        simulated: whether any of it is not the real world.
        at: the instant it holds for.
    """
    stretches: list[dict[str, Any]] = []
    for technology, each in lost.stretches:
        if places.gate_of(each.place) not in {None, each.place}:
            continue
        stretches.append(
            {
                "road": each.road,
                "road_name": road_name(each.road),
                "from_km": each.from_km,
                "to_km": each.to_km,
                "km": each.km,
                "technology": technology,
                "gate": each.place,
            }
        )
    return {
        "technology": lost.technology,
        "grid": [lost.patches.west, lost.patches.south, lost.patches.step],
        "cells": list(lost.patches.runs),
        "area_km2": lost.area_km2,
        "population": lost.population,
        "stretches": stretches[:MOST_STRETCHES],
        "absent": {site: round(since.timestamp() * 1000) for site, since in lost.absent[:MOST_ABSENT]},
        "src": source,
        "sim": simulated,
        "at": round(at.timestamp() * 1000),
    }


def road_name(road_id: str) -> str:
    """Return what a road is called in short: its number, or where a branch without one leads to."""
    try:
        name = road(road_id).name
    except RoadError:
        return road_id
    first = name.split()[0].split("/")[0]
    for short in (first, road_id):
        if any(character.isdigit() for character in short):
            return short
    return name.rpartition("-")[2]
