"""Trimming a stream while its consumer acknowledges: nothing that was not recorded is cut, and nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from feeds.bus.redis import RedisBus


class Client:
    """A server whose consumer acknowledges the last entry between the two questions about what is pending."""

    def __init__(self) -> None:
        self.trimmed: list[str] = []

    async def xlen(self, stream: str) -> int:
        return 10

    async def xrevrange(self, stream: str, count: int) -> list[tuple[bytes, dict[bytes, bytes]]]:
        return [(b"%d-0" % number, {}) for number in range(10, 10 - count, -1)]

    async def xinfo_groups(self, stream: str) -> list[dict[str, Any]]:
        return [{"name": b"recorder", "last-delivered-id": b"6-0", "pending": 1}]

    async def xpending(self, stream: str, group: bytes) -> dict[str, Any]:
        return {"pending": 0, "min": None, "max": None, "consumers": []}

    async def xtrim(self, stream: str, minid: str, approximate: bool) -> int:
        self.trimmed.append(minid)
        return 6


async def test_all_is_acknowledged_between_two_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by a run of accelerated time: the recorder died of it. What was not delivered is still kept."""
    bus, client = RedisBus("redis://127.0.0.1:1/0"), Client()
    monkeypatch.setattr(bus, "_client", client)
    assert await bus.trim("lso:readings", 2) == 6
    assert client.trimmed == ["6-1"]
