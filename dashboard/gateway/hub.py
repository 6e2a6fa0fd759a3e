"""The live hub: one in each web process, from the bus and the history to every socket.

It follows the streams of readings and alerts by plain reads, folds what comes into the read models, and offers the
frames to its clients. What is shown outlives an outage of bus or history: the models keep their state, the topic
`feeds` says what is down, and numbers age by themselves. What this module does not do: write anything, anywhere.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog

from dashboard.gateway.clients import Client, Clients
from dashboard.gateway.facts import FactsWatch
from dashboard.gateway.follower import Follower
from dashboard.gateway.loader import DeskLoader, HistoryLoader
from dashboard.gateway.notes import NotesEar, NotesPort
from dashboard.gateway.ports import DeskPort, HistoryPort
from dashboard.gateway.protocol import PING_INTERVAL_S, Frame, ping_frame
from dashboard.gateway.state import Basis, LiveState
from dashboard.gateway.waiting import either
from dashboard.readmodels.cells import to_ms
from feeds.bus.codec import ALERTS, READINGS, decode_readings
from feeds.bus.port import Entry, StreamPort
from feeds.catalogue import Catalogue
from feeds.door import utc_now
from feeds.model import Reading
from feeds.programme.model import Programme
from feeds.registry import Registry
from geodata.places import Places
from geodata.sites import load_sites

READ_PACE_S: Final = 0.02
"""Pause between two reads of the readings: at 2,000 entries/s it makes 50 reads a second instead of 2,000, and adds
20 ms to a path that is promised in 300."""
CHUNK: Final = 1_000
"""Readings folded at once: about 10 ms, so that frames go out while a flood comes in."""
TICK_S: Final = 1.0
STOP_PATIENCE_S: Final = 3.0
FIRST_STATE_S: Final = 3.0
"""How long after the start clients wait for the first state: without it every screen would go blank for a moment, and
the tablet would keep that. A history that is down is not waited for any longer: what the bus tells is shown."""
RECORDER_GROUP: Final = "recorder"
"""The consumer group that writes the streams to SQL."""

_alerts: Final = msgspec.json.Decoder(list[dict[str, Any]])


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
        programme: Programme | None = None,
        notes: NotesPort | None = None,
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
            programme: the targets of the province's programme; none by default.
            notes: for the notes to the duty desk; None where there are none.
            on_failure: is told when a task of the hub ends by an error of ours; the hub is then of no more use.
        """
        self._places = places
        self._clock = clock
        self._on_failure = on_failure
        # Readable in logs, and unlike that of any earlier hub: an equal epoch would hide a gap.
        epoch = f"{to_ms(clock()):x}-{secrets.token_hex(3)}"
        self._state = LiveState(registry, catalogue, places, load_sites(), epoch, clock(), thresholds, programme)
        self.clients = Clients()
        self.ready = asyncio.Event()
        self._changed = asyncio.Event()
        self._facts = FactsWatch(bus, registry, self._state, clock, self._filling_began)
        self._history = HistoryLoader(
            history, self._state, clock, self._facts.refresh, lambda: self._facts.filling, self._history_loaded
        )
        self._desk = DeskLoader(desk, self._state, clock, self._changed.set)
        self._readings = Follower(
            bus, READINGS, self._take_readings, self._missed_readings, pace_s=READ_PACE_S, recorded_by=RECORDER_GROUP
        )
        self._alerts = Follower(bus, ALERTS, self._take_alerts, self._desk.want)
        self._notes = None if notes is None else NotesEar(bus, notes, self._state, clock, self._changed.set)
        self._known_sources: set[str] = set()
        self._undecodable = 0
        self._dropped = 0
        self._handed = {"snapshot": 0, "delta": 0, "ping": 0}
        self._lag_ms: int | None = None
        self._failure: BaseException | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started_s = time.monotonic()
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
        self._started_s = time.monotonic()
        jobs: dict[str, Coroutine[Any, Any, None]] = {
            "readings": self._readings.run(),
            "alerts": self._alerts.run(),
            "facts": self._facts.run(),
            "history": self._history.run(),
            "ledger": self._history.run_ledger(),
            "desk": self._desk.run(),
            "flush": self._flush(),
            "tick": self._tick(),
        }
        if self._notes is not None:
            jobs |= {"notes": self._notes.run_stream(), "notes-list": self._notes.run_list()}
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

    async def first_state(self) -> None:
        """Return when there is something to be shown: at once, but for the first seconds of the hub."""
        await either(self.ready, max(0.0, self._started_s + FIRST_STATE_S - time.monotonic()))

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
        if isinstance(item, str):
            self._handed["snapshot"] += 1
            return self._state.snapshot(item, self._clock())
        if item is not None:
            self._handed["delta" if item.topic else "ping"] += 1
        return item

    def basis(self, topic: str, path: str) -> Basis:
        """Return the value at a path of a topic with the readings behind it; see `LiveState.basis`.

        Raises:
            LookupError, TypeError: when nothing stands there.
        """
        return self._state.basis(topic, path)

    def picture(self) -> tuple[int, dict[str, Any]]:
        """Return this instant (ms since 1970) and the data of every topic at it."""
        # Nothing is awaited between the clock and the copy, so that all topics are of one instant.
        return to_ms(self._clock()), self._state.picture()

    def health(self) -> dict[str, Any]:
        """Return the hub's state for `/healthz`: `state` is up, degraded or down; lags in ms."""
        whole = self._bus_up and self._history.up and self._desk.up and self.ready.is_set()
        return {
            "state": "down" if self._failure else ("up" if whole else "degraded"),
            "ready": self.ready.is_set(),
            "bus": "up" if self._bus_up else "down",
            "history": "up" if self._history.up else "down",
            "desk": "up" if self._desk.up else "down",
            "epoch": self.epoch,
            "clients": len(self.clients),
            "seq": {topic: line.seq for topic, line in self._state.lines.items()},
            "lag_ms": self._lag_ms,
            "overflows": self.clients.overflows + sum(client.outbox.overflows for client in self.clients),
            "silent_dropped": self._dropped,
            "undecodable": self._undecodable,
            "frames": dict(self._handed),
            "sources": self._state.feeds.snapshot()["sources"],
            "failure": repr(self._failure) if self._failure else None,
        }

    @property
    def _bus_up(self) -> bool:
        return self._readings.up and self._alerts.up and self._facts.up

    async def _take_readings(self, entries: list[Entry]) -> None:
        readings: list[Reading] = []
        for entry in entries:
            try:
                readings += decode_readings(entry.data)
            except msgspec.DecodeError:
                self._undecodable += 1  # the recorder keeps it as a dead letter, with its reason
        if not readings:
            return
        await self._know(readings)
        for start in range(0, len(readings), CHUNK):
            self._state.fold(readings[start : start + CHUNK], self._clock())
            self._changed.set()
            await asyncio.sleep(0)
        # Never below 0: the clocks of two machines differ.
        self._lag_ms = max(0, to_ms(self._clock()) - to_ms(readings[-1].received_at))

    async def _know(self, readings: Sequence[Reading]) -> None:
        """Ask the bus about sources and places never heard of, before they are shown under wrong colours."""
        new_sources = {reading.source for reading in readings} - self._known_sources
        if new_sources or any(place not in self._places for place in {reading.place for reading in readings}):
            await self._facts.refresh()
            self._known_sources |= new_sources

    async def _take_alerts(self, entries: list[Entry]) -> None:
        alerts: list[dict[str, Any]] = []
        for entry in entries:
            try:
                alerts += _alerts.decode(entry.data)
            except msgspec.DecodeError:
                self._undecodable += 1
        for alert in alerts:
            self._desk.folded(alert["id"])
        self._state.fold_alerts(alerts, self._clock())
        self._changed.set()

    def _missed_readings(self) -> None:
        self._history.want(missed=True)

    def _filling_began(self) -> None:
        self._history.want()

    def _history_loaded(self, missed: bool) -> None:
        if missed:
            self.clients.resync(self._state.lines)
        self.ready.set()
        self._changed.set()

    async def _flush(self) -> None:
        lines = self._state.lines.values()
        while True:
            now_s = time.monotonic()
            waits = [wait for line in lines if (wait := line.wait_s(now_s)) is not None]
            if not waits or min(waits) > 0:
                # A change of a fast topic must not wait for the second of a slow one, so changes ring here too.
                self._changed.clear()
                await either(self._changed, min(waits, default=None))
                continue
            at_ms = to_ms(self._clock())
            for line in lines:
                frame = line.delta(now_s, at_ms)
                if frame is not None:
                    self.clients.broadcast(frame)
            await asyncio.sleep(0)

    async def _tick(self) -> None:
        pinged_s = float("-inf")
        while True:
            now, now_s = self._clock(), time.monotonic()
            self._state.feeds.take_states(
                bus_up=self._bus_up, history_up=self._history.up, simulated=self._state.simulated
            )
            self._state.tick(now)
            self._changed.set()
            if now_s - pinged_s >= PING_INTERVAL_S:
                pinged_s = now_s
                self.clients.broadcast(ping_frame(to_ms(now)))
                self._dropped += self.clients.drop_silent(now_s)
            await asyncio.sleep(TICK_S)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        error = task.exception() or RuntimeError(f"{task.get_name()} ended by itself")
        self._failure = self._failure or error
        self._log.error("failed", task=task.get_name(), exc_info=error)
        if self._on_failure is not None:
            self._on_failure(error)
