"""The mobile network: which site is on the air, and each commune's radio figures.

A pure function of seed and time. A technology that was retired on its date is not expected. Deliberately not here:
coverage and counts of sites, which are derived from the sites (`feeds.network`) whoever reports them; only the past
that is filled in carries the counts, because no derivation goes back there.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from feeds.sources.simulator.outages import Outages
from feeds.twin.chance import DAY_S, HANOI_OFFSET_S, hanoi_day, mixed, wander
from feeds.validation import RawReading
from geodata.coverage import PlannedCoverage
from geodata.gates import HANOI
from geodata.sites import Site

AVAILABILITY_WINDOW_S: Final = 86_400.0
"""Availability is over the last 24 hours."""
KNOT_S: Final = 1_800.0
"""Radio figures drift from half-hour to half-hour (A)."""
PEAK_HOUR: Final = 20.5
"""Hanoi hour of the highest load (A)."""
RADIO: Final[Mapping[str, tuple[float, float]]] = {"3g": (-93.0, 5.0), "4g": (-97.0, 58.0), "5g": (-99.0, 310.0)}
"""By technology: RSRP in dBm and download speed in Mbit/s of an average commune at night (A)."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What is expected on the air on one day: by place, by technology ("" for any), and by site."""

    expected: Mapping[str, Mapping[str, int]]
    technologies: Sequence[tuple[str, ...]]


class Network:
    """All sites of the province.

    Args:
        seed: fixes every draw.
        sites: the sites, in the order of their ids.
        planned: the communes and their people, by which figures of the province are weighted.
        province: id of the province.
        source: name the readings carry.
    """

    def __init__(self, seed: int, sites: Sequence[Site], planned: PlannedCoverage, province: str, source: str) -> None:
        self._seed = seed
        self._sites = sites
        self._planned = planned
        self._province = province
        self._source = source
        of_commune: dict[str, list[int]] = {}
        for index, site in enumerate(sites):
            of_commune.setdefault(site.commune, []).append(index)
        self.outages = Outages(seed, of_commune)
        self._sites_of: dict[str, Container[int]] = {
            commune: set(of_commune.get(commune, ())) for commune in planned.communes
        }
        self._sites_of[province] = range(len(sites))
        self._keys = {commune: key for key, commune in enumerate(planned.communes)}
        self._key_communes = {site.commune for site in sites if site.key_area}
        self._days: dict[int, _Day] = {}

    @property
    def places(self) -> list[str]:
        """Ids that have readings: the communes, then the province."""
        return [*self._planned.communes, self._province]

    @property
    def site_count(self) -> int:
        """How many sites there are."""
        return len(self._sites)

    # Single sites

    def site_readings(self, indexes: Iterable[int], at: datetime) -> list[RawReading]:
        """Return whether sites are on the air at an instant; sites with nothing expected on the air are left out."""
        at_s = at.timestamp()
        down = self.outages.down_at(at_s)
        technologies = self._day(at_s).technologies
        return [self._site(index, at, index not in down) for index in indexes if technologies[index]]

    def site_changes(self, after_s: float, until_s: float) -> list[RawReading]:
        """Return a reading for each site that went off or came back within (after, until], by time."""
        changes = [
            (at_s, outage.site)
            for outage in self.outages.between(after_s, until_s)
            for at_s in (outage.starts_s, outage.ends_s)
            if after_s < at_s <= until_s
        ]
        readings = []
        for at_s, site in sorted(changes):
            if self._day(at_s).technologies[site]:
                at = datetime.fromtimestamp(at_s, UTC)
                readings.append(self._site(site, at, site not in self.outages.down_at(at_s)))
        return readings

    def _site(self, index: int, at: datetime, on_air: bool) -> RawReading:
        return RawReading("site_on_air", self._sites[index].id, at, float(on_air), self._source, {}, "probe")

    # Communes and the province

    def readings(self, place: str, at: datetime, *, brief: bool = False) -> list[RawReading]:
        """Return every figure of a place at an instant.

        Args:
            place: a commune or the province.
            at: the instant.
            brief: only what changes within a day, for filling in history, and the count of sites on the air.
        """
        at_s = at.timestamp()
        expected = self._day(at_s).expected[place]
        readings = [*self._radio(place, at, expected, brief=brief), *self._availability(place, at, expected)]
        if brief:
            on_air = expected[""] - self._down(place, at_s)
            readings.append(RawReading("bts_count", place, at, on_air, self._source, {}, "count"))
        return readings

    def _availability(self, place: str, at: datetime, expected: Mapping[str, int]) -> list[RawReading]:
        at_s = at.timestamp()
        lost_s = {"": 0.0, "4g": 0.0}
        technologies = self._day(at_s).technologies
        sites = self._sites_of[place]
        for site, seconds in self.outages.down_seconds(at_s - AVAILABILITY_WINDOW_S, at_s, sites).items():
            if technologies[site]:
                lost_s[""] += seconds
            if "4g" in technologies[site]:
                lost_s["4g"] += seconds
        readings = []
        for technology, seconds in lost_s.items():
            wanted = expected.get(technology, 0)
            if wanted:
                value = round(100 * (1 - seconds / (wanted * AVAILABILITY_WINDOW_S)), 3)
                dims = {"technology": technology} if technology else {}
                readings.append(RawReading("cell_availability_pct", place, at, value, self._source, dims, "probe"))
        return readings

    def _radio(self, place: str, at: datetime, expected: Mapping[str, int], *, brief: bool) -> list[RawReading]:
        at_s = at.timestamp()
        if place == self._province:
            load, sinr, quality = self._province_radio(at_s)
        else:
            load, sinr, quality = self._commune_radio(place, at_s)
        rrc = round(min(100.0, 99.75 - 0.006 * max(0.0, load - 40.0) + 0.1 * quality), 3)
        figures: list[tuple[str, float, str]] = [
            ("prb_utilisation_pct", round(load, 1), ""),
            ("sinr_db", round(sinr, 1), ""),
            ("rrc_setup_success_pct", rrc, "4g"),
        ]
        if not brief:
            figures.append(("rrc_setup_success_pct", rrc, ""))
        for technology, (rsrp_dbm, speed_mbps) in RADIO.items():
            if not expected.get(technology) or (brief and technology != "4g"):
                continue
            figures.append(("rsrp_dbm", round(rsrp_dbm + 5.0 * quality, 1), technology))
            speed = speed_mbps * (1.15 + 0.12 * quality - 0.006 * load)
            figures.append(("dl_user_throughput_mbps", round(speed, 1), technology))
        return [
            RawReading(metric, place, at, value, self._source, {"technology": tech} if tech else {}, "probe")
            for metric, value, tech in figures
        ]

    def _commune_radio(self, commune: str, at_s: float) -> tuple[float, float, float]:
        """Return (PRB use in percent, SINR in dB, radio quality about −1…1) of a commune at an instant."""
        key = self._keys[commune]
        own = 2 * mixed(self._seed, key, -7) - 1
        busy = 8.0 if commune in self._key_communes else 0.0
        load = 24.0 + 26.0 * _load_share(at_s) + busy + 9.0 * own + 5.0 * wander(self._seed, key, at_s, KNOT_S)
        quality = 2 * mixed(self._seed, key, -8) - 1 + 0.2 * wander(self._seed, key + 500, at_s, KNOT_S)
        sinr = 14.0 + 4.0 * quality - 0.05 * load
        return min(100.0, max(0.0, load)), sinr, quality

    def _province_radio(self, at_s: float) -> tuple[float, float, float]:
        people = load = sinr = quality = 0.0
        for commune, area in self._planned.communes.items():
            here = self._commune_radio(commune, at_s)
            people += area.population
            load += here[0] * area.population
            sinr += here[1] * area.population
            quality += here[2] * area.population
        return load / people, sinr / people, quality / people

    def _down(self, place: str, at_s: float) -> int:
        technologies = self._day(at_s).technologies
        sites = self._sites_of[place]
        return sum(1 for site in self.outages.down_at(at_s) if technologies[site] and site in sites)

    def _day(self, at_s: float) -> _Day:
        number = hanoi_day(at_s)
        known = self._days.get(number)
        if known is None:
            if len(self._days) > 16:
                self._days.clear()
            known = self._days[number] = self._expect(datetime.fromtimestamp(at_s, HANOI).date())
        return known

    def _expect(self, day: date) -> _Day:
        expected: dict[str, dict[str, int]] = {place: {"": 0} for place in self.places}
        technologies = []
        for site in self._sites:
            on_air = site.on_air(day)
            technologies.append(on_air)
            for place in (site.commune, self._province):
                counts = expected[place]
                for technology in ("", *on_air) if on_air else ():
                    counts[technology] = counts.get(technology, 0) + 1
        return _Day(expected, technologies)


def _load_share(at_s: float) -> float:
    """Return the load's daily course, 0 at its lowest to 1 at PEAK_HOUR."""
    hour = (at_s + HANOI_OFFSET_S) % DAY_S / 3_600
    daily = 0.5 + 0.5 * math.cos(2 * math.pi * (hour - PEAK_HOUR) / 24)
    noon = 0.25 * math.exp(-(((hour - 12.0) / 2.5) ** 2))
    return min(1.0, daily + noon)
