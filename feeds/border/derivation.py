"""The border derivation: passages of one source in, readings of queues, flows, times and counts out.

It follows event time. A passage that lies ahead of the instant looked at waits until that instant comes; one that
comes late is counted where it belongs. So the figures as of an instant depend on the passages up to it, and not on
the order or the number of times they came in. Pure: the instant is an argument.

State stays bounded: a vehicle that left is forgotten after REMEMBER_S, which is also how long duplicates and late
news of it change nothing or the right thing; vehicles that never leave are kept, counted, and reported as ghosts.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from feeds.border.figures import Detail, Scope, Series
from feeds.border.flow import TOLERANCE_S, Flow
from feeds.border.visit import SECOND_US, Facts, Visit, from_us, to_us
from feeds.border.window import DAY_US, HANOI_OFFSET_US
from feeds.model import Passage
from feeds.validation import RawReading
from geodata.gates import HANOI, GateFacts
from geodata.places import Places

REMEMBER_S: Final = 30 * 3_600
"""A day for its counts, the 4 h of the times' window, and two hours to spare."""
GHOST_S: Final = 30 * 86_400
"""A vehicle of which nothing was heard for 30 days: twice the longest wait on record (Dec 2021: 4,550 at 300 a day)."""
CUTOFF_HANOI_H: Final = 20
"""Hour of the official stock. Source: domain facts §5."""
SOURCE_CHARACTERS: Final = 64
"""The longest name a source may have."""

_REMEMBER_US: Final = REMEMBER_S * SECOND_US
_GHOST_US: Final = GHOST_S * SECOND_US
_TOLERANCE_US: Final = TOLERANCE_S * SECOND_US
_SWEEP_US: Final = 3_600 * SECOND_US
_CUTOFF_US: Final = CUTOFF_HANOI_H * 3_600 * SECOND_US - HANOI_OFFSET_US

_VisitKey: TypeAlias = tuple[str, str, str]


class Derivation:
    """The figures of every gate and route that one source reports passages of.

    Args:
        places: which gate a route belongs to.
        gate_facts: yards and lanes by gate or route.
        source: the passages' source; readings say `border:<source>`.

    Attributes:
        source: the readings' source.
        ignored: passages first heard of more than REMEMBER_S after they happened, which are not counted.
    """

    def __init__(self, places: Places, gate_facts: Mapping[str, GateFacts], source: str) -> None:
        self.source = f"border:{source}"[:SOURCE_CHARACTERS]
        self.ignored = 0
        self._places = places
        self._gate_facts = gate_facts
        self._visits: dict[_VisitKey, Visit] = {}
        self._scopes: dict[str, Scope] = {}
        self._flows: dict[tuple[str, str], tuple[Flow, ...]] = {}
        # Passages ahead of the clock, by instant; the number keeps passages themselves from being compared.
        self._ahead: list[tuple[int, int, Passage]] = []
        self._taken = 0
        self._clock_us = 0
        self._oldest_us = 0
        self._swept_us = 0
        self._cutoff_us = 0
        self._told: dict[str, dict[Series, float]] = {}

    @property
    def ghosts(self) -> int:
        """Vehicles present of which nothing was heard for GHOST_S, in all routes and gates that passages name."""
        return sum(flows[0].ghosts for flows in self._flows.values())

    @property
    def remembered(self) -> int:
        """Visits held in memory."""
        return len(self._visits)

    def apply(self, passage: Passage) -> None:
        """Take a passage in; the same passage again changes nothing."""
        at_us = to_us(passage.at)
        if not self._oldest_us or at_us < self._oldest_us:
            self._oldest_us = at_us
        if at_us > self._clock_us:
            self._taken += 1
            heapq.heappush(self._ahead, (at_us, self._taken, passage))
        else:
            self._take(passage, at_us)

    def readings(self, at: datetime, *, changed_only: bool, detail: Detail = Detail.ALL) -> list[RawReading]:
        """Return the figures as of an instant, observed at it.

        The stock of a 20:00 that has come to its close (TOLERANCE_S later) is among them once, observed at 20:00.

        Args:
            at: aware; an instant before the last one asked for gives the figures of that last one.
            changed_only: leave out what has the value it was last told with.
            detail: the groups of figures wanted.
        """
        at_us = max(to_us(at), self._clock_us)
        told = self._stocks(at_us)
        self._advance(at_us)
        day = at.astimezone(HANOI).date()
        for place, scope in self._scopes.items():
            before = self._told.setdefault(place, {})
            for series, value in scope.figures(at_us, day, detail):
                if changed_only and before.get(series) == value:
                    continue
                before[series] = value
                told.append(self._reading(series, place, value, at))
        return told

    def _advance(self, until_us: int) -> None:
        ahead = self._ahead
        while ahead and ahead[0][0] <= until_us:
            at_us, _, passage = heapq.heappop(ahead)
            self._clock_us = max(self._clock_us, at_us)
            self._take(passage, at_us)
        self._clock_us = max(self._clock_us, until_us)
        if self._clock_us - self._swept_us >= _SWEEP_US:
            self._sweep()

    def _take(self, passage: Passage, at_us: int) -> None:
        key = (passage.vehicle, passage.place, passage.direction)
        visit = self._visits.get(key)
        if visit is None:
            if at_us <= self._clock_us - _REMEMBER_US:
                self.ignored += 1
                return
            visit = self._visits[key] = Visit()
        old = visit.facts
        new = visit.add(passage, at_us)
        if new != old:
            visit.facts = new
            for flow in self._flows_of(passage.place, passage.direction):
                flow.change(old, new, self._clock_us)

    def _flows_of(self, place: str, direction: str) -> tuple[Flow, ...]:
        flows = self._flows.get((place, direction))
        if flows is None:
            gate = self._places.gate_of(place) or place
            flows = tuple(
                self._scope(name).flows.setdefault(direction, Flow()) for name in dict.fromkeys((place, gate))
            )
            self._flows[place, direction] = flows
        return flows

    def _scope(self, place: str) -> Scope:
        scope = self._scopes.get(place)
        if scope is None:
            known = self._gate_facts
            routes = tuple(known[child.id] for child in self._places.children(place) if child.id in known)
            is_gate = self._places.gate_of(place) in {None, place}
            scope = self._scopes[place] = Scope(place, known.get(place), routes, is_gate=is_gate)
        return scope

    def _sweep(self) -> None:
        """Forget vehicles that left long ago, and count the ghosts."""
        self._swept_us = self._clock_us
        for flow in {id(flow): flow for flows in self._flows.values() for flow in flows}.values():
            flow.ghosts = 0
        gone = []
        for key, visit in self._visits.items():
            facts = visit.facts
            if facts.newest > self._clock_us - _REMEMBER_US:
                continue
            if _is_done(facts):
                gone.append(key)
            elif facts.newest <= self._clock_us - _GHOST_US:
                for flow in self._flows_of(key[1], key[2]):
                    flow.ghosts += 1
        for key in gone:
            del self._visits[key]

    def _stocks(self, at_us: int) -> list[RawReading]:
        """Return the stocks of every cut-off that closed since the last one told."""
        newest = (at_us - _TOLERANCE_US - _CUTOFF_US) // DAY_US * DAY_US + _CUTOFF_US
        if not self._cutoff_us:
            # The first call, perhaps after a restart: the newest cut-off may not have been told yet.
            self._cutoff_us = newest - DAY_US
        told = []
        while self._cutoff_us < newest:
            self._cutoff_us += DAY_US
            self._advance(self._cutoff_us + _TOLERANCE_US)
            if self._oldest_us <= self._cutoff_us:
                told += self._stock()
        return told

    def _stock(self) -> list[RawReading]:
        counts: dict[tuple[str, str], int] = {}
        for (_, place, direction), visit in self._visits.items():
            facts = visit.facts
            if facts.arrived and facts.arrived <= self._cutoff_us and not 0 < facts.left <= self._cutoff_us:
                for name in dict.fromkeys((place, self._places.gate_of(place) or place)):
                    counts[name, direction] = counts.get((name, direction), 0) + 1
        at = from_us(self._cutoff_us)
        return [
            self._reading(series, place, counts.get((place, direction), 0), at)
            for place, scope in self._scopes.items()
            for series, direction in scope.stock()
        ]

    def _reading(self, series: Series, place: str, value: float, at: datetime) -> RawReading:
        return RawReading(series.metric, place, at, float(value), self.source, series.dims, "derived")


def _is_done(facts: Facts) -> bool:
    """Tell whether nothing more is expected of a visit: it left, or was never anywhere."""
    return bool(facts.left) or facts.location < 0
