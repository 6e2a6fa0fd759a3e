"""The alerts process: from the stream of readings through the engine to the desk and the stream of alerts.

What was decided, the engine's state after it and how far the stream was read are kept in one transaction; only then
is it told, and only then is the stream acknowledged. So a process that is killed at any point begins again exactly
where the last transaction ended: nothing is lost and nothing doubled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import msgspec
import structlog
from sqlalchemy.exc import InterfaceError, OperationalError

from alerts.announcement import announce
from alerts.desk import Change, Desk
from alerts.engine import Engine
from alerts.model import Event, Reason, from_us
from alerts.outbox import publish_outbox
from alerts.rulebook import RuleBook
from alerts.rules import RuleSet
from alerts.stretches import Stretches
from feeds.bus.codec import FACTS_NETWORK, NETWORK_LOST, READINGS, decode_readings
from feeds.bus.port import Entry, StreamPort
from feeds.catalogue import Catalogue
from feeds.door import utc_now
from feeds.errors import BusUnavailableError
from feeds.model import Reading, is_simulated
from feeds.registry import Registry
from feeds.worker import run_worker
from geodata.places import Places

GROUP: Final = "alerts"
CONSUMER: Final = "alerts"
"""One engine only, under one name: what a killed one left pending is its successor's at once."""
ENTRIES: Final = 50
"""Entries read at once: at 500 readings each about 0.1 s of work, so that a breach never waits long."""
LONGEST_WAIT_S: Final = 1.0
SHORTEST_WAIT_S: Final = 0.1
"""Time alone decides something at least this much late; the decision still carries its exact instant."""
SAVE_EVERY_S: Final = 2.0
"""How often the state is kept while nothing is decided: so much of the stream is read again after a kill."""
LOOK_EVERY_S: Final = 2.0
"""How often rule files, sources and another process's outbox are looked at."""
EXPECTED: Final = (BusUnavailableError, OperationalError, InterfaceError)


class AlertRunner:
    """The process's work; `step` is one round of it.

    Args:
        bus: readings in, alerts out.
        registry: cadence and kind of sources.
        desk: where decisions are kept.
        rules: the rules, fixed or of a directory that is watched.
        catalogue: the metrics.
        places: the places.
        clock: the present instant, aware UTC.
    """

    def __init__(
        self,
        bus: StreamPort,
        registry: Registry,
        desk: Desk,
        rules: RuleBook | RuleSet,
        catalogue: Catalogue,
        places: Places,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._bus = bus
        self._registry = registry
        self._desk = desk
        self._book = rules if isinstance(rules, RuleBook) else None
        self._rules = rules.rules if isinstance(rules, RuleBook) else rules
        self._catalogue = catalogue
        self._places = places
        self._clock = clock
        self._log = structlog.get_logger("alerts")
        self._engine: Engine | None = None
        self._position = "0-0"
        self._unkept: list[Change] = []
        self._stretches = Stretches()
        self._state: dict[str, bytes] = {}
        self._read: list[str] = []
        self._problems: dict[str, str] = {}
        self._saved_at: datetime | None = None
        self._looked_at: datetime | None = None

    async def run(self) -> None:
        """Work until cancelled, through outages of bus and database."""
        await run_worker("alerts", self.step, expected=EXPECTED)

    async def step(self, longest_wait_s: float = LONGEST_WAIT_S) -> int:
        """Do one round: read, decide, keep, tell, acknowledge; return how many decisions were kept.

        Args:
            longest_wait_s: how long to wait for the first reading; 0 does not wait.

        Raises:
            BusUnavailableError: when the bus is down; nothing is lost, the next round goes on.
            OperationalError: when the database is; likewise.
        """
        if self._engine is None:
            self._engine = await self._begin()
        engine = self._engine
        kept = 0
        if self._unkept:
            # Nothing more is taken in while what was decided is not kept, so that memory stays bounded.
            kept = await self._finish(engine)
        entries = await self._next(engine, longest_wait_s)
        # While more waits in the stream its time is that of the readings; the clock would make one instant of it all.
        self._take(engine, entries, drained=len(entries) < ENTRIES)
        await self._look(engine)
        return kept + await self._finish(self._engine)

    @property
    def position(self) -> str:
        """The id of the last entry of the stream that was read."""
        return self._position

    def health(self) -> dict[str, object]:
        """Return what an operator asks: rules in force, faulty ones, expressions without an answer, alerts raised."""
        return {
            "rules": len(self._rules),
            "faults": [str(fault) for fault in self._book.faults] if self._book else [],
            "problems": dict(self._problems),
            "raised": len(self._engine.raised_ids()) if self._engine else 0,
        }

    async def _begin(self) -> Engine:
        """Take up where the last process stopped."""
        await self._bus.ensure_group(READINGS, GROUP)
        await self._registry.refresh()
        self._stretches.take((await self._bus.facts(FACTS_NETWORK)).get(NETWORK_LOST))
        parts, self._position = await asyncio.to_thread(self._desk.engine_state)
        if _order(await self._bus.last_id(READINGS)) < _order(self._position):
            self._log.warning("the stream begins anew", position=self._position)
            self._position = "0-0"
        engine = self._new_engine()
        try:
            engine.load(parts)
        except msgspec.DecodeError as error:
            self._log.error("the engine's state cannot be read and is begun anew", error=str(error))
            engine = self._new_engine()
        known = engine.raised_ids()
        now = self._clock()
        orphans = [
            Event("cleared", Reason.ORPHANED, now, alert.id, alert.rule, {}, None, from_us(alert.started_at * 1000))
            for alert in await asyncio.to_thread(self._desk.live)
            if alert.ended_at is None and alert.id not in known
        ]
        self._unkept = [Change(event, None) for event in orphans]
        self._take(engine, await self._left_behind(), drained=False)
        return engine

    async def _left_behind(self) -> list[Entry]:
        """Return what a killed process was given and did not acknowledge, oldest first."""
        pending: dict[str, Entry] = {}
        count = ENTRIES
        while found := await self._bus.reclaim(READINGS, GROUP, CONSUMER, 0, count):
            pending |= {entry.id: entry for entry in found}
            if len(found) < count:
                break
            # What was reclaimed once is given again: only asking for more shows whether there is more.
            count *= 2
        return sorted(pending.values(), key=lambda entry: _order(entry.id))

    def _new_engine(self) -> Engine:
        return Engine(self._rules, self._catalogue, self._places, self._registry.cadence_s, self._simulated)

    async def _next(self, engine: Engine, longest_wait_s: float) -> list[Entry]:
        due = engine.due()
        wait_s = longest_wait_s
        if due is not None and wait_s > 0:
            wait_s = min(wait_s, max(SHORTEST_WAIT_S, (due - self._clock()).total_seconds()))
        return await self._bus.read_group(READINGS, GROUP, CONSUMER, ENTRIES, round(wait_s * 1000))

    def _take(self, engine: Engine, entries: Sequence[Entry], *, drained: bool) -> None:
        for entry in entries:
            self._read.append(entry.id)
            if _order(entry.id) <= _order(self._position):
                continue  # its effect was kept before the process was killed
            self._position = entry.id
            try:
                readings = decode_readings(entry.data)
            except msgspec.DecodeError as error:
                # The recorder keeps it as a dead letter; here it is only passed over.
                self._log.warning("an entry cannot be read", entry=entry.id, error=str(error))
                continue
            if readings:
                self._observe(engine, readings)
        self._unkept += self._announced(engine.evaluate(self._clock()) if drained else engine.decided())

    def _observe(self, engine: Engine, readings: list[Reading]) -> None:
        # What waited in the stream is decided at the time it was received, as if nobody had been away.
        received = max(reading.received_at for reading in readings)
        engine.observe(readings, min(received, self._clock()))

    def _announced(self, events: Sequence[Event]) -> list[Change]:
        changes = []
        for event in events:
            rule = self._rules.get(event.rule)
            alert = None
            if rule is not None:
                alert = announce(event, rule, self._catalogue, self._places, self._simulated, self._stretches.words)
            changes.append(Change(event, alert))
        return changes

    async def _look(self, engine: Engine) -> None:
        """Look now and then at what changes rarely: rule files, sources, expressions without an answer."""
        if not self._is_due(self._looked_at, LOOK_EVERY_S):
            return
        self._looked_at = self._clock()
        await self._registry.refresh()
        self._stretches.take((await self._bus.facts(FACTS_NETWORK)).get(NETWORK_LOST))
        if self._book is not None and self._book.refresh():
            self._rules = self._book.rules
            engine = engine.with_rules(self._rules)
            self._engine = engine
            self._unkept += self._announced(engine.evaluate(self._clock()))
        for rule, problem in engine.problems.items():
            if rule not in self._problems:
                self._log.warning("a rule has no answer; its alerts stay as they are", rule=rule, problem=problem)
        for rule in self._problems.keys() - engine.problems.keys():
            self._log.info("a rule has an answer again", rule=rule)
        self._problems = dict(engine.problems)
        await publish_outbox(self._desk, self._bus, GROUP, self._clock)

    async def _finish(self, engine: Engine) -> int:
        """Keep, tell and acknowledge what was decided; without decisions only now and then."""
        decided = len(self._unkept)
        if not decided and not self._is_due(self._saved_at, SAVE_EVERY_S):
            return 0
        self._state |= engine.dump_changed()
        if decided or self._state:
            await asyncio.to_thread(self._desk.apply, self._unkept, self._state, self._position)
            self._unkept, self._state = [], {}
        self._saved_at = self._clock()
        if decided:
            await publish_outbox(self._desk, self._bus, GROUP, self._clock)
        await self._bus.ack(READINGS, GROUP, self._read)
        self._read = []
        return decided

    def _is_due(self, last: datetime | None, every_s: float) -> bool:
        # A clock that was set back makes it due at once.
        return last is None or not 0 <= (self._clock() - last).total_seconds() < every_s

    def _simulated(self, source: str) -> bool:
        facts = self._registry.source(source)
        return is_simulated(source) or (facts is not None and facts.simulated)


def _order(entry_id: str) -> tuple[int, int]:
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds), int(number or 0)
