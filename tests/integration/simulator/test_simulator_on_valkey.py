"""The simulator on a real Valkey, killed in the middle of its history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.valkey import EmbeddedValkey
from feeds.bus.codec import PASSAGES, READINGS, decode_passages, decode_readings
from feeds.bus.redis import RedisBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.registry import Registry
from feeds.sources.simulator import Simulator, SimulatorSource
from feeds.twin.scenario import NORMAL
from geodata.places import Places

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PAST = timedelta(hours=14)


def source_on(bus: RedisBus, now: list[datetime]) -> SimulatorSource:
    """Return a simulator of the whole province on a bus, whose clock only its own sleep moves."""
    registry = Registry(bus, Places.load())
    door = Door(bus, registry, Catalogue(), lambda: now[0])

    async def sleep(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return SimulatorSource(bus, door, registry, NORMAL, seed=8, clock=lambda: now[0], sleep=sleep, history=PAST)


@pytest.mark.service
async def test_a_killed_simulator_goes_on_on_valkey(redis_bus: RedisBus, valkey: EmbeddedValkey) -> None:
    """The passages on the stream, with what a second process adds, are each exactly what one run would have said."""
    now = [NOW]
    first = source_on(redis_bus, now)
    for _ in range(5):
        await first.step()
    assert not first.caught_up
    other_bus = RedisBus(valkey.url)
    second = source_on(other_bus, now)
    while not second.caught_up:
        await second.step()
    said = [p for entry in await other_bus.tail(PASSAGES, 10_000) for p in decode_passages(entry.data)]
    readings = [r for entry in await other_bus.tail(READINGS, 10_000) for r in decode_readings(entry.data)]
    await other_bus.aclose()
    expected = Simulator(8, NOW - PAST, [(NOW - PAST, NORMAL)]).passages(now[0])
    assert [(p.vehicle, p.step, p.phase, p.at) for p in said] == [(p.vehicle, p.step, p.phase, p.at) for p in expected]
    assert len({r.place for r in readings if r.metric == "site_on_air"}) == 2_818
