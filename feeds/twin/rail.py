"""The railway at Đồng Đăng: wagons come and go with trains, around the clock, whatever the road gates do.

Each wagon's whole way is settled when its train is made up: it passes the same eight steps and leaves with the next
train of its direction once it is decided. The Chinese side's rate does not touch it: in every crisis of the road gates
the railway was the way around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import exp, floor
from typing import Final, NamedTuple

from feeds.model import STEPS
from feeds.twin import calibration as c
from feeds.twin.chance import day_start_s, hanoi_day, seeded
from feeds.twin.line import Line, Vehicle

ARRIVALS_H: Final[Mapping[str, tuple[float, ...]]] = {"export": (0.5, 9.0, 16.5), "import": (4.0, 10.0, 16.0, 22.0)}
DEPARTURES_H: Final[Mapping[str, tuple[float, ...]]] = {
    "export": (1.5, 7.0, 13.5, 20.5),
    "import": (2.5, 9.0, 15.0, 20.0),
}
"""Trains by Hanoi hour (A: no timetable is published; 24 h by timetable, two to four trains a day and direction)."""
COUPLING_S: Final = 90.0
"""Wagons of a train pass one after another (A)."""
LOADING_S: Final = 20 * c.MINUTE_S
"""A wagon must be decided this long before its train leaves (A)."""

_WORK_S: Final = (
    c.CALL_FORWARD_S,
    c.FLOW_CONTROL_S,
    c.MEDICAL_S,
    c.VEHICLE_INSPECTION_S,
    c.QUARANTINE_PAPERS_S,
    c.TRANSSHIPMENT_S,
)
_GOLDEN: Final = 0.6180339887498949


class WagonEvent(NamedTuple):
    """One passage of a wagon to come."""

    at_s: float
    step: str
    phase: str


def wagons_of_day(seed: int, day: int, line: Line) -> Iterator[tuple[Vehicle, list[WagonEvent]]]:
    """Yield the wagons that arrive on a Hanoi day in one direction, each with its passages in time order."""
    rng = seeded(seed, line.place, line.direction, day)
    count = floor(c.RAIL_WAGONS_A_DAY[line.direction] + (day * _GOLDEN) % 1.0)
    trains = ARRIVALS_H[line.direction]
    for number in range(count):
        train, position = number % len(trains), number // len(trains)
        goods = "fruit" if line.direction == "export" and rng.random() < 0.3 else "other"
        wagon = Vehicle(f"{line.code}-{day}-{number:03d}", line, goods)
        wagon.tonnes = round(c.WAGON_TONNES * rng.uniform(0.7, 1.2), 1)
        arrival_s = day_start_s(day) + trains[train] * c.HOUR_S + position * COUPLING_S
        times = [arrival_s]
        for median_s in _WORK_S:
            times.append(times[-1] + median_s * exp(rng.normalvariate(0.0, c.SIGMA)))
        leaves_s = _departure_s(line.direction, times[-1] + LOADING_S) + position * COUPLING_S
        declared_s = arrival_s - 3 * c.HOUR_S - rng.random() * c.HOUR_S
        events = [
            WagonEvent(declared_s, STEPS[0], "enter"),
            WagonEvent(declared_s + c.DECLARATION_S, STEPS[0], "exit"),
        ]
        for step, (enters_s, exits_s) in zip(STEPS[1:7], pairwise(times), strict=True):
            events += (WagonEvent(enters_s, step, "enter"), WagonEvent(exits_s, step, "exit"))
        events += (WagonEvent(leaves_s - LOADING_S / 2, STEPS[7], "enter"), WagonEvent(leaves_s, STEPS[7], "exit"))
        wagon.declared_s = declared_s
        wagon.arrival_s = arrival_s
        yield wagon, events


def _departure_s(direction: str, ready_s: float) -> float:
    """Return the first train of a direction that leaves when a wagon is ready, or later."""
    today = hanoi_day(ready_s)
    trains = [day_start_s(day) + hour * c.HOUR_S for day in (today, today + 1) for hour in DEPARTURES_H[direction]]
    return min(leaves_s for leaves_s in trains if leaves_s >= ready_s)
