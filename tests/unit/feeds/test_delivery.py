"""Payloads through the door: what was sent, refused and declared, and that the tally agrees with the bus."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from feeds.bus.codec import (
    DEAD_LETTERS,
    PASSAGES,
    READINGS,
    decode_dead_letters,
    decode_passages,
    decode_readings,
)
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.mapping import parse_mapping
from feeds.registry import Registry
from feeds.sources.delivery import BATCH_ROWS, Delivery
from geodata.places import Place, Places

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
RULES = """
format: json
records: $[*]
source: probe
name: {vi: Thử, en: Test}
place: {path: id}
places: {id: {path: id}, name_vi: {path: id}, name_en: {path: id}, lat: {path: lat}, lon: {path: lat}}
time: {path: at}
recorded: {path: seen}
readings: [{metric: lanes_open, value: {path: n}}]
passages:
  - {vehicle: {path: v}, step: transport, phase: enter, direction: export, place: {constant: tan-thanh},
     when: {path: v, present: true}}
"""
LINE = '{"id": "zosin", "lat": 50, "at": "2026-11-23T02:5%d:00Z", "seen": "2026-11-23T02:5%d:00Z", "n": %s}'


class House:
    """A delivery on a bus in memory."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        gates = [Place("lang-son", None, "province", "Lạng Sơn", "Lang Son", None, None),
                 Place("tan-thanh", "lang-son", "gate", "Tân Thanh", "Tan Thanh", None, None)]  # fmt: skip
        self.registry = Registry(self.bus, Places(gates))
        door = Door(self.bus, self.registry, Catalogue(), lambda: NOW)
        self.delivery = Delivery(door, self.registry, Catalogue(), parse_mapping(RULES, Catalogue()))

    async def send(self, *records: str):
        """Send records as one payload."""
        return await self.delivery.send(f"[{','.join(records)}]".encode(), NOW, origin="poll")

    async def read(self, stream: str, decode) -> list:
        """Return what lies on a stream."""
        return [one for entry in await self.bus.read(stream, "0-0", 999, 0) for one in decode(entry.data)]


async def test_a_tally_agrees_with_what_lies_on_the_bus() -> None:
    """Good, missing, fast-clock, unreadable and refused records: each counted once, and sent."""
    house = House()
    tally = await house.send(
        LINE % (1, 1, 3), LINE % (2, 2, "null"), LINE % (4, 3, 5), LINE % (5, 5, '"x"'), LINE % (6, 6, -1),
        (LINE % (7, 7, 1))[:-1] + ', "v": "V1"}',
    )  # fmt: skip
    assert (tally.rows, tally.missing, tally.clock_ahead_rows) == (6, 1, 1)
    assert tally.reasons == {"bad_value": 1, "out_of_bounds": 1}
    readings, passages = await house.read(READINGS, decode_readings), await house.read(PASSAGES, decode_passages)
    letters = await house.read(DEAD_LETTERS, decode_dead_letters)
    assert (len(readings), len(passages), len(letters)) == (5, 1, 2)
    assert tally.produced == len(readings) + len(passages) + len(letters)
    assert (tally.accepted, tally.refused) == (6, 2)
    assert {letter.origin for letter in letters} == {"poll:$[3]", "poll:$[4]"}
    assert [r.value for r in readings if r.metric == "feed_clock_ahead_s"] == [60]


async def test_a_crossing_that_moved_is_the_same_crossing() -> None:
    """Another poll states another position: its readings are taken, the place stays where it was."""
    house = House()
    await house.send(LINE % (1, 1, 3))
    tally = await house.send((LINE % (2, 2, 4)).replace('"lat": 50', '"lat": 51'))
    assert (tally.accepted, tally.refused) == (1, 0)
    assert house.registry.places.get("zosin").lat == 50


async def test_a_place_that_is_somebody_elses_is_not_overwritten() -> None:
    """A payload that brings along our own gate as its place is refused for that, the rest is read."""
    house = House()
    tally = await house.send((LINE % (1, 1, 3)).replace("zosin", "tan-thanh"), LINE % (2, 2, 4))
    assert tally.reasons == {"place_taken": 1}
    assert [r.place for r in await house.read(READINGS, decode_readings)] == ["zosin"]
    assert house.registry.places.get("tan-thanh").kind == "gate"


async def test_half_a_character_in_a_refused_record_stops_nothing() -> None:
    """What no text may hold, in a member nobody asked for, is kept written out and can be read again."""
    house = House()
    tally = await house.send((LINE % (1, 1, -3))[:-1] + ', "note": "\\ud800 \\u0000"}', LINE % (2, 2, 4))
    assert (tally.accepted, tally.reasons) == (1, {"out_of_bounds": 1})
    [letter] = await house.read(DEAD_LETTERS, decode_dead_letters)
    assert "\\ud800" in letter.payload


async def test_a_bus_that_is_down_is_told_and_the_places_are_declared_again() -> None:
    """The sender gets an error; when it sends again, other processes learn the place."""
    house = House()
    house.bus.down = True
    with pytest.raises(BusUnavailableError):
        await house.send(LINE % (1, 1, 3))
    house.bus.down = False
    assert (await house.send(LINE % (1, 1, 3))).accepted == 1
    other = Registry(house.bus, Places())
    await other.refresh()
    assert other.places.get("zosin") is not None


async def test_a_large_payload_gives_others_their_turn() -> None:
    """While ten thousand records go onto a bus that never gives way, another task gets a turn with every batch."""
    house = House()
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(others())
    records = [LINE % (1, 1, number % 9) for number in range(10_000)]
    tally = await house.send(*records)
    beside.cancel()
    assert tally.rows == 10_000
    assert turns >= 10_000 / BATCH_ROWS
