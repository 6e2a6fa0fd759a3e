"""The alerts process on the in-memory bus: nothing lost, nothing doubled, wherever it is killed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from alerts.desk import Desk
from alerts.model import Alert
from alerts.outbox import publish_outbox
from alerts.rulebook import RuleBook
from alerts.rules import RuleSet
from alerts.runner import AlertRunner
from alerts.tables import engine_state
from feeds.bus.codec import ALERTS, READINGS, encode_batches
from feeds.bus.memory import MemoryBus
from feeds.errors import BusUnavailableError
from feeds.registry import Registry, SourceFacts
from feeds.sql import open_engine
from tests.unit.alerts.world import CATALOGUE, PLACES, at, file_yaml, queue, rule_set, rule_yaml

HIGH = rule_yaml("queue_length_vehicles > 1000")


class House:
    """A bus, a desk and a clock that is set by hand; `start` begins the process, leaving the old one for dead."""

    def __init__(self, desk: Desk) -> None:
        self.bus = MemoryBus(clock=lambda: self.seconds)
        self.desk = desk
        self.seconds = 0.0
        self.rules: RuleSet | RuleBook = rule_set(HIGH)
        self.runner = self.start()

    def start(self) -> AlertRunner:
        registry = Registry(self.bus, PLACES)
        clock = lambda: at(self.seconds)  # noqa: E731
        self.runner = AlertRunner(self.bus, registry, self.desk, self.rules, CATALOGUE, PLACES, clock)
        return self.runner

    async def send(self, value: float, seconds: float) -> None:
        await self.bus.publish(READINGS, encode_batches([queue(value, seconds)]))

    async def step(self, seconds: float) -> int:
        self.seconds = seconds
        return await self.runner.step(0)

    async def told(self) -> list[tuple[str, str]]:
        """Return state and id of every alert on the stream."""
        entries = await self.bus.tail(ALERTS, 1_000)
        alerts = [alert for entry in entries for alert in msgspec.json.decode(entry.data, type=list[Alert])]
        return [(alert.state, alert.id) for alert in alerts]

    def journal(self) -> list[str]:
        return [entry.action for entry in reversed(self.desk.journal())]


@pytest.fixture
def house(desk_url: str) -> Iterator[House]:
    """A house with an empty desk."""
    desk = Desk(open_engine(desk_url))
    yield House(desk)
    desk.close()


async def test_a_breach_is_told_on_the_stream(house: House) -> None:
    """A breaching reading is on the stream of alerts after one round, and its entry is acknowledged."""
    await house.send(1200, 1)
    assert await house.step(1) == 1
    [(state, alert_id)] = await house.told()
    assert (state, house.desk.live()[0].id) == ("UNACK", alert_id)
    assert await house.bus.lag(READINGS, "alerts") == 0
    assert house.runner.health()["raised"] == 1


async def test_time_alone_ends_an_alert(house: House) -> None:
    """Without any reading the process notices that a series ended."""
    await house.send(1200, 1)
    await house.step(1)
    assert await house.step(300) == 0
    assert await house.step(302) == 1
    assert house.desk.live()[0].state == "RTNUN"


@pytest.mark.parametrize("method", ["publish", "ack"])
async def test_killed_after_the_transaction(house: House, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between transaction and telling, or telling and acknowledging, the successor neither loses nor doubles."""
    await house.step(0)
    await house.send(1200, 1)

    async def die(*_args: object) -> None:
        raise BusUnavailableError("killed here")

    with monkeypatch.context() as broken:
        broken.setattr(house.bus, method, die)
        with pytest.raises(BusUnavailableError):
            await house.step(1)
    house.start()
    await house.step(2)
    await house.send(1, 3)
    await house.step(3)
    told = await house.told()
    assert [state for state, _ in told] == ["UNACK", "RTNUN"]
    assert len({alert_id for _, alert_id in told}) == 1
    assert house.journal() == ["raised", "cleared"]
    await house.step(10)
    assert await house.bus.lag(READINGS, "alerts") == 0


async def test_killed_before_the_transaction(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed before anything was kept, the successor takes what was left pending, at the time it was received."""
    await house.send(1200, 1)
    with monkeypatch.context() as broken:
        broken.setattr(house.desk, "apply", lambda *_: (_ for _ in ()).throw(OperationalError("", None, Exception())))
        with pytest.raises(OperationalError):
            await house.step(1)
    house.start()
    assert await house.step(60) == 1
    assert house.desk.live()[0].started_at == int(at(1).timestamp() * 1000)
    assert house.journal() == ["raised"]


async def test_a_database_that_comes_back_gets_everything(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the database is away decisions wait and nothing more is read; then they are kept once."""
    await house.send(1200, 1)
    with monkeypatch.context() as broken:
        broken.setattr(house.desk, "apply", lambda *_: (_ for _ in ()).throw(OperationalError("", None, Exception())))
        for seconds in (1, 2):
            with pytest.raises(OperationalError):
                await house.step(seconds)
        await house.send(1, 3)
    await house.step(4)
    assert house.journal() == ["raised", "cleared"]
    assert [state for state, _ in await house.told()] == ["UNACK", "RTNUN"]


async def test_what_waited_in_the_stream_is_decided_at_its_own_time(house: House) -> None:
    """A queue that rose and fell while the process was away was an alert all the same, at the time of its readings."""
    for second in range(120):
        await house.send(1200 if second in {3, 70} else 5, second)
    await house.step(200)
    await house.step(200)
    await house.step(200)
    assert house.journal() == ["raised", "cleared", "superseded", "raised", "cleared"]
    assert [entry.at for entry in house.desk.journal() if entry.action == "raised"] == [at(70), at(3)]


async def test_many_entries_left_behind_are_all_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long backlog of a killed process is taken up whole and in order."""
    for second in range(130):
        await house.send(5 if second < 129 else 1200, second)
    with monkeypatch.context() as broken:
        broken.setattr(house.desk, "apply", lambda *_: (_ for _ in ()).throw(OperationalError("", None, Exception())))
        for _ in range(4):
            with pytest.raises(OperationalError):
                await house.step(200)
    await house.bus.read_group(READINGS, "alerts", "alerts", 1_000, 0)
    house.start()
    assert await house.step(200) == 1
    assert house.desk.live()[0].started_at == int(at(129).timestamp() * 1000)


async def test_a_stream_that_begins_anew_is_read_from_its_beginning(house: House) -> None:
    """After the bus lost its memory, its new entries are not taken for old ones."""
    for second in range(5):
        await house.send(5, second)
    await house.step(5)
    house.bus = MemoryBus()
    house.start()
    await house.send(1200, 10)
    assert await house.step(10) == 1


async def test_what_the_engine_does_not_know_is_cleared(house: House) -> None:
    """If the engine's state is lost, an alert that no longer holds does not stay on the list as if it did."""
    await house.send(1200, 1)
    await house.step(1)
    with house.desk._engine.begin() as connection:
        broken = update(engine_state).where(engine_state.c.name == "alerts")
        connection.execute(broken.values(body=bytes.fromhex("789c010100feff7b007c007c")))
    house.start()
    await house.step(400)
    assert house.desk.journal()[0].reason == "orphaned"
    assert house.desk.live()[0].state == "RTNUN"


async def test_an_entry_that_cannot_be_read_is_passed_over(house: House) -> None:
    """Rubbish on the stream stops nothing."""
    await house.bus.publish(READINGS, [b"rubbish", b"[]"])
    await house.send(1200, 1)
    assert await house.step(1) == 1
    assert await house.bus.lag(READINGS, "alerts") == 0


async def test_changed_rule_files_are_taken_over_and_faulty_ones_refused(house: House, tmp_path: Path) -> None:
    """A saved rule file is in force within seconds; one with a fault leaves the earlier rules in force and says why."""
    directory = tmp_path / "rules"
    directory.mkdir()
    file = directory / "gates.yaml"
    file.write_text(file_yaml(HIGH))
    house.rules = RuleBook(directory, CATALOGUE, PLACES)
    house.start()
    await house.send(900, 1)
    assert await house.step(1) == 0
    file.write_text(file_yaml(rule_yaml("queue_length_vehicles > lots")))
    assert await house.step(4) == 0
    assert len(house.runner.health()["faults"]) == 1  # type: ignore[arg-type]
    file.write_text(file_yaml(rule_yaml("queue_length_vehicles > 800")))
    assert await house.step(7) == 1
    assert house.runner.health()["faults"] == []
    file.unlink()
    assert await house.step(10) == 1
    assert house.desk.journal()[0].reason == "rule-removed"


async def test_a_rule_without_an_answer_is_reported(house: House) -> None:
    """An expression that has no answer shows in the health, and goes from it when it has one again."""
    house.rules = rule_set(rule_yaml("queue_length_vehicles / on(place) lanes_open > 9000"))
    house.start()
    double = [queue(5, 1), queue(5, 1, dims={"direction": "export"}), queue(1, 1, metric="lanes_open")]
    await house.bus.publish(READINGS, encode_batches(double))
    await house.step(1)
    assert "queue_high" in house.runner.health()["problems"]  # type: ignore[operator]
    await house.step(600)
    assert house.runner.health()["problems"] == {}


async def test_an_acknowledgement_of_the_web_process_is_told(house: House) -> None:
    """The web process tells its own change; if it died before, the alerts process does."""
    await house.send(1200, 1)
    await house.step(1)
    now = datetime(2026, 11, 22, 5, 0, 2, tzinfo=UTC)
    alert = house.desk.acknowledge(house.desk.live()[0].id, "lan", None, now)
    assert await publish_outbox(house.desk, house.bus, "web", lambda: now) == 1
    house.desk.unacknowledge(alert.id, "lan", None, now + timedelta(seconds=1))
    await house.step(4)
    assert [state for state, _ in await house.told()] == ["UNACK", "ACKED", "UNACK"]


async def test_a_source_that_calls_itself_an_exercise_is_marked(house: House) -> None:
    """An alert that rests on a replayed source is marked as simulated, whatever the source is called."""
    registry = Registry(house.bus, PLACES)
    await registry.announce(SourceFacts("platform", "exercise"))
    await house.send(1200, 1)
    await house.step(1)
    assert house.desk.live()[0].simulated
