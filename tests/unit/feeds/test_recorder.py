"""The recorder against a history in memory: what is stored, what is acknowledged, what is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.history.ledger import RefusalRow
from feeds.history.retention import Pruned
from feeds.recorder import KEPT_ENTRIES, Recorder
from feeds.registry import Registry, SourceFacts
from feeds.validation import RawPassage, RawReading
from geodata.gates import HANOI
from geodata.places import Place, Places

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SHOWN = {"tan-thanh", "lang-son"}


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.now = MORNING

    def __call__(self):
        return self.now


class Memory:
    """A history that keeps everything in lists; `away` makes it fail as a lost database does."""

    def __init__(self):
        self.away = False
        self.entries = {READINGS: {}, PASSAGES: {}}
        self.letters = {}
        self.pruned = []
        self.more = 0

    def _check(self):
        if self.away:
            raise OperationalError("SELECT 1", {}, Exception("database is locked"))

    def record_entries(self, entries):
        self._check()
        self.entries[READINGS].update(entries)

    def record_passage_entries(self, entries):
        self._check()
        self.entries[PASSAGES].update(entries)

    def record_dead_letters(self, dead_letters):
        self._check()
        for entry_id, letter in dead_letters:
            self.letters.setdefault(entry_id, []).append(letter)
        return len(dead_letters)

    @property
    def readings(self):
        return [one for batch in self.entries[READINGS].values() for one in batch]

    def latest(self):
        self._check()
        return self.readings

    def passages(self, since, *, over_until=None):
        self._check()
        known = [one for batch in self.entries[PASSAGES].values() for one in batch if one.at >= since]
        return iter(sorted(known, key=lambda one: one.at))

    def refusals(self, since):
        self._check()
        counts = Counter(
            (letter.received_at.astimezone(HANOI).date(), letter.source, letter.reason)
            for letters in self.letters.values()
            for letter in letters
        )
        return [
            RefusalRow(day, source, "reading", reason, count)
            for (day, source, reason), count in counts.items()
            if day >= since
        ]

    def prune(self, now):
        self._check()
        self.pruned.append(now)
        self.more -= 1
        return Pruned(0, 0, 0, 0, more=self.more > 0)


class House:
    """A bus, a door and a history with the recorder between them."""

    def __init__(self):
        rows = (
            ("lang-son", None, "province"),
            ("tan-thanh", "lang-son", "gate"),
            ("tan-thanh.a", "tan-thanh", "route"),
        )
        self.places = Places(Place(name, parent, kind, name, name, None, None) for name, parent, kind in rows)
        self.clock = Clock()
        self.bus = MemoryBus()
        self.registry = Registry(self.bus, self.places)
        self.door = Door(self.bus, self.registry, Catalogue(), self.clock)
        self.memory = Memory()
        self.recorder = self.reborn()

    def reborn(self):
        """Return the recorder's next life."""
        parts = (self.bus, self.door, self.registry, self.memory, self.places, self.clock)
        return Recorder(*parts, gate_facts={}, catalogue=Catalogue())

    async def arrive(self, vehicle, at=None, source="platform"):
        """Let a vehicle arrive."""
        at = at or self.clock.now
        raw = RawPassage(vehicle, "tan-thanh.a", "export", "transport", "enter", at)
        assert (await self.door.passages([raw], source)).accepted == 1

    async def send(self, value, source="gate", **more):
        """Send one reading."""
        raw = RawReading("lanes_open", "tan-thanh", self.clock.now, value, **more)
        return await self.door.readings([raw], source)

    async def settle(self):
        """Run rounds until nothing waits."""
        for _ in range(50):
            await self.recorder.step()
            if not any((await self.recorder.lags()).values()):
                return
        raise AssertionError("the recorder does not keep up")

    def told(self, metric, source, **dims):
        """Return the recorded values of a series of tan-thanh or the province."""
        return [
            one.value
            for one in self.memory.readings
            if one.metric == metric
            and one.source == source
            and one.dims == dims
            and one.place in {"tan-thanh", "lang-son"}
        ]


@pytest.fixture
def house():
    """A house at eight in the morning."""
    return House()


async def until(holds):
    """Wait until a condition holds."""
    while not holds():  # noqa: ASYNC110 (the condition lies in the recorder's own task)
        await asyncio.sleep(0.01)


async def test_what_is_sent_is_recorded(house):
    """Readings, passages and refused records all end in the history, and nothing is left waiting."""
    await house.send(4.0)
    await house.send(-1.0)
    await house.arrive("v")
    await house.settle()
    assert house.told("lanes_open", "gate") == [4.0]
    assert [letter.reason for letters in house.memory.letters.values() for letter in letters] == ["out_of_bounds"]
    assert len(house.memory.entries[PASSAGES]) == 1
    assert await house.recorder.lags() == {READINGS: 0, PASSAGES: 0, DEAD_LETTERS: 0}


async def test_passages_become_the_queue(house):
    """A vehicle that arrived is in the queue that is recorded, within the round after."""
    await house.arrive("a")
    await house.arrive("b")
    await house.settle()
    assert house.told("queue_length_vehicles", "border:platform", queue="physical") == [2]
    await house.arrive("c")
    house.clock.now += timedelta(seconds=1)
    await house.settle()
    assert house.told("queue_length_vehicles", "border:platform", queue="physical") == [2, 3]


async def test_restart_knows_who_is_here(house):
    """After a restart the queue is what it was, without any passage being sent again."""
    await house.arrive("a")
    await house.arrive("b")
    await house.settle()
    house.recorder = house.reborn()
    house.clock.now += MINUTE
    await house.settle()
    assert house.told("queue_length_vehicles", "border:platform", queue="physical") == [2, 2]


async def test_database_away(house):
    """While the database is away nothing is acknowledged; afterwards everything is recorded once."""
    await house.settle()
    await house.send(4.0)
    house.memory.away = True
    with pytest.raises(OperationalError):
        await house.recorder.step()
    assert (await house.recorder.lags())[READINGS] == 1
    house.memory.away = False
    await house.settle()
    assert house.told("lanes_open", "gate") == [4.0]


async def test_killed_between_storing_and_acknowledging(house):
    """A batch that was stored and not acknowledged is stored again under its entry, and the queue counts it once."""
    await house.arrive("v")
    acknowledge = house.bus.ack

    async def killed(*_):
        raise BusUnavailableError("gone")

    house.bus.ack = killed
    with pytest.raises(BusUnavailableError):
        await house.recorder.step()
    house.bus.ack = acknowledge
    house.recorder = house.reborn()
    await house.settle()
    assert len(house.memory.entries[PASSAGES]) == 1
    assert house.told("queue_length_vehicles", "border:platform", queue="physical") == [1]


async def test_rubbish_on_the_streams(house):
    """Entries that are no batches end in the dead letters and hold nothing up."""
    for stream in (READINGS, PASSAGES, DEAD_LETTERS):
        await house.bus.publish(stream, [b"rubbish"])
    await house.send(4.0)
    await house.settle()
    await house.settle()
    assert house.told("lanes_open", "gate") == [4.0]
    origins = [letter.origin for letters in house.memory.letters.values() for letter in letters]
    assert sorted(origins) == ["lso:dead:1-0", "lso:passages:1-0", "lso:readings:1-0"]


async def test_feeds_are_judged_every_fifteen_seconds(house):
    """The age, rate and refusals of a feed are told on time, and before it sends anything where it announced itself."""
    await house.registry.announce(SourceFacts("gate", "http", cadence_s=60))
    await house.send(4.0)
    await house.send(-1.0)
    await house.settle()
    house.clock.now += timedelta(seconds=14.9)
    await house.settle()
    assert len(house.told("feed_age_s", "recorder", feed="gate")) == 1
    house.clock.now += timedelta(seconds=0.1)
    await house.settle()
    assert house.told("feed_age_s", "recorder", feed="gate") == [0, 15]
    assert house.told("feed_age_cadences", "recorder", feed="gate")[-1] == 0.25
    assert house.told("feed_refused_today", "recorder", feed="gate")[-1] == 1


async def test_restart_knows_the_feeds(house):
    """A feed that fell silent before a restart is not forgotten by it."""
    await house.send(4.0)
    await house.settle()
    house.recorder = house.reborn()
    house.clock.now += 10 * MINUTE
    await house.settle()
    assert house.told("feed_age_s", "recorder", feed="gate")[-1] == 600


async def test_streams_are_trimmed(house):
    """Streams do not grow without end, and what is not recorded yet is never cut."""
    await house.settle()
    await house.bus.publish(READINGS, [b"[]"] * (KEPT_ENTRIES + 500))
    house.clock.now += MINUTE
    await house.settle()
    house.clock.now += MINUTE
    await house.settle()
    left = await house.bus.tail(READINGS, 2 * KEPT_ENTRIES)
    assert KEPT_ENTRIES <= len(left) < KEPT_ENTRIES + 100


async def test_streams_are_trimmed_after_the_clock_was_set_back(house):
    """A clock that was an hour ahead and is put right leaves no hour in which streams grow without end."""
    house.clock.now += 60 * MINUTE
    await house.settle()
    house.clock.now -= 60 * MINUTE
    await house.bus.publish(READINGS, [b"[]"] * (KEPT_ENTRIES + 500))
    await house.settle()
    house.clock.now += MINUTE
    await house.settle()
    left = await house.bus.tail(READINGS, 2 * KEPT_ENTRIES)
    assert KEPT_ENTRIES <= len(left) < KEPT_ENTRIES + 100


async def test_history_is_pruned_by_the_hour(house):
    """Pruning begins after ten minutes, goes on while there is more, then waits an hour."""
    house.memory.more = 3
    await house.settle()
    assert house.memory.pruned == []
    house.clock.now += 10 * MINUTE
    for _ in range(5):
        await house.recorder.step()
    assert len(house.memory.pruned) == 3
    house.clock.now += 59 * MINUTE
    await house.recorder.step()
    assert len(house.memory.pruned) == 3
    house.clock.now += 1 * MINUTE
    await house.recorder.step()
    assert len(house.memory.pruned) == 4


async def test_past_and_present_of_one_source(house):
    """A source that fills in its past gets a curve of it, and is live at its end."""
    start = MORNING - timedelta(hours=3)
    for minute in range(0, 180, 10):
        await house.arrive(f"v{minute}", start + minute * MINUTE)
    await house.arrive("now", MORNING)
    await house.settle()
    queue = [
        (one.observed_at, one.value)
        for one in house.memory.readings
        if one.place == "tan-thanh" and one.dims == {"queue": "physical"}
    ]
    assert queue[-1] == (MORNING, 19)
    assert [value for _, value in queue] == sorted(value for _, value in queue)
    assert len(queue) > 15


async def test_run_works_through_an_outage_until_stopped(house, capsys):
    """The running recorder survives bus and database going away, says so once each, and stops when told."""
    async with asyncio.timeout(20):
        running = asyncio.create_task(house.recorder.run())
        try:
            await house.send(1.0)
            await until(lambda: house.told("lanes_open", "gate"))
            house.bus.down = True
            house.memory.away = True
            await until(lambda: "waiting" in capsys.readouterr().out)
            house.bus.down = False
            house.memory.away = False
            house.clock.now += MINUTE
            await house.send(2.0)
            await until(lambda: house.told("lanes_open", "gate") == [1.0, 2.0])
        finally:
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
    assert [decode_readings(entry.data) for entry in await house.bus.tail(READINGS, 1)]


@pytest.mark.parametrize("fails", [False, True])
async def test_stops_even_when_the_bus_loses_the_order_to(house, fails):
    """A bus client that swallows the cancellation, or turns it into a failure, does not keep the process alive."""
    waiting = asyncio.Event()

    async def stubborn(*_):
        waiting.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if fails:
                raise BusUnavailableError("gone") from None
        return []

    house.bus.read_group = stubborn
    running = asyncio.create_task(house.recorder.run())
    await waiting.wait()
    running.cancel()
    done, _ = await asyncio.wait([running], timeout=10)
    assert done == {running}
    assert running.cancelled()
