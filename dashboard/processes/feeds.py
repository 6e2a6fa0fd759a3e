"""The feeds process: every declared feed, each started, stopped and restarted by itself as people decide."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from sqlalchemy.exc import SQLAlchemyError

from dashboard.errors import StartError
from dashboard.processes.running import run_until_stopped
from dashboard.settings import Settings, feed_secrets
from dashboard.wiring import open_base, open_feed_desk
from feeds.desk import FeedDesk
from feeds.door import utc_now
from feeds.errors import FeedsFileError
from feeds.settings import FILE, load_feeds
from feeds.sources.keeper import LOOK_S, Keeper
from feeds.sources.making import House
from feeds.sources.secrets import Secrets
from feeds.twin.scenario import scenario_named
from feeds.worker import run_worker


async def run(settings: Settings, *, only: str = "", scenario: str = "") -> None:
    """Run the feeds of config/feeds.yaml and of the feed desk until stopped.

    Args:
        settings: the settings.
        only: name of the one feed to run, "" for all that are enabled.
        scenario: plays instead of the one each simulator declares, unless a supervisor chose one; "" for none.

    Raises:
        StartError: when no feed has that name, or a scenario is not known.
        FeedsFileError: when config/feeds.yaml cannot be used, or nothing in it can.
    """
    await asyncio.to_thread(refuse_unusable, settings, only=only, scenario=scenario)
    # httpx tells every address it asks, which may carry a secret, at the level INFO.
    for library in ("httpx", "httpcore", "websockets"):
        logging.getLogger(library).setLevel(logging.WARNING)
    opened: list[FeedDesk] = []

    def open_desk() -> FeedDesk:
        desk = open_feed_desk(settings)
        opened.append(desk)
        return desk

    async with open_base(settings) as base:
        house = House(
            base.bus, base.door, base.registry, base.catalogue,
            Secrets(feed_secrets(), settings.data_dir), settings.config_dir, settings.data_dir,
            settings.fsync == "always", utc_now, asyncio.sleep,
        )  # fmt: skip
        try:
            keeper = Keeper(house, open_desk, only=only, scenario=scenario)
            await run_until_stopped("feeds", base.bus, keeper.run(), _end_scenarios(opened))
        finally:
            for desk in opened:
                await asyncio.to_thread(desk.close)


async def _end_scenarios(opened: list[FeedDesk]) -> None:
    """End the scenarios that were set for a time, once it is over; the keeper follows the desk."""

    async def look() -> None:
        if opened:
            await asyncio.to_thread(opened[-1].end_scenarios, utc_now())
        await asyncio.sleep(LOOK_S)

    await run_worker("feeds.scenarios", look, expected=(SQLAlchemyError,))


def refuse_unusable(settings: Settings, *, only: str = "", scenario: str = "") -> None:
    """Return when there is something to run; a single broken feed among others is refused later, by itself.

    Raises:
        StartError: when no feed has that name, or the scenario is not known.
        FeedsFileError: when config/feeds.yaml cannot be used at all, or none of the feeds it enables can.
    """
    file = load_feeds(settings.config_dir)
    if scenario:
        try:
            scenario_named(scenario)
        except ValueError as error:
            raise StartError(str(error)) from error
    if only:
        _refuse_unknown(settings, only, list(file.feeds))
    broken = [entry for entry in file.feeds.values() if isinstance(entry, FeedsFileError)]
    usable = [entry for entry in file.feeds.values() if not isinstance(entry, FeedsFileError) and entry.enabled]
    if broken and not usable:
        raise broken[0]


def _refuse_unknown(settings: Settings, only: str, in_file: list[str]) -> None:
    if only in in_file:
        return
    with contextlib.closing(open_feed_desk(settings)) as desk:
        names = [*in_file, *(feed.name for feed in desk.declared())]
    if only not in names:
        known = ", ".join(names)
        raise StartError(f"no feed {only!r} in {settings.config_dir / FILE} or on the feed desk; there are {known}")
