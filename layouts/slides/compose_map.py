"""The map of a slide: gates with their queues on the ground, labels in a column where no road lies. Pure.

Four of the gates lie within five kilometres, so labels stand beside the map's east, joined to their gates by leaders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from layouts.slides.cells import Moment, has, state_of, urgent
from layouts.slides.ground import Ground
from layouts.slides.model import Shape, SlideMap, Urgency

LABEL_STEP: Final = 0.092
"""Distance of two labels, in heights of the box: a line of 30 px with air on a map 470 px high."""
LABEL_TOP: Final = 0.06
MOST_LOST: Final = 400
"""Patches of lost coverage: a slide shows where, not every cell."""

Gate = Mapping[str, Any]


def province_map(moment: Moment, gates: Sequence[Gate], ground: Ground) -> SlideMap:
    """Return the map of the province with its gates."""
    placed = [gate for gate in gates if gate.get("lat") is not None and gate.get("lon") is not None]
    shapes = [*ground.shapes, *_lost(moment, ground), *_queues(moment, placed, ground), *_gates(moment, placed, ground)]
    return SlideMap(tuple(shapes), round(ground.aspect, 4))


def _urgency(moment: Moment, gate: Gate) -> Urgency:
    live = state_of(gate.get("queue"), moment.at_ms) == "live"
    return urgent(gate.get("priority")) if live else None


def _queues(moment: Moment, gates: Sequence[Gate], ground: Ground) -> list[Shape]:
    found = []
    for gate in gates:
        line, extent = gate.get("extent_line"), gate.get("extent_m")
        if line and len(line) > 1 and extent and has(extent) and extent["v"] > 0:
            points = tuple(ground.at(lon, lat) for lon, lat in line)
            found.append(Shape("queue", points, "", _urgency(moment, gate)))
    return found


def _gates(moment: Moment, gates: Sequence[Gate], ground: Ground) -> list[Shape]:
    found, y = [], LABEL_TOP
    for gate in sorted(gates, key=lambda one: -float(one["lat"])):
        place = ground.at(gate["lon"], gate["lat"])
        queue = gate.get("queue")
        label = moment.name(gate)
        if queue is not None and has(queue):
            label = f"{label} {moment.number(queue['v'])}"
        found.append(Shape("gate", (place, (ground.labels_from, round(y, 4))), label, _urgency(moment, gate)))
        y += LABEL_STEP
    return found


def _lost(moment: Moment, ground: Ground) -> list[Shape]:
    lost = moment.topic("network").get("lost") or {}
    grid: Sequence[float] = lost.get("grid") or ()
    cells: Sequence[int] = lost.get("cells") or ()
    if len(grid) != 3:
        return []
    west, south, step = grid
    found = []
    for at in range(0, min(len(cells), MOST_LOST * 3) - 2, 3):
        row, column, length = cells[at], cells[at + 1], cells[at + 2]
        left, bottom = west + column * step, south + row * step
        right, top = left + length * step, bottom + step
        corners = ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom))
        found.append(Shape("lost", tuple(ground.at(lon, lat) for lon, lat in corners)))
    return found
