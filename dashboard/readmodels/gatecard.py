"""One gate as the screens see it: its figures, and what is derived from them.

The figures of a gate come from the series of the gate, or from its routes' where a source speaks of routes only (the
one route of a gate is the gate; several add up where the metric adds up). A queue without the dim `queue` is the
physical one, except at the step `declaration`, which lies before arrival. What this module does not do: compare gates
(see `focus`), or keep alerts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time
from typing import Any, Final

from dashboard.readmodels.cells import Board, Figure, Recipe, SeriesId, series_id
from dashboard.readmodels.extent import extent_error
from dashboard.readmodels.focus import Need, StepLoad, bottleneck_of, direction_of
from dashboard.readmodels.trend import BUCKETS, STEP_S, Trend, bucket_of
from dashboard.readmodels.usual import Usual
from feeds.model import DIRECTIONS, STEPS
from geodata.gates import gate_facts, is_open
from geodata.places import Place, Places
from geodata.roads import approach_road, has_approach_road

QUEUE: Final = "queue_length_vehicles"
STATS: Final = ("median", "p90")
PHYSICAL_STEPS: Final = STEPS[1:]
"""The steps a vehicle goes through after it arrived; the declaration lies before."""
ROAD_NUMBERS: Final = ("QL", "CT", "DT")
"""How numbered roads begin: national road, motorway, provincial road. Other lines (a branch, a railway) have no
number that a sentence could name."""

_NEVER: Final = object()
"""Stands for a value that was never sent; no value equals it."""


class GateCard:
    """The figures of one gate on a board, under `gates/<id>`."""

    def __init__(self, board: Board, places: Places, place: Place, order: int, threshold: float | None) -> None:
        self.id = place.id
        self.path = f"gates/{place.id}"
        self._board = board
        self._routes = [child for child in places.children(place.id) if child.kind == "route"]
        self.rail = any(route.id.endswith(".rail") for route in self._routes)
        facts = gate_facts(place.id)
        self.yard_places = facts.yard_places
        self._lanes_abreast = facts.lanes_abreast
        self.threshold = threshold if threshold is not None else facts.yard_places
        opens, closes = facts.hours_hanoi
        self._facts: dict[str, Any] = {
            "id": place.id,
            "name_vi": place.name_vi,
            "name_en": place.name_en,
            "markers": _markers(place, self._routes),
            "mode": "rail" if self.rail else "road",
            "order": order,
            "lat": place.lat,
            "lon": place.lon,
            "opens": _clock(opens),
            "closes": _clock(closes),
            "yard_places": facts.yard_places,
        }
        self._figures: dict[str, Figure] = {}
        self._bind()
        self.trend = Trend()
        self.usual = Usual()
        self.step_trends: dict[tuple[str, str], Trend] = {}
        self.alert: Mapping[str, Any] | None = None
        self._direction = "export"
        self._rolled: tuple[int, bool, float | None] = (-1, False, None)
        self._derived: dict[str, Any] = {"trend": None}

    @property
    def queue(self) -> Figure:
        """The figure of the physical queue."""
        return self._figures["queue"]

    @property
    def simulated(self) -> bool:
        """Whether the queue shown is a simulated one; so are its trend and its yesterday then."""
        return self.queue.shown is not None and self.queue.shown.simulated

    @property
    def reporting(self) -> bool:
        """Whether any figure of the gate ever had a reading."""
        return any(figure.shown is not None for figure in self._figures.values())

    def need(self, now: datetime) -> Need:
        """Return how much the gate needs attention; the usual queue is yesterday's at this clock time."""
        usual = self.trend.yesterday(now, simulated=self.simulated)
        priority = self.alert["priority"] if self.alert else None
        shown = self.queue.shown
        # A queue of two days ago says nothing about where to look now.
        known = shown is not None and not shown.lost(now)
        return Need(self.id, priority, self.queue.value if known else None, usual, self.yard_places)

    def note_queue(self) -> dict[str, Any]:
        """Take the queue shown into the trend and return the bucket that changed; `roll` moves the window."""
        shown = self.queue.shown
        if shown is None:
            return {}
        bucket = self.trend.add(shown.observed_at, shown.value, simulated=shown.simulated)
        held = self._derived["trend"]
        if held is None or self._rolled[1] != shown.simulated:
            return {}
        index = bucket - held["start"] // (STEP_S * 1000)
        value = self.trend.at(bucket, simulated=shown.simulated)
        if not 0 <= index < BUCKETS or held["today"][index] == value:
            return {}
        held["today"][index] = value
        return {f"{self.path}/trend/today/{index}": value}

    def loaded(self) -> None:
        """Say that history was loaded into the trend, so that the next `roll` shows it."""
        self._rolled = (-1, False, None)
        self.usual.loaded()

    def roll(self, now: datetime) -> dict[str, Any]:
        """Return the trend anew when its window moved, its kind or threshold changed, or history was loaded."""
        if self.queue.shown is None:
            return {}
        state = (bucket_of(now), self.simulated, self._threshold())
        if state == self._rolled:
            return {}
        self._rolled = state
        self.trend.forget(now)
        simulated = self.simulated
        trend = self.trend.shown(
            now,
            simulated=simulated,
            threshold=self._threshold(),
            usual=lambda first, last: self.usual.values(first, last, simulated=simulated),
        )
        if trend == self._derived["trend"]:
            return {}
        self._derived["trend"] = trend
        return {f"{self.path}/trend": trend}

    def derive(self, now: datetime) -> dict[str, Any]:
        """Return what changed of everything that is no cell: hours, direction, bottleneck, queue on the road, alert."""
        simulated = self.simulated
        alert = self.alert
        extent_m = self._figures["extent_m"].value
        self._direction = direction_of(
            self._figures["queue_export"].value, self._figures["queue_import"].value, self._direction
        )
        fresh = {
            "open": self._open(now),
            "queue_yesterday": self.trend.yesterday(now, simulated=simulated),
            "extent_line": self._extent_line(extent_m),
            "extent_error": self._extent_error(extent_m),
            "road": self._road(extent_m),
            "priority": alert["priority"] if alert else None,
            "alert": alert["id"] if alert else None,
            "alert_short_vi": alert.get("short_vi") if alert else None,
            "alert_short_en": alert.get("short_en") if alert else None,
            "direction": self._direction,
            "bottleneck": self._bottleneck(now),
        }
        changes = {
            f"{self.path}/{key}": value for key, value in fresh.items() if self._derived.get(key, _NEVER) != value
        }
        self._derived.update(fresh)
        return changes

    def snapshot(self) -> dict[str, Any]:
        """Return the gate as screens get it, as of the last `derive` and `roll`."""
        steps = {
            direction: [
                {
                    "step": step,
                    "queue": self._figures[f"steps/{direction}/{index}/queue"].cell,
                    "median": self._figures[f"steps/{direction}/{index}/median"].cell,
                    "p90": self._figures[f"steps/{direction}/{index}/p90"].cell,
                }
                for index, step in enumerate(STEPS)
            ]
            for direction in DIRECTIONS
        }
        cells = {name: figure.cell for name, figure in self._figures.items() if "/" not in name}
        return {**self._facts, **cells, **self._derived, "steps": steps}

    def step_series(self) -> Iterator[tuple[str, str, SeriesId]]:
        """Return direction, step and series of each physical step's queue, for loading what is usual."""
        for direction in DIRECTIONS:
            for step in PHYSICAL_STEPS:
                yield direction, step, series_id(QUEUE, self.id, queue="physical", direction=direction, step=step)

    def _threshold(self) -> float | None:
        alert = self.alert
        if alert is not None and alert.get("metric") == QUEUE and not alert.get("dims", {}).get("step"):
            raised_at = alert.get("threshold")
            if raised_at is not None:
                return float(raised_at)
        return self.threshold

    def _open(self, now: datetime) -> bool:
        """Whether the gate is open: what its status says while it is not lost, else its published hours."""
        status = self._figures["status"].shown
        if status is not None and status.value is not None and not status.lost(now):
            return status.value > 0
        return is_open(self.id, now)

    def _extent_line(self, extent_m: float | None) -> list[list[float]] | None:
        if not extent_m or not has_approach_road(self.id):
            return None
        return [[lon, lat] for lon, lat in approach_road(self.id).stretch(0.0, extent_m)]

    def _extent_error(self, extent_m: float | None) -> dict[str, Any] | None:
        value = {name: self._figures[name].value for name in ("miscounted", "arrivals", "throughput")}
        return extent_error(
            extent_m,
            yard_places=self.yard_places,
            lanes_abreast=self._lanes_abreast,
            miscounted=value["miscounted"],
            arrivals_vph=value["arrivals"],
            throughput_vph=value["throughput"],
        )

    def _road(self, extent_m: float | None) -> str | None:
        """The numbered road at the tail of the queue, or the first one on the way inland."""
        if not has_approach_road(self.id):
            return None
        road = approach_road(self.id)
        at_tail = road.road_at(extent_m or 0.0)
        names = [at_tail, *(name for name, _ in road.via)]
        number = next((name for name in names if name.startswith(ROAD_NUMBERS)), None)
        return number.replace("DT", "ĐT") if number else None

    def _bottleneck(self, now: datetime) -> str | None:
        if not self.need(now).abnormal:
            return None
        alerted = self.alert.get("dims", {}).get("step") if self.alert else None
        loads = []
        for index, step in enumerate(STEPS):
            if step in PHYSICAL_STEPS:
                trend = self.step_trends.get((self._direction, step))
                loads.append(
                    StepLoad(
                        step,
                        self._figures[f"steps/{self._direction}/{index}/queue"].value,
                        trend.yesterday(now, simulated=self.simulated) if trend else None,
                        self._figures[f"steps/{self._direction}/{index}/median"].value,
                    )
                )
        return bottleneck_of(loads, abnormal=True, alerted_step=alerted)

    def _bind(self) -> None:
        add = self._add
        add("queue", *self._whole(QUEUE, queue="physical"), *self._whole(QUEUE))
        for direction in DIRECTIONS:
            add(
                f"queue_{direction}",
                *self._single(QUEUE, queue="physical", direction=direction),
                *self._single(QUEUE, direction=direction),
            )
            add(f"throughput_{direction}", *self._single("throughput_vph", direction=direction))
        add("queue_virtual", *self._whole(QUEUE, queue="virtual"))
        for stat in STATS:
            add(f"clearance_{stat}", *self._single("clearance_time_s", stat=stat))
            for direction in DIRECTIONS:
                add(f"clearance_{stat}_{direction}", *self._single("clearance_time_s", direction=direction, stat=stat))
        add("arrivals", *self._whole("arrival_rate_vph"))
        add("throughput", *self._whole("throughput_vph"))
        for direction in DIRECTIONS:
            add(f"arrivals_{direction}", *self._single("arrival_rate_vph", direction=direction))
        add("diverted", *self._whole("diverted_vehicles"))
        add("miscounted", *self._single("conservation_error_vehicles"))
        add("lanes_open", *self._whole("lanes_open"))
        add("lanes_max", *self._whole("lanes_max"))
        add("other_side", *self._single("other_side_rate_ratio"))
        add("status", *self._single("operational_status"))
        add("stock", *self._whole("stock_vehicles"))
        add("extent_m", *self._single("queue_extent_m"))
        for direction in DIRECTIONS:
            for index, step in enumerate(STEPS):
                queue = "virtual" if step == "declaration" else "physical"
                add(
                    f"steps/{direction}/{index}/queue",
                    *self._single(QUEUE, queue=queue, direction=direction, step=step),
                    *self._single(QUEUE, direction=direction, step=step),
                )
                for stat in STATS:
                    add(
                        f"steps/{direction}/{index}/{stat}",
                        *self._single("step_duration_s", direction=direction, step=step, stat=stat),
                    )

    def _add(self, name: str, *recipes: Recipe) -> None:
        self._figures[name] = self._board.bind(f"{self.path}/{name}", *recipes)

    def _single(self, metric: str, **dims: str) -> list[Recipe]:
        return single(metric, self.id, [route.id for route in self._routes], **dims)

    def _whole(self, metric: str, **dims: str) -> list[Recipe]:
        return whole(metric, self.id, [route.id for route in self._routes], **dims)


def single(metric: str, gate: str, routes: Sequence[str], **dims: str) -> list[Recipe]:
    """Return the ways to come by one series of a gate: its own, or its routes' together."""
    recipes: list[Recipe] = [(series_id(metric, gate, **dims),)]
    if routes:
        recipes.append(tuple(series_id(metric, route, **dims) for route in routes))
    return recipes


def whole(metric: str, gate: str, routes: Sequence[str], **dims: str) -> list[Recipe]:
    """Return the ways to come by a gate's total: its own, its two directions, its routes, their directions."""
    recipes: list[Recipe] = [(series_id(metric, gate, **dims),)]
    recipes.append(tuple(series_id(metric, gate, direction=direction, **dims) for direction in DIRECTIONS))
    if routes:
        recipes.append(tuple(series_id(metric, route, **dims) for route in routes))
        recipes.append(
            tuple(series_id(metric, route, direction=direction, **dims) for route in routes for direction in DIRECTIONS)
        )
    return recipes


def _markers(place: Place, routes: Sequence[Place]) -> str:
    """The border markers of the gate, or of its cargo route: the last one that has any."""
    found = [text for text in (place.markers, *(route.markers for route in routes)) if text]
    return found[-1].replace("-", "–") if found else ""


def _clock(at: time | None) -> str:
    return at.strftime("%H:%M") if at else "24:00"
