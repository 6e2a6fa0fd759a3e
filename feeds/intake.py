"""Taking batches off a stream as a consumer group does: each has its effect at least once, then is acknowledged.

What was taken and not acknowledged, by this process before it was killed or by a round that failed, is taken again
before anything new. What is not a batch of records becomes a dead letter. What this module does not do: the effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

import msgspec

from feeds.bus.port import Entry, StreamPort
from feeds.door import PAYLOAD_CHARACTERS, Door
from feeds.model import DeadLetter, Passage, Reading

RECORDS: Final = 5_000
"""Records taken at once, about: one transaction of some tenths of a second."""
MOST_ENTRIES: Final = 200
"""Entries taken at once at most, whatever their size has been so far: 100,000 records, some 60 MB."""
FIRST_GUESS: Final = 100.0
"""Records in an entry, before any was seen."""
RECLAIM_AFTER: Final = timedelta(seconds=60)
"""A consumer of another name that did not acknowledge for so long is dead: no batch takes a tenth of it."""
SENDER: Final = "bus"
"""Who is named as the sender of what is not a batch of records."""

T = TypeVar("T", Reading, Passage, DeadLetter)


class Intake(Generic[T]):
    """One stream as seen by one consumer of one group; used by one task at a time.

    Args:
        bus: where the stream is.
        door: takes the dead letters.
        stream: name of the stream.
        group: name of the consumer group.
        consumer: the same in every life of a process, so that it finds what it left. Two processes of one name would
            take each other's work, which is harmless and wasteful.
        decode: an entry's bytes to its records; raises msgspec.DecodeError.
        clock: the present, aware UTC.

    Attributes:
        drained: whether the last `take` found the stream at its end.
    """

    def __init__(
        self,
        bus: StreamPort,
        door: Door,
        stream: str,
        *,
        group: str,
        consumer: str,
        decode: Callable[[bytes], list[T]],
        clock: Callable[[], datetime],
    ) -> None:
        self.drained = False
        self.stream = stream
        self._bus = bus
        self._door = door
        self._group = group
        self._consumer = consumer
        self._decode: Callable[[bytes], list[T]] = decode
        self._clock = clock
        self._grouped = False
        # Whether entries may be pending under this name: at first what an earlier life of this process left behind.
        self._owed = True
        self._open = False
        self._per_entry = FIRST_GUESS
        self._reclaim_at: datetime | None = None

    async def take(self, block_ms: int) -> list[tuple[str, list[T]]]:
        """Return the next entries as (id, records), waiting up to `block_ms` for the first.

        Raises:
            BusUnavailableError: when the bus is down.
        """
        if not self._grouped:
            await self._bus.ensure_group(self.stream, self._group)
        # A server that lost its data has lost the group as well: after any failure it is asked for again.
        self._grouped = False
        count = max(1, min(MOST_ENTRIES, int(RECORDS / self._per_entry)))
        self.drained = False
        # A round that was not settled failed, perhaps after the server had given entries out.
        self._owed = self._owed or self._open
        self._open = True
        entries = await self._left_behind(count)
        if not entries:
            entries = await self._bus.read_group(self.stream, self._group, self._consumer, count, block_ms)
            self.drained = len(entries) < count
        batch = await self._decoded(entries)
        self._grouped = True
        return batch

    async def acknowledge(self, ids: list[str]) -> None:
        """Mark entries as done, once their effect is durable.

        Raises:
            BusUnavailableError: when the bus is down; the entries are taken again.
        """
        await self._bus.ack(self.stream, self._group, ids)

    def settle(self) -> None:
        """Say that everything taken has been acknowledged; without it the next round takes it again."""
        self._open = False

    async def lag(self) -> int:
        """Return how many entries wait to be acknowledged."""
        return await self._bus.lag(self.stream, self._group)

    async def _left_behind(self, count: int) -> list[Entry]:
        now = self._clock()
        if self._owed:
            entries = await self._bus.reclaim(self.stream, self._group, self._consumer, 0, count)
            self._owed = bool(entries)
            return entries
        # A clock that was set back must not put it off for as long as it was set back.
        if self._reclaim_at is None or not now < self._reclaim_at <= now + RECLAIM_AFTER:
            self._reclaim_at = now + RECLAIM_AFTER
            idle_ms = int(RECLAIM_AFTER.total_seconds() * 1000)
            entries = await self._bus.reclaim(self.stream, self._group, self._consumer, idle_ms, count)
            self._owed = bool(entries)
            return entries
        return []

    async def _decoded(self, entries: list[Entry]) -> list[tuple[str, list[T]]]:
        batch: list[tuple[str, list[T]]] = []
        letters: list[DeadLetter] = []
        for entry in entries:
            try:
                records = self._decode(entry.data)
            except msgspec.DecodeError as error:
                letters.append(self._letter(entry, error))
                batch.append((entry.id, []))
                continue
            batch.append((entry.id, records))
            self._per_entry += (max(1, len(records)) - self._per_entry) / 16
        if letters:
            await self._door.refuse(letters)
        return batch

    def _letter(self, entry: Entry, error: Exception) -> DeadLetter:
        return DeadLetter(
            "row",
            "undecodable",
            f"entry {entry.id} of stream {self.stream} is not a batch of records: {error}",
            "",
            SENDER,
            self._clock(),
            entry.data.decode(errors="replace")[:PAYLOAD_CHARACTERS],
            f"{self.stream}:{entry.id}",
        )


def portions(batch: list[tuple[str, list[T]]]) -> Iterator[list[tuple[str, list[T]]]]:
    """Yield the entries of a batch in portions of about RECORDS records, each one transaction."""
    portion: list[tuple[str, list[T]]] = []
    size = 0
    for entry_id, records in batch:
        if portion and size + len(records) > RECORDS:
            yield portion
            portion, size = [], 0
        portion.append((entry_id, records))
        size += len(records)
    if portion:
        yield portion
