"""The keeper: starts, stops and restarts single feeds as they are declared, without touching the others.

Each second it asks whether anything declared has changed. A feed that crashes is started again after a pause, and
counted; one whose declaration cannot be used says so and waits for a better one. How every feed is doing goes onto the
bus as a fact, at most once a second.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from feeds.bus.codec import FACTS_FEEDS
from feeds.errors import BusUnavailableError, FeedsFileError, MappingError, SourceError
from feeds.settings import FILE, SimulatorSettings
from feeds.sources.declarations import Declarations, Declared, DeskPort, Stamp, gather, stamp
from feeds.sources.making import House, run_feed
from feeds.sources.status import FeedFacts, Status
from feeds.twin.scenario import scenario_named
from feeds.worker import Backoff

LOOK_S: Final = 1.0
TELL_S: Final = 1.0
"""A feed's facts change with every poll and message; nobody reads them more often than this."""
REPEAT_S: Final = 30.0
"""Every feed is told anew this often: a bus that lost its data would otherwise never hear of a quiet one again."""
RETRY_REFUSED_S: Final = 10.0
"""How soon a missing secret is looked for again."""
FIRST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0
STOP_S: Final = 2.0

Run = Callable[[Declared, Status, House], Awaitable[None]]


class Keeper:
    """Keeps the declared feeds running.

    Args:
        house: what the feeds share.
        open_desk: opens the feed desk; called again as long as it fails, None where there is no desk.
        only: the one feed to run, "" for all that are enabled.
        scenario: plays instead of the one each simulator declares, unless somebody chose one on the desk.
        run: runs one feed; replaced by tests.
    """

    def __init__(
        self,
        house: House,
        open_desk: Callable[[], DeskPort] | None,
        *,
        only: str = "",
        scenario: str = "",
        run: Run = run_feed,
    ) -> None:
        self._house = house
        self._open_desk = open_desk
        self._desk: DeskPort | None = None
        self._only = only
        self._scenario = scenario
        self._run_feed = run
        self._log = structlog.get_logger("feeds")
        self._declared: dict[str, Declared] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._statuses: dict[str, Status] = {}
        self._stamp: Stamp | None = None
        self._recalled: dict[str, FeedFacts] = {}
        self._dirty = asyncio.Event()
        self._troubled = ""
        self._excused: set[str] = set()

    async def run(self) -> None:
        """Keep the feeds until cancelled; then end them all."""
        await self._recall()
        teller = asyncio.create_task(self._tell_forever())
        try:
            while True:
                await self.look()
                await self._house.sleep(LOOK_S)
        finally:
            # All at once: one that is slow to end must not hold up the others.
            await asyncio.gather(*(self._stop(name) for name in list(self._tasks)), return_exceptions=True)
            teller.cancel()
            await asyncio.gather(teller, return_exceptions=True)

    async def look(self) -> None:
        """Look once at what is declared, and start and stop what that asks for."""
        found = await asyncio.to_thread(self._gather)
        if found is None:
            return
        for name in [name for name in self._statuses if name not in found.feeds]:
            await self._forget(name)
        for name, feed in found.feeds.items():
            if self._declared.get(name) != feed and not self._plays_on(feed):
                await self._stop(name)
                self._declared[name] = feed
                self._begin(feed)

    def _plays_on(self, feed: Declared) -> bool:
        """Tell a simulator that runs to play something else, and whether that was all that changed.

        It needs no restart for that: its vehicles stay where they are.
        """
        before, player = self._declared.get(feed.name), self._house.players.get(feed.name)
        if before is None or player is None or not before.differs_in_scenario_only(feed):
            return False
        assert isinstance(feed.settings, SimulatorSettings)
        player.play(scenario_named(feed.settings.scenario), who=feed.played_by, why=feed.played_why)
        self._declared[feed.name] = feed
        self._statuses[feed.name].describe(scenario=feed.settings.scenario)
        return True

    # What is declared

    def _gather(self) -> Declarations | None:
        """Return what is declared when it may have changed, else None."""
        house = self._house
        try:
            if self._desk is None and self._open_desk is not None:
                self._desk = self._open_desk()
            now = stamp(house.config_dir, self._declared, self._desk)
            if now == self._stamp:
                return None
            found = gather(
                house.config_dir, house.data_dir, house.catalogue, self._desk,
                scenario=self._scenario, only=self._only,
            )  # fmt: skip
        except SQLAlchemyError as error:
            return self._without_desk(error)
        except FeedsFileError as error:
            # What runs goes on running; the file is read again when it changes, or in the next second.
            self._trouble(str(error), f"{FILE} cannot be used; the feeds go on as they were declared before")
            return None
        self._trouble("", "")
        # Which mappings are watched follows from what was found.
        self._stamp = stamp(house.config_dir, found.feeds, self._desk)
        return found

    def _without_desk(self, error: SQLAlchemyError) -> Declarations | None:
        self._trouble(type(error).__name__, "the feed desk does not answer; the feeds go on as they were")
        if self._declared:
            return None
        # Nothing runs yet: the file's feeds begin, but none that was paused when it was last heard of.
        house = self._house
        try:
            found = gather(
                house.config_dir, house.data_dir, house.catalogue, None, scenario=self._scenario, only=self._only
            )
        except FeedsFileError:
            return None
        feeds = {
            name: msgspec.structs.replace(
                feed, paused=name in self._recalled and self._recalled[name].state == "paused"
            )
            for name, feed in found.feeds.items()
        }
        return Declarations(feeds, found.hosts)

    def _trouble(self, what: str, sentence: str) -> None:
        if what and what != self._troubled:
            self._log.warning(sentence, error=what)
        if self._troubled and not what:
            self._log.info("declarations can be read again")
        self._troubled = what

    # Single feeds

    def _begin(self, feed: Declared) -> None:
        status = self._statuses.get(feed.name)
        if status is None:
            facts = self._recalled.get(feed.name, FeedFacts(feed.name))
            status = self._statuses[feed.name] = Status(facts, self._house.clock, self._dirty.set)
        status.describe(kind=feed.kind or status.facts.kind, declared=feed.origin)
        if feed.paused:
            self._log.info("paused", feed=feed.name)
            status.paused()
        elif feed.error is not None:
            self._log.warning("refused", feed=feed.name, error=feed.error.en)
            status.refused(feed.error)
        else:
            self._tasks[feed.name] = asyncio.create_task(self._keep(feed, status), name=f"feed {feed.name}")

    async def _keep(self, feed: Declared, status: Status) -> None:
        backoff = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S)
        self._log.info("started", feed=feed.name, kind=feed.kind)
        refused = ""
        while True:
            begun = asyncio.get_running_loop().time()
            try:
                await self._run_feed(feed, status, self._house)
            except (SourceError, MappingError) as error:
                sentence = error if isinstance(error, SourceError) else SourceError(f"Ánh xạ: {error}", str(error))
                if sentence.en != refused:
                    self._log.warning("refused", feed=feed.name, error=sentence.en)
                refused = sentence.en
                status.refused(sentence)
                await self._house.sleep(RETRY_REFUSED_S)
                continue
            except Exception as error:  # noqa: BLE001 (one feed's fault must not end the others; it is said and counted)
                self._log.exception("crashed", feed=feed.name)
                status.failed(
                    SourceError(
                        f"Lỗi trong chương trình của nguồn ({_names(error)}); tự khởi động lại.",
                        f"A fault in the feed's own program ({_names(error)}); it starts again by itself.",
                    )
                )
            else:
                status.ended()
                return
            if asyncio.get_running_loop().time() - begun > LONGEST_PAUSE_S:
                backoff.reset()
            await self._house.sleep(backoff.pause_s())

    async def _stop(self, name: str) -> None:
        task = self._tasks.pop(name, None)
        if task is None:
            return
        # A client library may swallow a cancellation (see feeds.worker): then it is said again.
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=STOP_S)
        with contextlib.suppress(asyncio.CancelledError, Exception):
            task.result()

    async def _forget(self, name: str) -> None:
        await self._stop(name)
        self._log.info("gone", feed=name)
        self._declared.pop(name, None)
        del self._statuses[name]
        self._dirty.set()

    # Facts

    async def _recall(self) -> None:
        """Take over what was last said of each feed, so that counts and a pause outlast a restart."""
        with contextlib.suppress(BusUnavailableError):
            for name, data in (await self._house.bus.facts(FACTS_FEEDS)).items():
                with contextlib.suppress(msgspec.DecodeError):
                    self._recalled[name] = msgspec.json.decode(data, type=FeedFacts)

    async def _tell_forever(self) -> None:
        told: dict[str, FeedFacts] = {} if self._only else dict(self._recalled)
        fresh_at = 0.0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REPEAT_S):
                    await self._dirty.wait()
            self._dirty.clear()
            now = asyncio.get_running_loop().time()
            if now - fresh_at >= REPEAT_S:
                told = {name: facts for name, facts in told.items() if name not in self._statuses}
                fresh_at = now
            try:
                told = await self._tell(told)
            except BusUnavailableError:
                self._dirty.set()
            await asyncio.sleep(TELL_S)

    async def _tell(self, told: dict[str, FeedFacts]) -> dict[str, FeedFacts]:
        facts = {name: status.facts for name, status in self._statuses.items()}
        changed: dict[str, Any] = {name: fact for name, fact in facts.items() if told.get(name) != fact}
        if changed:
            await self._house.bus.put_facts(
                FACTS_FEEDS, {name: msgspec.json.encode(fact) for name, fact in changed.items()}
            )
        gone = {name: told[name] for name in told.keys() - facts.keys()}
        for name in gone:
            await self._house.bus.drop_fact(FACTS_FEEDS, name)
        await self._excuse([*gone.values(), *(fact for fact in facts.values() if fact.state == "paused")])
        return facts

    async def _excuse(self, silenced: Iterable[FeedFacts]) -> None:
        """Say of feeds that a person stopped that their sources have ended, so that their silence raises no alert.

        A feed that runs again announces its source anew.
        """
        active = {self._statuses[name].facts.source for name in self._tasks}
        self._excused -= active
        registry = self._house.registry
        for source in {fact.source for fact in silenced if fact.source} - active - self._excused:
            await registry.refresh()
            known = registry.source(source)
            if known is not None and not known.ended:
                await registry.announce(msgspec.structs.replace(known, ended=True))
            self._excused.add(source)


def _names(error: BaseException) -> str:
    """Return the names of the errors, those inside a group too."""
    if isinstance(error, BaseExceptionGroup):
        return ", ".join(dict.fromkeys(_names(inner) for inner in error.exceptions))
    return type(error).__name__
