"""The topic `gates`: a card for each gate, the gate in focus, today's counts and the declared crossings.

The five gates with traffic are always there; another gate appears, after them, with its first reading. What this
module does not do: read anything. Readings, alerts and history are handed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from dashboard.readmodels.cells import Board, Figure, Recipe
from dashboard.readmodels.counts import COUNTS, TodayCounts
from dashboard.readmodels.crossings import Crossings
from dashboard.readmodels.focus import PRIORITIES, Focus
from dashboard.readmodels.gatecard import QUEUE, GateCard
from dashboard.readmodels.origins import Origins
from dashboard.readmodels.trend import Trend
from feeds.model import Reading
from geodata.gates import TRAFFIC_GATES, all_gate_facts
from geodata.places import Places

METRICS: Final = frozenset(
    {
        QUEUE,
        "stock_vehicles",
        "queue_extent_m",
        "arrival_rate_vph",
        "throughput_vph",
        "step_duration_s",
        "clearance_time_s",
        "lanes_open",
        "lanes_max",
        "operational_status",
        "other_side_rate_ratio",
        "diverted_vehicles",
        "conservation_error_vehicles",
        *(count.metric for count in COUNTS),
    }
)
"""What a gate's card and today's counts rest on; crossings take every metric."""

ACTIVE: Final = frozenset({"UNACK", "ACKED"})
"""States of an alert whose condition holds: one that returned to normal colours no gate."""

DAY: Final = timedelta(days=1)
USUAL_BEFORE: Final = timedelta(minutes=65)
USUAL_AFTER: Final = timedelta(minutes=80)
"""How much of yesterday around this clock time is loaded: enough to bridge values an hour apart (see `trend`), and for
what the clock goes on until history is loaded again."""


@dataclass(frozen=True, slots=True)
class Want:
    """A piece of history that is wanted: the first recipe that has any, over [start, end), into a trend."""

    trend: Trend
    recipes: Sequence[Recipe]
    start: datetime
    end: datetime


class GatesModel:
    """Folds readings into the topic `gates`."""

    def __init__(
        self, origins: Origins, places: Places, now: datetime, thresholds: Mapping[str, float] | None = None
    ) -> None:
        self._places = places
        self._thresholds = dict(thresholds or {})
        self._board = Board(origins)
        self._crossings = Crossings(origins, places)
        self._counts = TodayCounts(self._board)
        self._focus = Focus()
        self._focused: str | None = None
        self._alerts: Sequence[Mapping[str, Any]] = ()
        self.cards: dict[str, GateCard] = {}
        self._gate_places: set[str] = set()
        self._shown: set[str] = set()
        for gate in TRAFFIC_GATES:
            self._add(gate)
        self.tick(now)

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count + self._crossings.board.simulated_count

    def fold(self, readings: Sequence[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return what changed, by path."""
        changes: dict[str, Any] = {}
        elsewhere: list[Reading] = []
        mine: list[Reading] = []
        for reading in readings:
            if reading.metric in METRICS:
                mine.append(reading)
            if reading.place not in self._gate_places:
                elsewhere.append(reading)
        if elsewhere:
            self._add_gates_of(elsewhere)
            changes.update(self._crossings.fold(elsewhere, now))
        self._take(self._board.fold(mine, now), now, changes)
        return changes

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time: sources that were lost, hours, the trends' window, the focus."""
        changes = self._crossings.tick(now)
        self._take(self._board.tick(now), now, changes)
        self._derive(self.cards.values(), now, changes)
        for card in self._visible():
            changes.update(card.roll(now))
        changes.update(self._counts.derive(now))
        return changes

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        changes = self._crossings.reconsider(now)
        self._take(self._board.reconsider(now), now, changes)
        return changes

    def take_alerts(self, alerts: Iterable[Mapping[str, Any]], now: datetime) -> dict[str, Any]:
        """Take the live alerts and return what changed: each gate's priority, and with it perhaps the focus."""
        self._alerts = sorted(
            (alert for alert in alerts if alert["state"] in ACTIVE and alert["priority"] in PRIORITIES),
            # The gravest first; of equals the newest, which is what people have not heard yet.
            key=lambda alert: (PRIORITIES.index(alert["priority"]), -alert["started_at"], alert["id"]),
        )
        by_gate: dict[str, Mapping[str, Any]] = {}
        for alert in self._alerts:
            gate = alert.get("gate") or self._places.gate_of(alert["place"])
            if gate is not None:
                by_gate.setdefault(gate, alert)
        for gate, card in self.cards.items():
            card.alert = by_gate.get(gate)
        changes: dict[str, Any] = {}
        self._derive(self.cards.values(), now, changes)
        return changes

    def basis(self, path: str) -> list[Reading]:
        """Return the readings behind the figure at a path of the topic; of a count of the day those of all gates."""
        if path.startswith("today/"):
            figures = self._counts.figures(path.split("/")[1])
            return [reading for figure in figures for reading in self._board.basis(figure)]
        board = self._crossings.board if path.startswith("crossings/") else self._board
        figure = board.figures.get(path)
        return board.basis(figure) if figure else []

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data as of the last fold or tick; encode it before folding on."""
        return {
            "gates": {card.id: card.snapshot() for card in self._visible()},
            "focus": self._focused,
            "today": self._counts.snapshot(),
            "today_by_gate": self._counts.snapshot_by_gate(),
            "crossings": self._crossings.snapshot(),
        }

    def wants(self, now: datetime) -> list[Want]:
        """Return what of history the topic needs: the queues' two days, and what was usual at this clock time.

        The trends are filled by the caller (`Trend.load`), who then calls `loaded`.
        """
        usual_from, usual_to = now - DAY - USUAL_BEFORE, now - DAY + USUAL_AFTER
        wants = []
        for card in self._visible():
            wants.append(Want(card.trend, card.queue.recipes, now - 2 * DAY, now))
            wants += [Want(trend, card.queue.recipes, start, end) for trend, start, end in card.usual.wants(now)]
            for direction, step, series in card.step_series():
                trend = card.step_trends.setdefault((direction, step), Trend())
                trend.forget(now)
                wants.append(Want(trend, ((series,),), usual_from, usual_to))
        for name, place, recipes in self._counts.series():
            trend = self._counts.history.setdefault((name, place), Trend())
            trend.forget(now)
            wants.append(Want(trend, recipes, usual_from, usual_to))
        return wants

    def loaded(self) -> None:
        """Say that history was loaded into the trends; the next `tick` shows it."""
        for card in self.cards.values():
            card.loaded()

    def _visible(self) -> Iterable[GateCard]:
        return (card for card in self.cards.values() if card.id in self._shown)

    def _take(self, figures: Iterable[Figure], now: datetime, changes: dict[str, Any]) -> None:
        """Add the cells that changed, and what rests on them."""
        touched: dict[str, GateCard] = {}
        counted = False
        for figure in figures:
            if figure.path.startswith("~"):
                counted = True
                continue
            card = self.cards[figure.path.split("/", 2)[1]]
            touched[card.id] = card
            bucket = card.note_queue() if figure is card.queue else {}
            if card.id in self._shown:
                changes[figure.path] = figure.cell
                changes.update(bucket)
        if touched:
            self._derive(touched.values(), now, changes)
        for card in touched.values():
            rolled = card.roll(now)
            if card.id in self._shown:
                changes.update(rolled)
            else:
                self._shown.add(card.id)
                changes[card.path] = card.snapshot()
        if counted or touched:
            changes.update(self._counts.derive(now))

    def _derive(self, cards: Iterable[GateCard], now: datetime, changes: dict[str, Any]) -> None:
        for card in cards:
            derived = card.derive(now)
            if card.id in self._shown:
                changes.update(derived)
        needs = [card.need(now) for card in self.cards.values() if card.id in self._shown and card.reporting]
        focus = self._focus.update(needs, now)
        if focus != self._focused:
            self._focused = focus
            changes["focus"] = focus

    def _add_gates_of(self, readings: Iterable[Reading]) -> None:
        for place in {reading.place for reading in readings if reading.metric in METRICS}:
            # Of other kinds of place there are thousands, and they answer None.
            gate = self._places.gate_of(place)
            if gate is not None and gate not in self.cards and gate in all_gate_facts():
                self._add(gate, shown=False)

    def _add(self, gate: str, *, shown: bool = True) -> None:
        place = self._places.get(gate)
        assert place is not None
        card = GateCard(self._board, self._places, place, len(self.cards) + 1, self._thresholds.get(gate))
        self.cards[gate] = card
        routes = [child.id for child in self._places.children(gate) if child.kind == "route"]
        self._counts.add_gate(card, routes)
        self._gate_places.update((gate, *routes))
        if shown:
            self._shown.add(gate)
