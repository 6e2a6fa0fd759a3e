"""The newest reading of every series that some rule asks for.

What the engine knows of the world. A series is metric + place + dims; where several sources report it, the one that
`feeds.selection` chooses speaks. A reading is present while it is younger than its look-back, then its series has
ended. Pure: instants are whole microseconds and handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from alerts.expr.evaluator import Sample, Vector, matches
from alerts.expr.syntax import Matcher, Selector
from alerts.model import from_us, to_us
from feeds.model import Reading, dims_key
from feeds.selection import VALUELESS, choose
from geodata.places import Places

LOOK_BACK_S: Final = 300.0
"""Source: Prometheus, query.lookback-delta: five minutes."""
LOOK_BACK_CADENCES: Final = 3.0
"""A slow series is present until it is called stale; with the five minutes alone a daily figure would never be."""


@dataclass(slots=True, eq=False)
class Cell:
    """The newest reading of one source of one series.

    Attributes:
        watchers: numbers of the rules that ask for it.
        due_us: when the timer that counts rings; 0: none waits. Others of the same cell were overtaken.
        quality: of the reading; `instrument` and `missing` end the series of its source at once.
        expires_at: of a manual entry, when it ends; None for what a feed says.
    """

    metric: str
    place: str
    source: str
    dims: dict[str, str]
    labels: dict[str, str]
    value: float
    observed_at: datetime
    received_us: int
    cadence_s: float
    simulated: bool
    watchers: tuple[int, ...] = ()
    due_us: int = 0
    quality: str = "good"
    expires_at: datetime | None = None

    @property
    def ends_us(self) -> int:
        """When it will no longer be present: at that very instant it is not, as in Prometheus."""
        if self.quality in VALUELESS:
            return 0
        if self.expires_at is not None:
            return to_us(self.expires_at)
        return self.received_us + round(max(LOOK_BACK_S, LOOK_BACK_CADENCES * self.cadence_s) * 1e6)


@dataclass(slots=True)
class Slot:
    """The cells of one series by source."""

    cells: dict[str, Cell] = field(default_factory=dict)

    def speaking(self, wanted: Callable[[Cell], bool], now: datetime) -> Cell | None:
        """Return the cell that speaks for the series among those wanted."""
        if len(self.cells) == 1:
            [cell] = self.cells.values()
            return cell if wanted(cell) else None
        return choose([cell for cell in self.cells.values() if wanted(cell)], now)


class KeptCell(msgspec.Struct, frozen=True, array_like=True):
    """A cell as it is written down between two runs."""

    place: str
    source: str
    dims: dict[str, str]
    value: float
    observed_us: int
    received_us: int
    quality: str = "good"
    expires_us: int | None = None


class Series:
    """Every cell, by metric, place and dims."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._slots: dict[str, dict[str, dict[str, Slot]]] = {}
        self._kinds: dict[str, tuple[str, str]] = {}

    def find(self, reading: Reading) -> Cell | None:
        """Return the cell that a reading belongs to, or None for a series or a source that is new."""
        slot = self._slots.get(reading.metric, {}).get(reading.place, {}).get(dims_key(reading.dims))
        return None if slot is None else slot.cells.get(reading.source)

    def add(self, reading: Reading, cadence_s: float, simulated: bool) -> Cell:
        """Make a cell of a reading that has a value."""
        assert reading.value is not None
        cell = Cell(
            reading.metric,
            reading.place,
            reading.source,
            reading.dims,
            self._labels(reading),
            reading.value,
            reading.observed_at,
            to_us(reading.received_at),
            cadence_s,
            simulated,
            quality=reading.quality,
            expires_at=reading.expires_at,
        )
        slots = self._slots.setdefault(cell.metric, {}).setdefault(cell.place, {})
        slots.setdefault(dims_key(cell.dims), Slot()).cells[cell.source] = cell
        return cell

    def rivals(self, cell: Cell) -> int:
        """Return how many sources report the series of a cell, itself included."""
        return len(self._slots[cell.metric][cell.place][dims_key(cell.dims)].cells)

    def rival_feeds(self, cell: Cell) -> list[Cell]:
        """Return the cells of the same series that are no manual entries, itself left out."""
        slot = self._slots[cell.metric][cell.place][dims_key(cell.dims)]
        return [other for other in slot.cells.values() if other is not cell and other.expires_at is None]

    def forget(self, cell: Cell) -> None:
        """Drop a cell."""
        slots = self._slots[cell.metric][cell.place]
        key = dims_key(cell.dims)
        del slots[key].cells[cell.source]
        if not slots[key].cells:
            del slots[key]

    def cells(self, metric: str | None = None) -> Iterator[Cell]:
        """Yield every cell, or those of one metric."""
        for name in [metric] if metric is not None else list(self._slots):
            for slots in self._slots.get(name, {}).values():
                for slot in slots.values():
                    yield from slot.cells.values()

    def view(self, now_us: int, places: Collection[str] | None, *, ended_too: bool = False) -> View:
        """Return what is present now, at some places or (None) everywhere."""
        return View(self._slots, now_us, places, ended_too)

    def _labels(self, reading: Reading) -> dict[str, str]:
        kind, gate = self._kind_and_gate(reading.place)
        labels = {**reading.dims, "place": reading.place, "kind": kind, "source": reading.source}
        labels["metric"] = reading.metric
        if gate:
            labels["gate"] = gate
        return labels

    def _kind_and_gate(self, place_id: str) -> tuple[str, str]:
        known = self._kinds.get(place_id)
        if known is None:
            place = self._places.get(place_id)
            known = (place.kind if place else "", self._places.gate_of(place_id) or "")
            if place is not None:
                self._kinds[place_id] = known
        return known


@dataclass(slots=True)
class View:
    """The samples of one instant; see `Series.view`."""

    _slots: dict[str, dict[str, dict[str, Slot]]]
    _now_us: int
    _only: Collection[str] | None
    _ended_too: bool

    def fetch(self, selector: Selector) -> Vector:
        """See `evaluator.Samples`: one sample for each series, of the source that speaks for it."""
        by_place = self._slots.get(selector.metric, {})
        now = from_us(self._now_us)
        found: Vector = []
        for place in self._asked(selector, by_place):
            for slot in by_place.get(place, {}).values():
                cell = slot.speaking(lambda cell: wants(selector.matchers, cell.labels), now)
                if cell is not None and (self._ended_too or cell.ends_us > self._now_us):
                    found.append(Sample(cell.labels, cell.value, (cell.source,)))
        return found

    def _asked(self, selector: Selector, by_place: Collection[str]) -> Collection[str]:
        for matcher in selector.matchers:
            if matcher.label == "place" and matcher.op == "=":
                return [matcher.value] if self._only is None or matcher.value in self._only else []
        return by_place if self._only is None else sorted(self._only)


def wants(matchers: tuple[Matcher, ...], labels: dict[str, str]) -> bool:
    """Tell whether labels satisfy every matcher."""
    return all(matches(matcher, labels) for matcher in matchers)
