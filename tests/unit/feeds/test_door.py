"""The door: what goes in, what is refused, and that nothing is lost between the two."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS, decode_dead_letters, decode_passages, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError, RefusedError
from feeds.registry import Registry, SourceFacts
from geodata.places import Place, Places

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
GOOD = {
    "metric": "queue_length_vehicles", "place": "chi-ma", "dims": {"queue": "physical"}, "value": 41,
    "observed_at": "2026-11-23T03:00:00Z", "source": "gate",
}  # fmt: skip
PASSAGE = {
    "vehicle": "v1", "place": "chi-ma.1223-1224", "direction": "export", "goods_class": "fruit", "step": "transport",
    "phase": "enter", "at": "2026-11-23T03:00:00Z",
}  # fmt: skip


@pytest.fixture
def bus() -> MemoryBus:
    """Return an empty bus."""
    return MemoryBus()


@pytest.fixture
def door(bus: MemoryBus) -> Door:
    """Return a door on that bus, at a fixed instant."""
    return Door(bus, Registry(bus, Places.load()), Catalogue(), lambda: NOW)


async def sent(bus: MemoryBus):
    """Return what is on the streams: readings, passages, dead letters."""
    streams = ((READINGS, decode_readings), (PASSAGES, decode_passages), (DEAD_LETTERS, decode_dead_letters))
    return [
        [record for entry in await bus.read(stream, "0-0", 1_000, 0) for record in decode(entry.data)]
        for stream, decode in streams
    ]


async def test_what_is_sent_is_taken_or_refused_and_nothing_else(bus: MemoryBus, door: Door) -> None:
    """Accepted plus rejected is what was sent; each refused record lies in the dead letters, whole."""
    bad = {**GOOD, "place": "atlantis"}
    receipt = await door.readings_json(json.dumps([GOOD, bad, {"metric": "x"}, 7]).encode(), "push")
    readings, _, letters = await sent(bus)
    assert receipt.accepted == len(readings) == 1
    assert [(rejection.index, rejection.reason) for rejection in receipt.rejected] == [
        (1, "unknown_place"), (2, "missing_field"), (3, "bad_shape"),
    ]  # fmt: skip
    assert [letter.reason for letter in letters] == ["unknown_place", "missing_field", "bad_shape"]
    assert json.loads(letters[0].payload)["place"] == "atlantis"
    assert [letter.source for letter in letters] == ["gate", "push", "push"]


async def test_one_object_a_line_is_as_good_as_an_array(bus: MemoryBus, door: Door) -> None:
    """NDJSON, with an empty line at the end, and a single object are taken."""
    line = json.dumps(GOOD)
    assert (await door.readings_json(f"{line}\n{line}\n\n".encode(), "push")).accepted == 2
    assert (await door.readings_json(line.encode(), "push")).accepted == 1
    assert len((await sent(bus))[0]) == 3


@pytest.mark.parametrize("body", [b"", b"  ", b"[", b"7", b'"x"', b"{}\n{", b"\xff\xfe", b"[" * 100_000])
async def test_a_body_that_is_no_json_is_refused_whole(bus: MemoryBus, door: Door, body: bytes) -> None:
    """The answer says what is wrong; nothing is taken."""
    with pytest.raises(RefusedError) as caught:
        await door.readings_json(body, "push")
    assert caught.value.reason == "bad_json"
    assert await sent(bus) == [[], [], []]


async def test_passages_are_taken_and_refused_likewise(bus: MemoryBus, door: Door) -> None:
    """A passage of an unknown step is a dead letter of kind passage."""
    receipt = await door.passages_json(json.dumps([PASSAGE, {**PASSAGE, "step": "lunch"}]).encode(), "push")
    _, passages, letters = await sent(bus)
    assert receipt.accepted == len(passages) == 1
    assert (letters[0].kind, letters[0].reason) == ("passage", "bad_step")


async def test_a_bus_that_is_down_takes_nothing(bus: MemoryBus, door: Door) -> None:
    """The sender gets an error and sends again."""
    bus.down = True
    with pytest.raises(BusUnavailableError):
        await door.readings_json(json.dumps([GOOD]).encode(), "push")
    bus.down = False
    assert await sent(bus) == [[], [], []]


async def test_a_place_another_process_declared_is_known(bus: MemoryBus, door: Door) -> None:
    """A replay's own places are learnt from the bus before a reading of them is refused."""
    other = Registry(bus, Places.load())
    await other.declare([Place("zosin", None, "crossing", "Zosin", "Zosin", 50.8, 24.1)])
    receipt = await door.readings_json(json.dumps([{**GOOD, "place": "zosin"}]).encode(), "push")
    assert receipt.accepted == 1


async def test_a_source_with_a_cadence_of_its_own_is_not_late(bus: MemoryBus, door: Door) -> None:
    """A feed that announced a reading every hour is not marked late after ten minutes."""
    old = {**GOOD, "observed_at": "2026-11-23T02:50:00Z"}
    await door.readings_json(json.dumps([old]).encode(), "push")
    await door._registry.announce(SourceFacts("gate", "push", 3_600))
    await door.readings_json(json.dumps([old]).encode(), "push")
    readings, _, _ = await sent(bus)
    assert [reading.quality for reading in readings] == ["late", "good"]


async def test_large_calls_are_cut_into_entries(bus: MemoryBus, door: Door) -> None:
    """No entry carries more than a consumer wants to hold."""
    await door.readings_json(json.dumps([GOOD] * 1_200).encode(), "push")
    entries = await bus.read(READINGS, "0-0", 10, 0)
    assert [len(decode_readings(entry.data)) for entry in entries] == [500, 500, 200]
