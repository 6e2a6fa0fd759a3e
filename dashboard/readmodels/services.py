"""The topic `services`: the public-service centres of the province and of each commune.

A figure of the province comes from its series without a tier, else from its tiers: counts of the tiers add up, rates
do not. Where a source sends one tier only, that tier is what it calls the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board, Recipe, nested, series_id
from dashboard.readmodels.origins import Origins
from feeds.model import Reading
from geodata.places import PROVINCE_ID, Places

PROVINCE_FIGURES: Final = {
    "on_time_rate": "on_time_rate",
    "online_rate": "online_rate",
    "received": "dossiers_received",
    "settled": "dossiers_settled",
    "overdue": "dossiers_overdue",
    "open": "dossiers_open",
}
COMMUNE_FIGURES: Final = {
    "on_time_rate": "on_time_rate",
    "online_rate": "online_rate",
    "received": "dossiers_received",
    "settled": "dossiers_settled",
    "overdue": "dossiers_overdue",
    "open": "dossiers_open",
}
METRICS: Final = frozenset(PROVINCE_FIGURES.values())
RATES: Final = frozenset({"on_time_rate", "online_rate"})
"""Metrics that may also be stated over the window `today`."""


class ServicesModel:
    """Folds readings into the topic `services`."""

    def __init__(self, origins: Origins, places: Places) -> None:
        self._board = Board(origins)
        for name, metric in PROVINCE_FIGURES.items():
            self._board.bind(f"province/{name}", *_recipes(metric, PROVINCE_ID, ("province", "commune")))
        self._communes = places.all("commune")
        for commune in self._communes:
            for name, metric in COMMUNE_FIGURES.items():
                self._board.bind(f"communes/{commune.id}/{name}", *_recipes(metric, commune.id, ("commune",)))

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count

    def fold(self, readings: Sequence[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return what changed, by path."""
        mine = [reading for reading in readings if reading.metric in METRICS]
        return {figure.path: figure.cell for figure in self._board.fold(mine, now)}

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time: figures whose source was lost or came back."""
        return {figure.path: figure.cell for figure in self._board.tick(now)}

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        return {figure.path: figure.cell for figure in self._board.reconsider(now)}

    def basis(self, path: str) -> list[Reading]:
        """Return the readings behind the figure at a path of the topic; none where the path is no figure."""
        figure = self._board.figures.get(path)
        return self._board.basis(figure) if figure else []

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        data = nested({path: figure.cell for path, figure in self._board.figures.items()})
        communes = data.get("communes", {})
        for commune in self._communes:
            names = {"id": commune.id, "name_vi": commune.name_vi, "name_en": commune.name_en}
            communes[commune.id] = {**names, **communes[commune.id]}
        return {"province": data["province"], "communes": communes}


def _recipes(metric: str, place: str, tiers: Sequence[str]) -> list[Recipe]:
    """Return the series without a tier, all tiers together, and each tier alone; rates also over the day's window."""
    recipes: list[Recipe] = [(series_id(metric, place),)]
    recipes.append(tuple(series_id(metric, place, tier=tier) for tier in tiers))
    recipes += [(series_id(metric, place, tier=tier),) for tier in tiers]
    if metric in RATES:
        recipes.append((series_id(metric, place, window="today"),))
        recipes += [(series_id(metric, place, tier=tier, window="today"),) for tier in tiers]
    return recipes
