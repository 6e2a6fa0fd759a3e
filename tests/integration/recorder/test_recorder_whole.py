"""The recorder on a real Valkey and a real history: through kills and losses, each record once, each queue right."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import redis

from feeds.bus.codec import DEAD_LETTERS
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.history.store import open_history
from feeds.model import PHASES, STEPS
from feeds.recorder import Recorder
from feeds.registry import Registry
from feeds.validation import RawPassage, RawReading
from geodata.places import Place, Places

pytestmark = pytest.mark.service

START = datetime.now(UTC) - timedelta(hours=6)
PATIENCE_S = 60


class House:
    """A door, a history and recorders on one bus."""

    def __init__(self, bus, history):
        rows = (
            ("lang-son", None, "province"),
            ("tan-thanh", "lang-son", "gate"),
            ("tan-thanh.a", "tan-thanh", "route"),
        )
        self.places = Places(Place(name, parent, kind, name, name, None, None) for name, parent, kind in rows)
        self.bus = bus
        self.history = history
        self.registry = Registry(bus, self.places)
        self.door = Door(bus, self.registry, Catalogue())

    @contextlib.asynccontextmanager
    async def recording(self):
        """Run a recorder; it is cut off wherever it stands."""
        recorder = Recorder(self.bus, self.door, self.registry, self.history, self.places, gate_facts={})
        task = asyncio.create_task(recorder.run())
        try:
            yield recorder
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def books(self, source):
        """Return stored, duplicates and refused records of a source, all kinds together."""
        rows = [row for row in self.history.ledger() if row.source == source]
        return tuple(sum(getattr(row, name) for row in rows) for name in ("stored", "duplicates", "refused"))

    def queue(self):
        """Return the physical queue of the gate as of now, None while only its past was recorded."""
        found = [
            one.value
            for one in self.history.latest()
            if one.metric == "queue_length_vehicles"
            and one.place == "tan-thanh"
            and one.dims == {"queue": "physical"}
            and one.observed_at > START + timedelta(hours=5, minutes=59)
        ]
        return found[0] if found else None


@pytest.fixture
async def house(redis_bus, database_url):
    """A house with an empty bus and an empty history."""
    history = open_history(database_url)
    yield House(redis_bus, history)
    # A transaction that was under way when its recorder was cut off still comes to its end.
    await until(lambda: history.engine.pool.checkedout() == 0)
    history.close()


async def until(holds):
    """Wait until a condition holds."""
    async with asyncio.timeout(PATIENCE_S):
        while not holds():  # noqa: ASYNC110 (the condition lies in a database)
            await asyncio.sleep(0.05)


def day(vehicles, staying):
    """Return the passages of vehicles that come every minute; the last ones stay."""
    made = []
    for number in range(vehicles):
        at = START + timedelta(minutes=number)
        for step in STEPS[: len(STEPS) if number < vehicles - staying else 4]:
            for phase in PHASES:
                made.append(RawPassage(f"v{number}", "tan-thanh.a", "export", step, phase, at))
                at += timedelta(minutes=2) if phase == "enter" else timedelta(0)
    made.sort(key=lambda one: one.at)
    return made


def arriving(vehicle):
    """Return a passage that happens now, by which a source that filled in its past becomes live."""
    return RawPassage(vehicle, "tan-thanh.a", "export", "transport", "enter", datetime.now(UTC))


async def test_killed_again_and_again(house):
    """Cut off in the middle time after time, the recorder stores every record once and knows the queue."""
    passages = day(200, staying=7)
    readings = [
        RawReading("lanes_open", "tan-thanh", START + timedelta(seconds=number), number % 5) for number in range(2_000)
    ]
    for begin in range(0, len(passages), 200):
        await house.door.passages(passages[begin : begin + 200], "platform")
        await house.door.readings(readings[begin : begin + 200], "platform")
    sent = len(passages) + len(readings[: len(passages)])
    await house.door.readings([RawReading("lanes_open", "tan-thanh", START, -1)], "platform")
    for share in (0.1, 0.4, 0.7):
        async with house.recording():
            await until(lambda share=share: house.books("platform")[0] >= share * sent)
    await house.door.passages(passages[:50], "platform")
    await house.door.passages([arriving("last")], "platform")
    async with house.recording() as recorder:
        await until(lambda: house.books("platform") == (sent + 1, 50, 1))
        await until(lambda: house.queue() == 8)
        await until(lambda: recorder.border.derivation("platform").ignored == 0)
    errors = house.history.series(
        "conservation_error_vehicles", "tan-thanh", start=START, end=datetime.now(UTC) + timedelta(minutes=1), points=99
    )
    assert errors[0].points
    assert all(point[3] == 0 for point in errors[0].points)


async def test_bus_that_lost_everything(house, valkey):
    """A Valkey that comes back empty, without its groups, is recorded from again, and the queue is still known."""
    async with house.recording():
        await house.door.passages([*day(5, staying=3), arriving("a")], "platform")
        await until(lambda: house.queue() == 4)
        with redis.Redis.from_url(valkey.url) as client:
            client.flushall()
        await house.door.passages([arriving("b")], "platform")
        await until(lambda: house.queue() == 5)
    async with house.recording():
        await house.door.passages([arriving("c")], "platform")
        await until(lambda: house.queue() == 6)
    assert await house.bus.last_id(DEAD_LETTERS) == "0-0"
