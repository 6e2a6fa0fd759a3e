"""The network derivation at work: a timeline by the clock, restarts, outages of the bus, and statements of others."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
import pytest

from feeds.bus.codec import FACTS_NETWORK, NETWORK_LOST, READINGS, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.model import Reading
from feeds.network.memory import joined
from feeds.network.runner import NetworkRunner
from feeds.registry import Registry
from geodata.footprints import Footprints
from geodata.places import Places
from geodata.sites import Site
from tests.unit.feeds.network.conftest import NOW

SECOND = timedelta(seconds=1)


class House:
    """A runner with a bus in memory and a clock that stands until it is moved."""

    def __init__(self, ground: Footprints, sites: list[Site]) -> None:
        self.now = NOW
        self.bus = MemoryBus()
        self.ground = (ground, sites)
        self.registry = Registry(self.bus, Places.load())
        self.catalogue = Catalogue()
        self.runner = self.new_runner()
        self.read = "0-0"

    def new_runner(self) -> NetworkRunner:
        """Return a runner as a process that begins has it."""
        door = Door(self.bus, self.registry, self.catalogue, clock=lambda: self.now)
        return NetworkRunner(door, self.bus, self.registry, self.catalogue, lambda: self.ground)

    def hear(self, number: int, value: float, at: datetime | None = None, source: str = "noc") -> None:
        """Let the recorder pass on what a source said."""
        seen = at or self.now
        self.runner.apply([Reading("site_on_air", f"site.{number:05d}", value, seen, self.now, source)])

    async def told(self) -> list[Reading]:
        """Return the readings told since the last call."""
        await self.runner.tell(self.now)
        entries = await self.bus.read(READINGS, self.read, 1_000, 0)
        self.read = entries[-1].id if entries else self.read
        return [reading for entry in entries for reading in decode_readings(entry.data)]

    async def shown(self) -> dict[str, object]:
        """Return the fact about what is lost."""
        return msgspec.json.decode((await self.bus.facts(FACTS_NETWORK))[NETWORK_LOST])


@pytest.fixture
def house(small_ground: Footprints, small_sites: list[Site]) -> House:
    """Return a house in the small province."""
    return House(small_ground, small_sites)


def lost(readings: list[Reading]) -> list[float | None]:
    """Return the 4G area lost in the province, as often as it was told."""
    return [
        reading.value
        for reading in readings
        if (reading.metric, reading.place) == ("covered_area_lost_km2", "lang-son")
        and reading.dims == {"technology": "4g"}
    ]


async def test_an_outage_from_its_first_second_to_its_last(house: House) -> None:
    """A timeline: all on air; a site silent, told within five seconds; a second one; both back, and nothing is lost."""
    for number in (1, 2, 3):
        house.hear(number, 1)
    assert lost(await house.told()) == [0]
    house.now += 30 * SECOND
    assert await house.told() == []
    house.hear(1, 0)
    [first] = lost(await house.told())
    assert first
    assert (await house.shown())["area_km2"] == first
    house.hear(2, 0)
    assert await house.told() == []  # within the second after the last telling
    house.now += SECOND
    [both] = lost(await house.told())
    assert both
    assert both > first
    stretches = (await house.shown())["stretches"]
    assert isinstance(stretches, list)
    assert {(each["gate"], each["road_name"]) for each in stretches} == {("tan-thanh", "QL4A")}
    house.now += 5 * SECOND
    house.hear(1, 1)
    house.hear(2, 1)
    assert lost(await house.told()) == [0]
    assert (await house.shown())["cells"] == []
    assert (await house.shown())["stretches"] == []


@pytest.mark.parametrize(("after_s", "count"), [(299, 0), (300, 1)])
async def test_every_figure_is_told_with_its_cadence(house: House, after_s: int, count: int) -> None:
    """Nothing changed, and after five minutes everything is told again."""
    house.hear(1, 1)
    await house.told()
    house.now += after_s * SECOND
    assert len(lost(await house.told())) == count


async def test_nothing_is_told_while_every_source_is_silent(house: House) -> None:
    """Repeating old figures would make them look fresh: they grow old with the sites."""
    house.hear(1, 1)
    await house.told()
    house.now += timedelta(hours=2)
    assert await house.told() == []


async def test_the_newest_word_of_each_site_is_enough_after_a_restart(house: House) -> None:
    """A new process that is given the last readings, in any order, tells what the old one told."""
    for number in (3, 2, 1):
        house.hear(number, 1, NOW - 60 * SECOND)
    house.hear(1, 0, NOW - 10 * SECOND)
    before = await house.told()
    house.runner = house.new_runner()
    house.hear(1, 0, NOW - 10 * SECOND)
    house.hear(1, 1, NOW - 60 * SECOND)
    house.hear(2, 1, NOW - 60 * SECOND)
    house.hear(3, 1, NOW - 60 * SECOND)
    assert await house.told() == before


async def test_an_outage_of_the_bus_loses_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be told goes first when the bus is back, the lost area too."""
    for number in (1, 2, 3):
        house.hear(number, 1)
    await house.told()
    house.now += 2 * SECOND
    house.hear(1, 0)
    with monkeypatch.context() as away:

        async def fail(*_: object) -> None:
            raise BusUnavailableError("away")

        away.setattr(house.bus, "put_facts", fail)
        with pytest.raises(BusUnavailableError):
            await house.runner.tell(house.now)
    house.now += 2 * SECOND
    assert len(lost(await house.told())) == 1
    assert (await house.shown())["area_km2"] != 0


async def test_strangers_are_counted_and_nothing_else(house: House) -> None:
    """A site outside the inventory is refused by the derivation, whatever it says."""
    house.hear(1, 1)
    house.hear(2_000, 0)
    assert lost(await house.told()) == [0]
    assert house.runner.strangers == 1


async def test_a_stated_count_is_not_repeated(house: House) -> None:
    """While an operator states its count for a place, ours is not told there; a simulator's changes nothing."""
    for source, told in (("simulator", True), ("viettel", False)):
        house.runner = house.new_runner()
        house.runner.apply([Reading("bts_count", "lang-son", 3, house.now, house.now, source)])
        for number in (1, 2, 3):
            house.hear(number, 1)
        counts = [r for r in await house.told() if (r.metric, r.place) == ("bts_count", "lang-son")]
        assert bool(counts) is told


def test_a_joined_name_is_simulated_when_any_part_is() -> None:
    """Real sources first, simulated ones last, and never longer than a source's name may be."""
    simulated = {"viettel": False, "simulator": True, "mobifone": False}
    assert joined("network", simulated, simulated) == "network:mobifone:viettel:simulator"
    many = {f"operator-{n:030d}": False for n in range(4)} | {"simulator": True}
    assert joined("network", many, many) == "network:many:simulator"
    long = {"simulator-" + "x" * 60: True, "y" * 60: False}
    assert len(joined("network", long, long)) <= 64
