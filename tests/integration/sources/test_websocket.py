"""WebSocket feeds against real servers: messages, half-open lines, redirects, bounds."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol

from tests.integration.sources.station import Station, payload, until


@contextlib.asynccontextmanager
async def serving(
    handler: Callable[[ServerConnection], Awaitable[None]], **more: object
) -> AsyncIterator[tuple[Server, str]]:
    """Serve on a free port; yield the server and its address."""
    async with serve(handler, "127.0.0.1", 0, close_timeout=0.1, **more) as server:
        port = server.sockets[0].getsockname()[1]
        yield server, f"ws://127.0.0.1:{port}"
        # A client that was cut off would otherwise be waited for.
        server.close(close_connections=True)


def settings(url: str, **more: object) -> dict[str, object]:
    """Return the settings of a feed."""
    return {"kind": "websocket", "url": url, "open_timeout_s": 5, **more}


async def test_each_message_is_a_payload(station: Station) -> None:
    """Text and binary messages become readings, after the subscription was sent with the key."""
    seen: list[object] = []

    async def handler(connection: ServerConnection) -> None:
        seen.append(connection.request.headers["X-API-Key"] if connection.request else None)
        seen.append(await connection.recv())
        await connection.send(payload(1).decode())
        await connection.send(payload(2, start=1))
        await connection.wait_closed()

    async with serving(handler) as (_, url):
        feed = station.declared(settings(url, subscribe=["hello"], auth={"kind": "header", "secret": "TOKEN"}))
        async with station.running(feed) as status:
            await until("two messages", lambda: status.facts.accepted >= 2)
            assert status.facts.state == "running"
    assert seen == ["s3cret-value", "hello"]
    assert await station.counts() == [1, 2]


async def test_a_closed_line_is_opened_again(station: Station) -> None:
    """A server that restarts loses nobody, and the desk says so in between."""
    count = 0

    async def handler(connection: ServerConnection) -> None:
        nonlocal count
        count += 1
        await connection.send(payload(count, start=count))
        if count < 3:
            await connection.close(1012)
        await connection.wait_closed()

    async with serving(handler) as (_, url), station.running(station.declared(settings(url))) as status:
        await until("three lives", lambda: status.facts.accepted >= 3)
        assert status.facts.failures >= 2
    assert await station.counts() == [1, 2, 3]


async def test_a_half_open_line_is_noticed(station: Station) -> None:
    """A line that stays open and says nothing any more is given up and opened anew."""
    opened = 0

    async def handler(connection: ServerConnection) -> None:
        nonlocal opened
        opened += 1
        await connection.send(payload(opened, start=opened))
        await connection.wait_closed()

    async with (
        serving(handler, ping_interval=None) as (_, url),
        station.running(station.declared(settings(url, idle_s=0.1))),
    ):
        await until("a second line", lambda: opened >= 2)


async def test_a_server_that_answers_no_ping_is_given_up(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """The socket of a machine that was unplugged stays open on our side; the missing pong tells."""
    monkeypatch.setattr("feeds.sources.websocket.source.CLOSE_S", 0.1)
    opened = 0

    async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        protocol = ServerProtocol()
        protocol.receive_data(await reader.readuntil(b"\r\n\r\n"))
        [request] = protocol.events_received()
        assert isinstance(request, Request)
        protocol.send_response(protocol.accept(request))
        writer.writelines(protocol.data_to_send())
        with contextlib.suppress(OSError):
            while await reader.read(65_536):
                pass
        writer.close()

    server = await asyncio.start_server(deaf, "127.0.0.1", 0)
    url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with station.running(station.declared(settings(url, ping_s=0.1, idle_s=0))) as status:
        await until("a second line", lambda: opened >= 2)
        assert status.facts.failures >= 1
    server.close()


async def test_a_message_that_is_too_large_is_not_taken(station: Station) -> None:
    """The bound closes the line before the message is held, and the sentence names it."""

    async def handler(connection: ServerConnection) -> None:
        await connection.send(b"x" * 100_000)
        await connection.wait_closed()

    async with (
        serving(handler) as (_, url),
        station.running(station.declared(settings(url, max_bytes=10_000))) as status,
    ):
        await until("the refusal", lambda: "larger than max_bytes" in status.facts.error_en)
    assert await station.readings() == []


async def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(station: Station) -> None:
    """The handshake's redirects are checked like any address."""
    reached = []

    async def forbidden(connection: ServerConnection) -> None:
        reached.append(connection)

    async with serving(forbidden) as (_, there):

        def moved(connection: ServerConnection, request: Request) -> Response:
            response = connection.respond(302, "")
            response.headers["Location"] = there
            return response

        async with serving(forbidden, process_request=moved) as (_, url):
            feed = station.declared(settings(url), hosts=(url.removeprefix("ws://"),))
            async with station.running(feed) as status:
                await until("the refusal", lambda: "allow-list" in status.facts.error_en)
    assert reached == []


async def test_a_refused_handshake_says_what_to_check(station: Station) -> None:
    """A wrong key is told from a server that is away."""

    def refuse(connection: ServerConnection, request: Request) -> Response:
        return connection.respond(403, "no")

    async with (
        serving(lambda connection: connection.wait_closed(), process_request=refuse) as (_, url),
        station.running(station.declared(settings(url))) as status,
    ):
        await until("the refusal", lambda: "check the secret" in status.facts.error_en)
        assert "HTTP 403" in status.facts.error_vi


async def test_while_the_bus_is_away_messages_wait_in_order(station: Station) -> None:
    """What was received during an outage arrives after it, in its order."""
    go_on = asyncio.Event()

    async def handler(connection: ServerConnection) -> None:
        for number in range(1, 21):
            await connection.send(payload(number, start=number))
        await go_on.wait()
        await connection.send(payload(21, start=21))
        await connection.wait_closed()

    async with serving(handler) as (_, url):
        station.bus.down = True
        async with station.running(station.declared(settings(url))) as status:
            await until("all on disk", lambda: status.facts.spooled == 20)
            station.bus.down = False
            go_on.set()
            await until("all delivered", lambda: status.facts.accepted == 21)
    assert await station.counts() == list(range(1, 22))
