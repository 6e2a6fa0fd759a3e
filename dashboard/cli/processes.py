"""Verbs that run one process each; `up` runs them all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
import uvloop

from dashboard.logs import configure_logs
from dashboard.settings import Settings, load_settings


def _run(name: str, main: Callable[[Settings], Awaitable[None]]) -> None:
    settings = load_settings()
    configure_logs(settings.log, name)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_awaiting(main(settings)))


async def _awaiting(work: Awaitable[None]) -> None:
    await work


def web() -> None:
    """Serve the screens, the API and the live gateway."""
    from dashboard.processes import web as process

    _run("web", process.run)


def feeds(
    scenario: Annotated[str, typer.Option(help="Scenario of the simulator instead of the one in feeds.yaml.")] = "",
) -> None:
    """Run every feed of config/feeds.yaml."""
    from dashboard.processes import feeds as process

    _run("feeds", lambda settings: process.run(settings, scenario=scenario))


def feed(name: Annotated[str, typer.Argument(help="A feed of config/feeds.yaml.")]) -> None:
    """Run one feed of config/feeds.yaml."""
    from dashboard.processes import feeds as process

    _run(f"feed {name}", lambda settings: process.run(settings, only=name))


def recorder() -> None:
    """Keep history, and derive queues and times from passages."""
    from dashboard.processes import recorder as process

    _run("recorder", process.run)


def alerts() -> None:
    """Watch the rules."""
    from dashboard.processes import alerts as process

    _run("alerts", process.run)


def register(app: typer.Typer) -> None:
    """Add the verbs."""
    for verb in (web, feeds, feed, recorder, alerts):
        app.command()(verb)
