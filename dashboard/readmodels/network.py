"""The topic `network`: sites on air, coverage and availability of the province and of each commune, and silent sites.

Sites on air are counted from the sites themselves unless a source states the count (without a technology: a site
carries several, so the counts of the technologies do not add up to sites). A simulator's count yields to the sites: a
real site that falls silent among simulated ones must show.

What coverage is lost is told by the recorder as a fact (`feeds.network.picture`) and passed on as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from dashboard.readmodels.cells import Board, Cell, Figure, Recipe, nested, series_id, to_ms
from dashboard.readmodels.network_systems import Systems
from dashboard.readmodels.origins import Origins
from dashboard.readmodels.sites import METRIC as SITE_METRIC
from dashboard.readmodels.sites import Sites
from feeds.model import Reading
from feeds.programme.model import System
from geodata.places import PROVINCE_ID, Places
from geodata.sites import Site

METRICS: Final = frozenset(
    {
        "bts_count",
        "bts_expected_count",
        "population_coverage_pct",
        "cell_availability_pct",
        "dl_user_throughput_mbps",
    }
)
TECHNOLOGIES: Final = ("2g", "3g", "4g", "5g")
COUNTS: Final = ("on_air", "expected")
LOST_KEPT_MS: Final = 3_000_000
"""Ten times the 300 s at which what is lost is told again: then nobody knows any more."""


class NetworkModel:
    """Folds readings into the topic `network`."""

    def __init__(
        self,
        origins: Origins,
        places: Places,
        sites: Sequence[Site],
        now: datetime,
        systems: Sequence[System] = (),
    ) -> None:
        self._board = Board(origins)
        self.systems = Systems(origins, systems, places)
        self._sites = Sites(origins, sites)
        self._communes = [place.id for place in places.all("commune")]
        self._counts: dict[str, Cell | None] = {}
        self._lost: dict[str, Any] | None = None
        self._absent: dict[str, dict[str, Any]] = {}
        self._site = {site.id: site for site in sites}
        self._bind("province", PROVINCE_ID)
        self._board.bind(
            "province/coverage_5g_key",
            (series_id("population_coverage_pct", PROVINCE_ID, technology="5g", area="key"),),
        )
        for technology in TECHNOLOGIES:
            self._bind_technology(technology)
        for commune in self._communes:
            self._bind(f"communes/{commune}", commune)
        self.tick(now)

    @property
    def simulated_count(self) -> int:
        """How many figures shown come from a simulated source."""
        return self._board.simulated_count + self._sites.simulated_count + self.systems.simulated_count

    def fold(self, readings: Sequence[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return what changed, by path; counts of sites follow with the next tick."""
        mine = [reading for reading in readings if reading.metric in METRICS]
        of_sites = [reading for reading in readings if reading.metric == SITE_METRIC]
        changes = self._sites.fold(of_sites, now) if of_sites else {}
        changes |= self.systems.fold(readings, now)
        self._take(self._board.fold(mine, now), set(), now, changes)
        return self._with_absent(changes)

    def take_lost(self, told: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
        """Take what the recorder tells of lost coverage, None when it tells nothing, and return what changed."""
        if told is not None and to_ms(now) - int(told.get("at", 0)) > LOST_KEPT_MS:
            told = None
        changes: dict[str, Any] = {}
        lost = {key: value for key, value in told.items() if key != "absent"} if told else None
        if lost != self._lost:
            self._lost = changes["lost"] = lost
        absent = {
            site.id: {"id": site.id, "lat": site.lat, "lon": site.lon, "commune": site.commune, "since": since}
            for site_id, since in (told or {}).get("absent", {}).items()
            if (site := self._site.get(site_id)) is not None
        }
        before, self._absent = self._absent, absent
        for site_id in before.keys() | absent.keys():
            if before.get(site_id) != absent.get(site_id) and site_id not in self._sites.silent:
                changes[f"silent/{site_id}"] = absent.get(site_id)
        return changes

    def tick(self, now: datetime) -> dict[str, Any]:
        """Return what changed by mere time: sites or sources that were lost, plans that began or ended."""
        touched, changes = self._sites.tick(now)
        changes |= self.systems.tick(now)
        self._take(self._board.tick(now), touched, now, changes)
        return self._with_absent(changes)

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return what changed because something new is known of the sources."""
        changes = self._sites.reconsider(now) | self.systems.reconsider(now)
        self._take(self._board.reconsider(now), set(), now, changes)
        return self._with_absent(changes)

    def basis(self, path: str) -> list[Reading]:
        """Return the readings behind the figure at a path of the topic; none where it is counted from the sites."""
        if path.startswith("systems/"):
            return self.systems.basis(path)
        figure = self._board.figures.get(path) or self._board.figures.get(f"~{path}")
        return self._board.basis(figure) if figure and figure.cell == self._counts.get(path, figure.cell) else []

    def snapshot(self) -> dict[str, Any]:
        """Return the topic's data."""
        cells = {path: figure.cell for path, figure in self._board.figures.items() if not path.startswith("~")}
        tree = nested({**cells, **self._counts})
        return {
            "province": tree["province"],
            "technologies": tree["technologies"],
            "communes": tree.get("communes", {}),
            "silent": self._absent | self._sites.silent,
            "lost": self._lost,
            "systems": self.systems.snapshot(),
        }

    def _with_absent(self, changes: dict[str, Any]) -> dict[str, Any]:
        """A site that no longer says it is silent, but of which nothing is heard either, stays silent."""
        for site_id, entry in self._absent.items():
            if changes.get(f"silent/{site_id}", entry) is None:
                changes[f"silent/{site_id}"] = entry
        return changes

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

    def _bind_technology(self, technology: str) -> None:
        """A technology's sites, coverage and speed in the province; a technology that is not told has no cells."""
        for name, metric in (
            ("on_air", "bts_count"),
            ("expected", "bts_expected_count"),
            ("coverage", "population_coverage_pct"),
            ("availability", "cell_availability_pct"),
            ("download", "dl_user_throughput_mbps"),
        ):
            series = series_id(metric, PROVINCE_ID, technology=technology)
            self._board.bind(f"technologies/{technology}/{name}", (series,))

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
                speaks = stated.shown is not None and (
                    counted is None or not (stated.shown.simulated or stated.shown.lost(now))
                )
                cell = stated.cell if speaks else counted
                if cell != self._counts[f"{path}/{count}"]:
                    self._counts[f"{path}/{count}"] = cell
                    changes[f"{path}/{count}"] = cell


def _by_technology(metric: str, place: str) -> list[Recipe]:
    """Return the series of all technologies together, else that of 4G, which carries the most people."""
    return [(series_id(metric, place),), (series_id(metric, place, technology="4g"),)]
