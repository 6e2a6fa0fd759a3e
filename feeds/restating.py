"""Restating: what is stored under an instrument mark is told once more, with the quality it is now to have.

A task of the recorder. It looks at the desk's marks, tells every process which stand, and works through those whose
effect on the history is not complete: readings under a standing mark become `instrument`, those under one that was
taken away become what they were. Each goes over the stream like any correction, so history, alerts and screens agree.
Nothing but the history says how far this came: a kill in the middle is made good by beginning again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from feeds.door import Door
from feeds.history.readings import UnderMark
from feeds.marks import Mark, MarkBook, marked, unmarked
from feeds.model import Reading, dims_key
from feeds.registry import Registry

BATCH: Final = 2_000
"""Readings restated at once: some tenths of a second of the recorder's time, between which live ones get their turn."""
SETTLE_AFTER: Final = timedelta(seconds=10)
"""How long after a mark changed readings may still pass a door that has not heard of it."""
LOOK_EVERY: Final = timedelta(seconds=15)
"""How often the marks are told anew although none changed: a bus may have lost them."""
TOLD_FOR: Final = timedelta(days=40)
"""Marks that ended longer ago are told no more: raw readings they could cover are gone."""


class MarkDesk(Protocol):
    """What is needed of `feeds.desk.FeedDesk`; synchronous."""

    def revision(self) -> int:
        """Return a number that grows with every change."""
        ...

    def marks(self, *, source: str | None = None, standing: bool = False, limit: int = 1_000) -> list[Mark]:
        """Return marks."""
        ...

    def unsettled(self) -> list[Mark]:
        """Return the marks whose effect is not complete."""
        ...

    def settle(self, mark: Mark) -> None:
        """Note that the effect of a mark is complete."""
        ...


class RestatedHistory(Protocol):
    """What is needed of `feeds.history.History`; synchronous."""

    def under_mark(self, mark: Mark, limit: int, after: tuple[int, int] = (0, 0), *, lift: bool = False) -> UnderMark:
        """Return stored readings that do not agree with a mark."""
        ...


class Restater:
    """Works through the marks; used by one task.

    Args:
        desk: where marks are kept.
        history: what is to agree with them.
        door: sends what is restated.
        registry: tells other processes.
        drained: whether the recorder has recorded all there was on the stream when it last looked.
        passages_changed: called when passages of some source lie under other marks than before.
        clock: the present, aware UTC.
    """

    def __init__(
        self,
        desk: MarkDesk,
        history: RestatedHistory,
        door: Door,
        registry: Registry,
        drained: Callable[[], bool],
        passages_changed: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._desk = desk
        self._history = history
        self._door = door
        self._registry = registry
        self._drained = drained
        self._passages_changed = passages_changed
        self._clock = clock
        self._revision = -1
        self._look_at: datetime | None = None
        self._changed_at: datetime | None = None
        self._unsettled: list[Mark] = []
        self._of_passages: frozenset[Mark] = frozenset()
        self._after = (0, 0)
        self._lifting = False
        self._found = False

    async def step(self) -> int:
        """Do a bounded piece of work; return how many readings were restated.

        Raises:
            BusUnavailableError, SQLAlchemyError: when bus or database are away; the next step goes on.
        """
        await self._look()
        if not self._unsettled:
            return 0
        return await self._work(self._unsettled[0])

    async def _look(self) -> None:
        now = self._clock()
        revision = await asyncio.to_thread(self._desk.revision)
        due = self._look_at is None or not timedelta() <= now - self._look_at < LOOK_EVERY
        if revision == self._revision and not due:
            return
        standing = [
            mark
            for mark in await asyncio.to_thread(lambda: self._desk.marks(standing=True))
            if mark.end is None or mark.end > now - TOLD_FOR
        ]
        await self._registry.publish_marks(standing)
        self._look_at = now
        of_passages = frozenset(mark for mark in standing if not mark.metric)
        if of_passages != self._of_passages:
            self._passages_changed()
        self._of_passages = of_passages
        if revision != self._revision:
            self._revision, self._changed_at = revision, now
            self._begin(await asyncio.to_thread(self._desk.unsettled))

    def _begin(self, unsettled: Sequence[Mark]) -> None:
        self._unsettled = list(unsettled)
        self._after, self._lifting, self._found = (0, 0), False, False

    async def _work(self, mark: Mark) -> int:
        """Look at the next piece of a mark: first at what should be `instrument`, then at what should not."""
        drained = self._drained()
        if not self._lifting and mark.ended_at is not None:
            self._lifting = True
        found = await asyncio.to_thread(self._history.under_mark, mark, BATCH, self._after, lift=self._lifting)
        restated = self._restated(found.readings)
        if restated:
            await self._door.restate(restated)
            self._found = True
        self._after = found.after
        if found.more:
            return len(restated)
        self._after = (0, 0)
        if not self._lifting:
            self._lifting = True
            return len(restated)
        self._lifting = False
        if not self._found and drained and self._is_known_everywhere():
            await asyncio.to_thread(self._desk.settle, mark)
            self._unsettled.pop(0)
        elif len(self._unsettled) > 1:
            self._unsettled.append(self._unsettled.pop(0))  # the others get their turn while this one is recorded
        self._found = False
        return len(restated)

    def _restated(self, readings: Sequence[Reading]) -> list[Reading]:
        """Return those of the readings that are to change; another mark may cover what this one let go."""
        book: MarkBook = self._registry.marks
        changed = []
        for reading in readings:
            series = (reading.source, reading.metric, reading.place, dims_key(reading.dims))
            wanted = marked(reading) if book.covers(*series, reading.observed_at) else unmarked(reading)
            if wanted is not reading:
                changed.append(wanted)
        return changed

    def _is_known_everywhere(self) -> bool:
        return self._changed_at is not None and abs(self._clock() - self._changed_at) >= SETTLE_AFTER
