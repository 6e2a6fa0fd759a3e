"""Today's counts for the province, with the same clock time yesterday.

A count comes from the province's own series where a source has one, else it is the sum over the gates. Vehicles are
counted at road gates only (the published 1,759 a day are; wagons are no vehicles, domain facts §2); goods and fees at
every gate. A gate that reports other figures but not this one leaves the sum out: a part never passes for the whole.
Passengers are the exception, as only the gates where people pass count them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board, Cell, Figure, Recipe, combined
from dashboard.readmodels.gatecard import GateCard, single, whole
from dashboard.readmodels.trend import BUCKETS, Trend, bucket_of
from geodata.places import PROVINCE_ID


@dataclass(frozen=True, slots=True)
class Count:
    """One count: its name on screens, its metric, one direction or both, and where it is counted."""

    name: str
    metric: str
    direction: str | None
    road_only: bool
    partial: bool


COUNTS: Final = (
    Count("vehicles_export", "vehicles_passed_today", "export", road_only=True, partial=False),
    Count("vehicles_import", "vehicles_passed_today", "import", road_only=True, partial=False),
    Count("passengers", "passengers_today", None, road_only=False, partial=True),
    Count("goods_tonnes", "goods_tonnes_today", None, road_only=False, partial=False),
    Count("fee_vnd", "fee_vnd_today", None, road_only=False, partial=False),
)


class TodayCounts:
    """The counts under `today`; their figures stand on the board under `~today`, which is not sent."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._gates: dict[str, GateCard] = {}
        self._province = {count.name: board.bind(f"~today/{count.name}", *_recipes(count, ())) for count in COUNTS}
        self._by_gate: dict[str, dict[str, Figure]] = {count.name: {} for count in COUNTS}
        self.history: dict[tuple[str, str], Trend] = {}
        self._shown: dict[str, Any] = {count.name: {"cell": None, "yesterday": None} for count in COUNTS}
        self._shown_by_gate: dict[str, dict[str, Any]] = {}

    def add_gate(self, gate: GateCard, routes: Sequence[str]) -> None:
        """Count at one more gate."""
        self._gates[gate.id] = gate
        for count in COUNTS:
            if not (count.road_only and gate.rail):
                recipes = _recipes(count, (gate.id, *routes))
                self._by_gate[count.name][gate.id] = self._board.bind(f"~today/{count.name}/{gate.id}", *recipes)

    def series(self) -> Iterable[tuple[str, str, Sequence[Recipe]]]:
        """Return name, place and recipes of each count at each place, for loading yesterday's."""
        for name, figure in self._province.items():
            yield name, PROVINCE_ID, figure.recipes
        for name, figures in self._by_gate.items():
            for gate, figure in figures.items():
                yield name, gate, figure.recipes

    def derive(self, now: datetime) -> dict[str, Any]:
        """Return the counts that changed."""
        fresh = {count.name: self._count(count, now) for count in COUNTS}
        changes = {f"today/{name}": value for name, value in fresh.items() if self._shown[name] != value}
        self._shown = fresh
        for gate in self._gates:
            mine = {
                name: self._with_yesterday(name, figures[gate].cell, [gate], now)
                for name, figures in self._by_gate.items()
                if gate in figures
            }
            if mine != self._shown_by_gate.get(gate):
                self._shown_by_gate[gate] = mine
                changes[f"today_by_gate/{gate}"] = mine
        return changes

    def figures(self, name: str) -> list[Figure]:
        """Return the figures that make up a count as it is shown."""
        province = self._province.get(name)
        if province is None:
            return []
        whole_province = self._shown[name]["cell"] is province.cell
        return [province] if whole_province else [one for one in self._by_gate[name].values() if one.shown]

    def snapshot(self) -> dict[str, Any]:
        """Return `{name: {"cell", "yesterday"}}` as of the last `derive`."""
        return dict(self._shown)

    def snapshot_by_gate(self) -> dict[str, Any]:
        """Return `{gate: {name: {"cell", "yesterday"}}}` as of the last `derive`."""
        return dict(self._shown_by_gate)

    def _count(self, count: Count, now: datetime) -> Mapping[str, Any]:
        province = self._province[count.name]
        if province.shown is not None and not province.shown.lost(now):
            return self._with_yesterday(count.name, province.cell, [PROVINCE_ID], now)
        figures = {
            gate: figure
            for gate, figure in self._by_gate[count.name].items()
            if figure.shown is not None or (not count.partial and self._gates[gate].reporting)
        }
        cell = combined(list(figures.values()))
        if cell is None:
            return self._with_yesterday(count.name, province.cell, [PROVINCE_ID], now)
        return self._with_yesterday(count.name, cell, list(figures), now)

    def _with_yesterday(self, name: str, cell: Cell | None, places: Sequence[str], now: datetime) -> dict[str, Any]:
        if cell is None:
            return {"cell": None, "yesterday": None}
        bucket = bucket_of(now) - BUCKETS
        values = []
        for place in places:
            trend = self.history.get((name, place))
            value = trend.interpolated(bucket, simulated=cell["sim"]) if trend else None
            if value is None:
                return {"cell": cell, "yesterday": None}
            values.append(value)
        return {"cell": cell, "yesterday": round(sum(values))}


def _recipes(count: Count, places: Sequence[str]) -> list[Recipe]:
    gate, *routes = places or (PROVINCE_ID,)
    if count.direction is not None:
        return single(count.metric, gate, routes, direction=count.direction)
    return whole(count.metric, gate, routes)
