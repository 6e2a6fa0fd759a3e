"""Replay: a recorded file played through the door, at its own pace or faster.

With original times the readings keep the instants they were observed at, so that sending a file twice changes
nothing. With `as_live` each reading is observed at the instant it is played, so that screens move; then every run is
a new recording. A replay is never taken for the real world: its source begins with `replay`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.door import Door, utc_now
from feeds.errors import BusUnavailableError, MappingError
from feeds.model import DeadLetter, is_simulated
from feeds.registry import Registry, SourceFacts
from feeds.sources.csv.mapping import Mapping
from feeds.sources.csv.rows import PROVINCE, Row, declared_places, read_rows
from feeds.validation import OLDEST, RawReading
from feeds.worker import Backoff

BATCH_ROWS: Final = 200
"""Rows sent in one call at full speed."""


@dataclass(slots=True)
class Produced:
    """The replay's side of the ledger: produced = stored + duplicates + refused."""

    rows: int = 0
    readings: int = 0
    refused_rows: int = 0
    refused_readings: int = 0
    missing: int = 0
    clock_ahead_rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def produced(self) -> int:
        """Readings sent plus rows refused whole."""
        return self.readings + self.refused_rows


class Replay:
    """Plays files through the door.

    Raises:
        MappingError: on construction, when the mapping's source could pass for the real world.
    """

    def __init__(
        self,
        door: Door,
        registry: Registry,
        catalogue: Catalogue,
        mapping: Mapping,
        *,
        speed: float = math.inf,
        as_live: bool = False,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
    ) -> None:
        if not is_simulated(mapping.source):
            raise MappingError(f"source: a replay's source begins with 'replay', got {mapping.source!r}")
        if as_live and not math.isfinite(speed):
            raise MappingError("--as-live needs a finite --speed: at which pace should the recorded hours go by?")
        self._door = door
        self._registry = registry
        self._catalogue = catalogue
        self._mapping = mapping
        self._speed = speed
        self._as_live = as_live
        self._clock = clock
        self._sleep = sleep
        self.produced = Produced()

    async def run(self, files: Sequence[Path]) -> Produced:
        """Play the files one after another, in the order of their recording times.

        Raises:
            MappingError: when a file cannot be read with this mapping; nothing of it is sent then.
        """
        mapping = self._mapping
        rows = [row for path in files for row in read_rows(path, mapping, self._clock())]
        places = [place for path in files for place in declared_places(path, mapping)]
        # A refused row without a time keeps its place behind its predecessor.
        last: datetime | None = None
        keyed: list[tuple[datetime | None, Row]] = []
        for row in rows:
            last = row.recorded_at or last
            keyed.append((last, row))
        keyed.sort(key=lambda pair: pair[0] or OLDEST)
        await self._insisting(lambda: self._registry.declare(places))
        facts = SourceFacts(
            mapping.source,
            "replay",
            self._cadence_s(),
            mapping.name.vi,
            mapping.name.en,
            ", ".join(p.name for p in files),
        )
        await self._insisting(lambda: self._registry.announce(facts))
        async for batch in self._paced(keyed):
            await self._send(batch)
        await self._insisting(lambda: self._registry.announce(msgspec.structs.replace(facts, ended=True)))
        return self.produced

    def _cadence_s(self) -> float | None:
        cadence_s = self._mapping.cadence_s
        return cadence_s / self._speed if cadence_s and self._as_live else cadence_s

    async def _paced(self, keyed: list[tuple[datetime | None, Row]]) -> AsyncIterator[list[Row]]:
        if not math.isfinite(self._speed):
            for start in range(0, len(keyed), BATCH_ROWS):
                yield [row for _, row in keyed[start : start + BATCH_ROWS]]
            return
        begun = self._clock()
        first = next((at for at, _ in keyed if at), None)
        batch: list[Row] = []
        due = begun
        for at, row in keyed:
            row_due = begun + (at - first) / self._speed if at and first else due
            if row_due != due and batch:
                await self._until(due)
                yield batch
                batch = []
            due = row_due
            batch.append(row)
        if batch:
            await self._until(due)
            yield batch

    async def _until(self, due: datetime) -> None:
        wait_s = (due - self._clock()).total_seconds()
        if wait_s > 0:
            await self._sleep(wait_s)

    async def _send(self, rows: list[Row]) -> None:
        now = self._clock()
        readings: list[RawReading] = []
        origins: list[str] = []
        letters: list[DeadLetter] = []
        count = self.produced
        for row in rows:
            count.rows += 1
            if row.letter is not None:
                letters.append(row.letter)
                count.refused_rows += 1
                count.reasons[row.letter.reason] = count.reasons.get(row.letter.reason, 0) + 1
                continue
            made = list(row.readings)
            count.missing += sum(reading.quality == "missing" for reading in made)
            if row.clock_ahead_s > 0:
                count.clock_ahead_rows += 1
                made.append(self._ahead(row))
            if self._as_live:
                made = [msgspec.structs.replace(reading, observed_at=now) for reading in made]
            readings += made
            origins += [f"line {row.line}"] * len(made)
        receipt = await self._insisting(
            lambda: self._door.readings(readings, self._mapping.source, origins, extra=letters)
        )
        count.readings += len(readings)
        count.refused_readings += len(receipt.rejected)
        for rejection in receipt.rejected:
            count.reasons[rejection.reason] = count.reasons.get(rejection.reason, 0) + 1

    def _ahead(self, row: Row) -> RawReading:
        return RawReading(
            "feed_clock_ahead_s",
            PROVINCE,
            row.readings[0].observed_at,
            row.clock_ahead_s,
            self._mapping.source,
            {"feed": f"{self._mapping.source}:{row.readings[0].place}"[:64]},
            "derived",
        )

    async def _insisting(self, send: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 (hands through)
        backoff = Backoff()
        while True:
            try:
                return await send()
            except BusUnavailableError:
                await self._sleep(backoff.pause_s())
