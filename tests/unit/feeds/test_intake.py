"""Taking batches off a stream: nothing is left behind, whatever happens between taking and acknowledging."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.bus.codec import DEAD_LETTERS, READINGS, decode_dead_letters, decode_readings, encode_batches
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.intake import RECORDS, Intake, portions
from feeds.model import Reading
from feeds.registry import Registry
from geodata.places import Places

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved, for the bus (seconds) and the intake (instants) alike."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def seconds(self):
        """Return the seconds since the start."""
        return (self.now - NOW).total_seconds()


@pytest.fixture
def clock():
    """A clock that stands until it is moved."""
    return Clock()


@pytest.fixture
def bus(clock):
    """An empty bus whose idle times run on the test's clock."""
    return MemoryBus(clock.seconds)


@pytest.fixture
def intake(bus, clock):
    """The first life of the consumer `me`."""
    return another(bus, clock)


def another(bus, clock, consumer="me"):
    """Return a new life of a consumer."""
    door = Door(bus, Registry(bus, Places()), Catalogue(), clock)
    return Intake(bus, door, READINGS, group="g", consumer=consumer, decode=decode_readings, clock=clock)


def batch(value, size=1):
    """Return an entry of readings of one value."""
    readings = [Reading("feed_age_s", "lang-son", value, NOW, NOW, "s")] * size
    return encode_batches(readings)


def values(taken):
    """Return the values of what was taken, entry by entry."""
    return [[reading.value for reading in readings] for _, readings in taken]


async def finish(intake, taken):
    """Acknowledge what was taken."""
    await intake.acknowledge([entry_id for entry_id, _ in taken])
    intake.settle()


async def test_entries_come_in_order_and_once(bus, intake):
    """What was acknowledged never comes again."""
    await bus.publish(READINGS, batch(1) + batch(2))
    taken = await intake.take(0)
    assert values(taken) == [[1], [2]]
    assert intake.drained
    await finish(intake, taken)
    assert await intake.take(0) == []
    assert await intake.lag() == 0


async def test_round_that_failed_is_done_again(bus, intake):
    """A batch that could not be stored comes again before anything newer."""
    await bus.publish(READINGS, batch(1))
    assert values(await intake.take(0)) == [[1]]
    await bus.publish(READINGS, batch(2))
    again = await intake.take(0)
    assert values(again) == [[1]]
    assert not intake.drained
    await finish(intake, again)
    assert values(await intake.take(0)) == [[2]]


async def test_next_life_finds_what_a_killed_one_left(bus, intake, clock):
    """After kill −9 the pending entries are taken at once, all of them, though there are more than one take holds."""
    for value in range(300):
        await bus.publish(READINGS, batch(value))
    await intake.take(0)
    await intake.take(0)
    reborn = another(bus, clock)
    found = []
    while taken := await reborn.take(0):
        found += values(taken)
        await finish(reborn, taken)
    assert sorted(found) == [[value] for value in range(300)]


async def test_dead_consumers_work_is_taken_over_after_a_minute(bus, intake, clock):
    """What a consumer of another name held is taken over, but not while it may still be at it."""
    await bus.publish(READINGS, batch(1))
    await finish(intake, await intake.take(0))
    await bus.publish(READINGS, batch(2))
    other = another(bus, clock, consumer="other")
    await other.take(0)
    clock.now += timedelta(seconds=59)
    assert await intake.take(0) == []
    intake.settle()
    clock.now += timedelta(seconds=61)
    intake_round = await intake.take(0)
    assert values(intake_round) == [[2]]


async def test_undecodable_entry_becomes_a_dead_letter(bus, intake):
    """Rubbish on the stream is kept with its reason and holds nothing up."""
    await bus.publish(READINGS, [b"\xffrubbish", *batch(1), b"{}"])
    taken = await intake.take(0)
    assert values(taken) == [[], [1], []]
    await finish(intake, taken)
    letters = [one for entry in await bus.tail(DEAD_LETTERS, 10) for one in decode_dead_letters(entry.data)]
    assert [(letter.reason, letter.origin) for letter in letters] == [
        ("undecodable", "lso:readings:1-0"),
        ("undecodable", "lso:readings:3-0"),
    ]
    assert letters[0].payload.endswith("rubbish")


async def test_outage_is_survived(bus, intake):
    """While the bus is away nothing is taken as done; afterwards everything is found."""
    await bus.publish(READINGS, batch(1))
    await intake.take(0)
    bus.down = True
    with pytest.raises(BusUnavailableError):
        await intake.take(0)
    bus.down = False
    assert values(await intake.take(0)) == [[1]]


async def test_large_entries_are_taken_few_at_a_time(bus, intake):
    """However large entries are, what is taken at once stays bounded."""
    for value in range(100):
        await bus.publish(READINGS, batch(value, size=500))
    sizes = []
    while taken := await intake.take(0):
        sizes.append(sum(len(readings) for _, readings in taken))
        await finish(intake, taken)
    assert sum(sizes) == 50_000
    assert max(sizes[1:]) <= 2 * RECORDS


async def test_portions_are_transactions_of_bounded_size():
    """Entries stay whole, and a portion holds about as many records as one transaction should."""
    entries = [(str(number), batch_of) for number, batch_of in enumerate([[0] * 3_000, [0] * 3_000, [], [0] * 9_000])]
    assert [[entry_id for entry_id, _ in portion] for portion in portions(entries)] == [["0"], ["1", "2"], ["3"]]
    assert list(portions([])) == []
