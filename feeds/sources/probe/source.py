"""Checking targets for ever: each at its own pace, its outcome said as readings.

A system checked in several ways is available when its last checks were all good. A check that could not be made says
nothing at all: unknown is not down.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from datetime import datetime
from typing import Final

import msgspec
import structlog

from feeds.bus.codec import FACTS_SYSTEMS
from feeds.errors import BusUnavailableError, SourceError
from feeds.registry import SourceFacts
from feeds.sources.context import FeedContext
from feeds.sources.probe.check import Outcome, check
from feeds.sources.probe.settings import ProbeSettings, SystemFacts, Target
from feeds.validation import RawReading
from feeds.worker import Backoff

AT_ONCE: Final = 20
"""Checks under way at a time: a few hundred targets must not open a few hundred sockets in one instant."""
JITTER: Final = 0.1
KEPT_READINGS: Final = 20_000
"""Readings kept while the bus is away: a hundred systems for more than an hour."""
DAY_S: Final = 86_400.0


class ProbeSource:
    """Checks for ever; ends only when cancelled or by a programming error."""

    def __init__(self, settings: ProbeSettings, context: FeedContext) -> None:
        self._settings = settings
        self._context = context
        self._log = structlog.get_logger(f"feed.{context.name}")
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._outcomes: dict[Target, Outcome] = {}
        self._unsent: deque[RawReading] = deque()
        self._given_up = 0
        self._filled = asyncio.Event()

    async def run(self) -> None:
        """Check every target at its pace, and send what was found."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._send_forever())
            for target in self._settings.targets:
                group.create_task(self._watch(target))

    async def _watch(self, target: Target) -> None:
        period_s = target.every_s or self._settings.every_s
        # Spread over the first period, so that not all are checked in the same instant.
        await self._context.sleep(random.uniform(0, min(period_s, 5.0) * 0.2))  # noqa: S311 (not a secret)
        while True:
            await self.look(target)
            await self._context.sleep(period_s * random.uniform(1.0, 1.0 + JITTER))  # noqa: S311

    async def look(self, target: Target) -> None:
        """Check a target once and keep what was found for sending."""
        status = self._context.status
        async with self._gate:
            status.polled()
            try:
                outcome = await check(target, self._context.hosts, self._context.config_dir)
            except SourceError as error:
                status.failed(error)
                return
        before = self._outcomes.get(target)
        self._outcomes[target] = outcome
        if before is None or before.up != outcome.up:
            say = self._log.info if outcome.up else self._log.warning
            say("up" if outcome.up else "down", system=target.system, check=kind_of(target), why=outcome.why)
        self._keep(self._readings(target, outcome, self._context.clock()))
        self._say_how_it_is()

    def _readings(self, target: Target, outcome: Outcome, now: datetime) -> list[RawReading]:
        mine = [found for other, found in self._outcomes.items() if other.system == target.system]
        figures: dict[str, float] = {"system_availability": float(all(found.up for found in mine))}
        if outcome.took_ms is not None:
            figures["response_time_ms"] = round(outcome.took_ms, 1)
        if outcome.certificate_ends_at is not None:
            left_s = (outcome.certificate_ends_at - now).total_seconds()
            figures["certificate_days_left"] = round(left_s / DAY_S, 2)
        dims = {"system": target.system}
        return [
            RawReading(metric, target.place, now, value, self._settings.source, dims, "probe")
            for metric, value in figures.items()
        ]

    def _keep(self, readings: list[RawReading]) -> None:
        self._unsent.extend(readings)
        while len(self._unsent) > KEPT_READINGS:
            self._unsent.popleft()
            self._given_up += 1
        self._filled.set()

    def _say_how_it_is(self) -> None:
        down = sorted({target.system for target, found in self._outcomes.items() if not found.up})
        note = None
        if down:
            names = ", ".join(down)
            note = SourceError(f"Không trả lời: {names}.", f"Not answering: {names}.")
        # The feed itself works: a system that is down is what it is there to say.
        self._context.status.good(note)

    async def _send_forever(self) -> None:
        backoff = Backoff()
        told = False
        while True:
            await self._filled.wait()
            self._filled.clear()
            try:
                if not told:
                    await self._introduce()
                    told = True
                await self._send()
            except BusUnavailableError:
                self._filled.set()
                self._context.status.waiting(
                    SourceError(
                        f"Kênh dữ liệu nội bộ không trả lời; {len(self._unsent)} số đo đang chờ.",
                        f"The bus does not answer; {len(self._unsent)} readings wait.",
                    )
                )
                await self._context.sleep(backoff.pause_s())
                continue
            backoff.reset()

    async def _send(self) -> None:
        while self._unsent:
            batch = [self._unsent[index] for index in range(min(500, len(self._unsent)))]
            receipt = await self._context.door.readings(batch, self._settings.source)
            for _ in batch:
                self._unsent.popleft()
            self._context.status.counted(_Sent(len(batch), receipt.accepted, 0, len(receipt.rejected), {}))
        if self._given_up:
            self._log.warning("readings given up while the bus was away", readings=self._given_up)
            self._context.status.turned_away(self._given_up)
            self._given_up = 0

    async def _introduce(self) -> None:
        settings = self._settings
        await self._context.registry.announce(
            SourceFacts(
                settings.source,
                "probe",
                settings.every_s,
                "Kiểm tra hệ thống",
                "System checks",
                self._context.name,
            )
        )
        facts = {}
        for system in dict.fromkeys(target.system for target in settings.targets):
            mine = [target for target in settings.targets if target.system == system]
            facts[system] = msgspec.json.encode(
                SystemFacts(
                    system,
                    next((target.name_vi for target in mine if target.name_vi), system),
                    next((target.name_en for target in mine if target.name_en), system),
                    self._context.name,
                    mine[0].place,
                    tuple(kind_of(target) for target in mine),
                )
            )
        bus = self._context.bus
        await bus.put_facts(FACTS_SYSTEMS, facts)
        for system, data in (await bus.facts(FACTS_SYSTEMS)).items():
            # What this feed checked before and does not check any more.
            if system not in facts and msgspec.json.decode(data, type=SystemFacts).feed == self._context.name:
                await bus.drop_fact(FACTS_SYSTEMS, system)


class _Sent(msgspec.Struct):
    """A batch as `Status.counted` takes it."""

    rows: int
    accepted: int
    refused_rows: int
    rejected: int
    reasons: dict[str, int]


def kind_of(target: Target) -> str:
    """Return what kind of check a target is: http, tcp or tls."""
    return str(target.__struct_config__.tag)
