"""What the twin stands on: each route's hours and lanes, as the room below knows them, in the twin's own words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from feeds.twin.calibration import OVERTIME_S, RAIL_ROUTE, ROUTES
from feeds.twin.chance import DAY_S
from feeds.twin.hours import Shift
from geodata.gates import gate_facts, lanes_at


@dataclass(frozen=True, slots=True)
class RouteGround:
    """One route as the twin needs it: its gate, its hours and its lanes (at least one)."""

    route: str
    gate: str
    shift: Shift
    lanes: int


def load_ground(day: date) -> tuple[RouteGround, ...]:
    """Return the routes that carry traffic, with the hours and lanes of a day, the railway last.

    Raises:
        geodata.errors.PlaceError: when the places know no such gate.
    """
    routes = [(gate, route) for gate, routes in ROUTES.items() for route in routes]
    routes.append((RAIL_ROUTE.partition(".")[0], RAIL_ROUTE))
    return tuple(RouteGround(route, gate, _shift(gate, day), max(1, lanes_at(route, day))) for gate, route in routes)


def _shift(gate: str, day: date) -> Shift:
    hours = gate_facts(gate).hours_on(day, "cargo")
    if hours is None:
        raise ValueError(f"The gate {gate!r} has no cargo hours; the twin cannot open it.")
    closes_s = DAY_S if hours.closes is None else _seconds(hours.closes)
    return Shift(_seconds(hours.opens), closes_s, min(DAY_S, closes_s + OVERTIME_S))


def _seconds(at: time) -> float:
    return at.hour * 3_600.0 + at.minute * 60.0 + at.second
