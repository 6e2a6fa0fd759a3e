"""The spool's edges: a full one, a full disk, and what is told of both."""

from __future__ import annotations

import asyncio
import errno
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from feeds.bus.codec import DEAD_LETTERS, decode_dead_letters
from feeds.bus.memory import MemoryBus
from feeds.catalogue import Catalogue
from feeds.door import Door, utc_now
from feeds.registry import Registry
from feeds.sources.outlet import Outlet
from feeds.sources.spool import Spool, Spooled
from feeds.sources.status import FeedFacts, Status
from geodata.places import Places
from tests.integration.sources.station import until

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def item(payload: bytes) -> Spooled:
    """Return a payload of now."""
    return Spooled(NOW, "o", "text/csv; charset=utf-8", payload)


def test_a_payload_larger_than_the_spool_is_counted(tmp_path: Path) -> None:
    """It cannot be kept, and that is known."""
    spool = Spool(tmp_path / "s", max_bytes=1_000)
    assert not spool.append(item(b"x" * 2_000))
    assert (spool.lost.payloads, spool.lost.bytes, spool.lost.first_at) == (1, 2_000, NOW)
    assert spool.oldest() is None


def test_a_full_disk_is_counted_and_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be written is counted; what was written before and what comes after it is whole."""
    spool = Spool(tmp_path / "s")
    spool.append(item(b"before"))
    with monkeypatch.context() as patched:

        class FullDisk:
            def write(self, data: bytes) -> int:
                raise OSError(errno.ENOSPC, "No space left on device")

            def close(self) -> None:
                pass

        patched.setattr(spool, "_writer", FullDisk())
        assert not spool.append(item(b"lost"))
    assert spool.append(item(b"after"))
    assert spool.lost.payloads == 1
    found = []
    while (oldest := spool.oldest()) is not None:
        found.append(oldest.payload)
        spool.strike()
    assert found == [b"before", b"after"]
    spool.close()


def test_damage_while_it_runs_is_counted(tmp_path: Path) -> None:
    """A disk that loses a file under our hands costs what stood in it, and that is known; the rest goes on."""
    spool = Spool(tmp_path / "s")
    for number in range(3):
        spool.append(item(str(number).encode()))
    [segment] = (tmp_path / "s").glob("*.seg")
    segment.write_bytes(b"")
    assert spool.oldest() is None
    assert (len(spool), spool.lost.payloads) == (0, 3)
    spool.append(item(b"after"))
    oldest = spool.oldest()
    assert oldest is not None
    assert oldest.payload == b"after"
    spool.close()


async def test_what_a_full_spool_gave_up_becomes_a_dead_letter(tmp_path: Path) -> None:
    """Once the bus is back somebody reads how many payloads were given up, and from when to when."""
    bus = MemoryBus()
    registry = Registry(bus, Places.load())
    door = Door(bus, registry, Catalogue())
    status = Status(FeedFacts("f"), utc_now, lambda: None)
    spool = Spool(tmp_path / "s", max_bytes=4_000)
    waits = 0

    async def sleep(_: float) -> None:
        nonlocal waits
        waits += 1
        bus.down = False

    class Delivered:
        rows = accepted = 1
        refused_rows = rejected = 0
        reasons: ClassVar[dict[str, int]] = {}

    class Delivery:
        sent: ClassVar[list[bytes]] = []

        async def send(self, payload: bytes, now: datetime, *, origin: str, content_type: str = "") -> Delivered:
            bus._check()
            self.sent.append(payload)
            return Delivered()

    outlet = Outlet(Delivery(), spool, status, door, "yard", clock=lambda: NOW, sleep=sleep)
    bus.down = True
    for number in range(20):
        assert not await outlet.take(str(number).encode().ljust(500), origin="o")
    kept = len(spool)
    assert status.facts.spooled == kept < 20
    task = asyncio.create_task(outlet.drain())
    await until("the spool to drain", lambda: status.facts.state == "running")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [int(payload) for payload in Delivery.sent] == list(range(20 - kept, 20))
    [letter] = [x for e in await bus.tail(DEAD_LETTERS, 10) for x in decode_dead_letters(e.data)]
    assert (letter.reason, letter.source) == ("spool_full", "yard")
    assert f"{20 - kept} payloads" in letter.message
    assert "2026-11-22T03:00:00Z" in letter.message
    assert (status.facts.state, status.facts.refused, waits) == ("running", 20 - kept, 1)
    assert await outlet.take(b"direct", origin="o")
    outlet.close()
