"""The web process: the app under uvicorn, its hub, and a heartbeat."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import uvicorn

from alerts.rulebook import RuleBook
from dashboard.app import create_app
from dashboard.gateway.endpoint import live_endpoint
from dashboard.gateway.hub import Hub
from dashboard.heartbeat import beat_forever
from dashboard.metrics.process import own_figures
from dashboard.parts import Parts
from dashboard.settings import Settings
from dashboard.wiring import (
    open_base,
    open_desk,
    open_feed_desk,
    open_frozen,
    open_history,
    open_notes,
    open_screen_journal,
    open_users,
    read_programme,
    read_walls,
)
from feeds.door import utc_now

SHUTDOWN_S = 3
"""How long open requests may take to end; sockets are closed at once and screens reconnect by themselves."""


class _Server(uvicorn.Server):
    """A server that says goodbye as it begins to end: `serve` does not come back after a signal, it raises it again."""

    farewell: Callable[[], Awaitable[None]] | None = None

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye, then end."""
        if self.farewell is not None:
            await self.farewell()
        await super().shutdown(sockets)


async def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM."""
    history, desk, users = open_history(settings), open_desk(settings), open_users(settings)
    walls = read_walls(settings)
    feed_desk, frozen = open_feed_desk(settings), open_frozen(settings)
    notes = open_notes(settings)
    screen_journal = open_screen_journal(settings, walls.journal_days)
    try:
        async with open_base(settings) as base:
            broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()

            def give_up(error: BaseException) -> None:
                if not broken.done():
                    broken.set_exception(error)

            book = RuleBook(settings.config_dir / "rules", base.catalogue, base.places)
            hub = Hub(
                base.bus, base.registry, history, desk, base.places, base.catalogue,
                thresholds=book.rules.thresholds("queue_length_vehicles", {"queue": "physical"}),
                programme=read_programme(settings), notes=notes,
                on_failure=give_up,
            )  # fmt: skip
            parts = Parts(
                settings, base.bus, base.registry, base.door, history, desk, users, hub, base.places, base.catalogue,
                utc_now, feed_desk, frozen, notes, screen_journal, walls,
            )  # fmt: skip
            app = create_app(parts, live=live_endpoint(hub, users.authenticate, {settings.public_url}))
            server = _Server(
                uvicorn.Config(
                    app,
                    host=settings.host,
                    port=settings.port,
                    ws="websockets-sansio",
                    ws_per_message_deflate=False,
                    ws_max_size=65_536,
                    # Pings are the gateway's own (they carry the server's clock).
                    ws_ping_interval=None,
                    log_level="warning",
                    access_log=False,
                    timeout_graceful_shutdown=SHUTDOWN_S,
                    server_header=False,
                )
            )
            # When the hub ends by an error of ours, so does the process: the supervisor starts both anew.
            broken.add_done_callback(lambda _: setattr(server, "should_exit", True))
            ended = asyncio.Event()
            beating = asyncio.create_task(beat_forever(base.bus, "web", lambda: (own_figures(), {}), ended))

            async def say_goodbye() -> None:
                app.state.following.close()
                if not broken.done():
                    ended.set()
                beating.cancel()
                await asyncio.gather(beating, return_exceptions=True)

            server.farewell = say_goodbye
            try:
                await server.serve()
            finally:
                await say_goodbye()
            if broken.done():
                broken.result()
    finally:
        for opened in (users, desk, feed_desk, frozen, notes, screen_journal, history):
            opened.close()
