"""The recorder: from the streams into the history, from passages to the figures of the border, from sites to coverage.

Batches are taken as a consumer group, stored in one transaction, and acknowledged once that is committed. So a kill at
any instant costs nothing: what was not acknowledged is taken again, and the history knows what it has. While the bus
or the database is away nothing is acknowledged; the recorder waits and finds everything again.

Deliberately not here: judging records (the door did), alerts, and anything a screen reads from.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from feeds.border.catchup import TASK, CatchUp
from feeds.border.derivation import REMEMBER_S
from feeds.border.recall import LOOK_BACK, still_needed
from feeds.border.runner import BorderRunner
from feeds.bus.codec import (
    ALERTS,
    DEAD_LETTERS,
    FACTS_PROGRESS,
    PASSAGES,
    READINGS,
    decode_dead_letters,
    decode_passages,
    decode_readings,
)
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.door import Door, utc_now
from feeds.errors import BusUnavailableError
from feeds.history.ledger import RefusalRow
from feeds.history.readings import UnderMark
from feeds.history.retention import Pruned
from feeds.intake import Intake, portions
from feeds.marks import Mark
from feeds.model import DeadLetter, Passage, Reading
from feeds.network.runner import NetworkRunner
from feeds.pace import Pace
from feeds.quality import CADENCE_S, SOURCE, FeedQuality
from feeds.registry import Registry
from feeds.restating import MarkDesk, Restater
from feeds.worker import run_worker
from geodata.gates import HANOI, GateFacts, all_gate_facts
from geodata.places import Places

GROUP: Final = "recorder"
CONSUMER: Final = "recorder"
"""Fixed, so that the next life of the process finds at once what this one left."""
BLOCK_MS: Final = 250
"""How long an empty stream is waited on: short enough to tell a queue's change within its second."""
KEPT_ENTRIES: Final = 2_000
"""Entries left on each stream: what a screen's process may be behind before it must ask the history."""
TRIM_EVERY: Final = timedelta(seconds=10)
PRUNE_EVERY: Final = timedelta(hours=1)
PRUNE_FIRST: Final = timedelta(minutes=10)
"""Not right at the start, when there is most to do."""
PROGRESS_EVERY: Final = timedelta(seconds=1)
ROUND_S: Final = 0.5
"""Pause between two rounds of housekeeping, whose shortest period is CADENCE_S."""

EXPECTED: Final = (BusUnavailableError, SQLAlchemyError)
"""Failures that pass: the bus or the database is away."""


class Memory(Protocol):
    """What the recorder needs of `feeds.history.store.History`; synchronous, raises SQLAlchemyError when away."""

    def record_entries(self, entries: Sequence[tuple[str, Sequence[Reading]]]) -> object:
        """Record readings by stream entry in one transaction, idempotently."""
        ...

    def record_passage_entries(self, entries: Sequence[tuple[str, Sequence[Passage]]]) -> object:
        """Record passages by stream entry in one transaction, idempotently."""
        ...

    def record_dead_letters(self, dead_letters: Sequence[tuple[str, DeadLetter]]) -> int:
        """Record refused records by stream entry, each once."""
        ...

    def latest(self) -> list[Reading]:
        """Return the newest reading of every series."""
        ...

    def passages(self, since: datetime, *, over_until: datetime | None = None) -> Iterator[Passage]:
        """Return passages ordered by `at`."""
        ...

    def refusals(self, since: date) -> Iterable[RefusalRow]:
        """Return the refused records from a Hanoi day on."""
        ...

    def under_mark(self, mark: Mark, limit: int, after: tuple[int, int] = (0, 0), *, lift: bool = False) -> UnderMark:
        """Return stored readings that do not agree with an instrument mark."""
        ...

    def prune(self, now: datetime) -> Pruned:
        """Forget a bounded piece of what is too old; the answer has `more`."""
        ...


class Recorder:
    """The recorder process's work.

    Args:
        bus: the streams.
        door: takes the readings derived here.
        registry: what sources say of themselves; refreshed here.
        history: where records go.
        places: which gate a route belongs to.
        clock: the present, aware UTC.
        gate_facts: yards and lanes; the shipped ones by default.
        catalogue: cadences and bounds.
        desk: where instrument marks are kept; None: nothing is ever restated.
    """

    def __init__(
        self,
        bus: StreamPort,
        door: Door,
        registry: Registry,
        history: Memory,
        places: Places,
        clock: Callable[[], datetime] = utc_now,
        *,
        gate_facts: Mapping[str, GateFacts] | None = None,
        catalogue: Catalogue | None = None,
        desk: MarkDesk | None = None,
    ) -> None:
        self.border = BorderRunner(door, places, gate_facts if gate_facts is not None else all_gate_facts())
        known_metrics = catalogue or Catalogue()
        self.network = NetworkRunner(door, bus, registry, known_metrics)
        self.pace = Pace()
        self._bus = bus
        self._door = door
        self._registry = registry
        self._history = history
        self._clock = clock
        self._quality = FeedQuality(known_metrics)
        names: dict[str, Any] = {"group": GROUP, "consumer": CONSUMER, "clock": clock}
        self._readings = Intake(bus, door, READINGS, decode=decode_readings, **names)
        self._passages = Intake(bus, door, PASSAGES, decode=decode_passages, **names)
        self._letters = Intake(bus, door, DEAD_LETTERS, decode=decode_dead_letters, **names)
        # SQLite has one writer: taking turns here costs less than its waiting, and gives each stream its turn.
        self._turn = asyncio.Lock()
        self._restored = False
        self._remembered = False
        self._remembering = asyncio.Lock()
        self._restater: Restater | None = None
        if desk is not None:
            self._restater = Restater(
                desk, history, door, registry, lambda: self._readings.drained, self._count_anew, clock
            )
        self._catch_up = CatchUp()
        self._quality_at = self._trim_at = self._progress_at = clock()
        self._prune_at = clock() + PRUNE_FIRST

    async def run(self) -> None:
        """Work until cancelled, through every outage.

        Raises:
            ExceptionGroup: of what was not expected; the supervisor starts the process again.
        """
        async with asyncio.TaskGroup() as group:
            for name, step in (
                ("recorder.readings", self._record_readings),
                ("recorder.passages", self._record_passages),
                ("recorder.letters", self._record_letters),
                ("recorder.upkeep", self._round),
                ("recorder.restating", self._restate_round),
            ):
                group.create_task(run_worker(name, step, expected=EXPECTED))

    async def step(self) -> None:
        """Do one round of everything without waiting for anything to come.

        Raises:
            BusUnavailableError, SQLAlchemyError: when bus or database are away; the next round finds everything again.
        """
        await self._record_passages(block_ms=0)
        await self._record_readings(block_ms=0)
        await self._record_letters(block_ms=0)
        await self._keep_house()
        await self._restate()

    async def lags(self) -> dict[str, int]:
        """Return how many entries of each stream wait to be recorded."""
        return {intake.stream: await intake.lag() for intake in (self._readings, self._passages, self._letters)}

    async def _record_readings(self, block_ms: int = BLOCK_MS) -> None:
        await self._remember()
        for portion in portions(await self._readings.take(block_ms)):
            async with self._turn:
                with self.pace.transaction(sum(len(records) for _, records in portion)):
                    await asyncio.to_thread(self._history.record_entries, portion)
            for _, readings in portion:
                self._quality.saw_readings(readings)
                for source, received_at in {one.source: one.received_at for one in readings}.items():
                    self.border.heard(source, received_at)
                self.network.apply(readings)
            await self._readings.acknowledge([entry_id for entry_id, _ in portion])
            self.pace.reached(self._readings.stream, portion[-1][0])
        self._readings.settle()
        await self.network.tell(self._clock())

    async def _record_passages(self, block_ms: int = BLOCK_MS) -> None:
        if not self._restored:
            await self._restore()
        for portion in portions(await self._passages.take(block_ms)):
            async with self._turn:
                with self.pace.transaction(sum(len(records) for _, records in portion)):
                    await asyncio.to_thread(self._history.record_passage_entries, portion)
            now = self._clock()
            for _, passages in portion:
                self._quality.saw_passages(passages)
                self.border.apply(self._believed(passages), now)
            await self._passages.acknowledge([entry_id for entry_id, _ in portion])
            self.pace.reached(self._passages.stream, portion[-1][0])
        self._passages.settle()
        await self.border.tell(self._clock(), drained=self._passages.drained)
        await self._tell_progress(self._clock())

    async def _tell_progress(self, now: datetime) -> None:
        if not _is_due(now, self._progress_at, PROGRESS_EVERY):
            return
        self._progress_at = now + PROGRESS_EVERY
        progress = self._catch_up.report(self.border.past_told_until(), now)
        if progress is not None:
            await self._bus.put_facts(FACTS_PROGRESS, {TASK: msgspec.json.encode(progress)})

    async def _record_letters(self, block_ms: int = BLOCK_MS) -> None:
        for portion in portions(await self._letters.take(block_ms)):
            async with self._turn:
                numbered = [(entry_id, letter) for entry_id, letters in portion for letter in letters]
                with self.pace.transaction(len(numbered)):
                    await asyncio.to_thread(self._history.record_dead_letters, numbered)
            for _, letters in portion:
                self._quality.saw_letters(letters)
            await self._letters.acknowledge([entry_id for entry_id, _ in portion])
            self.pace.reached(self._letters.stream, portion[-1][0])
        self._letters.settle()

    async def _restore(self) -> None:
        """Count again what the process before this one had counted."""
        now = self._clock()
        self._restored = True  # set first: a mark that comes while history is read asks for another round
        forgotten = now - timedelta(seconds=REMEMBER_S)
        try:
            needed = await asyncio.to_thread(
                lambda: still_needed(self._history.passages(now - LOOK_BACK, over_until=forgotten), now)
            )
        except BaseException:
            self._restored = False
            raise
        self.border.forget()
        self.border.restore(self._believed(needed), now)

    def _believed(self, passages: Iterable[Passage]) -> Iterable[Passage]:
        """Return the passages without those that tell of a broken instrument."""
        marks = self._registry.marks
        if not marks:
            return passages
        return [one for one in passages if not marks.covers(one.source, "", one.place, "", one.at)]

    def _count_anew(self) -> None:
        """Have the figures of the border counted from the history again, as after a restart."""
        self._restored = False

    async def _restate(self) -> int:
        return await self._restater.step() if self._restater is not None else 0

    async def _restate_round(self) -> None:
        await self._restate()
        await asyncio.sleep(ROUND_S)

    async def _round(self) -> None:
        await self._keep_house()
        await asyncio.sleep(ROUND_S)

    async def _keep_house(self) -> None:
        await self._remember()
        now = self._clock()
        if _is_due(now, self._quality_at, timedelta(seconds=CADENCE_S)):
            await self._tell_quality(now)
            self._quality_at = now + timedelta(seconds=CADENCE_S)
        if _is_due(now, self._trim_at, TRIM_EVERY):
            for stream in (READINGS, PASSAGES, DEAD_LETTERS, ALERTS):
                await self._bus.trim(stream, KEPT_ENTRIES)
            self._trim_at = now + TRIM_EVERY
        if _is_due(now, self._prune_at, PRUNE_EVERY):
            async with self._turn:
                pruned = await asyncio.to_thread(self._history.prune, now)
            self._prune_at = now if pruned.more else now + PRUNE_EVERY

    async def _remember(self) -> None:
        """Take over what was last known of every series, before anything new counts beside it."""
        async with self._remembering:
            if not self._remembered:
                latest = await asyncio.to_thread(self._history.latest)
                self._quality.remember(latest)
                self.network.apply(latest)
                self._remembered = True

    async def _tell_quality(self, now: datetime) -> None:
        await self._registry.refresh()
        refused: dict[str, int] = {}
        today = now.astimezone(HANOI).date()
        for row in await asyncio.to_thread(self._history.refusals, today):
            refused[row.source] = refused.get(row.source, 0) + row.refused
        await self._door.readings(self._quality.readings(now, self._registry.sources(), refused), SOURCE)


def _is_due(now: datetime, at: datetime, every: timedelta) -> bool:
    """Tell whether it is time; also when the clock was set back, or nothing would be done until it was there again."""
    return now >= at or at - now > every
