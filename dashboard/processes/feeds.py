"""The feeds process: every declared feed, each a worker of its own."""

from __future__ import annotations

import msgspec

from dashboard.errors import StartError
from dashboard.processes.running import run_until_stopped
from dashboard.settings import Settings
from dashboard.wiring import Base, open_base
from feeds.settings import FILE, SimulatorSettings, load_feeds
from feeds.sources.simulator.source import SimulatorSource
from feeds.twin.scenario import scenario_named


async def run(settings: Settings, *, only: str = "", scenario: str = "") -> None:
    """Run the feeds of config/feeds.yaml until stopped.

    Args:
        settings: the settings.
        only: name of the one feed to run, "" for all that are enabled.
        scenario: plays instead of the one each simulator declares, "" for none.

    Raises:
        StartError: when no feed has that name, or a scenario is not known.
        FeedsFileError: when config/feeds.yaml cannot be used.
    """
    chosen = chosen_feeds(settings, only=only, scenario=scenario)
    async with open_base(settings) as base:
        sources = [_simulator(base, feed) for feed in chosen.values()]
        await run_until_stopped("feeds", base.bus, *(source.run() for source in sources))


def chosen_feeds(settings: Settings, *, only: str = "", scenario: str = "") -> dict[str, SimulatorSettings]:
    """Return the feeds to run, by name, with the scenario they play; arguments and errors as `run`."""
    declared = load_feeds(settings.config_dir)
    if only and only not in declared:
        raise StartError(f"no feed {only!r} in {settings.config_dir / FILE}; it declares {', '.join(declared)}")
    chosen = {}
    for name, feed in declared.items():
        playing = msgspec.structs.replace(feed, scenario=scenario or feed.scenario)
        try:
            scenario_named(playing.scenario)
        except ValueError as error:
            raise StartError(str(error)) from error
        if name == only or (not only and feed.enabled):
            chosen[name] = playing
    return chosen


def _simulator(base: Base, feed: SimulatorSettings) -> SimulatorSource:
    played = scenario_named(feed.scenario)
    return SimulatorSource(base.bus, base.door, base.registry, played, seed=feed.seed, speed=feed.speed)
