"""The stream port's contract, the same for the in-memory bus and for a real Valkey."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import redis

from feeds.bus.memory import MemoryBus
from feeds.bus.port import StreamPort
from feeds.bus.redis import RedisBus
from feeds.errors import BusUnavailableError

STREAM, GROUP, ME, OTHER = "lso:test", "recorder", "me", "other"


def empty(url: str) -> None:
    """Empty the server."""
    client = redis.Redis.from_url(url)
    client.flushall()
    client.close()


@pytest.fixture(params=["memory", pytest.param("valkey", marks=pytest.mark.service)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[StreamPort]:
    """Return an empty bus of each kind."""
    if request.param == "memory":
        yield MemoryBus()
        return
    valkey = request.getfixturevalue("valkey")
    empty(valkey.url)
    bus = RedisBus(valkey.url)
    yield bus
    await bus.aclose()


async def test_entries_come_back_in_order_and_as_they_were(bus: StreamPort) -> None:
    """What was published is read in order, byte for byte."""
    sent = [b"one", b"\x00\xff two", "ba — Lạng Sơn".encode()]
    ids = await bus.publish(STREAM, sent)
    read = await bus.read(STREAM, "0-0", 10, 0)
    assert [entry.data for entry in read] == sent
    assert [entry.id for entry in read] == ids


async def test_reading_after_an_id_gives_only_what_is_newer(bus: StreamPort) -> None:
    """A reader that remembers where it was misses nothing and sees nothing twice."""
    ids = await bus.publish(STREAM, [b"1", b"2", b"3"])
    assert [entry.data for entry in await bus.read(STREAM, ids[0], 1, 0)] == [b"2"]
    assert await bus.read(STREAM, ids[2], 10, 0) == []
    assert await bus.last_id(STREAM) == ids[2]


async def test_last_id_of_an_empty_stream_is_its_beginning(bus: StreamPort) -> None:
    """A reader may start from the last id before anything was ever published."""
    assert await bus.last_id(STREAM) == "0-0"
    ids = await bus.publish(STREAM, [b"1"])
    assert [entry.id for entry in await bus.read(STREAM, "0-0", 10, 0)] == ids


async def test_a_waiting_reader_is_woken(bus: StreamPort) -> None:
    """A blocked read returns with what is published meanwhile."""
    waiting = asyncio.create_task(bus.read(STREAM, "0-0", 10, 5_000))
    await asyncio.sleep(0)
    await bus.publish(STREAM, [b"news"])
    assert [entry.data for entry in await waiting] == [b"news"]


async def test_a_waiting_reader_gives_up_in_time(bus: StreamPort) -> None:
    """A blocked read of a silent stream returns empty."""
    assert await bus.read(STREAM, "0-0", 10, 30) == []


async def test_tail_gives_the_newest_oldest_first(bus: StreamPort) -> None:
    """The tail is the end of the stream in reading order."""
    await bus.publish(STREAM, [b"1", b"2", b"3"])
    assert [entry.data for entry in await bus.tail(STREAM, 2)] == [b"2", b"3"]
    assert await bus.tail(STREAM, 0) == []


async def test_a_group_hands_each_entry_to_one_consumer(bus: StreamPort) -> None:
    """Two consumers of a group share the work; another group sees all of it."""
    await bus.ensure_group(STREAM, GROUP)
    await bus.ensure_group(STREAM, "alerts")
    await bus.publish(STREAM, [b"1", b"2", b"3"])
    mine = await bus.read_group(STREAM, GROUP, ME, 2, 0)
    others = await bus.read_group(STREAM, GROUP, OTHER, 10, 0)
    assert [entry.data for entry in mine] == [b"1", b"2"]
    assert [entry.data for entry in others] == [b"3"]
    assert len(await bus.read_group(STREAM, "alerts", ME, 10, 0)) == 3


async def test_a_group_created_late_sees_what_was_before(bus: StreamPort) -> None:
    """A group starts at the beginning: what came before the first start of a process is not lost."""
    await bus.publish(STREAM, [b"early"])
    await bus.ensure_group(STREAM, GROUP)
    await bus.ensure_group(STREAM, GROUP)
    assert [entry.data for entry in await bus.read_group(STREAM, GROUP, ME, 10, 0)] == [b"early"]


async def test_what_is_not_acknowledged_can_be_reclaimed(bus: StreamPort) -> None:
    """What a dead consumer held comes back; what was acknowledged does not."""
    await bus.ensure_group(STREAM, GROUP)
    await bus.publish(STREAM, [b"done", b"held"])
    entries = await bus.read_group(STREAM, GROUP, ME, 10, 0)
    await bus.ack(STREAM, GROUP, [entries[0].id])
    again = await bus.reclaim(STREAM, GROUP, OTHER, 0, 10)
    assert [entry.data for entry in again] == [b"held"]
    await bus.ack(STREAM, GROUP, [again[0].id, "1-1"])
    assert await bus.reclaim(STREAM, GROUP, OTHER, 0, 10) == []


async def test_what_another_still_works_on_is_not_reclaimed(bus: StreamPort) -> None:
    """Entries that were given out a moment ago stay with their consumer."""
    await bus.ensure_group(STREAM, GROUP)
    await bus.publish(STREAM, [b"busy"])
    await bus.read_group(STREAM, GROUP, ME, 10, 0)
    assert await bus.reclaim(STREAM, GROUP, OTHER, 60_000, 10) == []


async def test_lag_counts_what_is_not_done(bus: StreamPort) -> None:
    """The lag is what was not given out plus what is pending."""
    await bus.ensure_group(STREAM, GROUP)
    await bus.publish(STREAM, [b"1", b"2", b"3"])
    assert await bus.lag(STREAM, GROUP) == 3
    entries = await bus.read_group(STREAM, GROUP, ME, 2, 0)
    assert await bus.lag(STREAM, GROUP) == 3
    await bus.ack(STREAM, GROUP, [entries[0].id])
    assert await bus.lag(STREAM, GROUP) == 2


async def test_trimming_never_takes_what_a_group_still_needs(bus: StreamPort) -> None:
    """Old entries go, but not one that is pending or not yet given out."""
    await bus.ensure_group(STREAM, GROUP)
    await bus.publish(STREAM, [b"%d" % number for number in range(10)])
    assert await bus.trim(STREAM, 2) == 0
    entries = await bus.read_group(STREAM, GROUP, ME, 6, 0)
    await bus.ack(STREAM, GROUP, [entry.id for entry in entries if entry.data != b"4"])
    assert await bus.trim(STREAM, 2) == 4
    assert [entry.data for entry in await bus.read(STREAM, "0-0", 1, 0)] == [b"4"]
    await bus.ack(STREAM, GROUP, [entries[4].id])
    await bus.ack(STREAM, GROUP, [entry.id for entry in await bus.read_group(STREAM, GROUP, ME, 10, 0)])
    await bus.trim(STREAM, 2)
    assert [entry.data for entry in await bus.read(STREAM, "0-0", 10, 0)] == [b"8", b"9"]


async def test_facts_are_kept_until_dropped(bus: StreamPort) -> None:
    """Shared facts are set by field, read whole and dropped by field."""
    assert await bus.facts("lso:facts") == {}
    await bus.put_facts("lso:facts", {"a": b"1", "b": b"2"})
    await bus.put_facts("lso:facts", {"b": b"3"})
    await bus.drop_fact("lso:facts", "a")
    assert await bus.facts("lso:facts") == {"b": b"3"}


async def test_a_large_publish_keeps_its_order(bus: StreamPort) -> None:
    """More entries than fit in one round trip are still one ordered stream."""
    sent = [b"%d" % number for number in range(2_500)]
    ids = await bus.publish(STREAM, sent)
    assert len(ids) == 2_500
    assert [entry.data for entry in await bus.read(STREAM, "0-0", 3_000, 0)] == sent


async def test_a_bus_that_is_down_says_so(bus: StreamPort) -> None:
    """Every call on an unreachable bus raises one error, whatever the adapter."""
    if isinstance(bus, MemoryBus):
        bus.down = True
        unreachable: StreamPort = bus
    else:
        unreachable = RedisBus("redis://127.0.0.1:1/0")
    with pytest.raises(BusUnavailableError):
        await unreachable.publish(STREAM, [b"x"])
    with pytest.raises(BusUnavailableError):
        await unreachable.ping()
    await unreachable.aclose()
