"""A web server that does exactly what a test says, byte by byte; good servers would not misbehave like that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Web:
    """A running server: its port and what it was asked."""

    port: int = 0
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


Answer = bytes | tuple[int, dict[str, str], bytes] | None
Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[Answer]]


def answer(status: int, headers: dict[str, str], body: bytes) -> bytes:
    """Return a whole answer as bytes."""
    lines = [f"HTTP/1.1 {status} X", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[Web]:
    """Serve with a handler that returns a body, (status, headers, body), or None when it wrote all by itself."""
    web = Web()
    tasks: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            parts = urlsplit(target)
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            request = Request(method, parts.path, dict(parse_qsl(parts.query, keep_blank_values=True)), headers)
            web.requests.append(request)
            made = await handler(request, writer)
            if isinstance(made, bytes):
                made = (200, {"Content-Type": "application/json"}, made)
            if made is not None:
                writer.write(answer(*made))
                await writer.drain()
        writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(one(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    web.port = server.sockets[0].getsockname()[1]
    try:
        yield web
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
