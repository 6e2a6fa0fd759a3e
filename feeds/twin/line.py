"""Vehicles, and the lines they stand in: a line is one route in one direction with its own servers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Literal

from feeds.twin.calibration import Capacity
from feeds.twin.ground import RouteGround
from feeds.validation import RawPassage

Direction = Literal["export", "import"]


class Vehicle:
    """One visit of one vehicle, with everything chance will do to it drawn beforehand.

    Drawing first makes a vehicle's fate independent of the order of events and of the scenario.

    Attributes:
        id: pseudonymous, unique over all runs of a seed.
        line: the line it belongs to.
        goods: goods class.
        declared_s: when it enters the declaration (Unix seconds, as all instants here).
        declaration_s: how long that takes.
        arrival_s: when it arrives.
        work_s: service times of transport, flow control, medical check, inspection, quarantine, goods, fee.
        laboratory_s: days at a laboratory on top of quarantine, else 0.
        refused: whether quarantine turns it back.
        sampled: whether quarantine takes samples of it when the other side asks for samples.
        stay_s: how long it waits in a yard by choice after the decision.
        rest_s: when after an opening it moves if its stay ends at night.
        tonnes: load.
        fee_vnd: what it pays, None for what pays nothing.
        patience: its own impatience in units of the mean (exponential).
        waiting: still to be called forward.
        gone: turned back.
        log: passages held back while the model warms up, then None.
    """

    __slots__ = (
        "arrival_s",
        "declaration_s",
        "declared_s",
        "fee_vnd",
        "gone",
        "goods",
        "id",
        "laboratory_s",
        "line",
        "log",
        "patience",
        "refused",
        "rest_s",
        "sampled",
        "stay_s",
        "tonnes",
        "waiting",
        "work_s",
    )

    def __init__(self, vehicle_id: str, line: Line, goods: str) -> None:
        self.id = vehicle_id
        self.line = line
        self.goods = goods
        self.declared_s = 0.0
        self.declaration_s = 0.0
        self.arrival_s = 0.0
        self.work_s: tuple[float, ...] = ()
        self.laboratory_s = 0.0
        self.refused = False
        self.sampled = False
        self.stay_s = 0.0
        self.rest_s = 0.0
        self.tonnes = 0.0
        self.fee_vnd: int | None = None
        self.patience = 1.0
        self.waiting = False
        self.gone = False
        self.log: list[RawPassage] | None = None


class Route:
    """One route: its ground, and its lanes, which both directions share."""

    __slots__ = ("busy", "ground", "lanes", "queue")

    def __init__(self, ground: RouteGround) -> None:
        self.ground = ground
        self.lanes = ground.lanes
        self.busy = 0
        self.queue: deque[Vehicle] = deque()


class Line:
    """One route in one direction: its servers, the queues before them, and its count.

    Attributes:
        route: shares the lanes.
        direction: `export` or `import`.
        capacity: servers.
        callable: arrived, ready, waiting to be called forward.
        inside: called forward and not yet decided.
        code: short and unique, the first part of its vehicles' ids.
        booth_busy: booths in use, with `booth_queue` before them.
        bay_busy: bays in use, with `bay_queue` before them.
        sample_busy: vehicles being sampled, with `sample_queue` before them, when samples are asked for.
        held: what vehicles were about to do when the gate was closed.
        entered: vehicles that arrived so far.
        left: vehicles that passed.
        diverted: vehicles that turned back.
        declared: vehicles that declared so far.
    """

    __slots__ = (
        "bay_busy",
        "bay_queue",
        "booth_busy",
        "booth_queue",
        "callable",
        "capacity",
        "code",
        "declared",
        "direction",
        "diverted",
        "entered",
        "held",
        "inside",
        "left",
        "place",
        "route",
        "sample_busy",
        "sample_queue",
        "shift",
    )

    def __init__(self, route: Route, direction: Direction, capacity: Capacity, code: str) -> None:
        self.route = route
        self.code = code
        self.place = route.ground.route
        self.shift = route.ground.shift
        self.direction: Direction = direction
        self.capacity = capacity
        self.callable: deque[Vehicle] = deque()
        self.inside = 0
        self.booth_busy = 0
        self.booth_queue: deque[Vehicle] = deque()
        self.bay_busy = 0
        self.bay_queue: deque[Vehicle] = deque()
        self.sample_busy = 0
        self.sample_queue: deque[Vehicle] = deque()
        self.held: list[tuple[Callable[[float, Vehicle], None], Vehicle]] = []
        self.declared = 0
        self.entered = 0
        self.left = 0
        self.diverted = 0

    @property
    def present(self) -> int:
        """Vehicles that arrived and have not left: the physical queue."""
        return self.entered - self.left - self.diverted
