"""Which scenario holds from when, and what it makes of a day; what was true of an instant never changes afterwards."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from feeds.twin import tet
from feeds.twin.calibration import BAY_LOAD, DAILY_MEAN, JULY_2025, JULY_2025_TOTAL
from feeds.twin.chance import hanoi_day, seeded
from feeds.twin.play import Phase, Scenario

TET_LEAD_DAYS: Final = 2
"""A scenario that plays Tết begins this many days before the first of the lunar year, so that traffic is seen to fall
before the gates close."""


class Schedule:
    """Which scenario holds from when; the first holds before its instant too.

    Args:
        changes: (instant in Unix seconds, scenario), ascending; a later one takes over at its instant.
        seed: for the days' draws.

    Raises:
        ValueError: when there is no scenario, or they do not ascend in time.
    """

    def __init__(self, changes: Sequence[tuple[float, Scenario]], seed: int) -> None:
        if not changes:
            raise ValueError("A schedule needs at least one scenario.")
        self._instants = [at_s for at_s, _ in changes]
        if self._instants != sorted(self._instants):
            raise ValueError("The changes of a schedule must ascend in time.")
        self._scenarios = [scenario for _, scenario in changes]
        self._seed = seed
        self._rates: dict[tuple[int, int], float] = {}
        self._closed: dict[tuple[int, int], frozenset[str]] = {}

    def add(self, at_s: float, scenario: Scenario) -> None:
        """Let a scenario take over at an instant after every other change.

        Raises:
            ValueError: when a change stands at that instant or after it.
        """
        if at_s <= self._instants[-1]:
            raise ValueError("The changes of a schedule must ascend in time.")
        self._instants.append(at_s)
        self._scenarios.append(scenario)

    def scenario_at(self, at_s: float) -> Scenario:
        """Return the scenario that holds at an instant."""
        return self._scenarios[self._index(at_s)]

    def spans(self) -> list[tuple[float, float | None, Scenario]]:
        """Return (from, until, scenario) in order; the last has no end yet."""
        return list(zip(self._instants, [*self._instants[1:], None], self._scenarios, strict=True))

    def phase_for(self, day: int, known_s: float) -> Phase:
        """Return the phase of a Hanoi day by what is known at an instant.

        A scenario's days are counted from the Hanoi day it took over; a change that comes after the instant is not
        known yet, so that what was made up before it stays as it was.
        """
        index = self._index(known_s)
        return self._scenarios[index].phase_on(day - hanoi_day(self._instants[index]))

    def phase_at(self, at_s: float) -> Phase:
        """Return the phase that holds at an instant."""
        return self.phase_for(hanoi_day(at_s), at_s)

    def season_for(self, day: int, known_s: float) -> tet.Season:
        """Return what the calendar makes of a Hanoi day by what is known at an instant.

        The real Tết counts in every scenario; one that plays it does so from its take-over on, unless it is Tết.
        """
        offset = tet.offset_of(day)
        index = self._index(known_s)
        if offset is None and self._scenarios[index].tet:
            offset = day - (hanoi_day(self._instants[index]) + TET_LEAD_DAYS)
        return tet.season(offset)

    def closed_at(self, at_s: float) -> frozenset[str]:
        """Return the gates at which nothing moves at an instant, whatever their hours."""
        index, day = self._index(at_s), hanoi_day(at_s)
        closed = self._closed.get((index, day))
        if closed is None:
            closed = self.phase_for(day, at_s).closed
            if self.season_for(day, at_s).closed:
                closed |= frozenset(JULY_2025)
            self._closed[index, day] = closed
        return closed

    def rate_for(self, day: int, known_s: float) -> float:
        """Return the Chinese side's rate against normal on a Hanoi day by what is known at an instant."""
        index = self._index(known_s)
        rate = self._rates.get((index, day))
        if rate is None:
            low, high = self.phase_for(day, known_s).other_side_rate
            rate = low if low == high else seeded(self._seed, "rate", day).uniform(low, high)
            self._rates[index, day] = rate
        return rate

    def other_side_rate_at(self, at_s: float) -> float:
        """Return the Chinese side's rate against normal at an instant: constant within a day and scenario."""
        return self.rate_for(hanoi_day(at_s), at_s)

    def vehicles_for(self, day: int, gate: str, direction: str, known_s: float) -> float:
        """Return the mean number of vehicles that come to a gate on a Hanoi day by what is known at an instant."""
        season = self.season_for(day, known_s)
        if season.closed:
            return 0.0
        phase, rate = self.phase_for(day, known_s), self.rate_for(day, known_s)
        return daily_vehicles(phase, gate, direction, rate) * season.traffic

    def _index(self, at_s: float) -> int:
        return max(0, bisect_right(self._instants, at_s) - 1)


def daily_vehicles(phase: Phase, gate: str, direction: str, other_side_rate: float) -> float:
    """Return the mean number of vehicles that come to a gate on a day of a phase.

    Imports come through the other side's own gate, so its rate holds them back there: up to its head-room
    (1 ÷ BAY_LOAD) nothing changes, below that fewer are let out, and those never enter the model.
    """
    scale = DAILY_MEAN / JULY_2025_TOTAL
    if direction == "export":
        given = phase.export_a_day
        return given.get(gate, 0.0) if given is not None else JULY_2025[gate][0] * scale
    given = phase.import_a_day
    wanted = given.get(gate, 0.0) if given is not None else JULY_2025[gate][1] * scale
    return wanted * min(1.0, other_side_rate / BAY_LOAD)
