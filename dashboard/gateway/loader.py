"""Loading from SQL: the newest readings and yesterday (at the start, after a gap, now and then), refusals, live alerts.

Every call blocks and so runs in a thread; what it brings is folded in the event loop. A database that is down is
waited out: the screens keep what they have.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import msgspec
import structlog

from dashboard.gateway.past import read_days, read_past
from dashboard.gateway.ports import FAILURES, DeskPort, HistoryPort
from dashboard.gateway.state import LiveState
from dashboard.gateway.waiting import either
from dashboard.readmodels.feed_figures import LEDGER_S
from feeds.errors import BusUnavailableError
from feeds.worker import Backoff
from geodata.gates import HANOI

FIRST_LOAD_S: Final = 2.0
"""How long the first load waits for the bus, from whose newest entry on the stream is read."""
RELOAD_S: Final = 600.0
"""How often history is loaded anew: yesterday's figures are loaded for twice as long ahead."""
FILLING_RELOAD_S: Final = 20.0
"""The same while a history is being filled, so that the trends grow on the wall."""
DESK_S: Final = 30.0
"""How often the live list is read besides its stream: a list that lost an alert mends itself."""
CHUNK: Final = 500
"""Readings folded at once: a few ms, so that clients are served between."""


class HistoryLoader:
    """Loads from history until cancelled; `want` asks for it now."""

    def __init__(
        self,
        history: HistoryPort,
        state: LiveState,
        clock: Callable[[], datetime],
        refresh: Callable[[], Awaitable[None]],
        filling: Callable[[], bool],
        loaded: Callable[[bool], None],
    ) -> None:
        """Prepare to load.

        Args:
            history: the SQL memory.
            state: what is folded into.
            clock: the present instant.
            refresh: asks the bus about sources and declared places, which must be known before their readings.
            filling: whether a long task is filling the history.
            loaded: is called after each load; True when entries were missed, so that clients need snapshots.
        """
        self._history = history
        self._state = state
        self._clock = clock
        self._refresh = refresh
        self._filling = filling
        self._loaded = loaded
        self._wanted = asyncio.Event()
        self._missed = True
        self._log = structlog.get_logger("hub")
        self.up = False

    def want(self, *, missed: bool = False) -> None:
        """Ask for a load now; `missed` says that deltas alone do not tell the whole."""
        self._missed = self._missed or missed
        self._wanted.set()

    async def run(self) -> None:
        """Load the newest readings and yesterday, over and over."""
        backoff = Backoff()
        failing = False
        await either(self._wanted, FIRST_LOAD_S)
        while True:
            self._wanted.clear()
            try:
                await self._load()
            except FAILURES as error:
                if not failing:
                    self._log.warning("history lost", error=str(error))
                self.up, failing = False, True
                await asyncio.sleep(backoff.pause_s())
                continue
            if not self.up:
                self._log.info("history loaded")
            self.up, failing = True, False
            backoff.reset()
            missed, self._missed = self._missed, False
            self._loaded(missed)
            await either(self._wanted, FILLING_RELOAD_S if self._filling() else RELOAD_S)

    async def run_ledger(self) -> None:
        """Read how many records of each source were refused, over and over."""
        while True:
            now = self._clock()
            try:
                rows = await asyncio.to_thread(self._history.ledger)
                today = await asyncio.to_thread(self._history.refusals, now.astimezone(HANOI).date())
            except FAILURES:
                if self.up:
                    self.up = False
                    self.want()  # the loader logs, and notices when history is back
            else:
                refused: Counter[str] = Counter()
                for row in rows:
                    refused[row.source] += row.refused
                self._state.feeds.take_refused(refused)
                reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
                for row in today:
                    reasons[row.source][row.reason] += row.refused
                self._state.feeds.take_refused_today(reasons, now)
            await asyncio.sleep(LEDGER_S)

    async def _load(self) -> None:
        state = self._state
        with contextlib.suppress(BusUnavailableError):  # without a bus with what is known already
            await self._refresh()
        readings = await asyncio.to_thread(self._history.latest)
        for start in range(0, len(readings), CHUNK):
            state.fold(readings[start : start + CHUNK], self._clock(), live=False)
            await asyncio.sleep(0)
        wants = state.gates.wants(self._clock())
        past = await asyncio.to_thread(read_past, self._history, wants)
        for want in {id(want): want for want, _, _ in past}.values():
            want.trend.drop(want.start, want.end)  # what history no longer believes must not stay in the line
        for want, source, points in past:
            want.trend.load(points, simulated=state.origins.simulated(source))
        state.gates.loaded()
        for system, source, points in await asyncio.to_thread(
            read_days, self._history, state.systems.keys, self._clock()
        ):
            state.systems.load(system, points, simulated=state.origins.simulated(source))
        state.tick(self._clock())


class DeskLoader:
    """Loads the live alerts until cancelled; `want` asks for it now."""

    def __init__(
        self, desk: DeskPort, state: LiveState, clock: Callable[[], datetime], loaded: Callable[[], None]
    ) -> None:
        self._desk = desk
        self._state = state
        self._clock = clock
        self._loaded = loaded
        self._wanted = asyncio.Event()
        self._folded_meanwhile: set[str] = set()
        self._log = structlog.get_logger("hub")
        self.up = False

    def want(self) -> None:
        """Ask for a load now."""
        self._wanted.set()

    def folded(self, alert_id: str) -> None:
        """Note an alert of the stream: a list that is being read just now may not know it yet."""
        self._folded_meanwhile.add(alert_id)

    async def run(self) -> None:
        """Load the live list, over and over."""
        backoff = Backoff()
        failing = False
        await either(self._wanted, FIRST_LOAD_S)
        while True:
            self._wanted.clear()
            self._folded_meanwhile.clear()
            try:
                alerts = await asyncio.to_thread(self._desk.live)
            except FAILURES as error:
                if not failing:
                    self._log.warning("desk lost", error=str(error))
                self.up, failing = False, True
                await asyncio.sleep(backoff.pause_s())
                continue
            live = [msgspec.to_builtins(alert) for alert in alerts]
            self._state.replace_alerts(live, self._folded_meanwhile, self._clock())
            self.up, failing = True, False
            backoff.reset()
            self._loaded()
            await either(self._wanted, DESK_S)
