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
from math import ceil, inf
from typing import Any, Final

from feeds.twin import calibration as c
from feeds.twin.chance import DAY_S, day_start_s, hanoi_day
from feeds.twin.demand import Mix, vehicles_of_day
from feeds.twin.ground import RouteGround, load_ground
from feeds.twin.line import Line, Route, Vehicle
from feeds.twin.play import Scenario
from feeds.twin.rail import WagonEvent, wagons_of_day
from feeds.twin.schedule import Schedule
from feeds.validation import RawPassage
from geodata.gates import HANOI

SOURCE: Final = "simulator"
WARM_UP_DAYS: Final = 4
"""Days run before the first passage is given out, so that the yards are as full as they usually are: four times the
mean stay."""

FIRST: Final = -1_000_000
"""Order of a change of scenario among the events of its instant: before all others."""
SPACING_S: Final = 20.0
"""What was held up by a closure goes on one after another (A)."""

_Event = tuple[float, int, Callable[[float, Any], None], Any]


@dataclass(frozen=True, slots=True)
class _Cohort:
    """Who comes to one line on one day, and what they were drawn from."""

    mix: Mix
    vehicles: Sequence[Vehicle]


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
        self._cohorts: dict[int, list[_Cohort]] = {}
        self._changes = 0
        self._mute = False
        for at_s in instants[1:]:
            self._push_change(at_s)
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

    def skip(self, until: datetime) -> None:
        """Go on to an instant without giving anything out: what a restart repeats was told already."""
        self._mute = True
        self.advance(until)
        self._mute = False

    def play(self, at: datetime, scenario: Scenario) -> None:
        """Let another scenario take over at an instant that lies after everything given out.

        Every vehicle stays where it is. The same as if the change had been given to the constructor.

        Raises:
            ValueError: when the instant does not lie after what was given out and after every other change.
        """
        at_s = at.timestamp()
        if at_s <= self._now_s:
            raise ValueError("A scenario takes over after what was told already.")
        self.schedule.add(at_s, scenario)
        self._push_change(at_s)

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
        for old in [known for known in self._cohorts if known < day - 2]:
            del self._cohorts[old]
        self._cohorts[day] = [self._cohort(day, line, known_s, 0) for line in self._lines]
        for line in self._rail_lines:
            for wagon, events in wagons_of_day(self.seed, day, line):
                self._push(events[0].at_s, self._wagon, (wagon, events, 0))

    def _mix(self, day: int, line: Line, known_s: float) -> Mix:
        ground = line.route.ground
        mean = self.schedule.vehicles_for(day, ground.gate, line.direction, known_s) * self._shares[ground.route]
        phase = self.schedule.phase_for(day, known_s)
        if line.direction == "import":
            return Mix(mean)
        return Mix(mean, phase.fruit_share, phase.sampling.share if phase.sampling else None)

    def _cohort(self, day: int, line: Line, known_s: float, again: int) -> _Cohort:
        mix = self._mix(day, line, known_s)
        vehicles = vehicles_of_day(self.seed, day, line, mix, again)
        if again:
            vehicles = [vehicle for vehicle in vehicles if vehicle.declared_s > known_s]
        for vehicle in vehicles:
            self._push(vehicle.declared_s, self._declare, vehicle)
        return _Cohort(mix, vehicles)

    def _change(self, at_s: float, number: int) -> None:
        """Take a scenario over: who has declared comes as before, who has not is drawn anew where that differs."""
        for day, cohorts in self._cohorts.items():
            for index, (line, known) in enumerate(zip(self._lines, cohorts, strict=True)):
                if self._mix(day, line, at_s) == known.mix:
                    continue
                for vehicle in known.vehicles:
                    vehicle.gone = vehicle.gone or vehicle.declared_s > at_s
                cohorts[index] = self._cohort(day, line, at_s, number)
        for line in self._lines:
            self._open(at_s, line)

    def _push_change(self, at_s: float) -> None:
        self._changes += 1
        heapq.heappush(self._heap, (at_s, FIRST + self._changes, self._change, self._changes))

    def _open(self, at_s: float, line: Line) -> None:
        if line.held and not self._is_closed(at_s, line):
            # Those on the other side's road come in while vehicles pass; all others where officers work.
            line.held, held = [], line.held
            for place, (handler, vehicle) in enumerate(held):
                start_s = line.shift.next_opening_s(at_s)
                self._push(start_s + place * SPACING_S, handler, vehicle)
        self._fill_samples(at_s, line)
        self._call_forward(at_s, line)
        self._fill_booths(at_s, line)
        self._fill_bays(at_s, line)
        self._fill_lanes(at_s, line.route)

    # The way of a vehicle

    def _declare(self, at_s: float, vehicle: Vehicle) -> None:
        if vehicle.gone:
            return
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
        if line.direction == "import" and self._holds(at_s, vehicle, self._arrive):
            return
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
        queue = line.callable
        if not queue or not line.shift.is_open(at_s) or self._is_closed(at_s, line):
            return
        room = float(line.capacity.inside)
        if line.direction == "export":
            room *= self.schedule.phase_at(at_s).inside_factor
        while queue and line.inside < room:
            vehicle = queue.popleft()
            if vehicle.gone:
                continue
            vehicle.waiting = False
            line.inside += 1
            self._step(at_s, vehicle, "transport", "flow_control")
            self._push(line.shift.done_s(at_s, vehicle.work_s[1]), self._controlled, vehicle)

    def _controlled(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._controlled):
            return
        self._step(at_s, vehicle, "flow_control", "medical_check")
        self._push(vehicle.line.shift.done_s(at_s, vehicle.work_s[2]), self._examined, vehicle)

    def _examined(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._examined):
            return
        self._step(at_s, vehicle, "medical_check", "vehicle_inspection")
        vehicle.line.booth_queue.append(vehicle)
        self._fill_booths(at_s, vehicle.line)

    def _fill_booths(self, at_s: float, line: Line) -> None:
        queue = line.booth_queue
        if not queue or self._is_closed(at_s, line):
            return
        while queue and line.booth_busy < line.capacity.booths and line.shift.is_staffed(at_s):
            vehicle = queue.popleft()
            line.booth_busy += 1
            self._push(line.shift.done_s(at_s, vehicle.work_s[3]), self._inspected, vehicle)

    def _inspected(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._inspected):
            return
        line = vehicle.line
        line.booth_busy -= 1
        self._step(at_s, vehicle, "vehicle_inspection", "quarantine")
        sampling = self.schedule.phase_at(at_s).sampling if vehicle.sampled else None
        if sampling is not None and not vehicle.laboratory_s:
            line.sample_queue.append(vehicle)
            self._fill_samples(at_s, line)
        else:
            # The laboratory works around the clock, quarantine officers do not.
            done_s = line.shift.done_s(at_s + vehicle.laboratory_s, vehicle.work_s[4])
            self._push(done_s, self._quarantined, vehicle)
        self._fill_booths(at_s, line)

    def _fill_samples(self, at_s: float, line: Line) -> None:
        queue = line.sample_queue
        if not queue or self._is_closed(at_s, line):
            return
        sampling = self.schedule.phase_at(at_s).sampling
        rate, places = 1.0, inf
        if sampling is not None:
            ground = line.route.ground
            rate = sampling.rate
            if ground.gate in sampling.places:
                places = ceil(sampling.places[ground.gate] * self._shares[ground.route])
        while queue and line.sample_busy < places:
            vehicle = queue.popleft()
            line.sample_busy += 1
            self._push(line.shift.done_s(at_s, vehicle.work_s[4] / rate), self._sampled, vehicle)

    def _sampled(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._sampled):
            return
        vehicle.line.sample_busy -= 1
        self._quarantined(at_s, vehicle)
        self._fill_samples(at_s, vehicle.line)

    def _quarantined(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._quarantined):
            return
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
        if self._is_closed(at_s, line):
            return
        rate = self._rate(at_s, line)
        while rate > 0 and queue and line.bay_busy < line.capacity.bays:
            vehicle = queue.popleft()
            line.bay_busy += 1
            self._push(line.shift.done_s(at_s, vehicle.work_s[5] / rate), self._decided, vehicle)

    def _decided(self, at_s: float, vehicle: Vehicle) -> None:
        if self._holds(at_s, vehicle, self._decided):
            return
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
        if self._holds(at_s, vehicle, self._leave_yard):
            return
        self._emit(at_s, vehicle, "fee_collection", "enter")
        self._join_lane(at_s, vehicle)

    def _join_lane(self, at_s: float, vehicle: Vehicle) -> None:
        vehicle.line.route.queue.append(vehicle)
        self._fill_lanes(at_s, vehicle.line.route)

    def _fill_lanes(self, at_s: float, route: Route) -> None:
        shift = route.ground.shift
        if not route.queue or route.ground.gate in self.schedule.closed_at(at_s):
            return
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
        if self._is_closed(at_s, vehicle.line):
            # Shut before its eyes: it is the first when the gate opens again.
            route.queue.appendleft(vehicle)
            return
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

    def _is_closed(self, at_s: float, line: Line) -> bool:
        return line.route.ground.gate in self.schedule.closed_at(at_s)

    def _holds(self, at_s: float, vehicle: Vehicle, handler: Callable[[float, Vehicle], None]) -> bool:
        """Tell whether a closure holds a vehicle up; what it was about to do is then done when the gate opens."""
        if not self._is_closed(at_s, vehicle.line):
            return False
        vehicle.line.held.append((handler, vehicle))
        return True

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
        if self._mute and vehicle.log is None:
            return
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
