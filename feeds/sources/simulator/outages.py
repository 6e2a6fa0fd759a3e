"""When which site is off the air: single faults and faults of an area (power, fibre), day by day.

A pure function of seed and day, so that any instant can be asked in any order.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from math import exp, log, sqrt
from typing import Final, NamedTuple

from feeds.twin.chance import DAY_S, day_start_s, hanoi_day, seeded

AVAILABILITY: Final = 0.999
"""Target availability of the network (domain facts §4, M)."""
SINGLE_SHARE: Final = 0.6
"""Part of all downtime that single faults make; the rest comes from areas (A)."""
SINGLE_REPAIR_S: Final = 1.5 * 3_600
AREA_REPAIR_S: Final = 2.0 * 3_600
AREA_SITES: Final = 6
"""Mean time to repair, and sites that lose power or fibre together (A)."""
REPAIR_CV: Final = 0.8
REPAIR_MAX_S: Final = 24 * 3_600.0
"""No fault lasts longer, so that two days of faults say everything about an instant."""


class Outage(NamedTuple):
    """One site off the air from one instant to another (whole Unix seconds); `site` is its place in the list."""

    site: int
    starts_s: float
    ends_s: float


class Outages:
    """The faults of all sites.

    Args:
        seed: fixes every draw.
        sites_of_area: positions of sites by area; an area fault takes neighbours in this list.

    Attributes:
        beside: faults that a scenario brings, beside those of every day, whatever day they begin on.
    """

    def __init__(self, seed: int, sites_of_area: Mapping[str, Sequence[int]]) -> None:
        self._seed = seed
        self._areas = [list(sites) for sites in sites_of_area.values() if sites]
        self._sites = sorted(site for sites in self._areas for site in sites)
        self._days: dict[int, list[Outage]] = {}
        self.beside: list[Outage] = []

    @property
    def single_mtbf_s(self) -> float:
        """Mean time between single faults of one site, in seconds."""
        return SINGLE_REPAIR_S / ((1 - AVAILABILITY) * SINGLE_SHARE)

    def of_day(self, day: int) -> list[Outage]:
        """Return the faults that begin on a Hanoi day, by their beginning."""
        known = self._days.get(day)
        if known is None:
            if len(self._days) > 64:
                self._days.clear()
            drawn = [Outage(site, round(starts_s), round(ends_s)) for site, starts_s, ends_s in self._draw(day)]
            known = self._days[day] = sorted(drawn, key=lambda outage: outage.starts_s)
        return known

    def between(self, after_s: float, until_s: float) -> list[Outage]:
        """Return the faults that last at some instant of (after, until], by their beginning."""
        days = range(hanoi_day(after_s) - 1, hanoi_day(until_s) + 1)
        found = [
            outage
            for day in days
            for outage in self.of_day(day)
            if outage.starts_s <= until_s and outage.ends_s > after_s
        ]
        beside = [outage for outage in self.beside if outage.starts_s <= until_s and outage.ends_s > after_s]
        return sorted(found + beside, key=lambda outage: outage.starts_s) if beside else found

    def down_at(self, at_s: float) -> set[int]:
        """Return the sites off the air at an instant; at the end of a fault the site is back."""
        days = (hanoi_day(at_s) - 1, hanoi_day(at_s))
        down = {outage.site for day in days for outage in self.of_day(day) if outage.starts_s <= at_s < outage.ends_s}
        down.update(outage.site for outage in self.beside if outage.starts_s <= at_s < outage.ends_s)
        return down

    def down_seconds(self, after_s: float, until_s: float, among: Container[int]) -> dict[int, float]:
        """Return how long each of some sites was off the air within a span; sites that never were are left out."""
        spans: dict[int, list[tuple[float, float]]] = {}
        for outage in self.between(after_s, until_s):
            if outage.site not in among:
                continue
            span = (max(after_s, outage.starts_s), min(until_s, outage.ends_s))
            spans.setdefault(outage.site, []).append(span)
        return {site: _covered_s(sorted(parts)) for site, parts in spans.items()}

    def _draw(self, day: int) -> list[Outage]:
        rng = seeded(self._seed, "outages", day)
        start_s = day_start_s(day)
        outages: list[Outage] = []
        faults_a_day = len(self._sites) * DAY_S / self.single_mtbf_s
        at_s = start_s + rng.expovariate(faults_a_day / DAY_S) if faults_a_day else start_s + DAY_S
        while at_s < start_s + DAY_S:
            repair_s = _repair_s(rng.normalvariate(0.0, 1.0), SINGLE_REPAIR_S)
            outages.append(Outage(rng.choice(self._sites), at_s, at_s + repair_s))
            at_s += rng.expovariate(faults_a_day / DAY_S)
        lost_s = len(self._sites) * DAY_S * (1 - AVAILABILITY) * (1 - SINGLE_SHARE)
        areas_a_day = lost_s / (AREA_SITES * AREA_REPAIR_S)
        at_s = start_s + rng.expovariate(areas_a_day / DAY_S) if areas_a_day else start_s + DAY_S
        while at_s < start_s + DAY_S:
            outages.extend(self._area_fault(at_s, rng.random(), rng.random(), rng.normalvariate(0.0, 1.0)))
            at_s += rng.expovariate(areas_a_day / DAY_S)
        return outages

    def _area_fault(self, at_s: float, which: float, where: float, z: float) -> list[Outage]:
        area = self._areas[int(which * len(self._areas))]
        count = min(len(area), AREA_SITES)
        first = int(where * (len(area) - count + 1))
        repair_s = _repair_s(z, AREA_REPAIR_S)
        # Batteries run empty one after another, within minutes.
        return [
            Outage(site, at_s + 60.0 * n, at_s + 60.0 * n + repair_s)
            for n, site in enumerate(area[first : first + count])
        ]


def _repair_s(z: float, mean_s: float) -> float:
    sigma = sqrt(log(1 + REPAIR_CV**2))
    return min(REPAIR_MAX_S, mean_s * exp(sigma * z - sigma**2 / 2))


def _covered_s(spans: list[tuple[float, float]]) -> float:
    total_s, reached_s = 0.0, float("-inf")
    for starts_s, ends_s in spans:
        total_s += max(0.0, ends_s - max(starts_s, reached_s))
        reached_s = max(reached_s, ends_s)
    return total_s
