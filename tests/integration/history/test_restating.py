"""Instrument marks against the real history and desk on both databases: figures without the stretch, and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.desk import FeedDesk, open_feed_desk
from feeds.door import Door
from feeds.history import History
from feeds.recorder import Recorder
from feeds.registry import Registry
from feeds.validation import RawPassage, RawReading
from geodata.places import Places

NINE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUEUE = ("queue_length_vehicles", "tan-thanh", {"queue": "physical"})


class House:
    """A recorder with everything it stands on, and a clock that is moved by hand."""

    def __init__(self, history: History, desk: FeedDesk) -> None:
        self.now = NINE + timedelta(hours=1)
        self.history, self.desk = history, desk
        self.bus = MemoryBus()
        self.door = self.new_door()
        self.recorder = self.new_recorder()

    def clock(self) -> datetime:
        return self.now

    def new_door(self) -> Door:
        """Return the door of another process."""
        self.registry = Registry(self.bus, Places.load())
        return Door(self.bus, self.registry, Catalogue(), self.clock)

    def new_recorder(self) -> Recorder:
        """Return the recorder of a process that has just started."""
        registry = Registry(self.bus, Places.load())
        door = Door(self.bus, registry, Catalogue(), self.clock)
        return Recorder(self.bus, door, registry, self.history, registry.places, self.clock, desk=self.desk)

    async def send(self, *values: float, source: str = "platform", start: datetime = NINE) -> None:
        """Send a queue every minute and have it recorded."""
        metric, place, dims = QUEUE
        raw = [
            RawReading(metric, place, start + index * MINUTE, value, source, dims) for index, value in enumerate(values)
        ]
        receipt = await self.door.readings(raw, source)
        assert receipt.accepted == len(values)
        await self.recorder.step()

    async def settle(self) -> None:
        """Let the recorder work until no mark is left to be worked on."""
        for _ in range(20):
            await self.recorder.step()
            if not self.desk.unsettled():
                return
            self.now += timedelta(seconds=6)
        pytest.fail("the marks were never settled")

    def hour(self) -> tuple[float | None, float | None, float | None]:
        """Return mean, lowest and highest of the hour."""
        [series] = self.history.series(*QUEUE, "platform", start=NINE, end=NINE + timedelta(hours=1), points=1)
        [point] = series.points
        return point.value, point.min, point.max


@pytest.fixture
def desk(database_url: str, history: History) -> Iterator[FeedDesk]:
    """Return a desk in the database of the history."""
    one = open_feed_desk(database_url)
    yield one
    assert one.engine.pool.checkedout() == 0
    one.close()


@pytest.fixture
def house(history: History, desk: FeedDesk) -> House:
    """Return a recorder on the database at hand."""
    return House(history, desk)


async def test_an_hour_without_a_stretch_and_back(house: House) -> None:
    """Mean, lowest and highest of an hour change when a stretch is marked, and come back when the mark is lifted."""
    await house.send(10, 20, 900, 900, 30)
    assert house.hour() == (372, 10, 900)
    mark = house.desk.mark(
        "platform", NINE + 2 * MINUTE, NINE + 4 * MINUTE, "camera blind", "lan", house.now, metric=QUEUE[0]
    )
    await house.settle()
    assert house.hour() == (20, 10, 30)
    kept = house.history.readings(*QUEUE, start=NINE, end=house.now)
    assert [(one.value, one.quality, one.was) for one in kept][1:4] == [
        (20, "late", ""),
        (900, "instrument", "late"),
        (900, "instrument", "late"),
    ]
    house.desk.unmark(mark.id, "lan", house.now)
    await house.settle()
    assert house.hour() == (372, 10, 900)
    assert {one.quality for one in house.history.readings(*QUEUE, start=NINE, end=house.now)} == {"late"}


async def test_what_comes_under_an_open_mark_counts_nowhere(house: House) -> None:
    """While a fault lasts new readings are kept as the instrument's; once its end is stated later ones count again."""
    await house.send(10)
    mark = house.desk.mark("platform", NINE + MINUTE, None, "camera blind", "lan", house.now)
    await house.settle()
    await house.send(500, 600, start=NINE + MINUTE)
    assert house.hour() == (10, 10, 10)
    assert {one.quality for one in house.history.latest() if one.metric == QUEUE[0]} == {"instrument"}
    house.desk.end_mark(mark.id, NINE + 2 * MINUTE, "lan", house.now)
    await house.settle()
    assert house.hour() == (305, 10, 600)


async def test_a_kill_in_the_middle_is_made_good(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recorder killed between two pieces leaves the rest to the next, and nothing is counted twice."""
    monkeypatch.setattr("feeds.restating.BATCH", 2)
    await house.send(10, 20, 30, 40, 50)
    house.desk.mark("platform", NINE, NINE + 5 * MINUTE, "camera blind", "lan", house.now)
    await house.recorder.step()
    await house.recorder.step()
    assert {one.quality for one in house.history.readings(*QUEUE, start=NINE, end=house.now)} > {"instrument"}
    house.recorder = house.new_recorder()
    await house.settle()
    assert {one.quality for one in house.history.readings(*QUEUE, start=NINE, end=house.now)} == {"instrument"}
    books = {row.source: row for row in house.history.ledger()}
    assert (books["platform"].stored, books["platform"].corrections) == (5, 5)


async def test_two_marks_over_one_another(house: House) -> None:
    """A reading under two marks is believed again only when both are gone."""
    await house.send(10, 20, 30)
    one = house.desk.mark("platform", NINE, NINE + 2 * MINUTE, "blind", "lan", house.now)
    other = house.desk.mark("platform", NINE + MINUTE, NINE + 3 * MINUTE, "blind", "lan", house.now)
    await house.settle()
    house.desk.unmark(one.id, "lan", house.now)
    await house.settle()
    assert house.hour() == (10, 10, 10)
    house.desk.unmark(other.id, "lan", house.now)
    await house.settle()
    assert house.hour() == (20, 10, 30)


async def test_a_door_that_had_not_heard_yet(house: House) -> None:
    """What slips through another process's door in the first moments is restated all the same."""
    await house.send(10)
    house.desk.mark("platform", NINE + MINUTE, None, "camera blind", "lan", house.now)
    deaf = house.new_door()
    await deaf.readings([], "platform")  # it has just asked, and knows of no mark for the next two seconds
    await house.recorder.step()
    metric, place, dims = QUEUE
    await deaf.readings([RawReading(metric, place, NINE + MINUTE, 500, "platform", dims)], "platform")
    await house.settle()
    assert house.hour() == (10, 10, 10)


async def test_passages_of_a_marked_source_leave_the_queue(house: House) -> None:
    """A vehicle that only a broken instrument saw is in no queue, and is again once the mark is gone."""

    def queue() -> float | None:
        told = [
            one
            for one in house.history.latest()
            if (one.source, one.place, one.metric, one.dims) == ("border:anpr", "tan-thanh", QUEUE[0], QUEUE[2])
        ]
        return told[0].value if told and told[0].quality != "instrument" else None

    async def pass_time(seconds: int = 90) -> None:
        for _ in range(seconds // 30):
            house.now += timedelta(seconds=30)
            await house.recorder.step()
        await house.recorder.step()

    def enter(vehicle: str, at: datetime) -> RawPassage:
        return RawPassage(vehicle, "tan-thanh.1088-2-1089", "export", "transport", "enter", at)

    first = house.now
    await house.door.passages([enter("a", first), enter("b", first + timedelta(seconds=1))], "anpr")
    await pass_time()
    assert queue() == 2
    mark = house.desk.mark(
        "anpr", first + timedelta(seconds=1), first + timedelta(seconds=2), "ghost", "lan", house.now
    )
    await house.settle()
    await pass_time()
    assert queue() == 1
    house.desk.unmark(mark.id, "lan", house.now)
    await house.settle()
    await pass_time()
    assert queue() == 2
