"""What may be played: scenarios are data, and a schedule says which one holds from when.

The Chinese side is one server-rate multiplier; with the demand of each gate it drives nearly every historic crisis
(domain facts §2). What is not here: how a vehicle moves (see `engine`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from feeds.twin.calibration import BAY_LOAD, DAILY_MEAN, HOUR_S, JULY_2025, JULY_2025_TOTAL
from feeds.twin.chance import hanoi_day, seeded


@dataclass(frozen=True, slots=True)
class Phase:
    """Part of a scenario.

    Attributes:
        from_day: first day of the phase, counted from the scenario's first.
        other_side_rate: the Chinese side's rate against normal, a range from which each day draws; 1 is normal.
        export_a_day: vehicles that come to export, by gate; None: as in July 2025.
        import_a_day: vehicles that would come to import at the normal rate, by gate; None: as in July 2025.
        patience_s: mean time after which a waiting export vehicle turns back; None: nobody does.
    """

    from_day: int = 0
    other_side_rate: tuple[float, float] = (1.0, 1.0)
    export_a_day: Mapping[str, float] | None = None
    import_a_day: Mapping[str, float] | None = None
    patience_s: float | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing that may happen to the gates; phases in order, the last one stays."""

    name: str
    phases: tuple[Phase, ...] = field(default_factory=lambda: (Phase(),))

    def phase_on(self, day: int) -> Phase:
        """Return the phase of a day counted from the scenario's first; the first one before it."""
        return self.phases[max(0, bisect_right([phase.from_day for phase in self.phases], day) - 1)]


BUILD_UP_DAYS: Final = 11
"""Days in which the queues of `december-2021` build up: the seven of the history and four of warm-up before it."""

NORMAL: Final = Scenario("normal")
CHINA_STRICT: Final = Scenario("china-strict", (Phase(0, (0.2, 0.5), patience_s=168 * HOUR_S),))
DECEMBER_2021: Final = Scenario(
    "december-2021",
    (
        Phase(
            0,
            (0.37, 0.37),
            {"huu-nghi": 277.0, "tan-thanh": 326.0, "chi-ma": 86.0, "coc-nam": 18.0},
            {"huu-nghi": 30.0, "tan-thanh": 25.0, "chi-ma": 6.0, "coc-nam": 1.0},
        ),
        Phase(
            BUILD_UP_DAYS,
            (0.37, 0.37),
            {"huu-nghi": 175.0, "tan-thanh": 99.0, "chi-ma": 28.0, "coc-nam": 18.0},
            {"huu-nghi": 30.0, "tan-thanh": 25.0, "chi-ma": 6.0, "coc-nam": 1.0},
        ),
    ),
)
"""16 December 2021: 4,550 waiting (HN 1,263, TT 2,601, CM 678), 300–400 a day cleared (domain facts §2). The queues
build up in BUILD_UP_DAYS and are held from then on, as when the province asked shippers to stop sending trucks. The
demand is ours (D): what the rate of 0.37 lets through, plus the published queue spread over those days."""

SCENARIOS: Final[Mapping[str, Scenario]] = {each.name: each for each in (NORMAL, CHINA_STRICT, DECEMBER_2021)}


def scenario_named(name: str) -> Scenario:
    """Return a scenario by its name.

    Raises:
        ValueError: when there is none of that name; the message lists those there are.
    """
    try:
        return SCENARIOS[name]
    except KeyError:
        raise ValueError(f"There is no scenario {name!r}. Expected one of: {', '.join(SCENARIOS)}.") from None


class Schedule:
    """Which scenario holds from when; the first holds before its instant too.

    Args:
        changes: (instant in Unix seconds, scenario), ascending; a later one takes over at its instant.
        seed: for the days' draws.
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

    def scenario_at(self, at_s: float) -> Scenario:
        """Return the scenario that holds at an instant."""
        return self._scenarios[self._index(at_s)]

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
