"""The part `systems` of the topic `network`: does each of the programme's systems answer, how fast, how often today.

A system appears with the first word of a probe. One that has a part in every commune (rooms, lines) counts those that
answer: `rooms_up` of `rooms`; where no probe watches its centre it is up while all its parts are. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.availability import Availability
from dashboard.readmodels.cells import Board, Cell, Changes, Figure, combined, series_id
from dashboard.readmodels.origins import Origins
from feeds.model import Reading, usable_value
from feeds.programme.model import System
from geodata.places import PROVINCE_ID, Places

UP: Final = "system_availability"
LATENCY: Final = "response_time_ms"
METRICS: Final = frozenset({UP, LATENCY})


class Systems:
    """Folds what probes say of the programme's systems; paths begin with `systems/`."""

    def __init__(self, origins: Origins, systems: Sequence[System], places: Places) -> None:
        self._origins = origins
        self._board = Board(origins)
        self._systems = {system.key: system for system in systems}
        self._days = {key: Availability() for key in self._systems}
        self._parts: dict[str, list[Figure]] = {}
        self._shown: dict[str, dict[str, Any]] = {}
        for key, system in self._systems.items():
            self._board.bind(f"{key}/up", (series_id(UP, PROVINCE_ID, system=key),))
            self._board.bind(f"{key}/latency_ms", (series_id(LATENCY, PROVINCE_ID, system=key),))
            if system.parts is not None:
                self._parts[key] = [
                    self._board.bind(f"{key}/parts/{place.id}", (series_id(UP, place.id, system=key),))
                    for place in places.all("commune")
                ]

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count

    @property
    def keys(self) -> tuple[str, ...]:
        """The systems whose last day is wanted from history."""
        return tuple(self._systems)

    def fold(self, readings: Sequence[Reading], now: datetime) -> Changes:
        """Take readings in and return what changed, by path."""
        mine = [reading for reading in readings if reading.metric in METRICS]
        if not mine:
            return {}
        for reading in mine:
            day = self._days.get(reading.dims.get("system", ""))
            value = usable_value(reading)
            if day is not None and value is not None and reading.metric == UP and reading.place == PROVINCE_ID:
                day.add(reading.observed_at, value, simulated=self._origins.simulated(reading.source))
        return self._changes(self._board.fold(mine, now), now)

    def load(self, key: str, points: Iterable[tuple[datetime, float | None]], *, simulated: bool) -> None:
        """Take the past of a system in, as history holds it."""
        for at, value in points:
            if value is not None:
                self._days[key].add(at, value, simulated=simulated)

    def tick(self, now: datetime) -> Changes:
        """Return what changed by mere time."""
        return self._changes(self._board.tick(now), now) | self._day(now)

    def reconsider(self, now: datetime) -> Changes:
        """Return what changed because something new is known of the sources."""
        return self._changes(self._board.reconsider(now), now)

    def basis(self, path: str) -> list[Reading]:
        """Return the readings behind the figure at a path such as `systems/documents/up`."""
        rest = path.removeprefix("systems/")
        key, _, part = rest.partition("/")
        if key not in self._systems:
            return []
        if part == "rooms_up" or (part == "up" and not self._board.figures[f"{key}/up"].shown):
            figures = self._parts.get(key, [])
        else:
            figures = [figure for figure in (self._board.figures.get(rest),) if figure is not None]
        return [reading for figure in figures for reading in self._board.basis(figure)]

    def snapshot(self) -> dict[str, Any]:
        """Return the systems that a probe told of."""
        return {key: dict(self._shown[key]) for key in self._systems if key in self._shown}

    def _changes(self, figures: Iterable[Figure], now: datetime) -> Changes:
        changes: Changes = {}
        for key in dict.fromkeys(figure.path.partition("/")[0] for figure in figures):
            fields = self._fields(key, now)
            if key not in self._shown:
                self._shown[key] = self._fixed(key) | fields
                changes[f"systems/{key}"] = dict(self._shown[key])
                continue
            shown = self._shown[key]
            for name, value in fields.items():
                if shown[name] != value:
                    shown[name] = changes[f"systems/{key}/{name}"] = value
        return changes

    def _day(self, now: datetime) -> Changes:
        changes: Changes = {}
        for key, shown in self._shown.items():
            percent = self._percent(key, shown["up"], now)
            if percent != shown["availability_24h_pct"]:
                shown["availability_24h_pct"] = changes[f"systems/{key}/availability_24h_pct"] = percent
        return changes

    def _percent(self, key: str, up: Cell | None, now: datetime) -> float | None:
        # Of the same kind as what is shown now: a simulated day behind a real present would pass for real.
        return None if up is None else self._days[key].percent(now, simulated=bool(up["sim"]))

    def _fields(self, key: str, now: datetime) -> dict[str, Any]:
        up = self._board.cell(f"{key}/up")
        parts = self._parts.get(key)
        rooms_up = None if parts is None else _count(parts)
        if up is None and rooms_up is not None and parts is not None and rooms_up["of"] == len(parts):
            up = {**rooms_up, "v": 1.0 if rooms_up["v"] == len(parts) else 0.0}
            del up["of"]
        return {
            "up": up,
            "latency_ms": self._board.cell(f"{key}/latency_ms"),
            "availability_24h_pct": self._percent(key, up, now),
            "rooms_up": rooms_up,
            "down": _down(parts),
        }

    def _fixed(self, key: str) -> dict[str, Any]:
        system = self._systems[key]
        return {
            "key": key,
            "order": list(self._systems).index(key),
            "name_vi": system.name.vi,
            "name_en": system.name.en,
            "owner_vi": system.owner.vi,
            "owner_en": system.owner.en,
            "owner_assumed": system.owner_assumed,
            "rooms": len(self._parts[key]) if key in self._parts else None,
            "parts_vi": system.parts.vi if system.parts else "",
            "parts_en": system.parts.en if system.parts else "",
        }


def _count(parts: Sequence[Figure]) -> Cell | None:
    """Return how many parts answer, as one cell; `of` says how many were checked. None before the first check."""
    told = [figure for figure in parts if figure.value is not None]
    cell = combined(told)
    return None if cell is None else {**cell, "of": len(told)}


def _down(parts: Sequence[Figure] | None) -> list[str]:
    """Return the communes whose part does not answer, in the order of the communes."""
    return [figure.path.rpartition("/")[2] for figure in parts or () if figure.value is not None and figure.value < 1]
