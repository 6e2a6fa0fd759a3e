"""The in-memory twin of the bus: the same contract, one process, nothing kept.

For tests of whatever stands on the bus. It follows the streams' semantics that callers rely on (groups, pending
entries, reclaim by idle time) and takes its clock as an argument.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from feeds.bus.port import Entry
from feeds.errors import BusUnavailableError


@dataclass(slots=True)
class _Pending:
    consumer: str
    given_at: float


@dataclass(slots=True)
class _Group:
    given: int = 0  # sequence number of the newest entry given out
    pending: dict[int, _Pending] = field(default_factory=dict)


class MemoryBus:
    """A `StreamPort` in memory; `down = True` makes every call raise as an unreachable bus does."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.down = False
        self._clock = clock
        self._streams: dict[str, dict[int, bytes]] = defaultdict(dict)
        self._last: dict[str, int] = defaultdict(int)
        self._groups: dict[tuple[str, str], _Group] = {}
        self._facts: dict[str, dict[str, bytes]] = defaultdict(dict)
        self._arrived = asyncio.Condition()

    async def publish(self, stream: str, entries: Sequence[bytes]) -> list[str]:
        """See `StreamPort.publish`."""
        self._check()
        ids = []
        for data in entries:
            self._last[stream] += 1
            self._streams[stream][self._last[stream]] = bytes(data)
            ids.append(_text(self._last[stream]))
        async with self._arrived:
            self._arrived.notify_all()
        return ids

    async def read(self, stream: str, after: str, count: int, block_ms: int) -> list[Entry]:
        """See `StreamPort.read`."""
        return await self._wait(lambda: self._after(stream, _number(after), count), block_ms)

    async def last_id(self, stream: str) -> str:
        """See `StreamPort.last_id`."""
        self._check()
        return _text(self._last[stream])

    async def tail(self, stream: str, count: int) -> list[Entry]:
        """See `StreamPort.tail`."""
        self._check()
        numbers = sorted(self._streams[stream])[-count:] if count > 0 else []
        return [Entry(_text(number), self._streams[stream][number]) for number in numbers]

    async def ensure_group(self, stream: str, group: str) -> None:
        """See `StreamPort.ensure_group`."""
        self._check()
        self._groups.setdefault((stream, group), _Group())

    async def read_group(self, stream: str, group: str, consumer: str, count: int, block_ms: int) -> list[Entry]:
        """See `StreamPort.read_group`."""
        state = self._group(stream, group)
        entries = await self._wait(lambda: self._after(stream, state.given, count), block_ms)
        for entry in entries:
            number = _number(entry.id)
            state.given = max(state.given, number)
            state.pending[number] = _Pending(consumer, self._clock())
        return entries

    async def reclaim(self, stream: str, group: str, consumer: str, min_idle_ms: int, count: int) -> list[Entry]:
        """See `StreamPort.reclaim`."""
        self._check()
        state = self._group(stream, group)
        now = self._clock()
        entries: list[Entry] = []
        for number in sorted(state.pending):
            if len(entries) == count:
                break
            if (now - state.pending[number].given_at) * 1000 >= min_idle_ms:
                state.pending[number] = _Pending(consumer, now)
                entries.append(Entry(_text(number), self._streams[stream][number]))
        return entries

    async def ack(self, stream: str, group: str, ids: Sequence[str]) -> None:
        """See `StreamPort.ack`."""
        self._check()
        state = self._group(stream, group)
        for entry_id in ids:
            state.pending.pop(_number(entry_id), None)

    async def lag(self, stream: str, group: str) -> int:
        """See `StreamPort.lag`."""
        self._check()
        state = self._group(stream, group)
        return sum(number > state.given for number in self._streams[stream]) + len(state.pending)

    async def trim(self, stream: str, keep: int) -> int:
        """See `StreamPort.trim`."""
        self._check()
        needed = self._last[stream] + 1
        for (name, _), state in self._groups.items():
            if name == stream:
                needed = min([needed, state.given + 1, *state.pending])
        numbers = sorted(self._streams[stream])
        gone = [number for number in numbers[: max(0, len(numbers) - keep)] if number < needed]
        for number in gone:
            del self._streams[stream][number]
        return len(gone)

    async def put_facts(self, name: str, facts: Mapping[str, bytes]) -> None:
        """See `StreamPort.put_facts`."""
        self._check()
        self._facts[name].update(facts)

    async def facts(self, name: str) -> dict[str, bytes]:
        """See `StreamPort.facts`."""
        self._check()
        return dict(self._facts[name])

    async def drop_fact(self, name: str, field: str) -> None:
        """See `StreamPort.drop_fact`."""
        self._check()
        self._facts[name].pop(field, None)

    async def ping(self) -> None:
        """See `StreamPort.ping`."""
        self._check()

    async def aclose(self) -> None:
        """See `StreamPort.aclose`."""

    def _check(self) -> None:
        if self.down:
            raise BusUnavailableError("the in-memory bus is switched off")

    def _group(self, stream: str, group: str) -> _Group:
        try:
            return self._groups[stream, group]
        except KeyError:
            raise BusUnavailableError(f"stream {stream} has no group {group}; call ensure_group first") from None

    def _after(self, stream: str, number: int, count: int) -> list[Entry]:
        entries = self._streams[stream]
        numbers = sorted(candidate for candidate in entries if candidate > number)[:count]
        return [Entry(_text(found), entries[found]) for found in numbers]

    async def _wait(self, look: Callable[[], list[Entry]], block_ms: int) -> list[Entry]:
        self._check()
        found = look()
        if found or block_ms <= 0:
            return found
        try:
            async with asyncio.timeout(block_ms / 1000), self._arrived:
                await self._arrived.wait_for(lambda: bool(look()))
        except TimeoutError:
            return []
        return look()


def _text(number: int) -> str:
    return f"{number}-0"


def _number(entry_id: str) -> int:
    return int(entry_id.partition("-")[0])
