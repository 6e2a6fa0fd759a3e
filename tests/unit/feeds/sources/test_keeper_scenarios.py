"""The keeper hands a scenario to the simulator that runs; anything else still restarts it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec
import pytest

from feeds.bus.codec import FACTS_FEEDS
from feeds.settings import SimulatorSettings
from feeds.sources import keeper as module
from feeds.sources.declarations import Declared
from feeds.sources.keeper import Keeper
from feeds.sources.making import House
from feeds.sources.status import FeedFacts, Status
from feeds.twin.play import Scenario
from tests.integration.sources.station import Station, until
from tests.unit.feeds.sources.test_declarations import Desk

FEEDS = "feeds:\n  sim: {kind: simulator, seed: 1}\n"


class Player:
    """A simulator that only remembers what it was asked to play."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    def play(self, scenario: Scenario, *, who: str = "", why: str = "") -> None:
        """Remember a wish."""
        self.asked.append((scenario.name, who, why))


class Stage:
    """A keeper of one simulator."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.station = Station(directory)
        self.desk = Desk()
        self.lives: list[str] = []
        self.player = Player()
        self.write(FEEDS)

    def write(self, text: str) -> None:
        """Write feeds.yaml."""
        (self.directory / "feeds.yaml").write_text(text, encoding="utf-8")

    async def feed(self, feed: Declared, status: Status, house: House) -> None:
        """Stand in for a simulator that runs."""
        self.lives.append(getattr(feed.settings, "scenario", ""))
        house.players[feed.name] = self.player  # type: ignore[assignment]
        status.good()
        try:
            await asyncio.Event().wait()
        finally:
            del house.players[feed.name]

    async def scenario(self) -> str:
        """Return what the feed's fact says is played."""
        found = (await self.station.bus.facts(FACTS_FEEDS)).get("sim")
        return msgspec.json.decode(found, type=FeedFacts).scenario if found else ""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage on which nobody waits for whole seconds."""
    monkeypatch.setattr(module, "TELL_S", 0.01)
    return Stage(tmp_path)


async def test_a_scenario_is_handed_over_and_nothing_restarts(stage: Stage) -> None:
    """Chosen, exchanged for another and taken back: one life of the source, three wishes with who and why."""
    keeper = Keeper(stage.station.house, lambda: stage.desk, run=stage.feed)
    task = asyncio.create_task(keeper.run())
    await until("the simulator", lambda: "sim" in stage.station.house.players)
    stage.desk.play("sim", "gate-closed:chi-ma")
    await until("the first wish", lambda: len(stage.player.asked) == 1)

    async def told() -> bool:
        return await stage.scenario() == "gate-closed:chi-ma"

    await until("the fact", told)
    stage.desk.play("sim", "tet")
    await until("the second wish", lambda: len(stage.player.asked) == 2)
    stage.desk.playing.clear()
    stage.desk.number += 1
    await until("the third wish", lambda: len(stage.player.asked) == 3)
    assert stage.player.asked == [("gate-closed:chi-ma", "lan", "drill"), ("tet", "lan", "drill"), ("normal", "", "")]
    assert stage.lives == ["normal"]
    stage.write(FEEDS.replace("seed: 1", "seed: 2"))
    await until("a restart for another seed", lambda: len(stage.lives) == 2)
    stage.desk.play("sim", "nonsense")
    await until("the refusal", lambda: "sim" not in stage.station.house.players)
    assert len(stage.player.asked) == 3
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_only_a_difference_in_the_scenario_is_handed_over() -> None:
    """A pause, a speed or a seed is another declaration."""
    plain = Declared("sim", "file", "simulator", SimulatorSettings())
    replace = msgspec.structs.replace
    played = replace(plain, settings=SimulatorSettings(scenario="tet"), played_by="lan", played_why="drill")
    assert plain.differs_in_scenario_only(played)
    assert played.differs_in_scenario_only(plain)
    assert not plain.differs_in_scenario_only(replace(played, paused=True))
    assert not plain.differs_in_scenario_only(replace(plain, settings=SimulatorSettings(scenario="tet", speed=60)))
    assert not plain.differs_in_scenario_only(replace(plain, settings=None))
