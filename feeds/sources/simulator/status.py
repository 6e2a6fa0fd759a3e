"""The gates' own state: open or closed, lanes, the other side's rate, and passengers at Hữu Nghị.

A pure function of seed, schedule and time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from feeds.twin.calibration import RAIL_ROUTE
from feeds.twin.chance import DAY_S, HANOI_OFFSET_S, hanoi_day, mixed, wander
from feeds.twin.ground import RouteGround
from feeds.validation import RawReading

FIXED_METRIC: Final = "lanes_max"
PASSENGER_GATE: Final = "huu-nghi"
PASSENGERS_A_DAY: Final = 6_850.0
"""Source: domain facts §2, first half of 2025."""
HOLIDAY_PASSENGERS: Final = 1.25
"""On a holiday +20–30 %, though cargo rests. Source: domain facts §2."""
PASSENGER_HOURS: Final = (7.0, 20.0)
_PASSENGERS: Final = (0.05, 0.11, 0.12, 0.11, 0.09, 0.06, 0.06, 0.08, 0.09, 0.09, 0.07, 0.04, 0.03)
"""Share of a day's passengers by hour from seven (A)."""
QUIET_HOURS: Final = (9.0, 18.0)
"""Before and after these Hanoi hours a route of four lanes or more keeps one closed (A)."""


class Status:
    """The state of the gates that carry traffic, and of their routes.

    Args:
        seed: fixes every draw.
        ground: hours and lanes by route.
        other_side_rate_at: the Chinese side's rate against normal at an instant.
        source: name the readings carry.
        closed_at: gates that are shut at an instant (Unix seconds), whatever their hours.
        is_holiday: whether a Hanoi day is one on which cargo rests.
    """

    def __init__(
        self,
        seed: int,
        ground: Sequence[RouteGround],
        other_side_rate_at: Callable[[datetime], float],
        source: str,
        *,
        closed_at: Callable[[float], frozenset[str]] = lambda _: frozenset(),
        is_holiday: Callable[[int], bool] = lambda _: False,
    ) -> None:
        self._closed_at = closed_at
        self._is_holiday = is_holiday
        self._seed = seed
        self._ground = ground
        self._rate_at = other_side_rate_at
        self._source = source
        self._gates: dict[str, list[RouteGround]] = {}
        for route in ground:
            self._gates.setdefault(route.gate, []).append(route)

    def readings(self, at: datetime, *, fixed: bool = False) -> list[RawReading]:
        """Return the state of every gate and route; `fixed` adds what does not change within a day."""
        readings = []
        for gate, routes in self._gates.items():
            readings += self._of(gate, routes, at, fixed=fixed)
            for route in routes:
                readings += self._of(route.route, [route], at, fixed=fixed)
        readings.append(self._reading("passengers_today", PASSENGER_GATE, at, self.passengers_today(at), "count"))
        return readings

    def fixed(self, at: datetime) -> list[RawReading]:
        """Return only what does not change within a day, so that nothing is told twice for one instant."""
        return [reading for reading in self.readings(at, fixed=True) if reading.metric == FIXED_METRIC]

    def passengers_today(self, at: datetime) -> int:
        """Return how many people passed at Hữu Nghị since midnight in Hanoi."""
        at_s = at.timestamp()
        day = hanoi_day(at_s)
        hour = (at_s + HANOI_OFFSET_S) % DAY_S / 3_600
        done = min(max(hour, PASSENGER_HOURS[0]), PASSENGER_HOURS[1]) - PASSENGER_HOURS[0]
        whole = int(done)
        share = sum(_PASSENGERS[:whole]) + (_PASSENGERS[whole] * (done - whole) if whole < len(_PASSENGERS) else 0.0)
        # Weekends bring more visitors; the factors' mean over a week is 1.
        weekly = 1.10 if (day + 3) % 7 >= 5 else 0.96
        weekly *= HOLIDAY_PASSENGERS if self._is_holiday(day) else 1.0
        today = PASSENGERS_A_DAY * weekly * (0.92 + 0.16 * mixed(self._seed, day, -11))
        return int(today * share / sum(_PASSENGERS))

    def _of(self, place: str, routes: Sequence[RouteGround], at: datetime, *, fixed: bool) -> list[RawReading]:
        at_s = at.timestamp()
        closed = self._closed_at(at_s)
        working = [route for route in routes if route.gate not in closed]
        is_open = any(route.shift.is_open(at_s) for route in working)
        lanes = sum(_lanes_open(route, at_s) for route in working)
        rail = all(route.route == RAIL_ROUTE for route in routes)
        # Observed from the trucks that come back, so it flickers by a few percent around what the other side does.
        rate = 1.0 if rail else self._rate_at(at) * (1 + 0.04 * wander(self._seed, -12, at_s, 1_800.0))
        readings = [
            self._reading("operational_status", place, at, float(is_open), "report"),
            self._reading("lanes_open", place, at, lanes, "count"),
            self._reading("other_side_rate_ratio", place, at, round(rate, 3), "derived"),
        ]
        if fixed:
            readings.append(self._reading(FIXED_METRIC, place, at, sum(route.lanes for route in routes), "report"))
        return readings

    def _reading(self, metric: str, place: str, at: datetime, value: float, method: str) -> RawReading:
        return RawReading(metric, place, at, value, self._source, {}, method)


def _lanes_open(route: RouteGround, at_s: float) -> int:
    if not route.shift.is_open(at_s):
        return 0
    hour = (at_s + HANOI_OFFSET_S) % DAY_S / 3_600
    quiet = not QUIET_HOURS[0] <= hour < QUIET_HOURS[1]
    return route.lanes - 1 if quiet and route.lanes >= 4 else route.lanes
