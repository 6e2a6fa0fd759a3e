"""The simulator as a source: it sends the present at once, fills in the past, and then goes with the clock.

Order on a first start: every present figure, so that the wall is alive; then the seven days from the oldest on, with
the present kept up in between. Passages go strictly in time order, since queues are derived from them: at the gates the
present follows when the past has caught up, some seconds later.

What was produced is kept until the door took it: nothing is produced meanwhile, and nothing is lost by an outage.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from feeds.border.catchup import TASK as BORDER_TASK
from feeds.bus.codec import FACTS_PROGRESS
from feeds.bus.port import StreamPort
from feeds.door import Door, utc_now
from feeds.errors import BusUnavailableError
from feeds.registry import Registry, SourceFacts
from feeds.sources.simulator.memory import Change, Memory, recall, remember
from feeds.sources.simulator.model import Pace, Simulator
from feeds.sources.simulator.scout import PERIOD_S, Scout
from feeds.twin.engine import SOURCE
from feeds.twin.scenario import Scenario
from feeds.validation import RawPassage, RawReading
from feeds.worker import run_worker
from geodata.gates import all_gate_facts

HISTORY: Final = timedelta(days=7)
PROGRESS_TASK: Final = "simulator-history"
CHUNK: Final = timedelta(hours=2)
"""Simulated time sent in one go while the past is filled in: some 2,500 passages, a tenth of a second's work."""
BEHIND: Final = timedelta(minutes=10)
"""A gap longer than this is filled in like any past; a shorter one is made up for at the live pace."""
WORTH_SHOWING: Final = timedelta(hours=1)
"""From here on catching up shows its progress; below it, it is over before anybody could read it."""
TICK_S: Final = 1.0
MAX_SPEED: Final = 3_600.0

Build = Callable[[int, datetime, Sequence[tuple[datetime, Scenario]]], Simulator]


class SimulatorSource:
    """Runs a simulator through the door.

    Args:
        bus: for what must survive a restart, and for progress.
        door: takes the records.
        registry: where the source announces itself.
        scenario: what is played from now on; another one than before takes over at once, with every vehicle in place.
        seed: of a first start; a run that goes on keeps its own.
        clock: the present, aware UTC.
        speed: 1 fills in the past as fast as the door takes it and then goes with the clock. More than 1 lets the past
            go by at that many seconds a second until it meets the present; nothing is ever dated in the future.
        history: how much of the past a first start fills in.
        sleep: replaced by tests.
        build: makes the simulator; replaced by tests.

    Raises:
        ValueError: when the speed lies outside 1–3600.
    """

    def __init__(
        self,
        bus: StreamPort,
        door: Door,
        registry: Registry,
        scenario: Scenario,
        *,
        seed: int,
        clock: Callable[[], datetime] = utc_now,
        speed: float = 1.0,
        history: timedelta = HISTORY,
        sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
        build: Build = Simulator,
    ) -> None:
        if not 1 <= speed <= MAX_SPEED:
            raise ValueError(f"The simulator's speed must lie in 1–{MAX_SPEED:g}, got {speed:g}.")
        self._bus = bus
        self._door = door
        self._registry = registry
        self._scenario = scenario
        self._seed = seed
        self._clock = clock
        self._speed = speed
        self._history = history
        self._sleep = sleep
        self._build = build
        self._log = structlog.get_logger("simulator")
        self._simulator: Simulator | None = None
        self._scout: Scout | None = None
        self._memory: Memory | None = None
        self._unsent: deque[Sequence[RawReading] | Sequence[RawPassage]] = deque()
        self._refused: set[str] = set()
        self._told = False
        self._shown = True
        self._live_at = self._fill_until = clock()
        self._played_from = (self._live_at, self._live_at)
        self._shown_from: datetime | None = None
        self._show = False

    @property
    def caught_up(self) -> bool:
        """Whether the past is filled in and the source goes with the clock."""
        return self._simulator is not None and self._shown_from is None

    async def run(self) -> None:
        """Send for ever, through every outage of the bus; ends only when cancelled or by a programming error."""
        async with asyncio.TaskGroup() as group:
            for name, step in (("simulator", self.step), ("simulator.scout", self.scout)):
                group.create_task(run_worker(name, step, expected=(BusUnavailableError,), sleep=self._sleep))

    async def scout(self) -> None:
        """Tell how things stand at the gates now, while a long past is filled in; else wait.

        Raises:
            BusUnavailableError: then the next round says it.
        """
        if not self._show or self._memory is None or await self._past_is_told():
            self._scout = None
            await self._sleep(TICK_S)
            return
        if self._scout is None:
            memory, now = self._memory, self._clock()
            self._scout = Scout(
                self._build(memory.seed, memory.start, memory.schedule()), self._registry.places, all_gate_facts()
            )
            await asyncio.to_thread(self._scout.run_ahead, now)
        await self._door.readings(self._scout.readings(self._clock()), SOURCE)
        await self._sleep(PERIOD_S)

    async def _past_is_told(self) -> bool:
        """Tell whether the gates' figures derived from what was sent have arrived in the present."""
        if not self.caught_up:
            return False
        data = (await self._bus.facts(FACTS_PROGRESS)).get(BORDER_TASK)
        if data is None:
            return False
        progress = msgspec.json.decode(data, type=dict[str, Any])
        self._show = bool(progress["done"] < progress["total"])
        return not self._show

    async def step(self) -> None:
        """Do one round: begin, or send what is left, or send what is due next; while nothing is, wait a tick.

        Raises:
            BusUnavailableError: then the next round takes up exactly where this one stopped.
        """
        if self._simulator is None or self._memory is None:
            await self._begin()
        elif self._unsent or not self._told or not self._shown:
            await self._send()
        else:
            await self._produce(self._simulator, self._memory)

    # Rounds

    async def _begin(self) -> None:
        now = self._clock()
        memory = await recall(self._bus, SOURCE)
        if memory is None:
            start = now - self._history
            memory = Memory(start, self._seed, [Change(start, self._scenario.name)], start)
            await remember(self._bus, SOURCE, memory)
        elif memory.seed != self._seed:
            self._log.warning("seed kept: the run goes on with its own", seed=memory.seed, asked=self._seed)
        if memory.changes[-1].scenario != self._scenario.name:
            change = Change(max(now, memory.changes[-1].at), self._scenario.name)
            memory = msgspec.structs.replace(memory, changes=[*memory.changes, change])
            await remember(self._bus, SOURCE, memory)
        await self._registry.announce(
            SourceFacts(SOURCE, "simulator", None, "Mô phỏng", "Simulator", self._scenario.name)
        )
        # Repeating what was told takes a quarter of a second a day, for which heartbeats must not wait.
        simulator = await asyncio.to_thread(self._repeat, memory)
        self._simulator, self._memory = simulator, memory
        self._face_the_past(simulator, memory, self._clock())
        self._log.info("begins", scenario=self._scenario.name, start=memory.start, sent_until=memory.sent_until)

    def _face_the_past(self, simulator: Simulator, memory: Memory, now: datetime) -> None:
        """Say the present at once, and have everything between what was sent and now filled in."""
        self._live_at = self._fill_until = now
        self._played_from = (now, memory.sent_until)
        self._shown_from = memory.sent_until
        self._show = now - memory.sent_until > WORTH_SHOWING
        self._shown = False
        self._unsent.append(simulator.current(now))

    def _repeat(self, memory: Memory) -> Simulator:
        simulator = self._build(memory.seed, memory.start, memory.schedule())
        if memory.sent_until > memory.start:
            simulator.passages(memory.sent_until)
        return simulator

    async def _produce(self, simulator: Simulator, memory: Memory) -> None:
        now = self._clock()
        if now - self._live_at > BEHIND:
            # The bus was away, or the machine slept: the gap is filled in like any past, not at the live pace.
            self._face_the_past(simulator, memory, now)
            return
        target = self._target(now, memory)
        until = min(target, memory.sent_until + CHUNK)
        if until <= memory.sent_until and now <= self._live_at:
            await self._sleep(TICK_S)
            return
        # The present first: it is what people look at.
        self._put(simulator.readings(self._live_at, now))
        self._live_at = max(now, self._live_at)
        if until > memory.sent_until:
            self._put(simulator.passages(until))
            self._put(simulator.readings(memory.sent_until, min(until, self._fill_until), Pace.HISTORY))
            self._memory = msgspec.structs.replace(memory, sent_until=until)
        self._told = self._shown = False
        await self._send()
        if until >= target:
            await self._sleep(TICK_S)

    def _target(self, now: datetime, memory: Memory) -> datetime:
        """Return up to where passages are due."""
        if self._speed > 1 and self._shown_from is not None:
            began, sent_until = self._played_from
            return min(now, sent_until + (now - began) * self._speed)
        return max(now, memory.sent_until)

    def _put(self, records: Sequence[RawReading] | Sequence[RawPassage]) -> None:
        if records:
            self._unsent.append(records)

    async def _send(self) -> None:
        """Send what was produced, oldest first, then remember that it was.

        A batch leaves the queue when the door took it; one that failed half-way is sent again, which changes nothing.
        """
        while self._unsent:
            batch = self._unsent[0]
            if isinstance(batch[0], RawPassage):
                receipt = await self._door.passages(batch, SOURCE)
            else:
                receipt = await self._door.readings(batch, SOURCE)
            self._unsent.popleft()
            for rejection in receipt.rejected:
                # Each kind once: the dead letters keep them all.
                if rejection.reason not in self._refused:
                    self._refused.add(rejection.reason)
                    self._log.warning("refused", reason=rejection.reason, message=rejection.message)
            # Other tasks of this process get their turn between batches.
            await asyncio.sleep(0)
        assert self._memory is not None
        if not self._told:
            await remember(self._bus, SOURCE, self._memory)
            self._told = True
        if not self._shown:
            await self._show_progress(self._memory.sent_until)
            self._shown = True

    async def _show_progress(self, sent_until: datetime) -> None:
        if self._shown_from is None:
            return
        total_s = (self._fill_until - self._shown_from).total_seconds()
        done_s = min(total_s, (sent_until - self._shown_from).total_seconds())
        if self._show:
            hours = round(total_s / 3_600)
            progress = {
                "label_vi": "Nạp dữ liệu mô phỏng đã qua (giờ)",
                "label_en": "Filling in the simulated past (hours)",
                "done": hours if done_s >= total_s else int(done_s / 3_600),
                "total": hours,
                "at": int(self._clock().timestamp() * 1_000),
            }
            await self._bus.put_facts(FACTS_PROGRESS, {PROGRESS_TASK: msgspec.json.encode(progress)})
        if done_s >= total_s:
            self._shown_from = None
            self._log.info("caught up", until=sent_until)
