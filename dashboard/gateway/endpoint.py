"""The endpoint of `/live`: who may listen, and the frames from the hub to one socket.

HTTP middleware does not run for WebSockets, so Origin and credential are checked here, before the socket is accepted
and the credential again each minute. Close codes: 4400 a message or topic that is none, 4401 no (more) authority,
4403 a page of another site, 4408 no answer to pings, 4429 too many messages, 1009 a message that is too long, 1001 the
server goes away. Refused before it is accepted, a client sees HTTP 403.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final, TypeAlias

import structlog
from starlette.routing import WebSocketRoute
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from dashboard.auth.model import Permission, Principal
from dashboard.auth.origin import origin_allowed
from dashboard.auth.permissions import may
from dashboard.gateway.clients import Client
from dashboard.gateway.hub import Hub
from dashboard.gateway.ports import FAILURES
from dashboard.gateway.protocol import (
    MESSAGE_BYTES,
    ClientMessageError,
    MessageBudget,
    Resync,
    Subscribe,
    parse_message,
    parse_topics,
)

PATH: Final = "/live"
RECHECK_S: Final = 60.0
"""A credential that was revoked keeps its socket at most this long. Source: issue 2, sign-in."""

BAD_MESSAGE: Final = 4400
NO_AUTHORITY: Final = 4401
WRONG_ORIGIN: Final = 4403
TOO_MANY: Final = 4429
TRY_LATER: Final = 1013
"""WebSocket close code: try again later. Source: IANA WebSocket close code registry."""
TOO_LONG: Final = 1009
"""WebSocket close code: message too big. Source: RFC 6455, §7.4.1."""


Authenticate: TypeAlias = Callable[[Mapping[str, str]], Awaitable[Principal | None] | Principal | None]
"""Given the headers (lower-case names), return who asks, or None. A plain function may block: it gets a thread."""


def live_endpoint(
    hub: Hub, authenticate: Authenticate, allowed_origins: Collection[str], recheck_s: float = RECHECK_S
) -> WebSocketRoute:
    """Return the route of `/live`.

    Args:
        hub: gives the frames.
        authenticate: who asks, or None; only who may read gets a socket.
        allowed_origins: `scheme://host[:port]` of our pages, besides the host that was asked for.
        recheck_s: how often the credential is checked again.
    """

    async def endpoint(websocket: WebSocket) -> None:
        await _Session(hub, authenticate, frozenset(allowed_origins), recheck_s, websocket).run()

    return WebSocketRoute(PATH, endpoint, name="live")


class _Session:
    """One socket from handshake to close."""

    def __init__(
        self,
        hub: Hub,
        authenticate: Authenticate,
        allowed_origins: frozenset[str],
        recheck_s: float,
        websocket: WebSocket,
    ) -> None:
        self._hub = hub
        self._authenticate = authenticate
        self._origins = allowed_origins
        self._recheck_s = recheck_s
        self._socket = websocket
        self._headers = {name.lower(): value for name, value in websocket.headers.items()}
        self._log = structlog.get_logger("live")

    async def run(self) -> None:
        socket = self._socket
        if not self._origin_is_ours():
            await socket.close(WRONG_ORIGIN, "this page may not listen here")
            return
        try:
            welcome = await self._may_listen()
        except FAILURES:
            await socket.close(TRY_LATER, "accounts cannot be read now, try again")
            return
        if not welcome:
            await socket.close(NO_AUTHORITY, "sign in first")
            return
        try:
            topics = parse_topics(socket.query_params.get("topics", ""))
        except ClientMessageError as error:
            await socket.close(BAD_MESSAGE, str(error)[:120])
            return
        await socket.accept()
        client = self._hub.join(topics)
        tasks: list[asyncio.Task[Any]] = [
            asyncio.create_task(self._send(client)),
            asyncio.create_task(self._receive(client)),
            asyncio.create_task(self._recheck(client)),
            # By itself, because a socket that takes nothing leaves the sender waiting for ever.
            asyncio.create_task(client.closing.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.leave(client)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()  # an error of ours must not pass for a client that left
        if client.close_code is not None:
            # A half-open socket takes no close frame either; the server drops it when its own patience ends.
            with contextlib.suppress(RuntimeError, OSError, TimeoutError, WebSocketDisconnect):
                await asyncio.wait_for(socket.close(client.close_code), 1.0)

    def _origin_is_ours(self) -> bool:
        """A browser names its page; without an Origin only a machine comes, and it must bring a bearer token."""
        origin = self._headers.get("origin")
        if origin is None:
            return self._headers.get("authorization", "").lower().startswith("bearer ")
        return origin_allowed(origin, self._headers.get("host", ""), self._origins)

    async def _may_listen(self) -> bool:
        if inspect.iscoroutinefunction(self._authenticate):
            found = await self._authenticate(self._headers)
        else:
            found = await asyncio.to_thread(self._authenticate, self._headers)
            if inspect.isawaitable(found):
                found = await found
        return found is not None and may(found, Permission.READ)

    async def _send(self, client: Client) -> None:
        hub, send = self._hub, self._socket.send
        await hub.first_state()
        while True:
            frame = hub.next_frame(client)
            if frame is None:
                await client.wait()
                continue
            message: Message = {"type": "websocket.send", "text": frame.text}
            try:
                await send(message)
            except (WebSocketDisconnect, RuntimeError, OSError):
                return  # the client left while we spoke

    async def _receive(self, client: Client) -> None:
        budget = MessageBudget(time.monotonic())
        while client.close_code is None:
            message = await self._socket.receive()
            if message["type"] != "websocket.receive":
                return
            self._hear(client, budget, message)

    def _hear(self, client: Client, budget: MessageBudget, message: Mapping[str, Any]) -> None:
        now_s = time.monotonic()
        text = message.get("text")
        data: str | bytes = text if text is not None else (message.get("bytes") or b"")
        if len(data) > MESSAGE_BYTES:
            client.close(TOO_LONG)
            return
        if not budget.spend(now_s):
            client.close(TOO_MANY)
            return
        try:
            said = parse_message(data)
        except ClientMessageError:
            client.close(BAD_MESSAGE)
            return
        # Whatever it said, it lives.
        client.heard_at_s = now_s
        if isinstance(said, Subscribe):
            client.outbox.subscribe(said.topics)
            client.ring()
        elif isinstance(said, Resync):
            client.outbox.resync(said.topic)
            client.ring()

    async def _recheck(self, client: Client) -> None:
        while True:
            await asyncio.sleep(self._recheck_s)
            try:
                welcome = await self._may_listen()
            except FAILURES:
                continue  # a database that is down ends nobody's authority; the next check will tell
            if not welcome:
                self._log.info("authority ended, socket closed")
                client.close(NO_AUTHORITY)
                return
