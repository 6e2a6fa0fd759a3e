"""`/live` under a real uvicorn: who may listen, what is refused, and what ends a socket."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.auth.model import Principal, Role
from dashboard.gateway.clients import SILENT
from dashboard.gateway.endpoint import live_endpoint
from dashboard.gateway.hub import Hub
from feeds.bus.codec import READINGS, encode_batches
from feeds.bus.memory import MemoryBus
from feeds.bus.port import StreamPort
from feeds.catalogue import Catalogue
from feeds.door import utc_now
from feeds.model import Reading
from feeds.registry import Registry
from geodata.places import Places

OURS = "https://screens.example"
TOKENS = {"viewer": Role.VIEWER, "machine": Role.MACHINE}


class Nothing:
    """A history and a desk that hold nothing."""

    def latest(self) -> list[Any]:
        return []

    def series(self, *_: Any, **__: Any) -> list[Any]:
        return []

    def ledger(self) -> list[Any]:
        return []

    def live(self) -> list[Any]:
        return []


class Server:
    """A web process with nothing but `/live`."""

    def __init__(self, bus: StreamPort, recheck_s: float = 60.0) -> None:
        self.bus = bus
        self.valid = dict(TOKENS)
        places = Places.load()
        nothing = Nothing()
        self.hub = Hub(bus, Registry(bus, places), nothing, nothing, places, Catalogue())
        self.app = Starlette(routes=[live_endpoint(self.hub, self.who, {OURS}, recheck_s)])
        self.port = 0

    def who(self, headers: Any) -> Principal | None:
        """Know a bearer token or a cookie by its bare text."""
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        text = bearer or headers.get("cookie", "").removeprefix("lso_session=")
        role = self.valid.get(text)
        return Principal(text, role, "bearer" if bearer else "cookie", "person", text) if role else None

    async def run(self) -> AsyncIterator[Server]:
        """Serve on a free port until closed."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port = listener.getsockname()[1]
            server = uvicorn.Server(
                uvicorn.Config(
                    self.app, ws="websockets-sansio", ws_per_message_deflate=False, ws_ping_interval=None,
                    log_level="error", lifespan="off", timeout_graceful_shutdown=3,
                )
            )  # fmt: skip
            server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await self.hub.start()
            await self.hub.ready.wait()
            yield self
            await self.hub.stop()
            server.should_exit = True
            await serving

    def connect(self, query: str = "", **headers: str) -> connect:
        """Open a socket with these headers; a viewer's cookie from our page unless told otherwise."""
        sent = headers or {"Cookie": "lso_session=viewer", "Origin": OURS}
        return connect(f"ws://127.0.0.1:{self.port}/live{query}", additional_headers=sent, compression=None)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Serve `/live` from an in-memory bus."""
    async for running in Server(MemoryBus()).run():
        yield running


async def until(connection: ClientConnection, seen: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return the first message that is as expected."""
    async with asyncio.timeout(20):
        while True:
            message = json.loads(await connection.recv())
            if seen(message):
                return message


async def close_code(connection: ClientConnection) -> int | None:
    """Return the code with which the server closed the socket, reading until then."""
    async with asyncio.timeout(20):
        try:
            while True:
                await connection.recv()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


def queue(value: float) -> list[bytes]:
    """Return a batch with one queue."""
    now = utc_now()
    return encode_batches(
        [Reading("queue_length_vehicles", "chi-ma", value, now, now, "office", {"queue": "physical"})]
    )


async def test_a_reading_reaches_a_socket(server):
    """Snapshots of the topics asked for come first, then the reading as a delta with the next number."""
    async with server.connect("?topics=gates,feeds") as connection:
        first = json.loads(await connection.recv())
        assert (first["type"], first["topic"], first["mode"]) == ("snapshot", "gates", "live")
        await server.bus.publish(READINGS, queue(41))
        delta = await until(connection, lambda message: "gates/chi-ma/queue" in message.get("data", {}))
        assert (delta["type"], delta["seq"], delta["epoch"]) == ("delta", first["seq"] + 1, first["epoch"])
        assert delta["data"]["gates/chi-ma/queue"]["v"] == 41


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"Cookie": "lso_session=viewer", "Origin": OURS}, True),
        ({"Authorization": "Bearer viewer"}, True),
        ({"Authorization": "Bearer viewer", "Origin": OURS}, True),
        ({"Cookie": "lso_session=viewer", "Origin": "https://evil.example"}, False),
        ({"Authorization": "Bearer viewer", "Origin": "https://evil.example"}, False),
        ({"Cookie": "lso_session=viewer"}, False),
        ({"Cookie": "lso_session=viewer", "Origin": "null"}, False),
        ({"Origin": OURS}, False),
        ({"Cookie": "lso_session=forged", "Origin": OURS}, False),
        ({"Authorization": "Bearer forged"}, False),
        ({"Authorization": "Bearer machine"}, False),
    ],
)
async def test_who_may_listen(server, headers, welcome):
    """A cookie needs a page of ours, a token needs none, and a machine that only sends may not listen."""
    if welcome:
        async with server.connect(**headers) as connection:
            assert json.loads(await connection.recv())["type"] == "snapshot"
        return
    with pytest.raises(InvalidStatus) as refused:
        await server.connect(**headers)
    assert refused.value.response.status_code == 403
    assert len(server.hub.clients) == 0


async def test_a_page_of_the_same_host_may_listen(server):
    """Whatever name the house is reached by, its own pages may listen."""
    async with server.connect(Cookie="lso_session=viewer", Origin=f"http://127.0.0.1:{server.port}") as connection:
        assert json.loads(await connection.recv())["type"] == "snapshot"


async def test_an_unknown_topic_is_refused(server):
    """A typing error does not leave a screen waiting for ever."""
    with pytest.raises(InvalidStatus):
        await server.connect("?topics=weather")


async def test_a_client_changes_its_topics_and_asks_again(server):
    """Subscribe brings a snapshot of what is new, resync one more."""
    async with server.connect("?topics=alerts") as connection:
        await until(connection, lambda message: message["topic"] == "alerts")
        await connection.send('{"type":"subscribe","topics":["services"]}')
        assert (await until(connection, lambda message: message["type"] == "snapshot"))["topic"] == "services"
        await connection.send('{"type":"resync","topic":"services"}')
        assert (await until(connection, lambda message: message["type"] == "snapshot"))["topic"] == "services"


@pytest.mark.parametrize(
    ("message", "code"), [("nonsense", 4400), ('{"type":"resync","topic":"weather"}', 4400), ("x" * 5_000, 1009)]
)
async def test_what_is_no_message_ends_the_socket(server, message, code):
    """Only that client is closed, with the reason as a code."""
    async with server.connect("?topics=alerts") as other, server.connect("?topics=alerts") as connection:
        await connection.send(message)
        assert await close_code(connection) == code
        await other.send('{"type":"resync","topic":"alerts"}')
        await until(other, lambda message: message["type"] == "snapshot")


async def test_a_client_that_floods_is_closed(server):
    """Forty messages at once are too many."""
    async with server.connect("?topics=alerts") as connection:
        for _ in range(40):
            await connection.send('{"type":"pong"}')
        assert await close_code(connection) == 4429


async def test_a_client_that_left_is_forgotten(server):
    """A screen that is switched off costs nothing any more."""
    async with server.connect() as connection:
        await connection.recv()
        assert len(server.hub.clients) == 1
    async with asyncio.timeout(20):
        await server.hub.clients.gone()


async def test_a_half_open_socket_is_dropped(server):
    """A client that answers no ping is closed by the hub's own watch."""
    async with server.connect("?topics=alerts") as connection:
        await connection.recv()
        [client] = server.hub.clients
        client.heard_at_s -= 31
        assert await close_code(connection) == SILENT


async def test_a_revoked_credential_loses_its_socket():
    """Who may no longer read stops reading without leaving."""
    async for server in Server(MemoryBus(), recheck_s=0.05).run():
        async with server.connect("?topics=alerts") as connection:
            await connection.recv()
            server.valid.clear()
            assert await close_code(connection) == 4401


async def test_a_client_that_takes_nothing_gets_a_snapshot_when_it_does(server):
    """A slow client loses its queue, the others lose nothing, and it sees the newest state at the end."""
    async with server.connect("?topics=gates") as quick:
        slow = server.hub.join(["gates"])  # a client that is not read from
        server.hub.next_frame(slow)
        for number in range(80):
            await server.bus.publish(READINGS, queue(number))
            await until(quick, lambda message, number=number: _value(message) == number)
        assert slow.outbox.overflows == 1
        frame = server.hub.next_frame(slow)
        assert json.loads(frame.text)["type"] == "snapshot"
        server.hub.leave(slow)


def _value(message: dict[str, Any]) -> float | None:
    data = message.get("data", {})
    cell = data["gates"]["chi-ma"]["queue"] if message["type"] == "snapshot" else data.get("gates/chi-ma/queue")
    return cell["v"] if cell else None


async def test_the_server_that_stops_says_so():
    """Screens learn at once that they have to reconnect."""
    connection = None
    async for server in Server(MemoryBus()).run():
        connection = await server.connect("?topics=alerts")
        await connection.recv()
    assert await close_code(connection) in {1001, 1012}


@pytest.mark.service
async def test_from_a_real_valkey_to_a_socket(redis_bus):
    """The same over a real stream."""
    async for server in Server(redis_bus).run():
        async with server.connect("?topics=gates") as connection:
            await until(connection, lambda message: message["type"] == "snapshot")
            await redis_bus.publish(READINGS, queue(58))
            await until(connection, lambda message: _value(message) == 58)
            assert server.hub.health()["bus"] == "up"
