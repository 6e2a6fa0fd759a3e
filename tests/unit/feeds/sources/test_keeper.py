"""The keeper: single feeds start, stop, restart and crash without touching the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.exc import OperationalError

from feeds.bus.codec import FACTS_FEEDS
from feeds.errors import SourceError
from feeds.registry import SourceFacts
from feeds.sources import keeper as module
from feeds.sources.declarations import Declared
from feeds.sources.keeper import Keeper
from feeds.sources.making import House
from feeds.sources.status import FeedFacts, Status
from tests.integration.sources.station import MAPPING, Station, until
from tests.unit.feeds.sources.test_declarations import Desk

FEEDS = """
allow_hosts: [a.vn]
feeds:
  one: {kind: http, url: 'http://a.vn/1', mapping: yard.yaml}
  two: {kind: http, url: 'http://a.vn/2', mapping: yard.yaml}
"""


class Stage:
    """A keeper whose feeds only say that they run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.station = Station(directory)
        self.desk = Desk()
        self.desk_down = False
        self.lives: list[tuple[str, str]] = []
        self.running: set[str] = set()
        self.crash: dict[str, Exception] = {}
        (directory / "yard.yaml").write_text(MAPPING, encoding="utf-8")
        self.write(FEEDS)

    def write(self, text: str) -> None:
        """Write feeds.yaml."""
        (self.directory / "feeds.yaml").write_text(text, encoding="utf-8")

    def open_desk(self) -> Desk:
        if self.desk_down:
            raise OperationalError("select", {}, Exception("down"))
        return self.desk

    async def feed(self, feed: Declared, status: Status, house: House) -> None:
        """Stand in for a real feed."""
        self.lives.append((feed.name, getattr(feed.settings, "url", "")))
        if feed.name in self.crash:
            raise self.crash[feed.name]
        self.running.add(feed.name)
        status.good()
        try:
            await asyncio.Event().wait()
        finally:
            self.running.discard(feed.name)

    @contextlib.asynccontextmanager
    async def keeping(self, **more: str) -> AsyncIterator[Keeper]:
        """Run a keeper."""
        keeper = Keeper(self.station.house, self.open_desk, run=self.feed, **more)
        task = asyncio.create_task(keeper.run())
        try:
            yield keeper
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        assert self.running == set()

    async def facts(self) -> dict[str, FeedFacts]:
        """Return what every process can see of the feeds."""
        found = await self.station.bus.facts(FACTS_FEEDS)
        return {name: msgspec.json.decode(data, type=FeedFacts) for name, data in found.items()}

    async def state(self, name: str) -> str:
        """Return the state told of one feed, "" while none is."""
        found = (await self.facts()).get(name)
        return found.state if found else ""


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a stage on which nobody waits for whole seconds."""
    monkeypatch.setattr(module, "TELL_S", 0.01)
    return Stage(tmp_path)


async def test_declared_feeds_run_and_say_so(stage: Stage) -> None:
    """Both run, and both states are on the bus."""
    async with stage.keeping():
        await until("both", lambda: stage.running == {"one", "two"})
        await until("the facts", lambda: _all(stage, {"one": "running", "two": "running"}))
        facts = await stage.facts()
    assert (facts["one"].kind, facts["one"].declared) == ("http", "file")
    assert facts["one"].since > 0


async def test_a_feed_of_the_desk_starts_at_once_and_alone(stage: Stage) -> None:
    """No restart: the others are not touched."""
    async with stage.keeping():
        await until("both", lambda: stage.running == {"one", "two"})
        stage.desk.declare("three", "{kind: http, url: 'http://a.vn/3'}", MAPPING)
        await until("the third", lambda: "three" in stage.running)
        del stage.desk.feeds["three"]
        stage.desk.number += 1
        await until("its end", lambda: stage.running == {"one", "two"})
        await until("its fact to go", lambda: _all(stage, {"three": "", "one": "running"}))
    assert [name for name, _ in stage.lives] == ["one", "two", "three"]


async def test_a_paused_feed_stops_and_keeps_what_was_known(stage: Stage) -> None:
    """Its counts stay on the desk; resumed, it runs again; the other one never noticed."""
    async with stage.keeping() as keeper:
        await until("both", lambda: stage.running == {"one", "two"})
        keeper._statuses["one"].polled()
        stage.desk.pause("one")
        await until("the pause", lambda: _all(stage, {"one": "paused", "two": "running"}))
        assert stage.running == {"two"}
        assert (await stage.facts())["one"].polls == 1
        stage.desk.pause("one", paused=False)
        await until("the return", lambda: _all(stage, {"one": "running"}))
    assert [name for name, _ in stage.lives] == ["one", "two", "one"]


async def test_a_feed_that_was_stopped_raises_no_alert_about_its_silence(stage: Stage) -> None:
    """Its source has ended, as far as anybody judges its age; the same holds for one that was retired."""
    registry = stage.station.registry
    for source in ("yard-1", "yard-3"):
        await registry.announce(SourceFacts(source, "http", 60, "Bãi", "Yard"))
    stage.desk.declare("three", "{kind: http, url: 'http://a.vn/3'}", MAPPING)
    async with stage.keeping() as keeper:
        await until("all", lambda: len(stage.running) == 3)
        keeper._statuses["one"].describe(source="yard-1")
        keeper._statuses["three"].describe(source="yard-3")
        await until("the facts", lambda: _sources(stage, {"one": "yard-1", "three": "yard-3"}))
        stage.desk.pause("one")
        await until("the pause", lambda: registry.source("yard-1").ended)
        assert not registry.source("yard-3").ended
        del stage.desk.feeds["three"]
        stage.desk.number += 1
        await until("the end", lambda: registry.source("yard-3").ended)


async def test_changed_settings_restart_only_their_feed(stage: Stage) -> None:
    """An operator edits one line, or one mapping."""
    async with stage.keeping():
        await until("both", lambda: stage.running == {"one", "two"})
        stage.write(FEEDS.replace("/2", "/changed"))
        await until("the restart", lambda: ("two", "http://a.vn/changed") in stage.lives)
        assert [name for name, _ in stage.lives] == ["one", "two", "two"]
        (stage.directory / "yard.yaml").write_text(MAPPING + "# mended\n", encoding="utf-8")
        await until("both again", lambda: len(stage.lives) == 5)


async def test_a_broken_declaration_is_refused_and_harms_nobody(stage: Stage) -> None:
    """Its sentence is told; mended, it runs."""
    stage.write(FEEDS.replace("'http://a.vn/2'", "'http://b.vn/2'"))
    async with stage.keeping():
        await until("the refusal", lambda: _all(stage, {"one": "running", "two": "refused"}))
        assert "not in allow_hosts" in (await stage.facts())["two"].error_en
        stage.write(FEEDS)
        await until("the mended one", lambda: _all(stage, {"two": "running"}))
    assert [name for name, _ in stage.lives] == ["one", "two"]


async def test_an_unreadable_file_changes_nothing(stage: Stage) -> None:
    """While somebody is in the middle of an edit, the feeds go on as they were."""
    async with stage.keeping() as keeper:
        await until("both", lambda: stage.running == {"one", "two"})
        stage.write("feeds: [")
        await until("the trouble", lambda: keeper._troubled)
        assert stage.running == {"one", "two"}
        stage.write(FEEDS)
        await until("the end of it", lambda: not keeper._troubled)
    assert len(stage.lives) == 2


async def test_a_crash_is_counted_and_ends_nothing_else(stage: Stage) -> None:
    """The feed starts again by itself; the other one never noticed."""
    stage.crash["two"] = RuntimeError("bug")
    async with stage.keeping():
        await until("several lives", lambda: len(stage.lives) >= 4)
        await until("the state", lambda: _all(stage, {"one": "running", "two": "failing"}))
        assert "RuntimeError" in (await stage.facts())["two"].error_en
        del stage.crash["two"]
        await until("the recovery", lambda: _all(stage, {"two": "running"}))
    assert [name for name, _ in stage.lives].count("one") == 1
    assert (await stage.facts())["two"].failures >= 2


async def test_what_a_feed_lacks_is_asked_for_again(stage: Stage) -> None:
    """A missing secret refuses the feed; once it is there the feed runs."""
    stage.crash["two"] = SourceError("Chưa có khóa X.", "The secret X is not there.")
    async with stage.keeping():
        await until("the refusal", lambda: _all(stage, {"two": "refused"}))
        assert (await stage.facts())["two"].error_vi == "Chưa có khóa X."
        del stage.crash["two"]
        await until("the recovery", lambda: _all(stage, {"two": "running"}))


async def test_without_its_desk_the_house_is_still_fed(stage: Stage) -> None:
    """Paused feeds stay paused as far as was last known; the desk's own join when it answers."""
    paused = msgspec.json.encode(FeedFacts("one", "http", state="paused", polls=7))
    await stage.station.bus.put_facts(FACTS_FEEDS, {"one": paused})
    stage.desk.declare("three", "{kind: http, url: 'http://a.vn/3'}", MAPPING)
    stage.desk_down = True
    async with stage.keeping():
        await until("what the file says", lambda: stage.running == {"two"})
        assert (await stage.facts())["one"].polls == 7
        stage.desk_down = False
        await until("what the desk says", lambda: stage.running == {"one", "two", "three"})


async def test_facts_survive_an_outage_of_the_bus(stage: Stage) -> None:
    """What could not be told is told when the bus is back."""
    async with stage.keeping():
        await until("both", lambda: _all(stage, {"one": "running", "two": "running"}))
        stage.station.bus.down = True
        stage.desk.pause("one")
        await until("the pause", lambda: stage.running == {"two"})
        stage.station.bus.down = False
        await until("the fact", lambda: _all(stage, {"one": "paused"}))


async def test_one_feed_alone_leaves_the_others_facts(stage: Stage) -> None:
    """`feed NAME` beside the feeds process does not wipe what that one says."""
    await stage.station.bus.put_facts(FACTS_FEEDS, {"other": msgspec.json.encode(FeedFacts("other"))})
    async with stage.keeping(only="two"):
        await until("the one", lambda: _all(stage, {"two": "running"}))
        assert stage.running == {"two"}
    assert "other" in await stage.facts()


async def _all(stage: Stage, states: dict[str, str]) -> bool:
    return all([await stage.state(name) == state for name, state in states.items()])


async def _sources(stage: Stage, sources: dict[str, str]) -> bool:
    facts = await stage.facts()
    return all(name in facts and facts[name].source == source for name, source in sources.items())
