"""The derivation at work: what it tells goes through the door, and waits for it when it must."""

from __future__ import annotations

from datetime import timedelta

import pytest

from feeds.border.runner import BorderRunner
from feeds.bus.codec import READINGS, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.registry import Registry

MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock(morning):
    """A clock that stands until it is moved."""
    return Clock(morning)


@pytest.fixture
def bus():
    """An empty bus."""
    return MemoryBus()


@pytest.fixture
def runner(bus, clock, places, gate_facts):
    """A runner whose readings go to the bus."""
    return BorderRunner(Door(bus, Registry(bus, places), Catalogue(), clock), places, gate_facts)


async def on_the_bus(bus):
    """Return all readings that were sent."""
    return [one for entry in await bus.tail(READINGS, 10_000) for one in decode_readings(entry.data)]


def total(readings, place="tan-thanh"):
    """Return the physical queues told of a place."""
    return [one.value for one in readings if one.place == place and one.dims == {"queue": "physical"}]


async def test_live_passage_becomes_a_queue(runner, bus, clock, passage):
    """A vehicle that arrives is in the queue on the bus, as a derived reading of its source."""
    runner.apply([passage("v", "transport", "enter", 0)], clock.now)
    assert await runner.tell(clock.now, drained=True) > 10
    readings = await on_the_bus(bus)
    assert total(readings) == [1]
    assert {(one.source, one.method, one.quality) for one in readings} == {("border:platform", "derived", "good")}


async def test_every_figure_is_one_the_catalogue_knows(runner, bus, clock, trip):
    """The door refuses none of the figures."""
    clock.now += 200 * MINUTE
    runner.apply(trip("a", 30) + trip("b", 60, direction="import"), clock.now)
    runner.apply(trip("c", 195, each=1), clock.now)
    await runner.tell(clock.now, drained=True)
    assert await bus.last_id("lso:dead") == "0-0"
    assert len({one.metric for one in await on_the_bus(bus)}) >= 14


async def test_outage_loses_nothing(runner, bus, clock, passage):
    """What was derived while the bus was away is sent first when it is back."""
    runner.apply([passage("v", "transport", "enter", 0)], clock.now)
    bus.down = True
    with pytest.raises(BusUnavailableError):
        await runner.tell(clock.now, drained=True)
    bus.down = False
    first = clock.now
    clock.now += timedelta(milliseconds=100)
    await runner.tell(clock.now, drained=True)
    readings = await on_the_bus(bus)
    assert total(readings) == [1]
    assert {one.observed_at for one in readings} == {first}


async def test_sources_are_derived_apart(runner, bus, clock, passage):
    """A simulated vehicle is never added to a real queue."""
    runner.apply([passage("v", "transport", "enter", 0)], clock.now)
    runner.apply([passage("v", "transport", "enter", 0, source="simulator")], clock.now)
    await runner.tell(clock.now, drained=True)
    readings = await on_the_bus(bus)
    assert sorted(one.source for one in readings if one.dims == {"queue": "physical"} and one.place == "tan-thanh") == [
        "border:platform",
        "border:simulator",
    ]
    assert runner.derivation("simulator") is not None
    assert runner.derivation("nobody") is None


async def test_restart_gives_the_same_figures(runner, bus, clock, trip, places, gate_facts):
    """Restored from the recorded passages, a new process tells what the old one would have."""
    passages = [one for index in range(20) for one in trip(f"v{index}", index * 5) if one.at <= clock.now + 99 * MINUTE]
    passages.sort(key=lambda one: one.at)
    clock.now += 100 * MINUTE
    runner.apply(passages, clock.now)
    await runner.tell(clock.now, drained=True)
    before = [one for one in await on_the_bus(bus) if one.observed_at == clock.now]
    other_bus = MemoryBus()
    other = BorderRunner(Door(other_bus, Registry(other_bus, places), Catalogue(), clock), places, gate_facts)
    other.restore(passages, clock.now)
    await other.tell(clock.now, drained=True)
    after = await on_the_bus(other_bus)
    assert [one for one in after if one.metric != "stock_vehicles"] == before


async def test_past_is_sent_in_batches(runner, bus, clock, trip):
    """A day of history is sent as it is derived, not held until all is done."""
    clock.now += timedelta(days=4)
    for index in range(120):
        runner.apply(trip(f"v{index}", index * 30), clock.now)
    sent = await runner.tell(clock.now, drained=False)
    readings = await on_the_bus(bus)
    assert sent == len(readings) > 2_000
    assert {one.quality for one in readings if one.metric != "stock_vehicles"} == {"late"}
    assert max(total(readings)) == 3


async def test_signs_of_life_reach_their_source(runner, bus, clock, passage):
    """Readings of a source keep its quiet gate told; those of a stranger do nothing."""
    runner.apply([passage("v", "transport", "enter", 0)], clock.now)
    await runner.tell(clock.now, drained=True)
    clock.now += 9 * MINUTE
    runner.heard("platform", clock.now)
    runner.heard("stranger", clock.now)
    clock.now += 9 * MINUTE
    assert await runner.tell(clock.now, drained=True) > 0


async def test_passages_too_late_are_reported(runner, clock, trip, capsys):
    """Passages that are too old to be counted leave a line in the log, once."""
    clock.now += timedelta(days=3)
    runner.apply(trip("v", 60 * 72 - 90, each=1), clock.now)
    await runner.tell(clock.now, drained=True)
    runner.apply(trip("old", 0, each=1), clock.now)
    await runner.tell(clock.now, drained=True)
    await runner.tell(clock.now, drained=True)
    assert capsys.readouterr().out.count("too late") == 1
