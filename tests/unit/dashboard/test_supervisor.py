"""The supervisor and a Valkey that does not start at once."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from dashboard import supervisor
from dashboard.errors import StartError
from dashboard.supervisor import Supervisor
from feeds.bus.memory import MemoryBus


class Valkey:
    """A server that can be started from the third try on, as when a full disk was given room."""

    def __init__(self) -> None:
        self.pid: int | None = None
        self.tries = 0
        self.answers = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def launch(self) -> None:
        self.tries += 1
        if self.tries == 1:
            raise OSError(28, "No space left on device")

    def wait_until_it_answers(self) -> None:
        if self.tries == 2:
            raise StartError("the embedded Valkey did not start")
        self.pid = 4711
        self._loop.call_soon_threadsafe(self.answers.set)


async def test_valkey_is_tried_again_until_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a full disk nor a server that ends at once makes the supervisor give it up."""
    monkeypatch.setattr(supervisor, "VALKEY_CHECK_S", 0.0)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE_S", 0.0)
    valkey = Valkey()
    keeping = asyncio.create_task(Supervisor([], {}, MemoryBus(), None)._keep_valkey(valkey))  # type: ignore[arg-type]
    async with asyncio.timeout(10):
        await valkey.answers.wait()
    keeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await keeping
    assert (valkey.tries, valkey.pid) == (3, 4711)
