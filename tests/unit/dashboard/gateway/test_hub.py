"""The hub on an in-memory bus: what a screen that listens comes to know."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from dashboard.gateway.hub import Hub
from dashboard.gateway.protocol import TOPICS
from dashboard.heartbeat import Beat, to_ms, write_beat
from feeds.bus.codec import ALERTS, FACTS_FEEDS, FACTS_PROGRESS, READINGS, encode_batches
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import utc_now
from feeds.model import Reading
from feeds.registry import Registry, SourceFacts
from geodata.gates import HANOI
from geodata.places import Place, Places

QUEUE = "queue_length_vehicles"


class FakeHistory:
    """A history with what a test puts in; `down` makes it fail as a locked database does."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.points: dict[str, list[tuple[datetime, float, float, float]]] = {}
        self.refused: list[SimpleNamespace] = []
        self.down = False
        self.loads = 0

    def latest(self) -> list[Reading]:
        self._check()
        self.loads += 1
        return list(self.readings)

    def series(self, metric: str, place: str, dims: Any = None, source: Any = None, **_: Any) -> list[SimpleNamespace]:
        self._check()
        points = self.points.get(f"{metric}@{place}") if dims == {"queue": "physical"} else None
        return [SimpleNamespace(source="simulator", points=points)] if points else []

    def ledger(self) -> list[SimpleNamespace]:
        self._check()
        return self.refused

    def refusals(self, since: Any) -> list[SimpleNamespace]:
        self._check()
        return [row for row in self.refused if row.day >= since]

    def _check(self) -> None:
        if self.down:
            raise OperationalError("SELECT", {}, Exception("database is locked"))


class FakeDesk:
    """A desk with a list."""

    def __init__(self) -> None:
        self.alerts: list[dict[str, Any]] = []

    def live(self) -> list[dict[str, Any]]:
        return list(self.alerts)


class Screen:
    """A client that applies what it gets, as the browser does."""

    def __init__(self, hub: Hub, topics: tuple[str, ...] = TOPICS) -> None:
        self.hub = hub
        self.client = hub.join(topics)
        self.data: dict[str, Any] = {}
        self.snapshots: list[str] = []
        self.frames: list[dict[str, Any]] = []

    async def until(self, seen: Callable[[dict[str, Any]], Any]) -> None:
        """Take frames until the data is as expected."""
        async with asyncio.timeout(20):
            while True:
                while (frame := self.hub.next_frame(self.client)) is not None:
                    self._take(json.loads(frame.text))
                try:
                    if seen(self.data):
                        return
                except (KeyError, TypeError):
                    pass
                await self.client.wait()

    def _take(self, message: dict[str, Any]) -> None:
        self.frames.append(message)
        if message["type"] == "snapshot":
            self.snapshots.append(message["topic"])
            self.data[message["topic"]] = message["data"]
        elif message["type"] == "delta":
            for path, value in message["data"].items():
                *heads, leaf = path.split("/")
                node = self.data[message["topic"]]
                for head in heads:
                    node = node[int(head)] if isinstance(node, list) else node[head]
                node[int(leaf) if isinstance(node, list) else leaf] = value


class House:
    """A hub with its bus, history and desk."""

    def __init__(self) -> None:
        self.bus = MemoryBus()
        self.places = Places.load()
        self.registry = Registry(self.bus, self.places)
        self.history = FakeHistory()
        self.desk = FakeDesk()
        self.failures: list[BaseException] = []
        self.hub = Hub(
            self.bus, self.registry, self.history, self.desk, self.places, Catalogue(), on_failure=self.failures.append
        )

    async def send(self, *readings: Reading) -> None:
        await self.bus.publish(READINGS, encode_batches(readings))


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Return a house whose hub has not started; it is stopped at the end, without a failure."""
    house = House()
    yield house
    for client in list(house.hub.clients):
        house.hub.leave(client)
    await house.hub.stop()
    assert house.failures == []


def reading(value: float, place: str = "chi-ma", source: str = "simulator", age_s: float = 0, **more: Any) -> Reading:
    """Return a physical queue as of now."""
    at = utc_now() - timedelta(seconds=age_s)
    return Reading(
        more.get("metric", QUEUE), place, value, at, at, source, more.get("dims", {"queue": "physical"}), "count"
    )


def queue(place: str = "chi-ma") -> Callable[[dict[str, Any]], Any]:
    """Return how to find a gate's queue in a screen's data."""
    return lambda data: data["gates"]["gates"][place]["queue"]


def alert(version: int, state: str = "UNACK") -> dict[str, Any]:
    """Return a version of one alert."""
    return {
        "id": "A", "version": version, "updated_at": version, "state": state, "priority": "critical", "gate": "chi-ma",
        "place": "chi-ma", "metric": QUEUE, "dims": {}, "threshold": 40, "started_at": 1, "simulated": True,
        "short_vi": "Hàng dài", "short_en": "Long queue",
    }  # fmt: skip


async def test_a_reading_reaches_the_screen(house):
    """What is put on the bus is seen, as a snapshot first and deltas after it, numbered without a gap."""
    await house.hub.start()
    screen = Screen(house.hub)
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41)
    await house.send(reading(44))
    await screen.until(lambda data: queue()(data)["v"] == 44)
    gates = [frame for frame in screen.frames if frame.get("topic") == "gates"]
    seqs = [
        frame["seq"]
        for frame in gates[screen.frames and max(i for i, f in enumerate(gates) if f["type"] == "snapshot") :]
    ]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    assert {frame["epoch"] for frame in gates} == {house.hub.epoch}


async def test_the_state_before_the_start_comes_from_history(house):
    """A web process that was just started shows what the one before showed, with yesterday behind it."""
    house.history.readings = [reading(262, "huu-nghi", age_s=30)]
    yesterday = utc_now() - timedelta(days=1)
    house.history.points[f"{QUEUE}@huu-nghi"] = [(yesterday, 280.0, 280.0, 280.0)]
    today = utc_now().astimezone(HANOI).date()
    house.history.refused = [
        SimpleNamespace(source="simulator", kind="reading", refused=3, day=today, reason="unknown_place")
    ]
    house.desk.alerts = [alert(1)]
    await house.hub.start()
    screen = Screen(house.hub)
    await screen.until(lambda data: queue("huu-nghi")(data)["v"] == 262)
    await screen.until(lambda data: data["gates"]["gates"]["huu-nghi"]["queue_yesterday"] == 280)
    await screen.until(lambda data: data["alerts"]["counts"]["critical"] == {"total": 1, "unack": 1})
    await screen.until(lambda data: data["gates"]["gates"]["chi-ma"]["priority"] == "critical")
    await screen.until(lambda data: data["feeds"]["sources"]["simulator"]["refused"] == 3)
    await screen.until(lambda data: data["feeds"]["sources"]["simulator"]["refused_today"] == {"unknown_place": 3})
    assert house.hub.ready.is_set()


async def test_nobody_is_shown_a_house_that_does_not_know_itself_yet(house):
    """A screen that is there first waits for the figures of before the restart, instead of going blank for a moment."""
    house.history.readings = [reading(262)]
    released = threading.Event()
    latest = house.history.latest
    house.history.latest = lambda: released.wait(20) and latest()
    await house.hub.start()
    waiting = asyncio.create_task(house.hub.first_state())
    await Screen(house.hub).until(lambda data: data["feeds"]["bus"] == "up")
    assert not waiting.done()
    released.set()
    await waiting
    assert house.hub.ready.is_set()
    screen = Screen(house.hub)
    await screen.until(lambda data: "gates" in data)
    assert queue()(screen.data)["v"] == 262


async def test_a_history_that_is_down_is_not_waited_for(house, monkeypatch):
    """What the bus tells is shown without it, a moment later."""
    monkeypatch.setattr("dashboard.gateway.hub.FIRST_STATE_S", 0.2)
    house.history.down = True
    await house.hub.start()
    await house.hub.first_state()
    assert not house.hub.ready.is_set()
    await house.send(reading(41))
    await Screen(house.hub).until(lambda data: queue()(data)["v"] == 41)


async def test_what_the_recorder_has_not_written_is_read_from_the_stream(house):
    """A recorder that lags hides nothing from a screen that starts."""
    await house.bus.ensure_group(READINGS, "recorder")
    await house.send(reading(41))
    await house.hub.start()
    await Screen(house.hub).until(lambda data: queue()(data)["v"] == 41)


async def test_an_outage_of_the_bus_is_said_and_mends_by_itself(house):
    """The figures stay, the bus is down on the screen, and readings sent afterwards arrive."""
    await house.hub.start()
    screen = Screen(house.hub)
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41 and data["feeds"]["bus"] == "up")
    house.bus.down = True
    await screen.until(lambda data: data["feeds"]["bus"] == "down")
    assert queue()(screen.data)["v"] == 41
    assert house.hub.health()["state"] == "degraded"
    house.bus.down = False
    await house.send(reading(50))
    await screen.until(lambda data: queue()(data)["v"] == 50 and data["feeds"]["bus"] == "up")


async def test_a_trimmed_stream_is_bridged_from_history(house):
    """Entries that were trimmed away during an outage come from SQL, with new snapshots."""
    await house.hub.start()
    screen = Screen(house.hub)
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41 and data["feeds"]["bus"] == "up")
    house.bus.down = True
    await screen.until(lambda data: data["feeds"]["bus"] == "down")
    screen.snapshots.clear()
    house.history.readings = [reading(77, "coc-nam")]
    house.bus.down = False
    await house.send(reading(1, "huu-nghi"), reading(2, "huu-nghi"))
    await house.send(reading(3, "huu-nghi"))
    await house.bus.trim(READINGS, 1)
    await screen.until(lambda data: queue("coc-nam")(data)["v"] == 77 and queue("huu-nghi")(data)["v"] == 3)
    await screen.until(lambda _: set(screen.snapshots) >= set(TOPICS))


async def test_a_bus_that_lost_its_streams_is_read_from_its_new_beginning(house):
    """Ids that begin anew do not leave the screens waiting for the old ones."""
    await house.hub.start()
    screen = Screen(house.hub)
    for value in range(5):
        await house.send(reading(value))
    await screen.until(lambda data: queue()(data)["v"] == 4 and data["feeds"]["bus"] == "up")
    house.bus.down = True
    await screen.until(lambda data: data["feeds"]["bus"] == "down")
    house.bus._streams.clear()
    house.bus._last.clear()
    house.bus.down = False
    await house.send(reading(99))
    await screen.until(lambda data: queue()(data)["v"] == 99)


async def test_an_outage_of_history_is_said_and_mends_by_itself(house):
    """Without SQL the live path works; when SQL is back what it held is shown."""
    house.history.down = True
    await house.hub.start()
    screen = Screen(house.hub)
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41 and data["feeds"]["history"] == "down")
    house.history.readings = [reading(262, "huu-nghi")]
    house.history.down = False
    await screen.until(lambda data: queue("huu-nghi")(data)["v"] == 262 and data["feeds"]["history"] == "up")


async def test_an_alert_comes_changes_and_goes(house):
    """Raised, acknowledged and over: each version of the stream is seen on the list and at its gate."""
    await house.hub.start()
    screen = Screen(house.hub)
    for version, state in ((1, "UNACK"), (2, "ACKED")):
        house.desk.alerts = [alert(version, state)]  # the desk commits before the stream tells
        await house.bus.publish(ALERTS, [json.dumps([alert(version, state)]).encode()])
        await screen.until(lambda data, state=state: data["alerts"]["items"]["A"]["state"] == state)
    await screen.until(lambda data: data["gates"]["gates"]["chi-ma"]["alert_short_vi"] == "Hàng dài")
    house.desk.alerts = []
    await house.bus.publish(ALERTS, [json.dumps([alert(3, "NORM")]).encode()])
    await screen.until(lambda data: data["alerts"]["items"]["A"] is None)
    await screen.until(lambda data: data["gates"]["gates"]["chi-ma"]["priority"] is None)


async def test_a_declared_crossing_is_known_before_its_first_reading_is_shown(house):
    """A place and a source that another process announced a moment ago are asked for, not dropped."""
    await house.hub.start()
    screen = Screen(house.hub)
    await screen.until(lambda data: data["feeds"]["bus"] == "up")
    elsewhere = Registry(house.bus, Places.load())
    await elsewhere.declare([Place("dorohusk", None, "crossing", "Dorohusk", "Dorohusk", 51.2, 23.8)])
    await elsewhere.announce(SourceFacts("dpsu", "replay", 1_800.0, "Biên phòng Ukraina", "DPSU"))
    await house.send(reading(120, "dorohusk", "dpsu", dims={"vehicle_type": "truck"}))
    key = f"{QUEUE}|vehicle_type=truck"
    await screen.until(lambda data: data["gates"]["crossings"]["dorohusk"]["values"][key]["v"] == 120)
    cell = screen.data["gates"]["crossings"]["dorohusk"]["values"][key]
    assert (cell["sim"], cell["cad"]) == (True, 1_800)
    await screen.until(lambda data: data["feeds"]["simulated"] is True)


async def test_processes_and_progress_are_shown(house):
    """A process whose heart stopped is down; a history being filled shows how far it is, and is loaded again."""
    now_ms = to_ms(utc_now())
    await write_beat(house.bus, "feeds", Beat("running", now_ms - 60_000, 0, now_ms))
    await write_beat(house.bus, "alerts", Beat("running", now_ms - 60_000, 2, now_ms - 60_000))
    task = {"label_vi": "Nạp lịch sử", "label_en": "Filling history", "done": 1, "total": 7, "at": now_ms}
    await house.bus.put_facts(FACTS_PROGRESS, {"simulator-history": json.dumps(task).encode()})
    await house.hub.start()
    screen = Screen(house.hub)
    await screen.until(lambda data: data["feeds"]["processes"]["feeds"]["state"] == "running")
    assert screen.data["feeds"]["processes"]["alerts"] == {"state": "down", "since": now_ms - 60_000, "restarts": 2}
    assert screen.data["feeds"]["progress"]["simulator-history"]["done"] == 1


async def test_what_declared_feeds_say_is_shown_and_goes_with_them(house):
    """A feed that fails says why on the desk; one that was retired leaves it."""
    fact = {"name": "platform", "kind": "http", "source": "platform", "state": "failing", "error_en": "HTTP 503"}
    await house.bus.put_facts(FACTS_FEEDS, {"platform": json.dumps(fact).encode()})
    await house.hub.start()
    screen = Screen(house.hub)
    await screen.until(lambda data: data["feeds"]["declared"]["platform"]["error_en"] == "HTTP 503")
    await house.bus.drop_fact(FACTS_FEEDS, "platform")
    await screen.until(lambda data: data["feeds"]["declared"]["platform"] is None)


async def test_facts_nobody_understands_do_not_darken_the_screens(house):
    """A heartbeat of another version is passed over."""
    await house.bus.put_facts("lso:processes", {"feeds": b'{"state":"dreaming"}'})
    await house.hub.start()
    screen = Screen(house.hub)
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41 and data["feeds"]["bus"] == "up")


async def test_what_nobody_wrote_for_us_is_counted_and_passed_over(house):
    """An entry that is no batch stops nothing."""
    await house.hub.start()
    screen = Screen(house.hub)
    await screen.until(lambda data: data["feeds"]["bus"] == "up")
    await house.bus.publish(READINGS, [b"not json"])
    await house.bus.publish(ALERTS, [b"{}"])
    await house.send(reading(41))
    await screen.until(lambda data: queue()(data)["v"] == 41)
    assert house.hub.health()["undecodable"] == 2


async def test_a_burst_of_clients_shares_one_snapshot(house):
    """Two screens that come together get the very same frame; each follows only what it asked for."""
    first, second = Screen(house.hub, ("gates",)), Screen(house.hub, ("gates", "feeds"))
    assert house.hub.next_frame(first.client) is house.hub.next_frame(second.client)
    assert house.hub.next_frame(first.client) is None
    assert house.hub.next_frame(second.client).topic == "feeds"


async def test_an_error_of_ours_is_told_and_shows_in_health():
    """A hub whose task failed says so, so that the process can be replaced."""
    house, failed = House(), asyncio.Event()
    house.hub._on_failure = lambda error: (house.failures.append(error), failed.set())

    async def broken(_: Any) -> list[Reading]:
        raise ZeroDivisionError

    house.hub._readings._take = broken
    await house.hub.start()
    await house.send(reading(41))
    async with asyncio.timeout(20):
        await failed.wait()
    assert isinstance(house.failures[0], ZeroDivisionError)
    assert house.hub.health()["state"] == "down"
    await house.hub.stop()


async def test_a_hub_is_started_once(house):
    """Two followers of one stream would double the work."""
    await house.hub.start()
    with pytest.raises(RuntimeError, match="once"):
        await house.hub.start()


def test_the_clock_of_the_tests_is_aware():
    """Frames carry UTC."""
    assert utc_now().tzinfo is UTC
