"""The live hub: one in each web process, from the bus and the history to every socket.

It follows the streams of readings and alerts by plain reads, folds what comes into the read models, and offers the
frames to its clients. What is shown outlives an outage of bus or history: the models keep their state, the topic
`feeds` says what is down, and numbers age by themselves. What this module does not do: write anything, anywhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog

from dashboard.gateway.clients import Client, Clients
from dashboard.gateway.follower import Follower
from dashboard.gateway.past import read_past
from dashboard.gateway.ports import FAILURES, DeskPort, HistoryPort
from dashboard.gateway.protocol import PING_INTERVAL_S, Frame, ping_frame
from dashboard.gateway.state import LiveState
from dashboard.heartbeat import DEAD_AFTER_S, Beat, read_beats
from dashboard.readmodels.cells import to_ms
from feeds.bus.codec import ALERTS, FACTS_PROGRESS, READINGS, decode_readings
from feeds.bus.port import Entry, StreamPort
from feeds.catalogue import Catalogue
from feeds.door import utc_now
from feeds.errors import BusUnavailableError
from feeds.model import Reading
from feeds.registry import Registry
from feeds.worker import Backoff
from geodata.places import Places
from geodata.sites import load_sites

READ_PACE_S: Final = 0.02
"""Pause between two reads of the readings: at 2,000 entries/s it makes 50 reads a second instead of 2,000, and adds
20 ms to a path that is promised in 300."""
TICK_S: Final = 1.0
FACTS_S: Final = 2.0
"""How often processes, progress and sources are read: as often as a heartbeat is written."""
LEDGER_S: Final = 10.0
DESK_S: Final = 30.0
"""How often the live list is read from the desk besides its stream: a list that lost an alert mends itself."""
FIRST_LOAD_S: Final = 2.0
"""How long the first load waits for the bus."""
RELOAD_S: Final = 600.0
"""How often history is loaded anew. Source: docs/contract-internal.md."""
FILLING_RELOAD_S: Final = 20.0
"""The same while a history is being filled, and for FILLING_TAIL_S after, so that the trends grow on the wall."""
FILLING_TAIL_S: Final = 60.0
CHUNK: Final = 500
"""Readings folded at once when history is loaded: a few ms, so that clients are served between."""
STOP_PATIENCE_S: Final = 3.0
RECORDER_GROUP: Final = "recorder"
"""The consumer group that writes the streams to SQL."""

STATES: Final[Mapping[str, str]] = {
    "starting": "restarting",
    "running": "running",
    "restarting": "restarting",
    "down": "down",
    "stopped": "down",
}
"""State of a heartbeat → state on screens."""

_alerts: Final = msgspec.json.Decoder()


class Hub:
    """Follows the house and feeds the clients; `start`, `join`, `leave`, `stop`, `health`."""

    def __init__(
        self,
        bus: StreamPort,
        registry: Registry,
        history: HistoryPort,
        desk: DeskPort,
        places: Places,
        catalogue: Catalogue,
        clock: Callable[[], datetime] = utc_now,
        *,
        thresholds: Mapping[str, float] | None = None,
        on_failure: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Prepare a hub; nothing runs before `start`.

        Args:
            bus: where readings, alerts and facts are.
            registry: the sources and places known.
            history: for state at the start and for yesterday.
            desk: for the live alerts.
            places: every place.
            catalogue: every metric.
            clock: the present instant.
            thresholds: queue by gate at which the trend draws its line; by default the places in the gate's yards.
            on_failure: is told when a task of the hub ends by an error of ours; the hub is then of no more use.
        """
        self._bus = bus
        self._registry = registry
        self._history = history
        self._desk = desk
        self._places = places
        self._clock = clock
        self._on_failure = on_failure
        # Readable in logs, and unlike that of any earlier hub: an equal epoch would hide a gap.
        epoch = f"{to_ms(clock()):x}-{secrets.token_hex(3)}"
        self._state = LiveState(registry, catalogue, places, load_sites(), epoch, clock(), thresholds)
        self.clients = Clients()
        self.ready = asyncio.Event()
        self._readings = Follower(
            bus, READINGS, self._take_readings, self._reload, pace_s=READ_PACE_S, recorded_by=RECORDER_GROUP
        )
        self._alerts = Follower(bus, ALERTS, self._take_alerts, self._reread_desk)
        self._changed = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self._desk_wanted = asyncio.Event()
        self._folded_meanwhile: set[str] = set()
        self._announce = True
        self._known_sources: set[str] = set()
        self._facts_up = False
        self._history_up = False
        self._desk_up = False
        self._filling_until_s = 0.0
        self._undecodable = 0
        self._dropped = 0
        self._lag_ms: int | None = None
        self._failure: BaseException | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._log = structlog.get_logger("hub")

    @property
    def epoch(self) -> str:
        """The epoch of every frame of this hub."""
        return self._state.epoch

    async def start(self) -> None:
        """Begin to follow; returns at once. `ready` is set when the first state was loaded.

        Raises:
            RuntimeError: when the hub was started before.
        """
        if self._tasks:
            raise RuntimeError("a hub is started once")
        jobs: Mapping[str, Coroutine[Any, Any, None]] = {
            "readings": self._readings.run(),
            "alerts": self._alerts.run(),
            "flush": self._flush(),
            "tick": self._tick(),
            "facts": self._watch_facts(),
            "load": self._load(),
            "desk": self._watch_desk(),
            "ledger": self._watch_ledger(),
        }
        for name, job in jobs.items():
            task = asyncio.create_task(job, name=f"hub-{name}")
            task.add_done_callback(self._ended)
            self._tasks.append(task)

    async def stop(self) -> None:
        """Close every client and stop following; waits for the sockets a little, then leaves them to their server."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.clients.close_all()
        try:
            await asyncio.wait_for(self.clients.gone(), STOP_PATIENCE_S)
        except TimeoutError:
            self._log.warning("clients left open", clients=len(self.clients))

    def join(self, topics: Sequence[str]) -> Client:
        """Register a client; its first frames are snapshots of its topics. Pair it with `leave`."""
        client = Client(topics, time.monotonic())
        self.clients.add(client)
        return client

    def leave(self, client: Client) -> None:
        """Forget a client."""
        self.clients.remove(client)

    def next_frame(self, client: Client) -> Frame | None:
        """Return what the client gets next, None when it has everything."""
        item = client.outbox.take()
        return self._state.snapshot(item, self._clock()) if isinstance(item, str) else item

    def health(self) -> dict[str, Any]:
        """Return the hub's state for `/healthz`: `state` is up, degraded or down; lags in ms."""
        bus_up = self._readings.up and self._alerts.up
        whole = bus_up and self._history_up and self._desk_up and self.ready.is_set()
        return {
            "state": "down" if self._failure else ("up" if whole else "degraded"),
            "ready": self.ready.is_set(),
            "bus": "up" if bus_up else "down",
            "history": "up" if self._history_up else "down",
            "desk": "up" if self._desk_up else "down",
            "epoch": self.epoch,
            "clients": len(self.clients),
            "seq": {topic: line.seq for topic, line in self._state.lines.items()},
            "lag_ms": self._lag_ms,
            "overflows": self.clients.overflows + sum(client.outbox.overflows for client in self.clients),
            "silent_dropped": self._dropped,
            "undecodable": self._undecodable,
            "failure": repr(self._failure) if self._failure else None,
        }

    # What the streams bring

    async def _take_readings(self, entries: list[Entry]) -> None:
        batches = []
        for entry in entries:
            try:
                batches.append(decode_readings(entry.data))
            except msgspec.DecodeError:
                self._undecodable += 1  # the recorder keeps it as a dead letter, with its reason
        readings = [reading for batch in batches for reading in batch]
        if not readings:
            return
        await self._know(readings)
        now = self._clock()
        # Never below 0: the clocks of two machines differ.
        self._lag_ms = max(0, to_ms(now) - to_ms(readings[-1].received_at))
        self._state.fold(readings, now)
        self._changed.set()

    async def _know(self, readings: Sequence[Reading]) -> None:
        """Ask the bus about sources and places never heard of, before they are shown under wrong colours."""
        new_sources = {reading.source for reading in readings} - self._known_sources
        unknown_place = any(place not in self._places for place in {reading.place for reading in readings})
        if new_sources or unknown_place:
            self._known_sources |= new_sources
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            await self._registry.refresh()
        except msgspec.MsgspecError as error:
            # Another version of us announced something: what it says of itself is no reason to go dark.
            self._log.warning("facts not understood", error=str(error))
        self._state.sources_changed(self._clock())

    async def _take_alerts(self, entries: list[Entry]) -> None:
        alerts: list[Mapping[str, Any]] = []
        for entry in entries:
            try:
                alerts += _alerts.decode(entry.data)
            except msgspec.DecodeError:
                self._undecodable += 1
        self._folded_meanwhile.update(alert["id"] for alert in alerts)
        self._state.fold_alerts(alerts, self._clock())
        self._changed.set()

    # What goes out

    async def _flush(self) -> None:
        lines = self._state.lines.values()
        while True:
            now_s = time.monotonic()
            waits = [wait for line in lines if (wait := line.wait_s(now_s)) is not None]
            if not waits or min(waits) > 0:
                # A change of a fast topic must not wait for the second of a slow one, so changes ring here too.
                self._changed.clear()
                await _either(self._changed, min(waits, default=None))
                continue
            at_ms = to_ms(self._clock())
            for line in lines:
                frame = line.delta(now_s, at_ms)
                if frame is not None:
                    self.clients.broadcast(frame)
            await asyncio.sleep(0)

    async def _tick(self) -> None:
        pinged_s = 0.0
        while True:
            now, now_s = self._clock(), time.monotonic()
            self._state.feeds.take_states(
                bus_up=self._readings.up and self._alerts.up and self._facts_up,
                history_up=self._history_up,
                simulated=self._state.simulated,
            )
            self._state.tick(now)
            self._changed.set()
            if now_s - pinged_s >= PING_INTERVAL_S:
                pinged_s = now_s
                self.clients.broadcast(ping_frame(to_ms(now)))
                self._dropped += self.clients.drop_silent(now_s)
            await asyncio.sleep(TICK_S)

    # What is read besides the streams

    async def _watch_facts(self) -> None:
        backoff = Backoff()
        while True:
            try:
                await self._read_facts()
            except BusUnavailableError:
                self._facts_up = False  # the followers log the outage
                await asyncio.sleep(backoff.pause_s())
                continue
            except msgspec.MsgspecError as error:
                self._log.warning("facts not understood", error=str(error))
            self._facts_up = True
            backoff.reset()
            await asyncio.sleep(FACTS_S)

    async def _read_facts(self) -> None:
        await self._refresh()
        now = self._clock()
        beats = await read_beats(self._bus)
        self._state.feeds.take_processes({name: _process(beat, now) for name, beat in beats.items()})
        progress = {
            name: msgspec.json.decode(data, type=dict[str, Any])
            for name, data in (await self._bus.facts(FACTS_PROGRESS)).items()
        }
        self._state.feeds.take_progress(progress)
        if any(_unfinished(task, to_ms(now)) for task in progress.values()):
            if time.monotonic() >= self._filling_until_s:
                self._reload_wanted.set()
            self._filling_until_s = time.monotonic() + FILLING_TAIL_S

    def _reload(self) -> None:
        """Entries were missed, or nothing was loaded yet: deltas alone do not tell the whole, so snapshots go out."""
        self._announce = True
        self._reload_wanted.set()

    async def _load(self) -> None:
        backoff = Backoff()
        failing = False
        # The follower asks for the first load once it knows from where it reads on; without a bus history comes alone.
        await _either(self._reload_wanted, FIRST_LOAD_S)
        while True:
            self._reload_wanted.clear()
            try:
                await self._load_once()
            except FAILURES as error:
                if not failing:
                    self._log.warning("history lost", error=str(error))
                self._history_up, failing = False, True
                await asyncio.sleep(backoff.pause_s())
                continue
            if not self._history_up:
                self._log.info("history loaded")
            self._history_up, failing = True, False
            backoff.reset()
            filling = time.monotonic() < self._filling_until_s
            await _either(self._reload_wanted, FILLING_RELOAD_S if filling else RELOAD_S)

    async def _load_once(self) -> None:
        """Load the newest readings and yesterday; what changed goes out as deltas, or as snapshots after a gap."""
        state = self._state
        with contextlib.suppress(BusUnavailableError):  # sources and declared places first, where the bus is there
            await self._refresh()
        readings = await asyncio.to_thread(self._history.latest)
        for start in range(0, len(readings), CHUNK):
            state.fold(readings[start : start + CHUNK], self._clock(), live=False)
            await asyncio.sleep(0)
        wants = state.gates.wants(self._clock())
        past = await asyncio.to_thread(read_past, self._history, wants)
        for want, source, points in past:
            want.trend.load(points, simulated=state.origins.simulated(source))
        state.gates.loaded()
        state.tick(self._clock())
        if self._announce:
            self._announce = False
            self.clients.resync(state.lines)
        self.ready.set()
        self._changed.set()

    def _reread_desk(self) -> None:
        self._desk_wanted.set()

    async def _watch_desk(self) -> None:
        backoff = Backoff()
        while True:
            self._desk_wanted.clear()
            self._folded_meanwhile.clear()
            try:
                alerts = await asyncio.to_thread(self._desk.live)
            except FAILURES as error:
                if self._desk_up:
                    self._log.warning("desk lost", error=str(error))
                self._desk_up = False
                await asyncio.sleep(backoff.pause_s())
                continue
            live = [msgspec.to_builtins(alert) for alert in alerts]
            self._state.replace_alerts(live, self._folded_meanwhile, self._clock())
            self._changed.set()
            self._desk_up = True
            backoff.reset()
            await _either(self._desk_wanted, DESK_S)

    async def _watch_ledger(self) -> None:
        while True:
            try:
                rows = await asyncio.to_thread(self._history.ledger)
            except FAILURES:
                self._history_up = False
                self._reload_wanted.set()  # the loader notices when history is back, and logs
            else:
                refused: Counter[str] = Counter()
                for row in rows:
                    refused[row.source] += row.refused
                self._state.feeds.take_refused(refused)
            await asyncio.sleep(LEDGER_S)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception() or RuntimeError(f"{task.get_name()} ended by itself")
        self._failure = self._failure or error
        self._log.error("failed", task=task.get_name(), exc_info=error)
        if self._on_failure is not None:
            self._on_failure(error)


def _unfinished(task: Mapping[str, Any], now_ms: int) -> bool:
    """Whether a long task is at work; one that said nothing for a while was killed and will say no more."""
    return bool(task.get("done", 0) < task.get("total", 0) and now_ms - int(task.get("at", 0)) < FILLING_TAIL_S * 1000)


async def _either(event: asyncio.Event, timeout_s: float | None) -> None:
    """Return when the event is set or the time has passed."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        pass


def _process(beat: Beat, now: datetime) -> dict[str, Any]:
    silent_s = (to_ms(now) - beat.at) / 1000
    state = "down" if silent_s > DEAD_AFTER_S else STATES[beat.state]
    return {"state": state, "since": beat.since, "restarts": beat.restarts}
