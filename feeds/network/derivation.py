"""Live coverage: what the sites on air reach now, against what all that should be on air would reach.

Two covers are kept: the plan of the day, and the present. A site that falls silent is taken out of the present, and
only the cells it reaches are counted anew. Pure: the instant is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

import numpy as np

from feeds.model import dims_key
from feeds.network.memory import SiteMemory, Verdict, joined
from feeds.network.patches import Patches, patches
from feeds.network.stretches import Stretch, dead_stretches
from feeds.validation import RawReading
from geodata.cover import Cover
from geodata.footprints import Footprints
from geodata.gates import HANOI
from geodata.places import PROVINCE_ID
from geodata.sites import Site

ENOUGH: Final = 0.5
"""Share of the expected sites that must be spoken of before they are counted for the whole."""
LOOK_EACH: Final = timedelta(seconds=10)
"""How often every site is judged anew by its age: far below the 50 minutes after which one is given up."""
DRAWN: Final = "4g"
"""The technology whose lost area is drawn: it carries the people."""
ANY: Final = ""
"""In place of a technology: any of them, as for a driver's telephone."""
ROAD_TECHNOLOGIES: Final = (ANY, DRAWN)
"""A dead stretch is one where no telephone works at all, or where its data does not."""

Dims: TypeAlias = dict[str, str]
Figure: TypeAlias = tuple[str, Dims, float]


@dataclass(frozen=True, slots=True)
class Lost:
    """What is lost now, as screens show it.

    Attributes:
        technology: whose area it is.
        patches: the lost cells.
        area_km2: area reached by plan and not now.
        population: people reached by plan and not now, an estimate.
        stretches: dead stretches of gates' approaches with the technology they lack, the longest first; no
            technology means that there is none at all.
        absent: sites silent because nothing is heard of them any more, by their last sign.
    """

    technology: str
    patches: Patches
    area_km2: float
    population: int
    stretches: tuple[tuple[str, Stretch], ...]
    absent: tuple[tuple[str, datetime], ...]


class Derivation:
    """The coverage of every commune and of the province.

    Args:
        footprints: what each site reaches.
        sites: the inventory; readings of other sites count in nothing.
        memory: what the sources said of the sites; it may know more than the inventory.
        base: first part of the readings' source.
    """

    def __init__(
        self, footprints: Footprints, sites: Sequence[Site], memory: SiteMemory, base: str = "network"
    ) -> None:
        self.memory = memory
        self._base = base
        self._footprints = footprints
        self._sites = {site.id: site for site in sites}
        self._numbers = {commune: number for number, commune in enumerate(footprints.cells.communes)}
        self._members: dict[str, list[Site]] = {commune: [] for commune in self._numbers}
        for site in sites:
            self._members.setdefault(site.commune, []).append(site)
        self._key_communes = sorted(
            self._numbers[commune]
            for commune in {site.commune for site in sites if site.key_area} & self._numbers.keys()
        )
        cells = footprints.cells
        count = len(cells.communes)
        self._area_m2 = np.bincount(cells.commune, cells.area_m2, minlength=count)
        self._people_milli = np.bincount(cells.commune, cells.people_milli, minlength=count)
        self._planned = Cover(footprints)
        self._present = Cover(footprints)
        self._expected: dict[str, frozenset[str]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._day: date | None = None
        self._looked_at: datetime | None = None
        self._dirty: set[str] = set()
        self._touched: set[str] = set()
        self._told: dict[str, dict[tuple[str, str], tuple[float, str]]] = {}
        self._source = base

    @property
    def present(self) -> Cover:
        """What the sites on air reach; not to be changed."""
        return self._present

    @property
    def planned(self) -> Cover:
        """What all that should be on air would reach; not to be changed."""
        return self._planned

    @property
    def source(self) -> str:
        """The source of what is derived, by the sources that speak for the sites."""
        return self._source

    @property
    def changed(self) -> bool:
        """Whether anything changed since the last readings were asked for."""
        return bool(self._touched)

    def heard(self, site_id: str) -> bool:
        """Take note that something new was said of a site; False for one that is not in the inventory."""
        if site_id not in self._sites:
            return False
        self._dirty.add(site_id)
        return True

    def settle(self, now: datetime) -> None:
        """Judge the sites spoken of since; now and then, and on a new day, every one."""
        day = now.astimezone(HANOI).date()
        if day != self._day:
            self._day = day
            self._plan(day)
        if self._looked_at is None or not timedelta(0) <= now - self._looked_at < LOOK_EACH:
            self._looked_at = now
            self.memory.look(now)
            self._dirty = set(self._sites)
        for site_id in self._dirty:
            self._judge(self._sites[site_id], now)
        if self._dirty:
            self._dirty = set()
            self._name_source()

    def readings(self, at: datetime, *, changed_only: bool, stated: Iterable[str] = ()) -> list[RawReading]:
        """Return the figures as of the last `settle`, observed at an instant.

        Args:
            at: aware.
            changed_only: leave out what has the value and the quality it was last told with.
            stated: places for which somebody counts the sites; no counts of ours go beside theirs.
        """
        places = [*self._numbers, PROVINCE_ID]
        if changed_only:
            places = [place for place in places if place in self._touched]
            if self._touched:
                places.append(PROVINCE_ID)
        counted = frozenset(stated)
        told: list[RawReading] = []
        for place in places:
            quality = self._quality(place)
            figures = [*self._coverage(place), *(() if place in counted else self._counts(place))]
            self._tell(told, place, figures, quality, at, changed_only=changed_only)
        if places:
            quality = self._quality(PROVINCE_ID)
            for place, figures in self._roads():
                self._tell(told, place, figures, quality, at, changed_only=changed_only)
        self._touched = set()
        return told

    def lost(self) -> Lost:
        """Return what is lost as of the last `settle`."""
        cells = len(self._footprints.cells)
        gone = (self._present.counts(DRAWN)[:cells] == 0) & (self._planned.counts(DRAWN)[:cells] > 0)
        area_km2, people = self._loss(range(len(self._numbers)), DRAWN)
        stretches = [(tech, each) for tech in ROAD_TECHNOLOGIES for each in self._stretches(tech)]
        stretches.sort(key=lambda pair: (-pair[1].km, pair[0], pair[1]))
        absent = {
            site_id: verdict.absent_since
            for site_id, verdict in self._verdicts.items()
            if verdict.absent_since is not None and self._expected[site_id]
        }
        return Lost(
            DRAWN,
            patches(self._footprints.cells, gone),
            round(area_km2, 2),
            round(people),
            tuple(stretches),
            tuple(sorted(absent.items())),
        )

    # Sites

    def _plan(self, day: date) -> None:
        for site in self._sites.values():
            expected = frozenset(site.on_air(day)) & frozenset(self._footprints.technologies)
            if expected != self._expected.get(site.id):
                self._expected[site.id] = expected
                self._touched |= {site.commune, *self._names(self._planned.switch(site, expected))}
                self._dirty.add(site.id)

    def _judge(self, site: Site, now: datetime) -> None:
        verdict = self.memory.verdict(site, self._expected[site.id], now)
        before = self._verdicts.get(site.id)
        if verdict == before:
            return
        self._verdicts[site.id] = verdict
        changed = self._present.switch(site, verdict.on)
        if before is None or (before.on, before.known, before.sure) != (verdict.on, verdict.known, verdict.sure):
            self._touched |= {site.commune, *self._names(changed)}

    def _names(self, numbers: Iterable[int]) -> Iterator[str]:
        return (self._footprints.cells.communes[number] for number in numbers)

    def _name_source(self) -> None:
        sources = {verdict.source for verdict in self._verdicts.values() if verdict.source}
        name = joined(self._base, sources, {source: self.memory.is_simulated(source) for source in sources})
        if name != self._source:
            # A new name is a new series: everything is told under it.
            self._source = name
            self._told = {}
            self._touched = {*self._numbers}

    # Figures

    def _tell(
        self,
        told: list[RawReading],
        place: str,
        figures: Iterable[Figure],
        quality: str,
        at: datetime,
        *,
        changed_only: bool,
    ) -> None:
        before = self._told.setdefault(place, {})
        for metric, dims, value in figures:
            series = (metric, dims_key(dims))
            if changed_only and before.get(series) == (value, quality):
                continue
            before[series] = (value, quality)
            told.append(RawReading(metric, place, at, value, self._source, dims, "derived", quality))

    def _quality(self, place: str) -> str:
        """Return `estimated` while any site that should be on air there is judged by an old word, or by none."""
        for site in self._members_of(place):
            verdict = self._verdicts.get(site.id)
            if self._expected[site.id] and (verdict is None or not verdict.sure):
                return "estimated"
        return "good"

    def _coverage(self, place: str) -> Iterator[Figure]:
        numbers = self._numbers_of(place)
        yield from self._shares(numbers, {})
        if place == PROVINCE_ID and self._key_communes:
            yield from self._shares(self._key_communes, {"area": "key"}, ("5g",))
        for tech in self._footprints.technologies:
            planned = self._planned.sums(tech)
            if not any(planned.area_m2[number] for number in numbers):
                continue
            area_km2, people = self._loss(numbers, tech)
            dims = {"technology": tech}
            yield "covered_area_lost_km2", dims, round(area_km2, 2)
            yield "covered_population_lost", dims, float(round(people))

    def _shares(self, numbers: Sequence[int], extra: Dims, technologies: Sequence[str] = ()) -> Iterator[Figure]:
        everyone = sum(float(self._people_milli[number]) for number in numbers)
        everywhere = sum(float(self._area_m2[number]) for number in numbers)
        for tech in technologies or self._footprints.technologies:
            sums = self._present.sums(tech)
            people = sum(int(sums.people_milli[number]) for number in numbers)
            area_m2 = sum(int(sums.area_m2[number]) for number in numbers)
            dims = {"technology": tech, **extra}
            yield "population_coverage_pct", dims, _percent(people, everyone)
            yield "commune_coverage_pct", dims, _percent(area_m2, everywhere)

    def _loss(self, numbers: Iterable[int], tech: str) -> tuple[float, float]:
        """Return (area in km², people) that the plan reaches and the present does not."""
        planned, present = self._planned.sums(tech), self._present.sums(tech)
        chosen = list(numbers)
        area_m2 = int((planned.area_m2[chosen] - present.area_m2[chosen]).sum())
        people_milli = int((planned.people_milli[chosen] - present.people_milli[chosen]).sum())
        return area_m2 / 1e6, people_milli / 1e3

    def _counts(self, place: str) -> Iterator[Figure]:
        expected: dict[str, int] = {ANY: 0}
        on: dict[str, int] = {}
        known = 0
        for site in self._members_of(place):
            technologies = self._expected[site.id]
            if not technologies:
                continue
            verdict = self._verdicts[site.id]
            known += verdict.known
            for tech in (ANY, *technologies):
                expected[tech] = expected.get(tech, 0) + 1
                on[tech] = on.get(tech, 0) + (bool(verdict.on) if tech == ANY else tech in verdict.on)
        if not expected[ANY] or known < ENOUGH * expected[ANY]:
            return
        for tech, number in expected.items():
            dims = {"technology": tech} if tech else {}
            yield "bts_count", dims, float(on[tech])
            yield "bts_expected_count", dims, float(number)

    def _roads(self) -> Iterator[tuple[str, list[Figure]]]:
        """Yield by place the longest dead stretch of each road of its approach, 0 where there is none."""
        longest: dict[tuple[str, str, str], float] = {}
        for tech in ROAD_TECHNOLOGIES:
            for sampled in self._footprints.approaches:
                for road in dict.fromkeys(sampled.roads):
                    longest[sampled.place, road, tech] = 0.0
            for stretch in self._stretches(tech):
                key = (stretch.place, stretch.road, tech)
                longest[key] = max(longest[key], stretch.km)
        for (place, road, tech), km in longest.items():
            yield place, [("road_dead_stretch_km", {"road": road} | ({"technology": tech} if tech else {}), km)]

    def _stretches(self, tech: str) -> Iterator[Stretch]:
        cells = len(self._footprints.cells)
        technologies = self._footprints.technologies if tech == ANY else (tech,)
        dead = np.sum([self._present.counts(each)[cells:] for each in technologies], axis=0) == 0
        planned = np.sum([self._planned.counts(each)[cells:] for each in technologies], axis=0) > 0
        if not np.any(dead):
            return
        for sampled in self._footprints.approaches:
            mine = slice(sampled.first, sampled.first + len(sampled.roads))
            yield from dead_stretches(sampled, dead[mine], planned[mine])

    def _numbers_of(self, place: str) -> Sequence[int]:
        return range(len(self._numbers)) if place == PROVINCE_ID else (self._numbers[place],)

    def _members_of(self, place: str) -> Iterable[Site]:
        return self._sites.values() if place == PROVINCE_ID else self._members[place]


def _percent(part: float, whole: float) -> float:
    return round(100.0 * part / whole, 2) if whole else 0.0
