"""Replay: recorded files played through the door, at their own pace or faster.

With original times the readings keep the instants they were observed at, so that sending a file twice changes
nothing. With `as_live` each reading is observed at the instant it is played, so that screens move; then every run is
a new recording. A replay is never taken for the real world: its source begins with `replay`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.door import Door, utc_now
from feeds.errors import BusUnavailableError, MappingError
from feeds.mapping.payload import PayloadReader
from feeds.mapping.rows import Row
from feeds.mapping.schema import Mapping
from feeds.model import is_simulated
from feeds.registry import Registry, SourceFacts
from feeds.sources.delivery import BATCH_ROWS, Delivery, Tally
from feeds.validation import OLDEST
from feeds.worker import insisting

PREFIX: Final = "replay-"
"""What a mapping's source is given when it could pass for the real world."""


class Replay:
    """Plays files through the door.

    Raises:
        MappingError: on construction, when the pace makes no sense.
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
        if as_live and not math.isfinite(speed):
            raise MappingError("--as-live needs a finite --speed: at which pace should the recorded hours go by?")
        self.mapping = replayed(mapping)
        self._registry = registry
        self._delivery = Delivery(door, registry, catalogue, self.mapping)
        self._speed = speed
        self._as_live = as_live
        self._clock = clock
        self._sleep = sleep
        self.produced = Tally()

    async def run(self, files: Sequence[Path]) -> Tally:
        """Play the files: at full speed one after another, else together in the order of their recording times.

        At full speed a file is read bit by bit, whatever its size.

        Raises:
            MappingError: when a file cannot be read with this mapping; nothing of it is sent then.
        """
        mapping = self.mapping
        cadence_s = mapping.cadence_s / self._speed if mapping.cadence_s and self._as_live else mapping.cadence_s
        detail = ", ".join(path.name for path in files)[:200]
        facts = SourceFacts(mapping.source, "replay", cadence_s, mapping.name.vi, mapping.name.en, detail)
        for path in files:
            self._probe(path)
        await self._insisting(lambda: self._registry.announce(facts))
        batches = self._paced(files) if math.isfinite(self._speed) else self._streamed(files)
        async for batch in batches:
            await self._send(batch)
        await self._insisting(lambda: self._registry.announce(msgspec.structs.replace(facts, ended=True)))
        return self.produced

    def _probe(self, path: Path) -> None:
        """Refuse a file of which not one record can be read, before anything is sent."""
        next(self._rows(path), None)

    def _rows(self, path: Path) -> Iterator[Row]:
        reader = PayloadReader(self.mapping, self._clock(), origin=path.name)
        try:
            with path.open("rb") as file:
                for row in reader.rows(file):
                    if reader.unreadable and row.letter is not None:
                        raise MappingError(f"{path.name}: {row.letter.message}")
                    yield row
        except OSError as error:
            raise MappingError(f"{path}: cannot be read ({error.strerror})") from error

    async def _streamed(self, files: Sequence[Path]) -> AsyncIterator[list[Row]]:
        for path in files:
            rows = self._rows(path)
            while batch := list(islice(rows, BATCH_ROWS)):
                yield batch

    async def _paced(self, files: Sequence[Path]) -> AsyncIterator[list[Row]]:
        keyed = self._in_order(files)
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

    def _in_order(self, files: Sequence[Path]) -> list[tuple[datetime | None, Row]]:
        # A refused row without a time keeps its place behind its predecessor.
        last: datetime | None = None
        keyed: list[tuple[datetime | None, Row]] = []
        for path in files:
            for row in self._rows(path):
                last = row.recorded_at or last
                keyed.append((last, row))
        keyed.sort(key=lambda pair: pair[0] or OLDEST)
        return keyed

    async def _until(self, due: datetime) -> None:
        wait_s = (due - self._clock()).total_seconds()
        if wait_s > 0:
            await self._sleep(wait_s)

    async def _send(self, rows: list[Row]) -> None:
        now = self._clock() if self._as_live else None
        self.produced.add(await self._insisting(lambda: self._delivery.send_rows(rows, observed_at=now)))

    async def _insisting(self, send: Callable[[], Awaitable[Any]]) -> Any:  # noqa: ANN401 (hands through)
        return await insisting(send, expected=BusUnavailableError, sleep=self._sleep)


def replayed(mapping: Mapping) -> Mapping:
    """Return the mapping under a source that says it is a replay."""
    return mapping if is_simulated(mapping.source) else mapping.under(f"{PREFIX}{mapping.source}"[:64])
