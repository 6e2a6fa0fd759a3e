"""The stream port: what the house needs of a bus, and nothing else.

Entries are opaque bytes (see `codec`); ids are the bus's own, ordered as text per stream. Two adapters implement
the port and pass one contract suite: `redis` (Valkey or Redis) and `memory`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class Entry(NamedTuple):
    """One entry of a stream: its id and its bytes."""

    id: str
    data: bytes


class StreamPort(Protocol):
    """Append-only streams with consumer groups, and small hashes for shared facts.

    Every method raises `feeds.errors.BusUnavailableError` when the bus cannot be reached; then nothing of that call
    may be taken as done.
    """

    async def publish(self, stream: str, entries: Sequence[bytes]) -> list[str]:
        """Append entries in order, in one round trip; return their ids."""
        ...

    async def read(self, stream: str, after: str, count: int, block_ms: int) -> list[Entry]:
        """Return up to `count` entries after an id, waiting up to `block_ms` (0: do not wait) for the first."""
        ...

    async def last_id(self, stream: str) -> str:
        """Return the id of the newest entry, `0-0` for an empty stream."""
        ...

    async def tail(self, stream: str, count: int) -> list[Entry]:
        """Return the newest `count` entries, oldest first."""
        ...

    async def ensure_group(self, stream: str, group: str) -> None:
        """Create the group at the beginning of the stream unless it is there."""
        ...

    async def read_group(self, stream: str, group: str, consumer: str, count: int, block_ms: int) -> list[Entry]:
        """Return entries nobody in the group was given yet; they stay pending until acknowledged."""
        ...

    async def reclaim(self, stream: str, group: str, consumer: str, min_idle_ms: int, count: int) -> list[Entry]:
        """Take over entries that were given out at least `min_idle_ms` ago and never acknowledged."""
        ...

    async def ack(self, stream: str, group: str, ids: Sequence[str]) -> None:
        """Mark entries as done; unknown ids are ignored."""
        ...

    async def lag(self, stream: str, group: str) -> int:
        """Return how many entries the group has not acknowledged: not yet given out, plus pending."""
        ...

    async def trim(self, stream: str, keep: int) -> int:
        """Drop old entries, never one a group still needs; keep at least `keep`. Return how many went."""
        ...

    async def put_facts(self, name: str, facts: Mapping[str, bytes]) -> None:
        """Set fields of a shared hash."""
        ...

    async def facts(self, name: str) -> dict[str, bytes]:
        """Return a shared hash, empty when it does not exist."""
        ...

    async def drop_fact(self, name: str, field: str) -> None:
        """Remove one field of a shared hash; nothing happens when it is not there."""
        ...

    async def ping(self) -> None:
        """Return when the bus answers."""
        ...

    async def aclose(self) -> None:
        """Close every connection."""
        ...
