"""A simulator that plays something else while it runs: nothing told is unsaid, and a restart repeats it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS, decode_dead_letters, decode_passages, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.errors import BusUnavailableError
from feeds.model import Passage, Reading, dims_key
from feeds.registry import Registry, SourceFacts
from feeds.sources.simulator import Simulator, SimulatorSource
from feeds.sources.simulator.memory import recall
from feeds.twin.ground import load_ground
from feeds.twin.play import Scenario
from feeds.twin.scenario import FEED_ROT, NORMAL, scenario_named
from geodata.places import Places
from geodata.sites import load_sites

NOW = datetime(2026, 11, 23, 3, 40, 7, 123_457, tzinfo=UTC)
"""Twenty minutes to eleven on a Monday in Hanoi."""
PAST = timedelta(hours=3)
GROUND = [route for route in load_ground(date(2026, 11, 22)) if route.gate in {"chi-ma", "dong-dang"}]
SITES = load_sites()[:60]
PLACES = Places.load()
CLOSED = scenario_named("gate-closed:chi-ma")


def build(seed: int, start: datetime, changes: Sequence[tuple[datetime, Scenario]]) -> Simulator:
    """Return a simulator of two gates and a few sites, which is quick to make."""
    return Simulator(seed, start, changes, ground=GROUND, sites=SITES)


class Stage:
    """A bus, a clock that only sleeping moves, and the source on it."""

    def __init__(self) -> None:
        self.now = NOW
        self.bus = MemoryBus()
        self.registry = Registry(self.bus, PLACES)
        self.door = Door(self.bus, self.registry, Catalogue(), lambda: self.now)

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def source(self, scenario: Scenario = NORMAL, **more: str) -> SimulatorSource:
        return SimulatorSource(
            self.bus, self.door, self.registry, scenario, seed=1, clock=lambda: self.now, history=PAST,
            sleep=self.sleep, build=build, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    async def run(self, source: SimulatorSource, span: timedelta = timedelta(0)) -> None:
        """Step until the past is filled in and a span of time has gone by."""
        until = self.now + span
        for _ in range(5_000):
            await source.step()
            if source.caught_up and self.now >= until:
                return
        raise AssertionError("the source never got there")

    async def passages(self) -> list[Passage]:
        return [p for entry in await self.bus.tail(PASSAGES, 100_000) for p in decode_passages(entry.data)]

    async def readings(self) -> list[Reading]:
        return [r for entry in await self.bus.tail(READINGS, 100_000) for r in decode_readings(entry.data)]


def identities(passages: Sequence[object]) -> list[tuple[object, ...]]:
    """Return what makes passages the same when they are told again."""
    return [(p.vehicle, p.step, p.phase, p.at) for p in passages]  # type: ignore[attr-defined]


async def test_a_scenario_takes_over_and_goes_without_a_restart() -> None:
    """The gate is shut at the next round, told with who asked; then it opens; the whole is one repeatable run."""
    stage = Stage()
    source = stage.source()
    await stage.run(source, timedelta(minutes=2))
    before = identities(await stage.passages())
    source.play(CLOSED, who="Lan", why="diễn tập")
    await source.step()
    facts = msgspec.json.decode((await stage.bus.facts("lso:sources"))["simulator"], type=SourceFacts)
    assert (facts.detail, facts.detail_vi, facts.detail_by) == (CLOSED.name, CLOSED.name_vi, "Lan")
    assert facts.detail_at is not None
    await stage.run(source, timedelta(minutes=40))
    shut = [r.value for r in await stage.readings() if (r.metric, r.place) == ("operational_status", "chi-ma")]
    assert (shut[0], shut[-1]) == (1.0, 0.0)
    source.play(NORMAL)
    await stage.run(source, timedelta(minutes=30))
    memory = await recall(stage.bus, "simulator")
    assert memory is not None
    assert [(c.scenario, c.who, c.why) for c in memory.changes] == [
        ("normal", "", ""),
        (CLOSED.name, "Lan", "diễn tập"),
        ("normal", "", ""),
    ]
    told = identities(await stage.passages())
    assert told[: len(before)] == before
    assert told == identities(build(1, memory.start, memory.schedule()).passages(memory.sent_until))
    moved = [p for p in await stage.passages() if p.place.startswith("chi-ma") and p.step != "declaration"]
    # Gates record whole seconds: what happens as the gate opens is stamped with the second it began in.
    opened = memory.changes[2].at.replace(microsecond=0)
    during = [p for p in moved if memory.changes[1].at < p.at < opened]
    assert {(p.direction, p.step, p.phase) for p in during if not p.diverted} <= {("export", "transport", "enter")}
    assert any(p.at > memory.changes[2].at for p in moved if p.step == "fee_collection")


async def test_a_restart_after_a_switch_goes_on_with_it() -> None:
    """Killed under another scenario and started with it: not a passage differs from the run that was not killed."""
    stage = Stage()
    first = stage.source()
    await stage.run(first, timedelta(minutes=1))
    first.play(CLOSED, who="Lan")
    await stage.run(first, timedelta(minutes=10))
    second = stage.source(CLOSED, who="Lan")
    await stage.run(second, timedelta(minutes=10))
    assert (second.scenario, second.memory is not None and len(second.memory.changes)) == (CLOSED.name, 2)
    memory = second.memory
    assert memory is not None
    expected = build(1, memory.start, memory.schedule()).passages(memory.sent_until)
    assert identities(await stage.passages()) == identities(expected)


async def test_the_same_scenario_again_changes_nothing() -> None:
    """Asking twice is no second change, and an outage at the wrong moment loses no wish."""
    stage = Stage()
    source = stage.source()
    await stage.run(source)
    source.play(NORMAL, who="Lan")
    await source.step()
    assert source.memory is not None
    assert len(source.memory.changes) == 1
    source.play(CLOSED)
    publish, stage.bus.put_facts = stage.bus.put_facts, _refuse  # type: ignore[method-assign, assignment]
    for _ in range(3):
        try:
            await source.step()
        except BusUnavailableError:
            continue
    assert source.scenario == CLOSED.name
    assert len(source.memory.changes) == 1
    stage.bus.put_facts = publish  # type: ignore[method-assign]
    await stage.run(source, timedelta(seconds=5))
    assert [change.scenario for change in source.memory.changes] == ["normal", CLOSED.name]


async def _refuse(name: str, facts: dict[str, bytes]) -> None:
    raise BusUnavailableError("the bus does not answer")


async def test_a_first_start_shows_a_crisis_that_has_begun() -> None:
    """`up --scenario gate-closed` shows a gate that closed hours ago after a normal past, not one that reopened."""
    stage = Stage()
    source = stage.source(CLOSED)
    await stage.run(source)
    assert source.memory is not None
    assert [change.scenario for change in source.memory.changes] == [CLOSED.name]
    rotten = Stage()
    await rotten.run(rotten.source(FEED_ROT))
    memory = await recall(rotten.bus, "simulator")
    assert memory is not None
    assert [change.scenario for change in memory.changes] == ["normal", "feed-rot"]
    assert memory.changes[1].at == NOW


async def test_a_bad_feed_through_switch_and_restart_keeps_its_books() -> None:
    """What the stream holds is what the books say was injected, over a restart in the middle and a return to normal."""
    stage = Stage()
    source = stage.source()
    await stage.run(source, timedelta(seconds=30))
    healthy = Counter((r.metric, r.place, dims_key(r.dims), r.observed_at) for r in await stage.readings())
    assert max(healthy.values()) == 1
    source.play(FEED_ROT, who="Lan")
    await stage.run(source, timedelta(minutes=12))
    source = stage.source(FEED_ROT, who="Lan")
    await stage.run(source, timedelta(minutes=10))
    source.play(NORMAL)
    await stage.run(source, timedelta(minutes=33))
    memory = source.memory
    assert memory is not None
    books = memory.injected
    began, ended = memory.changes[1].at, memory.changes[2].at
    kept = [r for r in await stage.readings() if r.received_at > began]
    letters = [x for entry in await stage.bus.tail(DEAD_LETTERS, 1_000) for x in decode_dead_letters(entry.data)]
    assert len(letters) == books["refused"] > 10
    doubles = Counter((r.metric, r.place, dims_key(r.dims), r.observed_at) for r in kept)
    again = sum(count - 1 for count in doubles.values())
    assert again == books["duplicated"] + books["contradictory"] > 10
    assert sum(r.quality == "missing" for r in kept) == books["missing"] > 10
    assert sum(r.quality == "late" for r in kept) == books["late"] > 10
    assert sum(r.observed_at > r.received_at for r in kept) == books["ahead"] > 5
    assert not any(r.quality == "missing" for r in kept if r.observed_at > ended)
    passages = Counter(identities(await stage.passages()))
    assert sum(count - 1 for count in passages.values()) == books["passages_duplicated"]


async def test_what_is_asked_for_before_the_start_is_played() -> None:
    """A supervisor who chooses while the simulator is still beginning gets what was chosen."""
    stage = Stage()
    source = stage.source()
    source.play(CLOSED, who="Lan")
    await stage.run(source)
    assert source.scenario == CLOSED.name
    task = asyncio.create_task(source.scout())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert task.done()
