"""The clients of the hub: an outbox each, and a bell that rings when there is something in it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from dashboard.gateway.protocol import SILENCE_LIMIT_S, Frame, Outbox

GOING_AWAY: Final = 1001
"""WebSocket close code: the server goes away. Source: RFC 6455, §7.4.1."""
SILENT: Final = 4408
"""Our close code for a client that answered no ping (after HTTP 408)."""


class Client:
    """One socket as the hub sees it."""

    def __init__(self, topics: Iterable[str], now_s: float) -> None:
        self.outbox = Outbox()
        self.outbox.subscribe(topics)
        self.heard_at_s = now_s
        self.close_code: int | None = None
        self.closing = asyncio.Event()
        self._bell = asyncio.Event()
        self._bell.set()

    def offer(self, frame: Frame) -> None:
        """Put a frame into the outbox."""
        self.outbox.put(frame)
        if self.outbox:
            self._bell.set()

    def ring(self) -> None:
        """Wake whoever waits: the outbox changed."""
        self._bell.set()

    def close(self, code: int) -> None:
        """Ask the endpoint to close the socket; the first code asked for stays."""
        if self.close_code is None:
            self.close_code = code
        self.closing.set()

    async def wait(self) -> None:
        """Return when the outbox holds something."""
        await self._bell.wait()
        self._bell.clear()


class Clients:
    """All clients of this process."""

    def __init__(self) -> None:
        self._clients: set[Client] = set()
        self._empty = asyncio.Event()
        self._empty.set()
        self.overflows = 0

    def __len__(self) -> int:
        return len(self._clients)

    def __iter__(self) -> Iterator[Client]:
        return iter(self._clients)

    def add(self, client: Client) -> None:
        """Register a client; from now on every frame is offered to it."""
        self._clients.add(client)
        self._empty.clear()

    def remove(self, client: Client) -> None:
        """Forget a client; nothing happens when it is not known."""
        if client in self._clients:
            self._clients.discard(client)
            self.overflows += client.outbox.overflows
        if not self._clients:
            self._empty.set()

    def broadcast(self, frame: Frame) -> None:
        """Offer one frame to every client: the same text, encoded once."""
        for client in self._clients:
            client.offer(frame)

    def resync(self, topics: Iterable[str]) -> None:
        """Begin these topics anew with a snapshot at every client."""
        wanted = tuple(topics)
        for client in self._clients:
            for topic in wanted:
                client.outbox.resync(topic)
            client.ring()

    def drop_silent(self, now_s: float) -> int:
        """Close the clients that said nothing for too long; return how many."""
        # `>`: a client that answers exactly at the limit is still there.
        silent = [client for client in self._clients if now_s - client.heard_at_s > SILENCE_LIMIT_S]
        for client in silent:
            client.close(SILENT)
        return len(silent)

    def close_all(self, code: int = GOING_AWAY) -> None:
        """Ask for every socket to be closed."""
        for client in self._clients:
            client.close(code)

    async def gone(self) -> None:
        """Return when every client was removed."""
        await self._empty.wait()
