"""The topic `network`: sites on air, coverage and availability of the province and of each commune, and silent sites.

Sites on air are counted from the sites themselves unless a source states the count (without a technology: a site
carries several, so the counts of the technologies do not add up to sites).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board, Cell, Figure, Recipe, nested, series_id
from dashboard.readmodels.origins import Origins
from dashboard.readmodels.sites import METRIC as SITE_METRIC
from dashboard.readmodels.sites import Sites
from feeds.model import Reading
from geodata.places import PROVINCE_ID, Places
from geodata.sites import Site

METRICS: Final = frozenset({"bts_count", "bts_expected_count", "population_coverage_pct", "cell_availability_pct"})
COUNTS: Final = ("on_air", "expected")


class NetworkModel:
    """Folds readings into the topic `network`."""

    def __init__(self, origins: Origins, places: Places, sites: Sequence[Site], now: datetime) -> None:
        self._board = Board(origins)
        self._sites = Sites(origins, sites)
        self._communes = [place.id for place in places.all("commune")]
        self._counts: dict[str, Cell | None] = {}
        self._bind("province", PROVINCE_ID)
        self._board.bind(
            "province/coverage_5g_key",
            (series_id("population_coverage_pct", PROVINCE_ID, technology="5g", area="key"),),
        )
        for commune in self._communes:
            self._bind(f"communes/{commune}", commune)
        self.tick(now)

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count + self._sites.simulated_count

    def fold(self, readings: Sequence[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return what changed, by path; counts of sites follow with the next tick."""
        mine = [reading for reading in readings if reading.metric in METRICS]
        of_sites = [reading for reading in readings if reading.metric == SITE_METRIC]
        changes = self._sites.fold(of_sites, now) if of_sites else {}
        self._take(self._board.fold(mine, now), set(), now, changes)
        return changes

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time: sites or sources that were lost, plans that began or ended."""
        touched, changes = self._sites.tick(now)
        self._take(self._board.tick(now), touched, now, changes)
        return changes

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        changes = self._sites.reconsider(now)
        self._take(self._board.reconsider(now), set(), now, changes)
        return changes

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        cells = {path: figure.cell for path, figure in self._board.figures.items() if not path.startswith("~")}
        tree = nested({**cells, **self._counts})
        return {
            "province": tree["province"],
            "communes": tree.get("communes", {}),
            "silent": dict(self._sites.silent),
        }

    def _bind(self, path: str, place: str) -> None:
        bind = self._board.bind
        bind(f"~{path}/on_air", (series_id("bts_count", place),))
        bind(f"~{path}/expected", (series_id("bts_expected_count", place),))
        for count in COUNTS:
            self._counts[f"{path}/{count}"] = None
        bind(f"{path}/availability", *_by_technology("cell_availability_pct", place))
        for technology in ("4g", "5g"):
            bind(
                f"{path}/coverage_{technology}",
                (series_id("population_coverage_pct", place, technology=technology),),
                (series_id("population_coverage_pct", place, technology=technology, area="all"),),
            )

    def _take(self, figures: Iterable[Figure], touched: set[str], now: datetime, changes: dict[str, Any]) -> None:
        """Add the cells that changed, and the counts of the communes touched."""
        paths = {path for commune in touched if f"{(path := f'communes/{commune}')}/on_air" in self._counts}
        for figure in figures:
            if figure.path.startswith("~"):
                paths.add(figure.path[1:].rpartition("/")[0])
            else:
                changes[figure.path] = figure.cell
        if paths:
            paths.add("province")
        for path in sorted(paths):
            communes = self._communes if path == "province" else [path.partition("/")[2]]
            for count, counted in zip(COUNTS, self._sites.tally(communes).cells(), strict=True):
                stated = self._board.figures[f"~{path}/{count}"]
                speaks = stated.shown is not None and (counted is None or not stated.shown.lost(now))
                cell = stated.cell if speaks else counted
                if cell != self._counts[f"{path}/{count}"]:
                    self._counts[f"{path}/{count}"] = cell
                    changes[f"{path}/{count}"] = cell


def _by_technology(metric: str, place: str) -> list[Recipe]:
    """Return the series of all technologies together, else that of 4G, which carries the most people."""
    return [(series_id(metric, place),), (series_id(metric, place, technology="4g"),)]
