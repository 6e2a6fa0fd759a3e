"""Replaying a recorded file: pace, ledger, and that it never passes for the real world."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from feeds.bus.codec import DEAD_LETTERS, READINGS, decode_dead_letters, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.mapping import load_mapping
from feeds.registry import Registry
from feeds.sources.delivery import Tally
from feeds.sources.replay import Replay
from geodata.places import Places

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MAPPING = """
source: replay-test
name: {vi: Thử, en: Test}
cadence_s: 3600
place: {column: where}
places:
  {id: {column: where}, name_vi: {column: where}, name_en: {column: where}, lat: {column: lat}, lon: {column: lat}}
time: {column: when}
recorded: {column: seen}
readings: [{metric: queue_length_vehicles, dims: {vehicle_type: car}, value: {column: cars}}]
"""
ROWS = """where,when,seen,cars,lat
zosin,2026-06-28T03:00:00Z,2026-06-28T03:00:30Z,5,50
zosin,2026-06-28T03:10:00Z,2026-06-28T03:10:30Z,,50
zosin,2026-06-28T03:20:40Z,2026-06-28T03:20:30Z,7,50
zosin,broken,2026-06-28T03:30:30Z,7,50
zosin,2026-06-28T03:40:00Z,2026-06-28T03:40:30Z,-4,50
"""


class Player:
    """A replay of ROWS on a bus in memory, with a clock that moves only when the replay sleeps."""

    def __init__(self, tmp_path: Path, speed: float = math.inf, *, as_live: bool = False) -> None:
        self.now = START
        self.slept: list[float] = []
        self.bus = MemoryBus()
        registry = Registry(self.bus, Places.load())
        mapping, self.file = tmp_path / "m.yaml", tmp_path / "r.csv"
        mapping.write_text(MAPPING, encoding="utf-8")
        self.file.write_text(ROWS, encoding="utf-8")
        self.replay = Replay(
            Door(self.bus, registry, Catalogue(), lambda: self.now), registry, Catalogue(),
            load_mapping(mapping, Catalogue()), speed=speed, as_live=as_live, clock=lambda: self.now, sleep=self.sleep,
        )  # fmt: skip

    async def sleep(self, seconds: float) -> None:
        """Move the clock."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    async def play(self) -> Tally:
        """Play the file."""
        return await self.replay.run([self.file])

    async def readings(self):
        """Return what came through the door."""
        return [r for entry in await self.bus.read(READINGS, "0-0", 99, 0) for r in decode_readings(entry.data)]


async def test_every_row_is_stored_or_refused_and_counted(tmp_path: Path) -> None:
    """Produced = accepted + refused; the missing count and the fast clock are counted too."""
    player = Player(tmp_path)
    count = await player.play()
    letters = [
        x for entry in await player.bus.read(DEAD_LETTERS, "0-0", 99, 0) for x in decode_dead_letters(entry.data)
    ]
    assert (count.rows, count.missing, count.clock_ahead_rows) == (5, 1, 1)
    assert count.produced == len(await player.readings()) + len(letters) == 6
    assert {(x.kind, x.reason, x.origin) for x in letters} == {
        ("row", "bad_time", "r.csv:5"), ("reading", "out_of_bounds", "r.csv:6"),
    }  # fmt: skip


async def test_missing_stays_missing_and_a_fast_clock_is_flagged(tmp_path: Path) -> None:
    """Null is null; the reading of a clock that is 10 s ahead is estimated and the 10 s are a reading."""
    player = Player(tmp_path)
    await player.play()
    by_metric = {(r.metric, r.observed_at.minute): r for r in await player.readings()}
    assert by_metric["queue_length_vehicles", 10].quality == "missing"
    assert by_metric["queue_length_vehicles", 10].value is None
    assert by_metric["queue_length_vehicles", 20].quality == "estimated"
    assert by_metric["feed_clock_ahead_s", 20].value == 10


async def test_original_times_are_kept_at_any_speed(tmp_path: Path) -> None:
    """At speed 600 the forty minutes take four seconds, and the instants are those of June."""
    player = Player(tmp_path, speed=600)
    await player.play()
    assert sum(player.slept) == pytest.approx(4.0)
    assert [r.observed_at.month for r in await player.readings()] == [6] * 4


async def test_as_live_observes_now(tmp_path: Path) -> None:
    """Played as live each reading is observed at the instant it is played, so that screens move."""
    player = Player(tmp_path, speed=600, as_live=True)
    await player.play()
    played = [(r.observed_at - START).total_seconds() for r in await player.readings()]
    assert played == pytest.approx([0, 1, 2, 2])


async def test_its_places_and_its_end_are_announced(tmp_path: Path) -> None:
    """Other processes learn the places it brought, and that its silence afterwards is no fault."""
    player = Player(tmp_path)
    await player.play()
    other = Registry(player.bus, Places.load())
    await other.refresh()
    assert other.places.get("zosin").kind == "crossing"
    facts = other.source("replay-test")
    assert (facts.ended, facts.simulated, facts.cadence_s) == (True, True, 3_600)


def test_a_replay_cannot_pass_for_the_real_world(tmp_path: Path) -> None:
    """A mapping whose source does not begin with replay is played under one that does."""
    path = tmp_path / "m.yaml"
    path.write_text(MAPPING.replace("replay-test", "border-gate-platform"), encoding="utf-8")
    registry = Registry(MemoryBus(), Places.load())
    door = Door(MemoryBus(), registry, Catalogue())
    replay = Replay(door, registry, Catalogue(), load_mapping(path, Catalogue()))
    assert replay.mapping.source == "replay-border-gate-platform"


async def test_a_bus_that_is_down_is_waited_out(tmp_path: Path) -> None:
    """Nothing of the file is lost when the bus is away at the beginning."""
    player = Player(tmp_path)
    player.bus.down = True

    async def back_after_three(seconds: float) -> None:
        player.slept.append(seconds)
        player.bus.down = len(player.slept) < 3

    player.replay._sleep = back_after_three
    await player.play()
    assert len(await player.readings()) == 4
