"""`up`: the whole house on one machine, watched over."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Annotated

import typer
from rich.console import Console

from dashboard.errors import StartError
from dashboard.logs import configure_logs
from dashboard.settings import Settings, load_settings


def up(
    scenario: Annotated[str, typer.Option(help="Scenario of the simulator instead of the one in feeds.yaml.")] = "",
) -> None:
    """Start everything, restart what dies, end everything cleanly on Ctrl-C."""
    from dashboard.processes.feeds import refuse_unusable
    from dashboard.wiring import read_walls, use_ground

    settings = load_settings()
    configure_logs(settings.log, "up")
    _refuse_taken_port(settings)
    # What a process would refuse again and again is refused here, once.
    use_ground(settings)
    read_walls(settings)
    refuse_unusable(settings, scenario=scenario)
    asyncio.run(_up(settings, scenario))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(up)


async def _up(settings: Settings, scenario: str) -> None:
    from dashboard.supervisor import Child, Supervisor
    from dashboard.valkey import EmbeddedValkey
    from feeds.bus.redis import RedisBus

    valkey = None
    url = settings.redis_url
    if not url:
        valkey = EmbeddedValkey(settings.embedded_bus_dir, fsync_always=settings.fsync == "always")
        url = valkey.start()
    bus = RedisBus(url)
    try:
        _prepare_databases(settings)
        _greet(settings)
        feeds = ["feeds", *(["--scenario", scenario] if scenario else [])]
        children = [
            Child("web", ["web"]),
            Child("recorder", ["recorder"]),
            Child("alerts", ["alerts"]),
            Child("feeds", feeds),
        ]
        await Supervisor(children, {**os.environ, "LSO_REDIS_URL": url}, bus, valkey).run()
    finally:
        await bus.aclose()
        if valkey:
            valkey.stop()


def _prepare_databases(settings: Settings) -> None:
    """Bring every schema to head before the processes start, so that none waits for another."""
    from dashboard.wiring import open_desk, open_history, open_users

    for opener in (open_history, open_desk, open_users):
        opener(settings).close()


def _greet(settings: Settings) -> None:
    from dashboard.wiring import open_users

    console = Console(stderr=True, highlight=False)
    console.print(f"\n  [bold]Trung tâm điều hành Lạng Sơn[/bold] · {settings.public_url}/wall")
    users = open_users(settings)
    try:
        link = users.first_link()
    finally:
        users.close()
    if link:
        console.print("  Đăng nhập lần đầu (dùng một lần) · first sign-in (works once):", soft_wrap=True)
        console.print(f"  {settings.public_url}{link}\n", soft_wrap=True)
    else:
        console.print(f"  Đăng nhập · sign in: {settings.public_url}/sign-in\n", soft_wrap=True)
    sys.stderr.flush()


def _refuse_taken_port(settings: Settings) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise StartError(
                f"LSO_HOST={settings.host} LSO_PORT={settings.port}: cannot listen there ({error.strerror}); "
                "end what uses the port, or choose another with LSO_PORT"
            ) from error
