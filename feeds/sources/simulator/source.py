"""The simulator as a source: it sends the present at once, fills in the past, and then goes with the clock.

Order on a first start: every present figure, so that the wall is alive; then the seven days from the oldest on, with
the present kept up in between. Passages go strictly in time order, since queues are derived from them: at the gates the
present follows when the past has caught up, some seconds later.

What was produced is kept until the door took it: nothing is produced meanwhile, and nothing is lost by an outage.

Another scenario takes over between two rounds: the vehicles stay where they are, nothing told is unsaid.
"""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog

from feeds.apart import apart
from feeds.border.catchup import TASK as BORDER_TASK
from feeds.bus.codec import FACTS_PROGRESS
from feeds.bus.port import StreamPort
from feeds.door import Door, utc_now
from feeds.errors import BusUnavailableError
from feeds.registry import Registry, SourceFacts
from feeds.sources.simulator.memory import Change, Memory, first_memory, recall, remember
from feeds.sources.simulator.model import Pace, Simulator
from feeds.sources.simulator.rot import Rotten
from feeds.sources.simulator.scout import PERIOD_S, Scout
from feeds.twin.engine import SOURCE
from feeds.twin.play import Scenario
from feeds.twin.scenario import scenario_named
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

AT_ONCE: Final = timedelta(milliseconds=1)
"""A scenario takes over this long after what was told last, so that nothing told is touched."""

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
        who: asked for this scenario; "" for the settings.
        why: they did.

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
        who: str = "",
        why: str = "",
    ) -> None:
        if not 1 <= speed <= MAX_SPEED:
            raise ValueError(f"The simulator's speed must lie in 1–{MAX_SPEED:g}, got {speed:g}.")
        self._bus = bus
        self._door = door
        self._registry = registry
        self._asked: Change | None = Change(clock(), scenario.name, who, why)
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
        self._rotten: Rotten | None = None
        self._unsent: deque[tuple[Sequence[RawReading] | Sequence[RawPassage], Counter[str]]] = deque()
        self._refused: set[str] = set()
        self._told = False
        self._shown = True
        self._repeats = False
        self._live_at = self._fill_until = clock()
        self._played_from = (self._live_at, self._live_at)
        self._shown_from: datetime | None = None
        self._show = False

    @property
    def caught_up(self) -> bool:
        """Whether the past is filled in and the source goes with the clock."""
        return self._simulator is not None and self._shown_from is None

    @property
    def scenario(self) -> str:
        """Name of the scenario that is played, or is about to be."""
        if self._asked is not None:
            return self._asked.scenario
        assert self._memory is not None
        return self._memory.changes[-1].scenario

    @property
    def memory(self) -> Memory | None:
        """What it remembers; None before it began."""
        return self._memory

    def play(self, scenario: Scenario, *, who: str = "", why: str = "") -> None:
        """Let another scenario take over from now on, at the next round; the same one again changes nothing."""
        self._asked = Change(self._clock(), scenario.name, who, why)

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
        scout = self._scout
        if scout is None:
            memory, now = self._memory, self._clock()
            scout = Scout(
                self._build(memory.seed, memory.start, memory.schedule()), self._registry.places, all_gate_facts()
            )
            await apart(scout.run_ahead, now)
            if memory.changes != self._memory.changes:
                return  # another scenario took over meanwhile: the next round looks again
            self._scout = scout
        await self._door.readings(scout.readings(self._clock()), SOURCE)
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
        elif self._repeats:
            # A quarter of a second for each day that was told, for which heartbeats must not wait.
            await apart(self._simulator.skip, self._memory.sent_until)
            self._repeats = False
        elif self._asked is not None:
            await self._take_over(self._simulator, self._memory, self._asked)
        else:
            await self._produce(self._simulator, self._memory)

    # Rounds

    async def _begin(self) -> None:
        now, asked = self._clock(), self._asked
        memory = await recall(self._bus, SOURCE)
        if memory is None:
            if asked is None:
                raise RuntimeError("A simulator that never began was asked for no scenario.")
            memory = first_memory(now - self._history, now, self._seed, asked)
            await remember(self._bus, SOURCE, memory)
        elif memory.seed != self._seed:
            self._log.warning("seed kept: the run goes on with its own", seed=memory.seed, asked=self._seed)
        if asked is not None and memory.changes[-1].scenario != asked.scenario:
            memory = _with_change(memory, asked, now)
            await remember(self._bus, SOURCE, memory)
        await self._announce(memory.changes[-1])
        simulator = await apart(self._build, memory.seed, memory.start, memory.schedule())
        now = self._clock()
        self._simulator, self._memory = simulator, memory
        self._rotten = Rotten(memory.seed, simulator.rot_at)
        if memory.live_at is not None and now - memory.live_at <= BEHIND:
            since = memory.live_at - self._rotten.longest_hold
            self._rotten.remember(simulator.readings(since, memory.live_at), memory.live_at)
        if asked is self._asked:
            self._asked = None
        self._face_the_past(memory, now)
        # The present needs no vehicles, so it does not wait until those are where they were.
        self._put(simulator.current(now))
        self._repeats = memory.sent_until > memory.start
        self._log.info("begins", scenario=memory.changes[-1].scenario, start=memory.start, sent_until=memory.sent_until)

    async def _take_over(self, simulator: Simulator, memory: Memory, asked: Change) -> None:
        """Let a scenario take over: first it is remembered, so that a restart repeats it, then it is played."""
        if asked.scenario != memory.changes[-1].scenario:
            changed = _with_change(memory, asked, self._clock())
            await remember(self._bus, SOURCE, changed)
            change = changed.changes[-1]
            simulator.play(change.at, scenario_named(change.scenario))
            self._memory, self._scout = changed, None
            self._log.info("another scenario", scenario=change.scenario, who=change.who, why=change.why, at=change.at)
            # What is asked for is seen at once, not when its turn comes.
            ahead_s = (change.at - self._clock()).total_seconds()
            if ahead_s > 0:
                await self._sleep(min(TICK_S, ahead_s))
            self._put(simulator.current(self._clock()))
            if any(changed.injected.values()):
                self._log.info("the feed's faults so far", **changed.injected)
        assert self._memory is not None
        await self._announce(self._memory.changes[-1])
        if asked is self._asked:
            self._asked = None

    async def _announce(self, change: Change) -> None:
        scenario = scenario_named(change.scenario)
        await self._registry.announce(
            SourceFacts(
                SOURCE,
                "simulator",
                None,
                "Mô phỏng",
                "Simulator",
                change.scenario,
                detail_vi=scenario.name_vi,
                detail_en=scenario.name_en,
                detail_at=change.at,
                detail_by=change.who,
            )
        )

    def _face_the_past(self, memory: Memory, now: datetime) -> None:
        """Have everything between what was sent and now filled in."""
        self._live_at = self._fill_until = now
        self._played_from = (now, memory.sent_until)
        self._shown_from = memory.sent_until
        self._show = now - memory.sent_until > WORTH_SHOWING
        self._shown = False

    async def _produce(self, simulator: Simulator, memory: Memory) -> None:
        now = self._clock()
        if now - self._live_at > BEHIND:
            # The bus was away, or the machine slept: the gap is filled in like any past, not at the live pace.
            # The present is told at once.
            self._face_the_past(memory, now)
            self._put(simulator.current(now))
            return
        target = self._target(now, memory)
        until = min(target, memory.sent_until + CHUNK)
        if until <= memory.sent_until and now <= self._live_at:
            await self._sleep(TICK_S)
            return
        # The present first: it is what people look at.
        self._put_live(simulator.readings(self._live_at, now), now)
        self._live_at = max(now, self._live_at)
        if until > memory.sent_until:
            self._put_passages(simulator.passages(until))
            self._put(simulator.readings(memory.sent_until, min(until, self._fill_until), Pace.HISTORY))
        self._memory = msgspec.structs.replace(memory, sent_until=max(until, memory.sent_until), live_at=self._live_at)
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

    def _put(self, records: Sequence[RawReading] | Sequence[RawPassage], injected: Counter[str] | None = None) -> None:
        if records:
            self._unsent.append((records, injected or Counter()))

    def _put_live(self, readings: Sequence[RawReading], now: datetime) -> None:
        assert self._rotten is not None
        spoiled = self._rotten.spoil(readings, now)
        self._put(spoiled.first, spoiled.injected)
        # In a batch of its own: what is said again comes after what was said first.
        self._put(spoiled.again)

    def _put_passages(self, passages: Sequence[RawPassage]) -> None:
        assert self._rotten is not None
        self._put(passages)
        doubled = self._rotten.doubled(passages)
        self._put(doubled, Counter(passages_duplicated=len(doubled)))

    async def _send(self) -> None:
        """Send what was produced, oldest first, then remember that it was.

        A batch leaves the queue when the door took it; one that failed half-way is sent again, which changes nothing.
        """
        while self._unsent:
            batch, injected = self._unsent[0]
            if isinstance(batch[0], RawPassage):
                receipt = await self._door.passages(batch, SOURCE)
            else:
                receipt = await self._door.readings(batch, SOURCE)
            self._unsent.popleft()
            self._count(injected)
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

    def _count(self, injected: Counter[str]) -> None:
        if injected and self._memory is not None:
            total = {**self._memory.injected}
            for fate, count in injected.items():
                total[fate] = total.get(fate, 0) + count
            self._memory = msgspec.structs.replace(self._memory, injected=total)

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


def _with_change(memory: Memory, asked: Change, now: datetime) -> Memory:
    """Return the memory with one more scenario, from after everything told on."""
    at = max(now, memory.sent_until + AT_ONCE, memory.changes[-1].at + AT_ONCE)
    change = msgspec.structs.replace(asked, at=at)
    return msgspec.structs.replace(memory, changes=[*memory.changes, change])
