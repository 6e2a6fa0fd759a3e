"""The border derivation at work: one derivation per source of passages, its readings sent through the door.

It is fed by the recorder with what was just recorded. What it told is idempotent: after a restart the same passages
give the same figures. What this module does not do: read the bus or the history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

import structlog

from feeds.border.derivation import Derivation
from feeds.border.schedule import Schedule
from feeds.door import Door
from feeds.model import Passage
from feeds.validation import RawReading
from geodata.gates import GateFacts
from geodata.places import Places

BATCH: Final = 2_000
"""Readings sent at once, and thereby derived before anything else gets its turn: some hundredths of a second."""


class BorderRunner:
    """Counts passages and tells the figures.

    Args:
        door: where the readings go.
        places: which gate a route belongs to.
        gate_facts: yards and lanes by gate or route.
    """

    def __init__(self, door: Door, places: Places, gate_facts: Mapping[str, GateFacts]) -> None:
        self._door = door
        self._places = places
        self._gate_facts = gate_facts
        self._derivations: dict[str, Derivation] = {}
        self._schedules: dict[str, Schedule] = {}
        self._unsent: list[RawReading] = []
        self._ignored: dict[str, int] = {}
        self._log = structlog.get_logger("border")

    def derivation(self, source: str) -> Derivation | None:
        """Return the derivation of a source of passages, None when none of it was seen."""
        return self._derivations.get(source)

    def restore(self, passages: Iterable[Passage], now: datetime) -> None:
        """Count passages that were recorded before this process started; see `recall.still_needed`."""
        for passage in passages:
            self._count(passage)
            self._schedules[passage.source].remembered(passage.at, passage.received_at, now)

    def forget(self) -> None:
        """Forget every passage counted, so that `restore` begins anew; what was derived and not sent is still sent."""
        self._derivations.clear()
        self._schedules.clear()
        self._ignored.clear()

    def apply(self, passages: Iterable[Passage], now: datetime) -> None:
        """Count passages; those counted already change nothing."""
        for passage in passages:
            self._count(passage)
            self._schedules[passage.source].passed(passage.at, passage.received_at, now)

    def heard(self, source: str, received_at: datetime) -> None:
        """Take note that a source of passages sent something else: it lives."""
        schedule = self._schedules.get(source)
        if schedule is not None:
            schedule.heard(received_at)

    def past_told_until(self) -> datetime | None:
        """Return up to when the past has been told, of the source furthest behind; None when none is catching up."""
        behind = [until for schedule in self._schedules.values() if (until := schedule.past_told_until)]
        return min(behind, default=None)

    async def tell(self, now: datetime, *, drained: bool) -> int:
        """Send what is due; return how many readings went.

        Raises:
            BusUnavailableError: when the bus is down; what was derived is kept and goes first next time.
        """
        sent = await self._send(0)
        for source, schedule in self._schedules.items():
            derivation = self._derivations[source]
            for tick in schedule.due(now, drained=drained):
                self._unsent += derivation.readings(tick.at, changed_only=tick.changed_only, detail=tick.detail)
                sent += await self._send(BATCH - 1)
            sent += await self._send(0)
            self._report(source, derivation)
        return sent

    async def _send(self, keep: int) -> int:
        """Send everything derived and not yet sent if it is more than `keep` readings."""
        if len(self._unsent) <= keep:
            return 0
        await self._door.readings(self._unsent, self._unsent[0].source)
        sent = len(self._unsent)
        self._unsent.clear()
        return sent

    def _count(self, passage: Passage) -> None:
        derivation = self._derivations.get(passage.source)
        if derivation is None:
            derivation = Derivation(self._places, self._gate_facts, passage.source)
            self._derivations[passage.source] = derivation
            self._schedules[passage.source] = Schedule()
        derivation.apply(passage)

    def _report(self, source: str, derivation: Derivation) -> None:
        if derivation.ignored > self._ignored.get(source, 0):
            self._ignored[source] = derivation.ignored
            self._log.warning("passages came too late to be counted", source=source, in_all=derivation.ignored)
