"""`scenario`: what the simulator may play, and playing it in the house that runs."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(scenario)


def scenario(
    name: Annotated[str, typer.Argument(help="Scenario to play, `end` to end it; without one they are listed.")] = "",
    feed: Annotated[str, typer.Option(help="The simulator that plays it.")] = "simulator",
    why: Annotated[str, typer.Option(help="Words for the journal.")] = "",
    minutes: Annotated[float, typer.Option(help="Ends by itself after so long; 0: it does not.", min=0)] = 0,
) -> None:
    """Let the simulator play a scenario while the house runs; screens follow within seconds."""
    from feeds.twin.scenario import SCENARIOS, gates_of, scenario_named

    console = Console(highlight=False)
    if not name:
        for each in SCENARIOS.values():
            gates = f" (at {', '.join(gates_of(each.name))})" if gates_of(each.name) else ""
            console.print(f"{each.name}{gates}: {each.about_en}", markup=False, soft_wrap=True)
        return
    chosen = None if name == "end" else name
    if chosen is not None:
        try:
            scenario_named(chosen)
        except ValueError as error:
            Console(stderr=True).print(str(error), markup=False, soft_wrap=True)
            raise typer.Exit(2) from error
    _play(feed, chosen, why, minutes, console)


def _play(feed: str, chosen: str | None, why: str, minutes: float, console: Console) -> None:
    from dashboard.declared import declared_kinds
    from dashboard.settings import load_settings
    from dashboard.wiring import open_feed_desk
    from feeds.door import utc_now
    from feeds.errors import FeedDeskError, FeedsFileError

    settings = load_settings()
    desk = open_feed_desk(settings)
    try:
        _check_simulator(feed, declared_kinds(settings.config_dir, desk))
        now = utc_now()
        until = now + timedelta(minutes=minutes) if minutes and chosen else None
        desk.play(feed, chosen, f"cli:{getpass.getuser()}", why, now, until=until)
    except (FeedDeskError, FeedsFileError) as error:
        Console(stderr=True).print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from error
    finally:
        desk.close()
    ends = f", until {until.astimezone():%H:%M %Z}" if until else ""
    console.print(f"{feed} plays {chosen or 'what its settings declare'} from now on{ends}.", markup=False)


def _check_simulator(feed: str, kinds: Mapping[str, str]) -> None:
    from dashboard.declared import SIMULATOR
    from feeds.errors import FeedDeskError

    simulators = [name for name, kind in kinds.items() if kind == SIMULATOR]
    if feed not in simulators:
        known = ", ".join(simulators) or "none"
        raise FeedDeskError("feed", f"No simulator is called {feed!r}; there are: {known}.")
