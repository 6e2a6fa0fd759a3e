"""Rows through the door: the one way by which every source of payloads sends what its mapping makes of them.

Places are declared before the readings that name them. A place whose id belongs to somebody else is not overwritten:
its rows are refused. When the bus fails half-way the sender gets an error and sends again; what was sent twice is a
duplicate that changes nothing. What this module does not do: fetch payloads, or insist.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import BinaryIO, Final

import msgspec

from feeds.catalogue import Catalogue
from feeds.door import PAYLOAD_CHARACTERS, Door, Keep, Receipt, utc_now
from feeds.mapping.payload import PayloadReader
from feeds.mapping.rows import Row
from feeds.mapping.schema import Mapping
from feeds.model import DeadLetter
from feeds.registry import Registry
from feeds.validation import RawPassage, RawReading
from geodata.errors import PlaceError
from geodata.places import PROVINCE_ID, Place

BATCH_ROWS: Final = 200
"""Rows sent in one call."""
SMALL_BYTES: Final = 64 * 1024
"""A payload of this size is read in some milliseconds, less than handing it to a thread and back may cost."""

_NOT_A_WORD: Final = re.compile(r"[^\w.:-]", re.ASCII)


@dataclass(slots=True)
class Tally:
    """A sender's side of the ledger: produced = stored + duplicates + refused.

    Attributes:
        rows: records read, refused ones included.
        readings: readings sent, those about a clock that is ahead included.
        passages: passages sent.
        missing: readings of quality missing among them.
        accepted: readings and passages the door took.
        refused_rows: rows, or single readings of rows, that could not be read.
        rejected: readings and passages the door refused.
        clock_ahead_rows: rows whose source clock runs ahead of the recorder's.
        reasons: refused_rows and rejected by reason.
    """

    rows: int = 0
    readings: int = 0
    passages: int = 0
    missing: int = 0
    accepted: int = 0
    refused_rows: int = 0
    rejected: int = 0
    clock_ahead_rows: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    @property
    def produced(self) -> int:
        """Readings and passages sent, plus rows refused whole."""
        return self.readings + self.passages + self.refused_rows

    @property
    def refused(self) -> int:
        """Everything that became a dead letter."""
        return self.refused_rows + self.rejected

    def count(self, reason: str) -> None:
        """Count one refusal."""
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def add(self, other: Tally) -> None:
        """Take another tally's counts in."""
        for name in (
            "rows", "readings", "passages", "missing", "accepted", "refused_rows", "rejected", "clock_ahead_rows",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count


class Delivery:
    """Sends payloads under one mapping; used by one task at a time."""

    def __init__(self, door: Door, registry: Registry, catalogue: Catalogue, mapping: Mapping) -> None:
        self.mapping = mapping
        self._door = door
        self._registry = registry
        self._catalogue = catalogue
        self._declared: dict[str, Place] = {}
        self._taken: dict[str, str] = {}

    async def send(self, payload: bytes | BinaryIO, now: datetime, *, origin: str, content_type: str = "") -> Tally:
        """Send what a payload yields, in batches.

        Args:
            payload: its bytes, or a binary file that is read bit by bit.
            now: when it came, aware.
            origin: its name, for the dead letters.
            content_type: the sender's header.

        Raises:
            BusUnavailableError: when the bus is down; what came before may have been taken.
        """
        tally = Tally()
        rows = PayloadReader(self.mapping, now, origin=origin, content_type=content_type).rows(payload)
        small = isinstance(payload, bytes) and len(payload) <= SMALL_BYTES
        while True:
            # Formats that are read whole are decoded with the first batch: seconds, for which nobody else may wait.
            batch = _next_rows(rows) if small else await asyncio.to_thread(_next_rows, rows)
            if not batch:
                return tally
            tally.add(await self.send_rows(batch))
            # A bus in memory answers without ever giving way: the other feeds get their turn between batches.
            await asyncio.sleep(0)

    async def send_rows(self, rows: Sequence[Row], *, observed_at: datetime | None = None) -> Tally:
        """Send rows in one call.

        Args:
            rows: as `read_payload` yields them.
            observed_at: when given, everything is observed then instead.

        Raises:
            BusUnavailableError: when the bus is down.
        """
        tally = Tally()
        readings: list[RawReading] = []
        passages: list[RawPassage] = []
        origins: list[str] = []
        passage_origins: list[str] = []
        kept: list[Keep] = []
        passages_kept: list[Keep] = []
        letters: list[DeadLetter] = []
        await self._declare(place for row in rows for place in row.places)
        for row in rows:
            tally.rows += not row.part
            if row.letter is not None:
                letters.append(row.letter)
                tally.refused_rows += 1
                tally.count(row.letter.reason)
            made = [reading for reading in row.readings if reading.place not in self._taken]
            if len(made) < len(row.readings):
                tally.refused_rows += 1
                tally.count("place_taken")
                letters.append(self._taken_letter(row))
            tally.missing += sum(reading.quality == "missing" for reading in made)
            if row.clock_ahead_s > 0 and made:
                tally.clock_ahead_rows += 1
                made.append(self._ahead(row))
            readings += made
            origins += [row.origin] * len(made)
            kept += [row.keep] * len(made)
            passages += row.passages
            passage_origins += [row.origin] * len(row.passages)
            passages_kept += [row.keep] * len(row.passages)
        if observed_at is not None:
            readings = [msgspec.structs.replace(reading, observed_at=observed_at) for reading in readings]
            passages = [msgspec.structs.replace(passage, at=observed_at) for passage in passages]
        if readings or letters:
            receipt = await self._door.readings(readings, self.mapping.source, origins, letters, kept=kept)
            _settle(tally, receipt)
            tally.readings = len(readings)
        if passages:
            receipt = await self._door.passages(passages, self.mapping.source, passage_origins, kept=passages_kept)
            _settle(tally, receipt)
            tally.passages = len(passages)
        return tally

    async def _declare(self, places: Iterable[Place]) -> None:
        fresh = [place for place in places if place.id not in self._declared and place.id not in self._taken]
        if not fresh:
            return
        await self._registry.refresh()
        good: list[Place] = []
        for place in fresh:
            known = self._registry.places.get(place.id)
            # A crossing that another poll put a few metres away is the same crossing.
            same_kind = known is not None and known.kind == place.kind == "crossing"
            try:
                if not same_kind:
                    self._registry.places.declare(place)
                good.append(known if same_kind and known is not None else place)
            except PlaceError as error:
                self._taken[place.id] = str(error)
        await self._registry.declare(good)
        self._declared.update((place.id, place) for place in good)

    def _taken_letter(self, row: Row) -> DeadLetter:
        place = next(reading.place for reading in row.readings if reading.place in self._taken)
        payload = msgspec.json.encode(row.readings).decode()[:PAYLOAD_CHARACTERS]
        return DeadLetter(
            "row", "place_taken", self._taken[place], "place", self.mapping.source, utc_now(), payload, row.origin
        )

    def _ahead(self, row: Row) -> RawReading:
        first = row.readings[0]
        feed = _NOT_A_WORD.sub("_", f"{self.mapping.source}:{first.place}")[:64]
        return RawReading(
            "feed_clock_ahead_s",
            PROVINCE_ID,
            first.observed_at,
            row.clock_ahead_s,
            self.mapping.source,
            {"feed": feed},
            "derived",
        )


def _next_rows(rows: Iterator[Row]) -> list[Row]:
    return list(islice(rows, BATCH_ROWS))


def _settle(tally: Tally, receipt: Receipt) -> None:
    tally.accepted += receipt.accepted
    tally.rejected += len(receipt.rejected)
    for rejection in receipt.rejected:
        tally.count(rejection.reason)
