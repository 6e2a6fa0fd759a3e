"""A feed's surroundings for tests: a bus in memory, a real door, and waiting for conditions instead of for time."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import msgspec

from feeds.bus.codec import DEAD_LETTERS, READINGS, decode_dead_letters, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door, utc_now
from feeds.model import DeadLetter, Reading
from feeds.registry import Registry
from feeds.settings import kind_of, parse_feed
from feeds.sources.declarations import Declared
from feeds.sources.hosts import AllowList
from feeds.sources.making import House, run_feed
from feeds.sources.secrets import Secrets
from feeds.sources.status import FeedFacts, Status
from geodata.places import Places

PATIENCE_S = 20.0
"""How long any condition may take to come true; a bound for hangs, not a promise."""

MAPPING = """
source: yard
name: {vi: "Bãi xe", en: "Yard"}
format: json
records: items[*]
place: {constant: tan-thanh}
time: {path: at}
readings:
  - metric: queue_length_vehicles
    dims: {queue: physical}
    value: {path: waiting}
    method: count
"""
"""One count of waiting vehicles an item."""


def payload(*counts: int, start: int = 0, **more: Any) -> bytes:
    """Return a payload of MAPPING with one item a count, a second apart, all of this morning."""
    items = [
        {"at": f"2026-11-22T03:{(start + index) // 60:02d}:{(start + index) % 60:02d}Z", "waiting": count}
        for index, count in enumerate(counts)
    ]
    return msgspec.json.encode({"items": items, **more})


class Station:
    """Runs feeds as the feeds process does, on a bus in memory."""

    def __init__(self, directory: Path, bus: Any = None, **variables: str) -> None:
        self.directory = directory
        self.bus = bus or MemoryBus()
        self.catalogue = Catalogue()
        self.registry = Registry(self.bus, Places.load())
        self.door = Door(self.bus, self.registry, self.catalogue)
        self.slept: list[float] = []
        secrets = Secrets({f"LSO_SECRET_{name}": value for name, value in variables.items()}, directory)
        self.house = House(
            self.bus,
            self.door,
            self.registry,
            self.catalogue,
            secrets,
            directory,
            directory,
            False,
            utc_now,
            self._sleep,
        )
        self.statuses: dict[str, Status] = {}

    async def _sleep(self, seconds: float) -> None:
        """Wait as long as was asked, but never so long that a test would be noticed."""
        self.slept.append(seconds)
        await asyncio.sleep(min(seconds, 0.02))

    def declared(self, settings: dict[str, Any], *, mapping: str = MAPPING, hosts: tuple[str, ...] = ("127.0.0.1",)):
        """Return a checked declaration of the feed `f`."""
        made = parse_feed("f", msgspec.json.encode(settings).decode(), AllowList(hosts))
        text = "" if kind_of(made) == "probe" else mapping
        return Declared("f", "desk", kind_of(made), made, "test", text, hosts)

    @contextlib.asynccontextmanager
    async def running(self, feed: Declared) -> AsyncIterator[Status]:
        """Run a feed until the block ends; whatever it raises fails the test."""
        status = self.statuses.setdefault(feed.name, Status(FeedFacts(feed.name), utc_now, lambda: None))
        task = asyncio.create_task(run_feed(feed, status, self.house))
        try:
            yield status
        finally:
            done = task.done()
            task.cancel()
            await asyncio.wait([task], timeout=PATIENCE_S)
        if done:
            task.result()

    async def readings(self) -> list[Reading]:
        """Return everything the bus holds."""
        down, self.bus.down = getattr(self.bus, "down", False), False
        entries = await self.bus.tail(READINGS, 10_000)
        self.bus.down = down
        return [reading for entry in entries for reading in decode_readings(entry.data)]

    async def counts(self) -> list[float | None]:
        """Return the counted vehicles in the order they came."""
        return [reading.value for reading in await self.readings() if reading.metric == "queue_length_vehicles"]

    async def letters(self) -> list[DeadLetter]:
        """Return every dead letter."""
        entries = await self.bus.tail(DEAD_LETTERS, 10_000)
        return [letter for entry in entries for letter in decode_dead_letters(entry.data)]


async def until(what: str, condition: Callable[[], Any]) -> Any:
    """Return the first true answer of a condition (or of the coroutine it returns), or fail saying what it was."""
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while True:
        answer = condition()
        if asyncio.iscoroutine(answer):
            answer = await answer
        if answer:
            return answer
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited {PATIENCE_S:.0f} s in vain for {what}; last answer: {answer!r}")
        await asyncio.sleep(0.005)
