"""Following one stream of the bus by plain reads: every web process sees every entry.

A follower begins at the newest entry (older ones come from SQL), waits out outages, and notices when entries were
missed: a stream that was trimmed past the last one read, or that began anew after the bus lost it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from feeds.bus.port import Entry, StreamPort
from feeds.errors import BusUnavailableError
from feeds.worker import Backoff

COUNT: Final = 100
"""Entries in one read: at 500 readings each, some 100 ms of work."""
BLOCK_MS: Final = 2_000
"""How long a read waits for the first entry; also how soon an outage of a silent stream is noticed."""
BEGINNING: Final = "0-0"
TAIL: Final = 200
"""Entries of the tail that are read at the start at most, for what the recorder has not written yet."""
TAIL_LEAST: Final = 50
"""Entries of the tail that are read in any case: on a first start there is no recorder yet that could lag."""


class Follower:
    """Reads one stream for ever; see the module's docstring."""

    def __init__(
        self,
        bus: StreamPort,
        stream: str,
        take: Callable[[list[Entry]], Awaitable[None]],
        missed: Callable[[], None],
        *,
        pace_s: float = 0.0,
        recorded_by: str | None = None,
    ) -> None:
        """Prepare to follow.

        Args:
            bus: where the stream is.
            stream: its name.
            take: is given the entries, in order.
            missed: is called when the state must be loaded anew, and once at the start.
            pace_s: pause between two reads, so that a busy stream is read by the handful and not entry by entry.
            recorded_by: the consumer group that writes the stream to SQL; what it has not written yet is read too.
        """
        self._bus = bus
        self._stream = stream
        self._take = take
        self._missed = missed
        self._pace_s = pace_s
        self._recorded_by = recorded_by
        self._after: str | None = None
        self._log = structlog.get_logger("hub")
        self.up = False

    async def run(self) -> None:
        """Follow until cancelled.

        Raises:
            asyncio.CancelledError: when stopped; whatever `take` raises.
        """
        backoff = Backoff()
        while True:
            try:
                await self._step()
            except BusUnavailableError as error:
                if self.up or self._after is None:
                    self._log.warning("bus lost", stream=self._stream, error=str(error))
                self.up = False
                await asyncio.sleep(backoff.pause_s())
                continue
            backoff.reset()
            await asyncio.sleep(self._pace_s)

    async def _step(self) -> None:
        if self._after is None:
            # The id first, the state after: what comes in between is seen twice, which changes nothing.
            newest = await self._bus.last_id(self._stream)
            self._missed()
            unwritten = await self._unwritten()
            if unwritten:
                await self._take(unwritten)
            self._after = newest
        elif not self.up:
            await self._look_for_gap(self._after)
            await self._look_for_new_beginning(self._after)
        if not self.up:
            self.up = True
            self._log.info("following", stream=self._stream, after=self._after)
        after = self._after
        entries = await self._bus.read(self._stream, after, COUNT, BLOCK_MS)
        if not entries:
            # A silent stream costs one look each two seconds; a stream that began anew would stay silent for ever.
            await self._look_for_new_beginning(after)
            return
        if len(entries) >= COUNT:
            # A full read means that we lag: entries may be trimmed away before us.
            await self._look_for_gap(after)
        await self._take(entries)
        # Only now: what was not taken whole is read again.
        self._after = entries[-1].id

    async def _unwritten(self) -> list[Entry]:
        if self._recorded_by is None:
            return []
        try:
            lag = await self._bus.lag(self._stream, self._recorded_by)
        except BusUnavailableError:
            lag = 0  # no such stream or group yet; a bus that is down says so again in the next line
        return await self._bus.tail(self._stream, min(max(lag, TAIL_LEAST), TAIL))

    async def _look_for_gap(self, after: str) -> None:
        oldest = await self._bus.read(self._stream, BEGINNING, 1, 0)
        # The entry after which we read is gone: others behind it may be gone too. False alarms only cost a reload.
        if oldest and order_of(oldest[0].id) > order_of(after) > (0, 0):
            self._log.warning("entries missed", stream=self._stream, after=after, oldest=oldest[0].id)
            self._missed()

    async def _look_for_new_beginning(self, after: str) -> None:
        if order_of(await self._bus.last_id(self._stream)) < order_of(after):
            self._log.warning("stream began anew", stream=self._stream, after=after)
            self._after = BEGINNING
            self._missed()


def order_of(entry_id: str) -> tuple[int, int]:
    """Return an entry's id in a form that sorts: `1700000000000-3` → (1700000000000, 3)."""
    milliseconds, _, sequence = entry_id.partition("-")
    return int(milliseconds), int(sequence or 0)
