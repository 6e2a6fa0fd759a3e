"""Crossings: places that a mapping declared, with every figure that is sent of them.

Unlike the gates nothing is known beforehand, so figures are bound when their first reading comes. They stand under
`crossings/<id>/values/<metric>|<dims key>`, without the bar where there are no dims.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board
from dashboard.readmodels.origins import Origins
from feeds.model import Reading, dims_key
from geodata.places import Places

MAX_FIGURES: Final = 5_000
"""Figures of all crossings together: a hundred crossings of fifty series. A mapping that floods is shown in part."""


class Crossings:
    """The part of the topic `gates` that holds declared places."""

    def __init__(self, origins: Origins, places: Places) -> None:
        self.board = Board(origins)
        self._places = places
        # Known places that are no crossing: most readings are theirs, and are put aside by one look.
        self._others: set[str] = set()
        self._known: dict[str, dict[str, Any]] = {}

    def fold(self, readings: Iterable[Reading], now: datetime) -> dict[str, Any]:
        """Take readings at crossings in and return what changed; a new crossing comes whole."""
        mine = [reading for reading in readings if reading.place not in self._others and self._bind(reading)]
        if not mine:
            return {}
        changes: dict[str, Any] = {}
        for figure in self.board.fold(mine, now):
            _, crossing, _, key = figure.path.split("/")
            if not self._known[crossing]["values"]:
                changes[f"crossings/{crossing}"] = self._known[crossing]
            else:
                changes[figure.path] = figure.cell
            self._known[crossing]["values"][key] = figure.cell
        return changes

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time."""
        return self._note(self.board.tick(now))

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        return self._note(self.board.reconsider(now))

    def snapshot(self) -> dict[str, Any]:
        """Return the crossings by id."""
        return {name: {**known, "values": dict(known["values"])} for name, known in self._known.items()}

    def _note(self, figures: Iterable[Any]) -> dict[str, Any]:
        changes = {}
        for figure in figures:
            _, crossing, _, key = figure.path.split("/")
            self._known[crossing]["values"][key] = figure.cell
            changes[figure.path] = figure.cell
        return changes

    def _bind(self, reading: Reading) -> bool:
        series = (reading.metric, reading.place, dims_key(reading.dims))
        if self.board.knows(series):
            return True
        place = self._places.get(reading.place)
        if place is None:
            return False
        if place.kind != "crossing":
            self._others.add(place.id)
            return False
        if len(self.board.figures) >= MAX_FIGURES:
            return False
        if place.id not in self._known:
            self._known[place.id] = {
                "id": place.id,
                "name_vi": place.name_vi,
                "name_en": place.name_en,
                "lat": place.lat,
                "lon": place.lon,
                "values": {},
            }
        key = f"{series[0]}|{series[2]}" if series[2] else series[0]
        self.board.bind(f"crossings/{place.id}/values/{key}", (series,))
        return True
