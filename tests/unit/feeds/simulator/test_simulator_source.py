"""The simulator as a source: first start, outages of the bus, restarts, other scenarios, speed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from feeds.border.catchup import TASK
from feeds.border.derivation import Derivation
from feeds.bus.codec import (
    DEAD_LETTERS,
    FACTS_PROGRESS,
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
from feeds.model import Passage, Reading
from feeds.registry import Registry
from feeds.sources.simulator import Simulator, SimulatorSource
from feeds.sources.simulator.memory import FACT, recall
from feeds.twin.ground import load_ground
from feeds.twin.scenario import CHINA_STRICT, NORMAL, Scenario
from feeds.validation import RawPassage
from geodata.gates import all_gate_facts
from geodata.places import Places
from geodata.sites import load_sites

NOW = datetime(2026, 11, 22, 16, 40, 12, 345678, tzinfo=UTC)
"""Twenty minutes before midnight in Hanoi."""
PAST = timedelta(hours=12)
GROUND = [route for route in load_ground(date(2026, 11, 22)) if route.gate in {"chi-ma", "dong-dang"}]
SITES = load_sites()[:120]
PLACES = Places.load()


def build(seed: int, start: datetime, changes: Sequence[tuple[datetime, Scenario]]) -> Simulator:
    """Return a simulator of two gates and a few sites, which is quick to make."""
    return Simulator(seed, start, changes, ground=GROUND, sites=SITES)


class BrokenBus(MemoryBus):
    """A bus that refuses every n-th call that writes, for as long as `every` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.every = 0
        self._calls = 0

    async def publish(self, stream: str, entries: Sequence[bytes]) -> list[str]:
        self._refuse()
        return await super().publish(stream, entries)

    async def put_facts(self, name: str, facts: dict[str, bytes]) -> None:  # type: ignore[override]
        self._refuse()
        await super().put_facts(name, facts)

    def _refuse(self) -> None:
        self._calls += 1
        if self.every and self._calls % self.every == 0:
            raise BusUnavailableError("the bus does not answer")


class House:
    """A bus, a clock that only sleeping moves, and what the source needs around it."""

    def __init__(self) -> None:
        self.now = NOW
        self.bus = BrokenBus()
        self.registry = Registry(self.bus, PLACES)
        self.door = Door(self.bus, self.registry, Catalogue(), lambda: self.now)

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def source(self, scenario: Scenario = NORMAL, *, seed: int = 1, speed: float = 1.0) -> SimulatorSource:
        return SimulatorSource(
            self.bus,
            self.door,
            self.registry,
            scenario,
            seed=seed,
            clock=lambda: self.now,
            speed=speed,
            history=PAST,
            sleep=self.sleep,
            build=build,
        )

    async def readings(self) -> list[Reading]:
        return [r for entry in await self.bus.tail(READINGS, 100_000) for r in decode_readings(entry.data)]

    async def passages(self) -> list[Passage]:
        return [p for entry in await self.bus.tail(PASSAGES, 100_000) for p in decode_passages(entry.data)]


async def catch_up(source: SimulatorSource, *, patience: int = 2_000) -> int:
    """Step until the past is filled in, waiting out an unreachable bus; return how often it was unreachable."""
    failures = 0
    for _ in range(patience):
        try:
            await source.step()
        except BusUnavailableError:
            failures += 1
        if source.caught_up:
            return failures
    raise AssertionError("the source never caught up")


def identity(passage: Passage | RawPassage) -> tuple[str, str, str, datetime]:
    """Return what makes a passage the same when it is sent again."""
    return (passage.vehicle, passage.step, passage.phase, passage.at)


async def expected(until: datetime, changes: Sequence[tuple[datetime, Scenario]] = ((NOW - PAST, NORMAL),)) -> list:
    """Return the identities of what the twin says up to an instant."""
    return [identity(p) for p in build(1, NOW - PAST, changes).passages(until)]


async def test_the_wall_is_alive_before_the_past_is_filled_in() -> None:
    """The first thing sent is every present figure, at the present instant."""
    house = House()
    source = house.source()
    await source.step()
    await source.step()
    sent = await house.readings()
    assert {r.observed_at for r in sent} == {NOW}
    metrics = {r.metric for r in sent if r.observed_at == NOW}
    assert {
        "lanes_open",
        "passengers_today",
        "dossiers_received",
        "on_time_rate",
        "cell_availability_pct",
        "site_on_air",
    } <= metrics
    assert {r.source for r in sent} == {"simulator"}
    assert not source.caught_up


async def test_the_past_is_filled_in_oldest_first() -> None:
    """Every passage of the past arrives in time order, nothing is refused, and progress ends at its total."""
    house = House()
    await catch_up(house.source())
    passages = await house.passages()
    assert [identity(p) for p in passages] == await expected(house.now)
    instants = [p.at for p in passages]
    assert instants == sorted(instants)
    assert await house.bus.tail(DEAD_LETTERS, 10) == []
    hours = {r.observed_at.hour for r in await house.readings() if r.metric == "dossiers_open"}
    assert len(hours) >= 12
    progress = msgspec.json.decode((await house.bus.facts(FACTS_PROGRESS))["simulator-history"])
    assert progress["done"] == progress["total"] == 12
    assert progress["label_vi"] != progress["label_en"]


async def test_live_figures_keep_their_cadence() -> None:
    """After catching up every series of the metrics that report every 300 s is told within that time, at night too."""
    house = House()
    source = house.source()
    await catch_up(source)
    before = len(await house.readings())
    until = house.now + timedelta(seconds=300)
    while house.now < until:
        await source.step()
    live = (await house.readings())[before:]
    assert {r.place for r in live if r.metric == "site_on_air"} == {site.id for site in SITES}
    assert {r.place for r in live if r.metric == "dossiers_open"} == {
        *(c.id for c in PLACES.all("commune")),
        "lang-son",
    }
    assert {"operational_status", "passengers_today", "prb_utilisation_pct"} <= {r.metric for r in live}
    assert all(r.observed_at <= r.received_at and r.quality != "late" for r in live)


async def test_nothing_is_dated_in_the_future() -> None:
    """No reading or passage lies after the instant it was received."""
    house = House()
    await catch_up(house.source())
    assert all(r.observed_at <= r.received_at for r in await house.readings())
    assert all(p.at <= p.received_at for p in await house.passages())


@pytest.mark.parametrize("every", [2, 5])
async def test_an_unreachable_bus_loses_nothing(every: int) -> None:
    """A bus that fails over and over gets everything in the end, and doubles only say the same again."""
    house = House()
    source = house.source()
    house.bus.every = every
    assert await catch_up(source) > 5
    passages = await house.passages()
    assert list(dict.fromkeys(identity(p) for p in passages)) == await expected(house.now)


async def test_a_restart_goes_on_where_it_stopped() -> None:
    """After a kill in the middle and a pause, the whole is what one run would have said."""
    house = House()
    first = house.source()
    for _ in range(6):
        await first.step()
    said = len(await house.passages())
    assert not first.caught_up
    house.now += timedelta(minutes=95)
    await catch_up(house.source())
    passages = await house.passages()
    assert 0 < said < len(passages)
    assert [identity(p) for p in passages] == await expected(house.now)


async def test_a_long_sleep_is_filled_in_like_the_past() -> None:
    """After hours without a step the present comes first, and the gap costs no more than a first start's hours do."""
    house = House()
    source = house.source()
    await catch_up(source)
    house.now += timedelta(hours=9)
    woke_at, before = house.now, len(await house.readings())
    await source.step()
    await source.step()
    assert not source.caught_up
    first = (await house.readings())[before:]
    assert {r.observed_at for r in first} == {woke_at}
    await catch_up(source)
    gap = [r for r in (await house.readings())[before:] if r.observed_at < woke_at]
    assert {r.observed_at.hour for r in gap if r.metric == "dossiers_open"} >= {18, 20, 22}
    assert len(gap) < 15_000
    assert [identity(p) for p in await house.passages()] == await expected(house.now)


async def test_a_restart_keeps_its_seed() -> None:
    """Another seed in the settings does not contradict what was said already."""
    house = House()
    await catch_up(house.source())
    house.now += timedelta(hours=3)
    await catch_up(house.source(seed=99))
    assert [identity(p) for p in await house.passages()] == await expected(house.now)


async def test_another_scenario_takes_over_at_a_restart() -> None:
    """The vehicles that are there stay; from now on the other side is strict, and a second restart remembers it."""
    house = House()
    await catch_up(house.source())
    house.now += timedelta(minutes=30)
    changed_at = house.now
    await catch_up(house.source(CHINA_STRICT))
    house.now += timedelta(hours=20)
    await catch_up(house.source(CHINA_STRICT))
    changes = [(NOW - PAST, NORMAL), (changed_at, CHINA_STRICT)]
    assert [identity(p) for p in await house.passages()] == await expected(house.now, changes)
    facts = await house.bus.facts("lso:sources")
    assert b"china-strict" in facts["simulator"]
    rates = [r.value for r in await house.readings() if r.metric == "other_side_rate_ratio" and r.place == "chi-ma"]
    assert rates[0] > 0.9
    assert rates[-1] < 0.6


async def test_an_unreadable_memory_is_a_first_start() -> None:
    """What another version left behind does not stop the simulator."""
    house = House()
    for left in (b"{}", b'{"start":"2026-11-01T00:00:00Z","seed":1,"changes":[],"sent_until":"2026-11-01T00:00:00Z"}'):
        await house.bus.put_facts(FACT, {"simulator": left})
        assert await recall(house.bus, "simulator") is None
    await catch_up(house.source())
    memory = await recall(house.bus, "simulator")
    assert memory is not None
    assert memory.start == NOW - PAST


async def test_a_speed_lets_the_past_go_by() -> None:
    """At 3,600 an hour goes by each second until the present is met, and then the clock is kept."""
    house = House()
    source = house.source(speed=3_600)
    seen = []
    while not source.caught_up:
        await source.step()
        memory = await recall(house.bus, "simulator")
        assert memory is not None
        assert memory.sent_until <= house.now
        seen.append((memory.sent_until - (NOW - PAST)) / timedelta(hours=1))
        assert len(seen) < 500
    elapsed = (house.now - NOW).total_seconds()
    assert elapsed == pytest.approx(12, abs=2)
    assert any(4 < hours < 9 for hours in seen)


def test_an_impossible_speed_is_refused() -> None:
    """The message says what was given and what is possible."""
    with pytest.raises(ValueError, match=r"1–3600, got 0\.5"):
        House().source(speed=0.5)


async def test_what_the_door_refuses_does_not_stop_the_rest() -> None:
    """A site that the places do not know goes to the dead letters; everything else goes on."""
    house = House()
    known = Places(place for place in PLACES.all() if place.id != SITES[0].id)
    house.registry = Registry(house.bus, known)
    house.door = Door(house.bus, house.registry, Catalogue(), lambda: house.now)
    await catch_up(house.source())
    letters = [x for entry in await house.bus.tail(DEAD_LETTERS, 100) for x in decode_dead_letters(entry.data)]
    assert {letter.reason for letter in letters} == {"unknown_place"}
    assert {r.place for r in await house.readings() if r.metric == "site_on_air"} == {site.id for site in SITES[1:]}


async def test_the_gates_are_told_as_they_are_now_while_their_past_is_on_its_way() -> None:
    """From the first moment each gate has a queue of now, equal to what the passages give once all are sent."""
    house = House()
    source = house.source()
    await source.step()
    told_at = house.now
    await source.scout()
    told = {
        r.place: r.value
        for r in await house.readings()
        if r.metric == "queue_length_vehicles" and r.dims == {"queue": "physical"}
    }
    methods = {(r.source, r.method) for r in await house.readings() if r.metric == "queue_length_vehicles"}
    await catch_up(source)
    derivation = Derivation(PLACES, all_gate_facts(), "simulator")
    for passage in await house.passages():
        derivation.apply(passage)
    derived = {
        r.place: r.value
        for r in derivation.readings(told_at, changed_only=False)
        if r.metric == "queue_length_vehicles" and r.dims == {"queue": "physical"}
    }
    assert methods == {("simulator", "model")}
    assert told == derived
    assert "chi-ma" in told


async def test_the_scout_is_silent_once_the_derived_figures_have_arrived() -> None:
    """When the recorder says that the past is computed, its figures speak for themselves."""
    house = House()
    source = house.source()
    await catch_up(source)
    for done in (3, 4):
        before = len(await house.readings())
        await house.bus.put_facts(FACTS_PROGRESS, {TASK: json.dumps({"done": done, "total": 4}).encode()})
        await source.scout()
        assert (len(await house.readings()) > before) is (done < 4)


async def test_run_waits_out_an_outage_and_stops_when_told() -> None:
    """The endless loop survives a failing bus and ends by cancellation only."""
    house = House()
    source = house.source()
    source.scout = asyncio.Event().wait  # type: ignore[method-assign, assignment]  # two sleepers would race the clock
    house.bus.every = 3
    task = asyncio.create_task(source.run())
    while not source.caught_up:
        assert not task.done()
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_advance_gives_everything_in_time_order() -> None:
    """One call for a day gives what many calls give, passages and readings mixed in time order."""
    start = NOW - PAST
    whole = build(1, start, [(start, NORMAL)]).advance(start + timedelta(hours=2))
    pieces = build(1, start, [(start, NORMAL)])
    said = [event for n in range(1, 9) for event in pieces.advance(start + timedelta(minutes=15 * n))]
    assert pieces.advance(start) == []

    def when(event: object) -> datetime:
        return event.at if isinstance(event, RawPassage) else event.observed_at  # type: ignore[attr-defined]

    assert [when(event) for event in whole] == sorted(when(event) for event in whole)
    assert sorted(map(repr, said)) == sorted(map(repr, whole))
    assert any(isinstance(event, RawPassage) for event in whole)
