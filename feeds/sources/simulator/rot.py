"""Rot: a healthy feed made late, skewed, doubled, gappy and contradictory, at stated rates and with exact books.

What becomes of a reading depends on the seed and on the reading alone, not on when it was asked for, so that a run can
be repeated and a test can say what the ledger must show:

    stored = told − refused,  duplicates = duplicated + contradictory,  corrections = contradictory

Passages are only doubled: queues are counted from them, and a lost exit would leave a vehicle in a queue for good
without anybody being able to notice; a real gate's platform has its own books for that.
"""

from __future__ import annotations

import heapq
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.model import dims_key
from feeds.twin.chance import mixed
from feeds.twin.play import Rot
from feeds.validation import LATE_CADENCES, RawPassage, RawReading

FATES: Final = ("late", "ahead", "duplicated", "missing", "contradictory", "refused")
LATE_MARGIN: Final = timedelta(seconds=20)
"""Beyond the age from which the house calls a reading late."""
LATE_CADENCE_MAX_S: Final = 600.0
"""A metric that is told more rarely than this is never made late: nobody would wait hours for it."""
AHEAD_S: Final = (60.0, 240.0)
"""How far a clock is ahead: well below what the house refuses (300 s)."""
FAR_AHEAD: Final = timedelta(hours=1)
REFUSALS: Final = ("unknown_place", "clock_ahead", "missing_value")
"""Reasons for which a reading is refused, in equal parts."""
_OFF_GRID: Final = timedelta(microseconds=700)
"""Keeps a skewed instant off every honest one, which are whole milliseconds: a skewed reading is no duplicate."""


@dataclass(slots=True)
class Spoiled:
    """What becomes of a batch.

    Attributes:
        first: to be told now.
        again: to be told after it: the same again, and the right value after a wrong one.
        injected: how many of which fate, with `told` for all of the batch that were told in any shape.
    """

    first: list[RawReading] = field(default_factory=list)
    again: list[RawReading] = field(default_factory=list)
    injected: Counter[str] = field(default_factory=Counter)


class Rotten:
    """The bad feed: spoils readings and holds back those that are to be late.

    Args:
        seed: fixes every draw.
        rot_at: which shares hold at an instant; None: the feed is healthy.
        catalogue: cadences and bounds.
    """

    def __init__(self, seed: int, rot_at: Callable[[datetime], Rot | None], catalogue: Catalogue | None = None) -> None:
        self._seed = seed
        self._rot_at = rot_at
        self._catalogue = catalogue or Catalogue()
        self._held: list[tuple[datetime, int, RawReading]] = []
        self._count = 0

    @property
    def held(self) -> int:
        """How many readings are held back to be late."""
        return len(self._held)

    @property
    def longest_hold(self) -> timedelta:
        """For how long a reading may be held back."""
        return timedelta(seconds=LATE_CADENCES * LATE_CADENCE_MAX_S) + LATE_MARGIN

    def fate_of(self, reading: RawReading) -> str:
        """Return one of FATES, or "" for a reading that is told as it is."""
        rot = self._rot_at(reading.observed_at)
        if rot is None or reading.value is None:
            return ""
        draw = mixed(self._seed, _number_of(reading), -31)
        for fate in FATES:
            draw -= getattr(rot, fate)
            if draw < 0:
                return "" if fate == "late" and self._hold(reading) is None else fate
        return ""

    def spoil(self, readings: Iterable[RawReading], now: datetime) -> Spoiled:
        """Return what is told instead of some readings, with the late ones of earlier batches that are due."""
        spoiled = Spoiled()
        for reading in readings:
            fate = self.fate_of(reading)
            if fate == "late":
                self._hold_back(reading)
                continue
            if self._rot_at(reading.observed_at) is not None:
                spoiled.injected["told"] += 1
            if fate:
                spoiled.injected[fate] += 1
            self._tell(reading, fate, spoiled)
        while self._held and self._held[0][0] <= now:
            spoiled.first.append(heapq.heappop(self._held)[2])
            spoiled.injected["told"] += 1
            spoiled.injected["late"] += 1
        return spoiled

    def remember(self, readings: Iterable[RawReading], until: datetime) -> None:
        """Hold back again what was held back when the feed was told up to an instant; for a restart."""
        for reading in readings:
            hold = self._hold(reading)
            if hold is not None and self.fate_of(reading) == "late" and reading.observed_at + hold > until:
                self._hold_back(reading)

    def doubled(self, passages: Sequence[RawPassage]) -> list[RawPassage]:
        """Return the passages that are told twice."""
        return [passage for passage in passages if self._is_doubled(passage)]

    def _is_doubled(self, passage: RawPassage) -> bool:
        rot = self._rot_at(passage.at)
        if rot is None:
            return False
        number = zlib.crc32(f"{passage.vehicle}|{passage.step}|{passage.phase}".encode())
        return mixed(self._seed, number, -32) < rot.passages_duplicated

    def _tell(self, reading: RawReading, fate: str, spoiled: Spoiled) -> None:
        replace = msgspec.structs.replace
        draw = mixed(self._seed, _number_of(reading), -33)
        match fate:
            case "ahead":
                ahead = timedelta(milliseconds=int(1_000 * (AHEAD_S[0] + draw * (AHEAD_S[1] - AHEAD_S[0])))) + _OFF_GRID
                spoiled.first.append(replace(reading, observed_at=reading.observed_at + ahead))
            case "duplicated":
                spoiled.first.append(reading)
                spoiled.again.append(reading)
            case "missing":
                spoiled.first.append(replace(reading, value=None, quality="missing"))
            case "contradictory":
                spoiled.first.append(replace(reading, value=self._other_value(reading)))
                spoiled.again.append(reading)
            case "refused":
                spoiled.first.append(_unfit(reading, REFUSALS[int(draw * len(REFUSALS))]))
            case _:
                spoiled.first.append(reading)

    def _other_value(self, reading: RawReading) -> float:
        """Return another value that the metric may have."""
        metric = self._catalogue[reading.metric]
        value = reading.value or 0.0
        if metric.upper is None or value + 1 <= metric.upper:
            return value + 1
        return value - 1 if metric.lower is None or value - 1 >= metric.lower else (metric.lower or 0.0)

    def _hold(self, reading: RawReading) -> timedelta | None:
        metric = self._catalogue.get(reading.metric)
        if metric is None or metric.cadence_s > LATE_CADENCE_MAX_S:
            return None
        return timedelta(seconds=LATE_CADENCES * metric.cadence_s) + LATE_MARGIN

    def _hold_back(self, reading: RawReading) -> None:
        hold = self._hold(reading)
        assert hold is not None
        self._count += 1
        heapq.heappush(self._held, (reading.observed_at + hold, self._count, reading))


def _number_of(reading: RawReading) -> int:
    words = f"{reading.metric}|{reading.place}|{dims_key(reading.dims)}|{reading.observed_at.timestamp():.3f}"
    return zlib.crc32(words.encode())


def _unfit(reading: RawReading, reason: str) -> RawReading:
    """Return the reading in a shape that the door refuses for a reason."""
    replace = msgspec.structs.replace
    match reason:
        case "unknown_place":
            return replace(reading, place=f"{reading.place}-hong")
        case "clock_ahead":
            return replace(reading, observed_at=reading.observed_at + FAR_AHEAD)
        case _:
            return replace(reading, value=None)
