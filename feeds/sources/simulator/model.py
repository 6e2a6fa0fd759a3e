"""The simulated province: passages and readings as functions of time, with no clock and no I/O.

Passages come in one pass, since the twin runs forwards; readings can be asked for any span at any time, so that the
present can be shown while the past is still being filled in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Final

from feeds.sources.simulator.blackout import blackout_outages, sites_along
from feeds.sources.simulator.carousel import Carousel
from feeds.sources.simulator.network import Network
from feeds.sources.simulator.services import Services
from feeds.sources.simulator.status import Status
from feeds.sources.simulator.systems import Systems
from feeds.twin.chance import day_start_s
from feeds.twin.engine import SOURCE, Twin
from feeds.twin.ground import RouteGround, load_ground
from feeds.twin.play import Rot, Scenario
from feeds.twin.tet import Season
from feeds.validation import RawPassage, RawReading
from geodata.coverage import PlannedCoverage, planned_coverage
from geodata.gates import HANOI
from geodata.places import PROVINCE_ID
from geodata.sites import Site, load_sites
from geodata.units import former_communes

LIVE_PERIOD_S: Final = 240.0
"""Services, network and sites report this often: a little oftener than their metrics' cadence of 300 s."""
STATUS_PERIOD_S: Final = 120.0
HISTORY_PERIOD_S: Final = 3_600.0
"""Cadence of the past that is filled in on a first start; seven days of it stay under 200,000 readings."""
SYSTEM_PERIOD_S: Final = 50.0
"""Probes check every minute; a little oftener, as above."""
FIXED_PERIOD_S: Final = 3_600.0
"""What changes once a year is repeated hourly, so that a new consumer need not wait a day for it."""
DAILY_PERIOD_S: Final = 86_400.0


class Pace(Enum):
    """How densely readings are given: as a live source does, or as the past is filled in."""

    LIVE = "live"
    HISTORY = "history"


class Simulator:
    """The province as it might be.

    Args:
        seed: the same seed, start and changes give the same events.
        start: first instant of the history.
        changes: (instant, scenario), ascending; the first holds from the beginning.
        ground: hours and lanes by route; None takes those of the start's day.
        sites: mobile sites; None takes the shipped ones.
        planned: planned coverage; None takes the shipped one.
    """

    def __init__(
        self,
        seed: int,
        start: datetime,
        changes: Sequence[tuple[datetime, Scenario]],
        *,
        ground: Sequence[RouteGround] | None = None,
        sites: Sequence[Site] | None = None,
        planned: PlannedCoverage | None = None,
    ) -> None:
        routes = tuple(ground if ground is not None else load_ground(start.astimezone(HANOI).date()))
        coverage = planned if planned is not None else planned_coverage()
        populations = {commune: area.population for commune, area in coverage.communes.items()}
        self.start = start
        self.twin = Twin(seed, start, changes, routes)
        self.services = Services(seed, populations, PROVINCE_ID, SOURCE, self._season_of)
        self._seed = seed
        self._sites = load_sites() if sites is None else sites
        self.network = Network(seed, self._sites, coverage, PROVINCE_ID, SOURCE)
        self.status = Status(
            seed,
            routes,
            self.twin.other_side_rate_at,
            SOURCE,
            closed_at=self.twin.schedule.closed_at,
            is_holiday=lambda day: self._season_of(day).closed,
        )
        self._plan_blackouts()
        self._given_s = start.timestamp()
        districts = sorted({former.district for former in former_communes().values()})
        self.systems = Systems(seed, list(coverage.communes), districts, PROVINCE_ID, SOURCE)
        services, network, systems = self.services, self.network, self.systems
        reporting = [*coverage.communes, PROVINCE_ID]
        site_turns = range(network.site_count)
        self._carousels: dict[
            Pace, tuple[Carousel[str] | Carousel[int] | Carousel[bool] | Carousel[tuple[str, str]], ...]
        ] = {
            Pace.LIVE: (
                Carousel(LIVE_PERIOD_S, services.places, services.readings),
                Carousel(LIVE_PERIOD_S, network.places, network.readings),
                Carousel(LIVE_PERIOD_S, site_turns, lambda site, at: network.site_readings((site,), at)),
                Carousel(STATUS_PERIOD_S, (False,), lambda _, at: self.status.readings(at)),
                Carousel(FIXED_PERIOD_S, (True,), lambda _, at: self.status.fixed(at)),
                Carousel(SYSTEM_PERIOD_S, (False,), lambda _, at: systems.centres(at)),
                Carousel(SYSTEM_PERIOD_S, systems.parts, systems.part),
                Carousel(FIXED_PERIOD_S, reporting, systems.work_files),
            ),
            Pace.HISTORY: (
                Carousel(HISTORY_PERIOD_S, services.places, services.readings),
                Carousel(HISTORY_PERIOD_S, network.places, lambda place, at: network.readings(place, at, brief=True)),
                Carousel(DAILY_PERIOD_S, network.places, network.readings),
                Carousel(HISTORY_PERIOD_S, (False,), lambda _, at: self.status.readings(at)),
                Carousel(DAILY_PERIOD_S, (True,), lambda _, at: self.status.fixed(at)),
                Carousel(HISTORY_PERIOD_S, (False,), lambda _, at: systems.centres(at)),
                Carousel(DAILY_PERIOD_S, reporting, systems.work_files),
            ),
        }

    def play(self, at: datetime, scenario: Scenario) -> None:
        """Let another scenario take over at an instant that lies after every passage given; nothing else changes.

        Raises:
            ValueError: when the instant does not lie after what was given and after every other change.
        """
        self.twin.play(at, scenario)
        self.services.forget()
        self._plan_blackouts()

    def scenario_at(self, at: datetime) -> Scenario:
        """Return the scenario that holds at an instant."""
        return self.twin.schedule.scenario_at(at.timestamp())

    def rot_at(self, at: datetime) -> Rot | None:
        """Return what becomes of the feed's readings at an instant; None while it is healthy."""
        return self.scenario_at(at).rot

    def _season_of(self, day: int) -> Season:
        # By what was known when the day began: a count of today must not fall because of what begins tomorrow.
        return self.twin.schedule.season_for(day, day_start_s(day))

    def _plan_blackouts(self) -> None:
        self.network.outages.beside = [
            outage
            for began_s, ended_s, scenario in self.twin.schedule.spans()
            if scenario.blackout is not None
            for outage in blackout_outages(self._seed, sites_along(self._sites, scenario.blackout), began_s, ended_s)
        ]

    def advance(self, until: datetime) -> list[RawReading | RawPassage]:
        """Return everything after the last call's instant up to this one, at the live pace, in time order."""
        events: list[RawReading | RawPassage] = [
            *self.passages(until),
            *self.readings(datetime.fromtimestamp(self._given_s, UTC), until),
        ]
        self._given_s = max(self._given_s, until.timestamp())
        events.sort(key=_instant)
        return events

    def passages(self, until: datetime) -> list[RawPassage]:
        """Return the passages not given yet up to an instant, in time order."""
        return self.twin.advance(until)

    def skip(self, until: datetime) -> None:
        """Go on to an instant without giving its passages: a restart told them already."""
        self.twin.skip(until)

    def readings(self, after: datetime, until: datetime, pace: Pace = Pace.LIVE) -> list[RawReading]:
        """Return the readings of (after, until] at a pace, in time order; empty for a span that is none."""
        after_s, until_s = after.timestamp(), until.timestamp()
        if until_s <= after_s:
            return []
        readings = [reading for carousel in self._carousels[pace] for reading in carousel.between(after_s, until_s)]
        readings += self.network.site_changes(after_s, until_s)
        if pace is Pace.HISTORY and after == self.start:
            # Once, with the oldest of the past: the districts are over and say nothing new.
            readings += self.systems.districts()
        readings.sort(key=_instant)
        return readings

    def current(self, at: datetime) -> list[RawReading]:
        """Return every figure at an instant, for a screen that has none yet."""
        return [
            *self.status.readings(at, fixed=True),
            *(reading for place in self.services.places for reading in self.services.readings(place, at)),
            *(reading for place in self.network.places for reading in self.network.readings(place, at)),
            *self.network.site_readings(range(self.network.site_count), at),
            *self.systems.centres(at),
            *(reading for part in self.systems.parts for reading in self.systems.part(part, at)),
            *(reading for place in self.network.places for reading in self.systems.work_files(place, at)),
        ]


def _instant(event: RawReading | RawPassage) -> datetime:
    return event.at if isinstance(event, RawPassage) else event.observed_at
