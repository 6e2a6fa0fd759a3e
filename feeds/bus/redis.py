"""The Valkey/Redis adapter of the bus.

One client per process. Every failure to reach the server, and every refusal to write (out of memory, read-only
replica, still loading), becomes `BusUnavailableError`: callers back off and try again, they never guess.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from feeds.bus.port import Entry
from feeds.errors import BusUnavailableError

FIELD: Final = b"d"
"""The one field of an entry."""
SOCKET_TIMEOUT_S: Final = 10.0
"""A server that does not answer for this long is taken as gone; blocking reads stay well below it."""
MAX_BLOCK_MS: Final = 5_000
PIPELINE: Final = 1_000
"""Commands in one round trip at most."""


class RedisBus:
    """A `StreamPort` on a Valkey or Redis server."""

    def __init__(self, url: str) -> None:
        # Typed as Any: redis-py types every answer as `bytes | str | None`; ours are bytes, as nothing is decoded.
        self._client: Any = Redis.from_url(
            url,
            socket_timeout=SOCKET_TIMEOUT_S,
            socket_connect_timeout=SOCKET_TIMEOUT_S,
            # Callers own the retries: a silent retry of XADD would write twice.
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
            protocol=3,
            legacy_responses=False,
        )

    async def publish(self, stream: str, entries: Sequence[bytes]) -> list[str]:
        """See `StreamPort.publish`."""
        ids: list[str] = []
        async with _reaching():
            for start in range(0, len(entries), PIPELINE):
                pipeline = self._client.pipeline(transaction=False)
                for data in entries[start : start + PIPELINE]:
                    pipeline.xadd(stream, {FIELD: data})
                ids += [entry_id.decode() for entry_id in await pipeline.execute()]
        return ids

    async def read(self, stream: str, after: str, count: int, block_ms: int) -> list[Entry]:
        """See `StreamPort.read`."""
        async with _reaching():
            answer = await self._client.xread({stream: after}, count=count, block=_block(block_ms))
        return _entries(answer)

    async def last_id(self, stream: str) -> str:
        """See `StreamPort.last_id`."""
        newest = await self.tail(stream, 1)
        return newest[0].id if newest else "0-0"

    async def tail(self, stream: str, count: int) -> list[Entry]:
        """See `StreamPort.tail`."""
        if count <= 0:
            return []
        async with _reaching():
            rows = await self._client.xrevrange(stream, count=count)
        return [Entry(entry_id.decode(), fields[FIELD]) for entry_id, fields in reversed(rows)]

    async def ensure_group(self, stream: str, group: str) -> None:
        """See `StreamPort.ensure_group`."""
        async with _reaching():
            try:
                await self._client.xgroup_create(stream, group, id="0", mkstream=True)
            except ResponseError as error:
                if not str(error).startswith("BUSYGROUP"):
                    raise

    async def read_group(self, stream: str, group: str, consumer: str, count: int, block_ms: int) -> list[Entry]:
        """See `StreamPort.read_group`."""
        async with _reaching():
            answer = await self._client.xreadgroup(group, consumer, {stream: ">"}, count=count, block=_block(block_ms))
        return _entries(answer)

    async def reclaim(self, stream: str, group: str, consumer: str, min_idle_ms: int, count: int) -> list[Entry]:
        """See `StreamPort.reclaim`."""
        async with _reaching():
            answer = await self._client.xautoclaim(
                stream, group, consumer, min_idle_time=min_idle_ms, start_id="0-0", count=count
            )
        return [Entry(entry_id.decode(), fields[FIELD]) for entry_id, fields in answer[1] if fields]

    async def ack(self, stream: str, group: str, ids: Sequence[str]) -> None:
        """See `StreamPort.ack`."""
        if not ids:
            return
        async with _reaching():
            await self._client.xack(stream, group, *ids)

    async def lag(self, stream: str, group: str) -> int:
        """See `StreamPort.lag`."""
        async with _reaching():
            for info in await self._client.xinfo_groups(stream):
                if info["name"].decode() == group:
                    waiting = info["lag"]
                    if waiting is None:  # the server lost count (entries deleted by hand): count what is there
                        after = info["last-delivered-id"].decode()
                        waiting = len(await self._client.xrange(stream, min=f"({after}"))
                    return int(waiting) + int(info["pending"])
        return 0

    async def trim(self, stream: str, keep: int) -> int:
        """See `StreamPort.trim`."""
        async with _reaching():
            length = int(await self._client.xlen(stream))
            if length <= keep:
                return 0
            oldest_kept = await self._client.xrevrange(stream, count=keep) if keep else []
            bounds = [oldest_kept[-1][0]] if oldest_kept else []
            for info in await self._client.xinfo_groups(stream):
                bounds.append(_after_id(info["last-delivered-id"]))
                if info["pending"]:
                    pending = await self._client.xpending(stream, info["name"])
                    # Everything may have been acknowledged between the two questions.
                    if pending["min"] is not None:
                        bounds.append(pending["min"])
            if not bounds:
                return 0
            floor = min(bounds, key=_order)
            return int(await self._client.xtrim(stream, minid=floor.decode(), approximate=False))

    async def put_facts(self, name: str, facts: Mapping[str, bytes]) -> None:
        """See `StreamPort.put_facts`."""
        if not facts:
            return
        async with _reaching():
            await self._client.hset(name, mapping=dict(facts))

    async def facts(self, name: str) -> dict[str, bytes]:
        """See `StreamPort.facts`."""
        async with _reaching():
            rows: dict[bytes, bytes] = await self._client.hgetall(name)
        return {key.decode(): value for key, value in rows.items()}

    async def drop_fact(self, name: str, field: str) -> None:
        """See `StreamPort.drop_fact`."""
        async with _reaching():
            await self._client.hdel(name, field)

    async def ping(self) -> None:
        """See `StreamPort.ping`."""
        async with _reaching():
            await self._client.ping()

    async def server_facts(self) -> dict[str, str]:
        """Return what the server says of itself (INFO): memory, connections, its append-only file.

        Not of the port: streams need none of it, and a bus in memory has none. Raises BusUnavailableError.
        """
        async with _reaching():
            info: dict[Any, Any] = await self._client.info()
        return {_text(key): _text(value) for key, value in info.items()}

    async def aclose(self) -> None:
        """See `StreamPort.aclose`."""
        await self._client.aclose()


@contextlib.asynccontextmanager
async def _reaching() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError, TimeoutError) as error:
        raise BusUnavailableError(f"the bus does not answer: {error}") from error


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _block(block_ms: int) -> int | None:
    return min(block_ms, MAX_BLOCK_MS) if block_ms > 0 else None


def _entries(answer: Mapping[bytes, list[tuple[bytes, dict[bytes, bytes]]]]) -> list[Entry]:
    return [Entry(entry_id.decode(), fields[FIELD]) for rows in answer.values() for entry_id, fields in rows if fields]


def _order(entry_id: bytes) -> tuple[int, int]:
    milliseconds, _, sequence = entry_id.partition(b"-")
    return int(milliseconds), int(sequence or 0)


def _after_id(entry_id: bytes) -> bytes:
    milliseconds, sequence = _order(entry_id)
    return b"%d-%d" % (milliseconds, sequence + 1)
