"""Which figures a gate or route shows, and what each of them is called.

The definitions are in docs/decisions/011-border-times.md. Pure: a scope and an instant in, series and values out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import Flag, auto
from typing import Final, TypeAlias

from feeds.border.flow import Flow, quantiles_s
from feeds.border.visit import CLEARANCE, DWELL, VIRTUAL, WAIT
from feeds.border.window import Window
from feeds.model import DIRECTIONS, GOODS_CLASSES, STEPS
from geodata.gates import GateFacts

VEHICLE_LENGTH_M: Final = 18.0
"""Road taken by one waiting vehicle, gap included. Source: domain facts §5."""
GRAMS_PER_TONNE: Final = 1e6
STATS: Final = ("median", "p90")


class Detail(Flag):
    """Groups of figures, by how often they are worth telling."""

    TOTALS = auto()
    """Physical queue, in all and by direction."""
    PARTS = auto()
    """Queues by step and goods class, the virtual queue, the queue on the road."""
    FLOWS = auto()
    """Rates, counts of the day, conservation."""
    CLEARANCE = auto()
    """Clearance time."""
    TIMES = auto()
    """Wait, dwell, time in each step, service rate and utilisation."""
    QUEUES = TOTALS | PARTS
    MAIN = TOTALS | FLOWS | CLEARANCE
    ALL = QUEUES | FLOWS | CLEARANCE | TIMES


class Series:
    """A metric with its dims; compared by identity, each exists once."""

    __slots__ = ("dims", "metric")

    def __init__(self, metric: str, **dims: str) -> None:
        self.metric = metric
        self.dims = dims


Figure: TypeAlias = tuple[Series, float]


class Scope:
    """A gate or a route: its flows by direction, and the facts entered for it.

    Args:
        place: canonical id.
        facts: what was entered by hand about it, None where nothing is known.
        is_gate: whether it is a gate, which alone has a queue on the road and books.
        routes: for a gate, the facts of its routes, whose lanes add up.
    """

    __slots__ = ("_lanes", "facts", "flows", "is_gate", "place")

    def __init__(
        self, place: str, facts: GateFacts | None, routes: tuple[GateFacts, ...] = (), *, is_gate: bool
    ) -> None:
        self.place = place
        self.is_gate = is_gate
        self.facts = facts
        self.flows: dict[str, Flow] = {}
        self._lanes = tuple(known.lanes for known in routes or ((facts,) if facts else ()))

    def lanes_on(self, day: date) -> int:
        """Return the lanes open to traffic on a day by what was entered, 0 when nothing was."""
        total = 0
        for counts in self._lanes:
            held = [row.lanes for row in counts if row.valid_from is None or row.valid_from <= day]
            total += held[-1] if held else 0
        return total

    def figures(self, now_us: int, day: date, detail: Detail) -> Iterator[Figure]:
        """Yield the figures of some groups as of now.

        Args:
            now_us: the instant; every passage up to it has been counted and none after it.
            day: the Hanoi day it lies in.
            detail: the groups wanted.
        """
        for flow in self.flows.values():
            flow.move(now_us)
        if detail & Detail.TOTALS:
            yield from self._totals()
        if detail & Detail.PARTS:
            yield from self._parts()
        if detail & Detail.FLOWS:
            yield from self._flows(now_us)
        if detail & Detail.CLEARANCE:
            yield from self._clearance()
        if detail & Detail.TIMES:
            yield from self._times(now_us, self.lanes_on(day))

    def stock(self) -> Iterator[tuple[Series, str]]:
        """Yield the series of the stock at the official cut-off, by direction."""
        for direction in self.flows:
            yield _STOCK[direction], direction

    def _totals(self) -> Iterator[Figure]:
        total = 0
        for direction, flow in self.flows.items():
            total += flow.present
            yield _PHYSICAL_BY[direction], flow.present
        yield _PHYSICAL, total
        if self.is_gate and self.facts is not None and self.facts.yard_places is not None:
            on_road = max(0, total - self.facts.yard_places)
            yield _EXTENT, on_road * VEHICLE_LENGTH_M / self.facts.lanes_abreast

    def _parts(self) -> Iterator[Figure]:
        for direction, flow in self.flows.items():
            yield _VIRTUAL[direction], flow.by_step[VIRTUAL]
            yield from zip(_BY_STEP[direction], flow.by_step, strict=True)
            yield from zip(_BY_CLASS[direction], flow.by_class, strict=True)

    def _flows(self, now_us: int) -> Iterator[Figure]:
        diverted = imbalance = contradicting = ghosts = 0
        for direction, flow in self.flows.items():
            yield _ARRIVAL_RATE[direction], len(flow.arrivals)
            yield _THROUGHPUT[direction], len(flow.departures)
            yield _ARRIVED[direction], flow.arrived_today.on_day_of(now_us)
            yield _PASSED[direction], flow.passed_today.on_day_of(now_us)
            yield _TONNES[direction], flow.grams_today.on_day_of(now_us) / GRAMS_PER_TONNE
            yield _FEE[direction], flow.fee_today.on_day_of(now_us)
            diverted += flow.diverted_today.on_day_of(now_us)
            imbalance += flow.imbalance
            contradicting += flow.contradicting(now_us)
            ghosts += flow.ghosts
        yield _DIVERTED, diverted
        if self.is_gate:
            # The larger of the two: an exit without an entry shows in both and is still one vehicle.
            yield _CONSERVATION, max(imbalance, contradicting + ghosts)

    def _clearance(self) -> Iterator[Figure]:
        for direction, flow in self.flows.items():
            yield from _stats(_CLEARANCE_BY[direction], [flow.durations[CLEARANCE]])
        yield from _stats(_CLEARANCE, [flow.durations[CLEARANCE] for flow in self.flows.values()])

    def _times(self, now_us: int, lanes: int) -> Iterator[Figure]:
        for direction, flow in self.flows.items():
            yield from _stats(_WAIT[direction], [flow.durations[WAIT]])
            yield from _stats(_DWELL[direction], [flow.durations[DWELL]])
            for step in range(len(STEPS)):
                yield from _stats(_STEP[direction][step], [flow.durations[step]])
            if lanes:
                yield _SERVICE_RATE[direction], len(flow.departures) / lanes
                yield _UTILISATION[direction], flow.utilisation(now_us, lanes)


def _stats(series: tuple[Series, Series], windows: list[Window]) -> Iterator[Figure]:
    found = quantiles_s(windows)
    if found is not None:
        yield series[0], found[0]
        yield series[1], found[1]


def _by_direction(metric: str, **dims: str) -> dict[str, Series]:
    return {direction: Series(metric, direction=direction, **dims) for direction in DIRECTIONS}


def _with_stats(metric: str, **dims: str) -> tuple[Series, Series]:
    median, p90 = (Series(metric, **dims, stat=stat) for stat in STATS)
    return median, p90


def _stats_by_direction(metric: str) -> dict[str, tuple[Series, Series]]:
    return {direction: _with_stats(metric, direction=direction) for direction in DIRECTIONS}


def _queue_of_step(direction: str, step: str) -> Series:
    queue = "virtual" if step == STEPS[VIRTUAL] else "physical"
    return Series("queue_length_vehicles", queue=queue, direction=direction, step=step)


_PHYSICAL: Final = Series("queue_length_vehicles", queue="physical")
_PHYSICAL_BY: Final = _by_direction("queue_length_vehicles", queue="physical")
_VIRTUAL: Final = _by_direction("queue_length_vehicles", queue="virtual")
_BY_STEP: Final = {way: [_queue_of_step(way, step) for step in STEPS] for way in DIRECTIONS}
_BY_CLASS: Final = {
    way: [Series("queue_length_vehicles", queue="physical", direction=way, goods_class=name) for name in GOODS_CLASSES]
    for way in DIRECTIONS
}
_EXTENT: Final = Series("queue_extent_m")
_STOCK: Final = _by_direction("stock_vehicles")
_ARRIVAL_RATE: Final = _by_direction("arrival_rate_vph")
_THROUGHPUT: Final = _by_direction("throughput_vph")
_ARRIVED: Final = _by_direction("vehicles_arrived_today")
_PASSED: Final = _by_direction("vehicles_passed_today")
_TONNES: Final = _by_direction("goods_tonnes_today")
_FEE: Final = _by_direction("fee_vnd_today")
_DIVERTED: Final = Series("diverted_vehicles")
_CONSERVATION: Final = Series("conservation_error_vehicles")
_CLEARANCE: Final = _with_stats("clearance_time_s")
_CLEARANCE_BY: Final = _stats_by_direction("clearance_time_s")
_WAIT: Final = _stats_by_direction("wait_time_s")
_DWELL: Final = _stats_by_direction("dwell_time_s")
_STEP: Final = {way: [_with_stats("step_duration_s", direction=way, step=step) for step in STEPS] for way in DIRECTIONS}
_SERVICE_RATE: Final = _by_direction("service_rate_vph_per_lane")
_UTILISATION: Final = _by_direction("utilisation")
