"""The twin: a discrete-event model of the eight steps on every route, in both directions.

A vehicle enters a step the instant it leaves the one before, so a step's time includes the queue before its servers;
only the stay in a yard by choice lies between two steps, after the decision (decision 010). Servers that are short:
what flow control lets inside, inspection booths, goods-inspection bays, and the lanes both directions share. The
Chinese side's rate divides the service times of bays and lanes for exports.

Events are kept in a heap of (instant, order, handler, subject), which is what makes thirty days take seconds; a
process per vehicle, as SimPy has it, costs several times as much.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from feeds.twin import calibration as c
from feeds.twin.chance import DAY_S, day_start_s, hanoi_day
from feeds.twin.demand import vehicles_of_day
from feeds.twin.ground import RouteGround, load_ground
from feeds.twin.line import Line, Route, Vehicle
from feeds.twin.rail import WagonEvent, wagons_of_day
from feeds.twin.scenario import Scenario, Schedule, daily_vehicles
from feeds.validation import RawPassage
from geodata.gates import HANOI

SOURCE: Final = "simulator"
WARM_UP_DAYS: Final = 4
"""Days run before the first passage is given out, so that the yards are as full as they usually are: four times the
mean stay."""

_Event = tuple[float, int, Callable[[float, Any], None], Any]


@dataclass(frozen=True, slots=True)
class Count:
    """Vehicles of one line since the model began: entered = left + diverted + present, always."""

    place: str
    direction: str
    entered: int
    left: int
    diverted: int
    present: int


class Twin:
    """The gates as they might be; advance it, and it says who passed where.

    Args:
        seed: the same seed, start and changes give the same passages.
        start: first instant whose passages are given out; the model itself begins WARM_UP_DAYS earlier.
        changes: (instant, scenario), ascending; the first holds from the beginning whatever its instant says.
        ground: hours and lanes by route; None takes those of the start's day.
    """

    def __init__(
        self,
        seed: int,
        start: datetime,
        changes: Sequence[tuple[datetime, Scenario]],
        ground: Sequence[RouteGround] | None = None,
    ) -> None:
        self.seed = seed
        self.start = start
        self._start_s = start.timestamp()
        first_day = hanoi_day(self._start_s) - WARM_UP_DAYS
        self._now_s = day_start_s(first_day)
        instants = [self._now_s] + [at.timestamp() for at, _ in changes[1:]]
        self.schedule = Schedule(list(zip(instants, [scenario for _, scenario in changes], strict=True)), seed)
        given = ground if ground is not None else load_ground(start.astimezone(HANOI).date())
        self._routes = [Route(each) for each in given if each.route != c.RAIL_ROUTE]
        rails = [Route(each) for each in given if each.route == c.RAIL_ROUTE]
        lanes_of_gate: dict[str, int] = {}
        for route in self._routes:
            lanes_of_gate[route.ground.gate] = lanes_of_gate.get(route.ground.gate, 0) + route.lanes
        self._shares = {route.ground.route: route.lanes / lanes_of_gate[route.ground.gate] for route in self._routes}
        self._lines = [self._line(route, direction) for route in self._routes for direction in ("export", "import")]
        self._rail_lines = [
            Line(route, "export" if direction == "export" else "import", c.Capacity(1, 1, 1), f"s9{direction[0]}")
            for route in rails
            for direction in ("export", "import")
        ]
        self._heap: list[_Event] = []
        self._order = count()
        self._out: list[RawPassage] = []
        self._warm: dict[str, Vehicle] | None = {}
        self._make_up(first_day, self._now_s)
        self._push(self._now_s, self._midnight, first_day)
        self._push(self._start_s, self._end_warm_up, None)

    # What is asked of it

    def advance(self, until: datetime) -> list[RawPassage]:
        """Return the passages up to and including an instant that were not given out yet, in time order.

        An instant that lies before what was given out already changes nothing and returns nothing.
        """
        until_s = until.timestamp()
        heap = self._heap
        pop = heapq.heappop
        while heap and heap[0][0] <= until_s:
            at_s, _, handler, subject = pop(heap)
            handler(at_s, subject)
        self._now_s = max(self._now_s, until_s)
        out, self._out = self._out, []
        return out

    def counts(self) -> list[Count]:
        """Return the count of every line, the railway's last."""
        return [
            Count(line.place, line.direction, line.entered, line.left, line.diverted, line.present)
            for line in (*self._lines, *self._rail_lines)
        ]

    def other_side_rate_at(self, at: datetime) -> float:
        """Return the Chinese side's rate against normal at an instant."""
        return self.schedule.other_side_rate_at(at.timestamp())

    # Days

    def _line(self, route: Route, direction: str) -> Line:
        ground = route.ground
        mean = c.JULY_2025[ground.gate][0 if direction == "export" else 1] * self._shares[ground.route]
        capacity = c.capacity_for(mean, ground.shift.open_s)
        index = [each.ground.route for each in self._routes].index(ground.route)
        return Line(route, "export" if direction == "export" else "import", capacity, f"s{index}{direction[0]}")

    def _midnight(self, at_s: float, day: int) -> None:
        # Tomorrow is made up today, since those who arrive early in the morning declare the evening before.
        self._make_up(day + 1, at_s)
        for line in self._lines:
            self._push(at_s + line.shift.opens_s, self._open, line)
        self._push(at_s + DAY_S, self._midnight, day + 1)

    def _make_up(self, day: int, known_s: float) -> None:
        phase = self.schedule.phase_for(day, known_s)
        rate = self.schedule.rate_for(day, known_s)
        for line in self._lines:
            ground = line.route.ground
            mean = daily_vehicles(phase, ground.gate, line.direction, rate) * self._shares[ground.route]
            for vehicle in vehicles_of_day(self.seed, day, line, mean):
                self._push(vehicle.declared_s, self._declare, vehicle)
        for line in self._rail_lines:
            for wagon, events in wagons_of_day(self.seed, day, line):
                self._push(events[0].at_s, self._wagon, (wagon, events, 0))

    def _open(self, at_s: float, line: Line) -> None:
        self._call_forward(at_s, line)
        self._fill_booths(at_s, line)
        self._fill_bays(at_s, line)
        self._fill_lanes(at_s, line.route)

    # The way of a vehicle

    def _declare(self, at_s: float, vehicle: Vehicle) -> None:
        if self._warm is not None:
            vehicle.log = []
            self._warm[vehicle.id] = vehicle
        self._emit(at_s, vehicle, "declaration", "enter")
        self._push(at_s + vehicle.declaration_s, self._declared, vehicle)

    def _declared(self, at_s: float, vehicle: Vehicle) -> None:
        self._emit(at_s, vehicle, "declaration", "exit")
        self._push(vehicle.arrival_s, self._arrive, vehicle)

    def _arrive(self, at_s: float, vehicle: Vehicle) -> None:
        line = vehicle.line
        line.entered += 1
        vehicle.waiting = True
        self._emit(at_s, vehicle, "transport", "enter")
        self._push(at_s + vehicle.work_s[0], self._ready, vehicle)
        if line.direction == "export":
            patience_s = self.schedule.phase_at(at_s).patience_s
            if patience_s is not None:
                self._push(at_s + patience_s * vehicle.patience, self._give_up, vehicle)

    def _give_up(self, at_s: float, vehicle: Vehicle) -> None:
        if vehicle.waiting:
            vehicle.waiting = False
            vehicle.gone = True
            self._turn_back(at_s, vehicle, "transport")

    def _ready(self, at_s: float, vehicle: Vehicle) -> None:
        if not vehicle.gone:
            vehicle.line.callable.append(vehicle)
            self._call_forward(at_s, vehicle.line)

    def _call_forward(self, at_s: float, line: Line) -> None:
        if not line.shift.is_open(at_s):
            return
        queue = line.callable
        while queue and line.inside < line.capacity.inside:
            vehicle = queue.popleft()
            if vehicle.gone:
                continue
            vehicle.waiting = False
            line.inside += 1
            self._step(at_s, vehicle, "transport", "flow_control")
            self._push(line.shift.done_s(at_s, vehicle.work_s[1]), self._controlled, vehicle)

    def _controlled(self, at_s: float, vehicle: Vehicle) -> None:
        self._step(at_s, vehicle, "flow_control", "medical_check")
        self._push(vehicle.line.shift.done_s(at_s, vehicle.work_s[2]), self._examined, vehicle)

    def _examined(self, at_s: float, vehicle: Vehicle) -> None:
        self._step(at_s, vehicle, "medical_check", "vehicle_inspection")
        vehicle.line.booth_queue.append(vehicle)
        self._fill_booths(at_s, vehicle.line)

    def _fill_booths(self, at_s: float, line: Line) -> None:
        queue = line.booth_queue
        while queue and line.booth_busy < line.capacity.booths and line.shift.is_staffed(at_s):
            vehicle = queue.popleft()
            line.booth_busy += 1
            self._push(line.shift.done_s(at_s, vehicle.work_s[3]), self._inspected, vehicle)

    def _inspected(self, at_s: float, vehicle: Vehicle) -> None:
        line = vehicle.line
        line.booth_busy -= 1
        self._step(at_s, vehicle, "vehicle_inspection", "quarantine")
        # The laboratory works around the clock, quarantine officers do not.
        done_s = line.shift.done_s(at_s + vehicle.laboratory_s, vehicle.work_s[4])
        self._push(done_s, self._quarantined, vehicle)
        self._fill_booths(at_s, line)

    def _quarantined(self, at_s: float, vehicle: Vehicle) -> None:
        line = vehicle.line
        if vehicle.refused:
            line.inside -= 1
            self._turn_back(at_s, vehicle, "quarantine")
            self._call_forward(at_s, line)
            return
        self._step(at_s, vehicle, "quarantine", "transshipment")
        line.bay_queue.append(vehicle)
        self._fill_bays(at_s, line)

    def _fill_bays(self, at_s: float, line: Line) -> None:
        queue = line.bay_queue
        if not (queue and line.bay_busy < line.capacity.bays and line.shift.is_staffed(at_s)):
            return
        rate = self._rate(at_s, line)
        while rate > 0 and queue and line.bay_busy < line.capacity.bays:
            vehicle = queue.popleft()
            line.bay_busy += 1
            self._push(line.shift.done_s(at_s, vehicle.work_s[5] / rate), self._decided, vehicle)

    def _decided(self, at_s: float, vehicle: Vehicle) -> None:
        line = vehicle.line
        line.bay_busy -= 1
        line.inside -= 1
        self._emit(at_s, vehicle, "transshipment", "exit")
        self._move_on(at_s + vehicle.stay_s, vehicle)
        self._fill_bays(at_s, line)
        self._call_forward(at_s, line)

    def _move_on(self, at_s: float, vehicle: Vehicle) -> None:
        opening_s = vehicle.line.shift.next_opening_s(at_s)
        self._push(at_s if opening_s == at_s else opening_s + vehicle.rest_s, self._leave_yard, vehicle)

    def _leave_yard(self, at_s: float, vehicle: Vehicle) -> None:
        self._emit(at_s, vehicle, "fee_collection", "enter")
        self._join_lane(at_s, vehicle)

    def _join_lane(self, at_s: float, vehicle: Vehicle) -> None:
        vehicle.line.route.queue.append(vehicle)
        self._fill_lanes(at_s, vehicle.line.route)

    def _fill_lanes(self, at_s: float, route: Route) -> None:
        shift = route.ground.shift
        while route.queue and route.busy < route.lanes and shift.is_open(at_s):
            vehicle = route.queue[0]
            rate = self._rate(at_s, vehicle.line)
            if rate <= 0:
                # Closed on the other side: it makes room for the other direction and tries again tomorrow.
                route.queue.popleft()
                self._push(shift.next_opening_s(at_s + route.ground.shift.open_s), self._join_lane, vehicle)
                continue
            service_s = vehicle.work_s[6] / rate
            if not shift.fits(at_s, service_s):
                # Nothing passes after the close, so nobody drives up who could not be through by then.
                return
            route.queue.popleft()
            route.busy += 1
            self._push(at_s + service_s, self._pass, vehicle)

    def _pass(self, at_s: float, vehicle: Vehicle) -> None:
        route = vehicle.line.route
        route.busy -= 1
        vehicle.line.left += 1
        self._emit(at_s, vehicle, "fee_collection", "exit", vehicle.tonnes, vehicle.fee_vnd)
        self._forget(vehicle)
        self._fill_lanes(at_s, route)

    def _turn_back(self, at_s: float, vehicle: Vehicle, step: str) -> None:
        vehicle.line.diverted += 1
        self._emit(at_s, vehicle, step, "exit", diverted=True)
        self._forget(vehicle)

    def _wagon(self, at_s: float, way: tuple[Vehicle, list[WagonEvent], int]) -> None:
        wagon, events, index = way
        if index == 0 and self._warm is not None:
            wagon.log = []
            self._warm[wagon.id] = wagon
        _, step, phase = events[index]
        if step == "transport" and phase == "enter":
            wagon.line.entered += 1
        if index + 1 < len(events):
            self._emit(at_s, wagon, step, phase)
            self._push(events[index + 1].at_s, self._wagon, (wagon, events, index + 1))
            return
        wagon.line.left += 1
        self._emit(at_s, wagon, step, phase, wagon.tonnes)
        self._forget(wagon)

    # The machinery

    def _rate(self, at_s: float, line: Line) -> float:
        return self.schedule.other_side_rate_at(at_s) if line.direction == "export" else 1.0

    def _push(self, at_s: float, handler: Callable[[float, Any], None], subject: object) -> None:
        heapq.heappush(self._heap, (at_s, next(self._order), handler, subject))

    def _step(self, at_s: float, vehicle: Vehicle, done: str, begun: str) -> None:
        self._emit(at_s, vehicle, done, "exit")
        self._emit(at_s, vehicle, begun, "enter")

    def _emit(
        self,
        at_s: float,
        vehicle: Vehicle,
        step: str,
        phase: str,
        tonnes: float | None = None,
        fee_vnd: int | None = None,
        diverted: bool = False,
    ) -> None:
        line = vehicle.line
        # Whole seconds, as gates record them.
        at = datetime.fromtimestamp(int(at_s), UTC)
        passage = RawPassage(
            vehicle.id, line.place, line.direction, step, phase, at, vehicle.goods, SOURCE, tonnes, fee_vnd, diverted
        )
        (self._out if vehicle.log is None else vehicle.log).append(passage)

    def _forget(self, vehicle: Vehicle) -> None:
        if self._warm is not None:
            self._warm.pop(vehicle.id, None)

    def _end_warm_up(self, _at_s: float, _subject: None) -> None:
        # Of those who left before the start nothing is said; of those still here everything, from their declaration on.
        assert self._warm is not None
        held = [passage for vehicle in self._warm.values() for passage in vehicle.log or ()]
        held.sort(key=lambda passage: passage.at)
        self._out.extend(held)
        for vehicle in self._warm.values():
            vehicle.log = None
        self._warm = None
