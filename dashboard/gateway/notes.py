"""The hub's ear for notes: their stream as it comes, and their list now and then, which mends what the stream lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Protocol

import msgspec
import structlog

from dashboard.gateway.follower import Follower
from dashboard.gateway.ports import FAILURES
from dashboard.gateway.state import LiveState
from dashboard.gateway.waiting import either
from dashboard.notes.model import Note, telling
from dashboard.notes.publish import STREAM, decode_tellings
from feeds.bus.port import Entry, StreamPort
from feeds.worker import Backoff

LIST_S: Final = 60.0
"""How often the list is read besides its stream: notes leave it by mere time."""


class NotesPort(Protocol):
    """The desk of notes; it blocks and is called in a thread."""

    def live(self, now: datetime) -> Sequence[Note]:
        """Return the notes that are shown."""
        ...


class NotesEar:
    """Follows the notes; `run_stream` and `run_list` are tasks of the hub."""

    def __init__(
        self,
        bus: StreamPort,
        desk: NotesPort,
        state: LiveState,
        clock: Callable[[], datetime],
        changed: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._state = state
        self._clock = clock
        self._changed = changed
        self._wanted = asyncio.Event()
        self._meanwhile: set[str] = set()
        self._follower = Follower(bus, STREAM, self._take, self._wanted.set)
        self._log = structlog.get_logger("hub")

    async def run_stream(self) -> None:
        """Follow the stream until cancelled."""
        await self._follower.run()

    async def run_list(self) -> None:
        """Read the list, over and over."""
        backoff = Backoff()
        failing = False
        while True:
            self._wanted.clear()
            self._meanwhile.clear()
            try:
                notes = await asyncio.to_thread(self._desk.live, self._clock())
            except FAILURES as error:
                if not failing:
                    self._log.warning("notes lost", error=str(error))
                failing = True
                await asyncio.sleep(backoff.pause_s())
                continue
            failing = False
            backoff.reset()
            self._state.replace_notes([telling(note) for note in notes], self._meanwhile)
            self._changed()
            await either(self._wanted, LIST_S)

    async def _take(self, entries: list[Entry]) -> None:
        for entry in entries:
            try:
                told = decode_tellings(entry.data)
            except msgspec.DecodeError:
                continue  # written by another version of us; the list brings it
            self._meanwhile.update(note["id"] for note in told)
            self._state.fold_notes(told)
        self._changed()
