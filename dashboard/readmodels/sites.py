"""The single mobile sites: which should be on air, which are, and how many that makes by commune.

A site that should be on air and says it is not is silent. A site whose newest reading is lost is neither: nobody
knows. A technology that was retired on its date is no fault, so a site without any technology left is not expected.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from dashboard.readmodels.cells import Board, Cell, Figure, series_id, to_ms
from dashboard.readmodels.origins import Origins
from feeds.model import Reading
from geodata.gates import HANOI
from geodata.sites import Site

METRIC: Final = "site_on_air"
ENOUGH: Final = 0.5
"""Share of the expected sites that must be known before their sum is shown for the whole."""
LOOK_EACH: Final = timedelta(seconds=10)
"""How often every site is looked at for having been lost: far below the 50 minutes after which it is."""
PLAN: Final = "geodata"
"""The source of what is expected: our own plan of sites."""


class Sites:
    """The state of every site, by commune."""

    def __init__(self, origins: Origins, sites: Sequence[Site]) -> None:
        self._board = Board(origins)
        self._sites = {site.id: site for site in sites}
        self._figures: dict[str, list[Figure]] = {}
        for site in sites:
            figure = self._board.bind(site.id, (series_id(METRIC, site.id),))
            self._figures.setdefault(site.commune, []).append(figure)
        self._day: date | None = None
        self._expected: set[str] = set()
        self._looked_at: datetime | None = None
        self._tallies: dict[str, Tally] = {}
        self._touched: set[str] = set()
        self.silent: dict[str, dict[str, Any]] = {}

    @property
    def simulated_count(self) -> int:
        """How many sites' states come from a simulated source."""
        return self._board.simulated_count

    def fold(self, readings: Iterable[Reading], now: datetime) -> dict[str, Any]:
        """Take readings in and return the changes of the silent sites; counts follow with the next tick."""
        return self._note(self._board.fold(readings, now), now)

    def tick(self, now: datetime) -> tuple[set[str], dict[str, Any]]:
        """Return the communes whose counts changed, and the silent sites that changed by mere time.

        By mere time a site is lost, a plan begins or ends, or a source is lost.
        """
        figures = self._board.tick(now)
        day = now.astimezone(HANOI).date()
        if day != self._day:
            self._day = day
            self._expected = {site.id for site in self._sites.values() if site.on_air(day)}
            self._looked_at = None
        if self._looked_at is None or now - self._looked_at >= LOOK_EACH:
            self._looked_at = now
            figures = list(self._board.figures.values())
        changes = self._note(figures, now)
        changed = set()
        for commune in self._touched:
            tally = self._count(commune, now)
            if tally != self._tallies.get(commune):
                self._tallies[commune] = tally
                changed.add(commune)
        self._touched.clear()
        return changed, changes

    def reconsider(self, now: datetime) -> dict[str, Any]:
        """Return the changes of the silent sites because something new is known of the sources."""
        return self._note(self._board.reconsider(now), now)

    def tally(self, communes: Iterable[str]) -> Tally:
        """Return the counts of these communes together."""
        total = Tally()
        for commune in communes:
            total.add(self._tallies.get(commune) or Tally())
        return total

    def _note(self, figures: Iterable[Figure], now: datetime) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for figure in figures:
            site = self._sites[figure.path]
            self._touched.add(site.commune)
            shown = figure.shown
            silent = shown is not None and shown.value == 0 and site.id in self._expected and not shown.lost(now)
            if silent and site.id not in self.silent:
                assert shown is not None
                self.silent[site.id] = {
                    "id": site.id,
                    "lat": site.lat,
                    "lon": site.lon,
                    "commune": site.commune,
                    "since": to_ms(shown.observed_at),
                }
                changes[f"silent/{site.id}"] = self.silent[site.id]
            elif not silent and site.id in self.silent:
                del self.silent[site.id]
                changes[f"silent/{site.id}"] = None
        return changes

    def _count(self, commune: str, now: datetime) -> Tally:
        tally = Tally()
        for figure in self._figures[commune]:
            if figure.path not in self._expected:
                continue
            tally.expected += 1
            shown = figure.shown
            if shown is None or shown.value is None or shown.lost(now):
                continue
            tally.known += 1
            tally.on_air += shown.value > 0
            tally.cadence_s = max(tally.cadence_s, shown.cadence_s)
            tally.simulated = tally.simulated or shown.simulated
            if tally.observed_at is None or shown.observed_at > tally.observed_at:
                tally.observed_at, tally.source = shown.observed_at, shown.source
        return tally


class Tally:
    """Counts of some sites together; two are equal when every count is."""

    __slots__ = ("cadence_s", "expected", "known", "observed_at", "on_air", "simulated", "source")

    def __init__(self) -> None:
        self.expected = 0
        self.known = 0
        self.on_air = 0
        self.cadence_s = 0.0
        self.simulated = False
        self.observed_at: datetime | None = None
        self.source = ""

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Tally):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__ = None  # type: ignore[assignment]

    def add(self, other: Tally) -> None:
        """Add the counts of other sites; the newest reading of all gives instant and source."""
        self.expected += other.expected
        self.known += other.known
        self.on_air += other.on_air
        self.cadence_s = max(self.cadence_s, other.cadence_s)
        self.simulated = self.simulated or other.simulated
        if other.observed_at is not None and (self.observed_at is None or other.observed_at > self.observed_at):
            self.observed_at, self.source = other.observed_at, other.source

    def cells(self) -> tuple[Cell | None, Cell | None]:
        """Return the cells of sites on air and sites expected; None for both while too few are known.

        What is expected is our own plan, an estimate as of the instant of the count beside it.
        """
        if self.observed_at is None or self.known < ENOUGH * self.expected:
            return None, None
        on_air = {
            "v": self.on_air,
            "at": to_ms(self.observed_at),
            "src": self.source,
            "q": "good",
            "sim": self.simulated,
            "cad": self.cadence_s,
        }
        return on_air, {**on_air, "v": self.expected, "src": PLAN, "q": "estimated"}
