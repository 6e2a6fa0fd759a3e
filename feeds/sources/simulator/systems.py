"""The programme's own systems, and work files processed online: what probes and the document system would tell.

A pure function of seed and time. None of it is a claim about the province: no document gives these figures, and every
reading carries the simulator as its source. Deliberately not here: what only people know of the programme.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from feeds.twin.chance import DAY_S, day_start_s, hanoi_day, mixed, wander
from feeds.validation import RawReading
from geodata.gates import HANOI

SYSTEMS: Final = ("documents", "portal", "video-conference", "sites", "gate-platform", "fibre")
"""The systems of config/targets.yaml, by the words their probes use."""
IN_COMMUNES: Final = ("video-conference", "fibre")
"""Those with a part in every commune."""
LATENCY_MS: Final = (85.0, 240.0, 45.0, 180.0, 60.0, 8.0)
"""Usual time to answer, in the order of SYSTEMS (A)."""
FAULT_SHARE: Final = 0.08
"""Days on which a system fails once (A)."""
FAULT_S: Final = (240.0, 1_500.0)
"""How long it then does not answer (A)."""
PART_FAULT_SHARE: Final = 0.03
"""Days on which a commune's room, or its line, is away for hours (A)."""
PART_FAULT_S: Final = (3_600.0, 28_800.0)
WORK_FILES: Final = (("work_files_province", 93.0), ("work_files_commune", 66.0))
"""Work files processed online in percent at the end of 2025, by target (A): near the aims of 90 and 60."""
WORK_FILES_DISTRICT: Final = 78.0
"""The same of the districts on their last day (A)."""
A_YEAR: Final = 4.0
"""Points by which they grow a year (A)."""
DISTRICTS_TOLD_AT: Final = datetime(2025, 6, 30, 17, 0, tzinfo=HANOI).astimezone(UTC)
"""Closing time of the districts' last day. Source: Resolution 1672/NQ-UBTVQH15."""
_START: Final = datetime(2025, 12, 31, tzinfo=HANOI)
_KEYS: Final = 7_000
"""Draws of this module begin here, so that they are no others'."""


class Systems:
    """What is told of the systems and of the work files.

    Args:
        seed: fixes every draw.
        communes: their ids, in a stable order.
        districts: ids of the districts until 30 June 2025.
        province: id of the province.
        source: name the readings carry.
    """

    def __init__(
        self, seed: int, communes: Sequence[str], districts: Sequence[str], province: str, source: str
    ) -> None:
        self._seed = seed
        self._communes = communes
        self._districts = districts
        self._province = province
        self._source = source

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Every part that has a probe, as (system, commune)."""
        return [(system, commune) for system in IN_COMMUNES for commune in self._communes]

    def centres(self, at: datetime) -> list[RawReading]:
        """Return whether each system answers, and how fast."""
        readings = []
        for number, system in enumerate(SYSTEMS):
            up = not self._down(number, at.timestamp(), FAULT_SHARE, FAULT_S)
            readings.append(self._reading("system_availability", self._province, at, float(up), {"system": system}))
            if up:
                slow = 1.0 + 0.35 * wander(self._seed, _KEYS + number, at.timestamp(), 1_800.0)
                latency = round(LATENCY_MS[number] * slow, 1)
                readings.append(self._reading("response_time_ms", self._province, at, latency, {"system": system}))
        return readings

    def part(self, part: tuple[str, str], at: datetime) -> list[RawReading]:
        """Return whether a commune's part of a system answers."""
        system, commune = part
        number = 100 + 1_000 * SYSTEMS.index(system) + self._communes.index(commune)
        up = not self._down(number, at.timestamp(), PART_FAULT_SHARE, PART_FAULT_S)
        return [self._reading("system_availability", commune, at, float(up), {"system": system})]

    def work_files(self, place: str, at: datetime) -> list[RawReading]:
        """Return the work files processed online, of the province's tiers or of a commune."""
        years = (at - _START).total_seconds() / (365.25 * DAY_S)
        grown = max(0.0, years) * A_YEAR
        if place != self._province:
            own = 24.0 * (mixed(self._seed, _KEYS + 500, self._communes.index(place)) - 0.5)
            return [self._value("work_files_commune", place, at, WORK_FILES[1][1] + own + grown)]
        readings = [self._value("work_files_province", place, at, WORK_FILES[0][1] + 0.4 * grown)]
        shares = [24.0 * (mixed(self._seed, _KEYS + 500, number) - 0.5) for number in range(len(self._communes))]
        mean = sum(shares) / len(shares) if shares else 0.0
        readings.append(self._value("work_files_commune", place, at, WORK_FILES[1][1] + mean + grown))
        return readings

    def districts(self) -> list[RawReading]:
        """Return the districts' last figures, told on their last day."""
        return [
            self._value(
                "work_files_district",
                district,
                DISTRICTS_TOLD_AT,
                WORK_FILES_DISTRICT + 16.0 * (mixed(self._seed, _KEYS + 600, number) - 0.5),
            )
            for number, district in enumerate(self._districts)
        ]

    def _down(self, number: int, at_s: float, share: float, lasts_s: tuple[float, float]) -> bool:
        """Tell whether the fault of this day, or of the day before, lasts at an instant."""
        for day in (hanoi_day(at_s), hanoi_day(at_s) - 1):
            if mixed(self._seed, _KEYS + number, day) >= share:
                continue
            begins_s = day_start_s(day) + DAY_S * mixed(self._seed, _KEYS + number, -day)
            shortest_s, longest_s = lasts_s
            ends_s = begins_s + shortest_s + (longest_s - shortest_s) * mixed(self._seed, _KEYS + number + 1, -day)
            if begins_s <= at_s < ends_s:
                return True
        return False

    def _value(self, target: str, place: str, at: datetime, value: float) -> RawReading:
        return self._reading("target_value", place, at, round(min(100.0, value), 1), {"target": target})

    def _reading(self, metric: str, place: str, at: datetime, value: float, dims: dict[str, str]) -> RawReading:
        method = "probe" if metric != "target_value" else "count"
        return RawReading(metric, place, at, value, self._source, dims, method)
