"""What the bus says besides its streams: the sources, the declared places, the processes and the long tasks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
import structlog

from dashboard.gateway.state import LiveState
from dashboard.heartbeat import DEAD_AFTER_S, Beat, read_beats
from dashboard.readmodels.cells import to_ms
from dashboard.readmodels.feed_figures import FACTS_S
from feeds.bus.codec import FACTS_FEEDS, FACTS_NETWORK, FACTS_PROGRESS, NETWORK_LOST, READINGS
from feeds.bus.port import StreamPort
from feeds.errors import BusUnavailableError
from feeds.registry import Registry
from feeds.worker import Backoff

FILLING_TAIL_S: Final = 60.0
"""How long after its last sign a long task counts as at work: what it sent is still on its way into history."""

RECORDER_GROUP: Final = "recorder"
"""The consumer group whose lag says how far history is behind."""

STATES: Final[Mapping[str, str]] = {
    "starting": "restarting",
    "running": "running",
    "restarting": "restarting",
    "down": "down",
    "stopped": "down",
}
"""State of a heartbeat → state on screens."""


class FactsWatch:
    """Reads the facts over and over."""

    def __init__(
        self,
        bus: StreamPort,
        registry: Registry,
        state: LiveState,
        clock: Callable[[], datetime],
        began_filling: Callable[[], None],
    ) -> None:
        """Prepare to watch; `began_filling` is called when a long task begins to fill the history."""
        self._bus = bus
        self._registry = registry
        self._state = state
        self._clock = clock
        self._began_filling = began_filling
        self._filling_until_s = 0.0
        self._log = structlog.get_logger("hub")
        self.up = False

    @property
    def filling(self) -> bool:
        """Whether a long task is filling the history, or has just finished."""
        return time.monotonic() < self._filling_until_s

    async def run(self) -> None:
        """Watch until cancelled."""
        backoff = Backoff()
        understood = True
        while True:
            try:
                await self._read()
            except BusUnavailableError:
                self.up = False  # the followers log the outage
                await asyncio.sleep(backoff.pause_s())
                continue
            except msgspec.MsgspecError as error:
                # Another version of us wrote it: what it says is no reason to go dark.
                if understood:
                    self._log.warning("facts not understood", error=str(error))
                understood = False
            else:
                understood = True
            self.up = True
            backoff.reset()
            await asyncio.sleep(FACTS_S)

    async def refresh(self) -> None:
        """Ask about sources and declared places now.

        Raises:
            BusUnavailableError: when the bus cannot be reached.
        """
        try:
            await self._registry.refresh()
        except msgspec.MsgspecError as error:
            self._log.warning("facts not understood", error=str(error))
        self._state.sources_changed(self._clock())

    async def _read(self) -> None:
        await self._registry.refresh()
        now = self._clock()
        self._state.sources_changed(now)
        beats = await read_beats(self._bus)
        self._state.feeds.take_processes({name: _process(beat, now) for name, beat in beats.items()})
        progress = {
            name: msgspec.json.decode(data, type=dict[str, Any])
            for name, data in (await self._bus.facts(FACTS_PROGRESS)).items()
        }
        self._state.feeds.take_progress(progress)
        self._state.feeds.take_declared(
            {
                name: msgspec.json.decode(data, type=dict[str, Any])
                for name, data in (await self._bus.facts(FACTS_FEEDS)).items()
            }
        )
        lost = (await self._bus.facts(FACTS_NETWORK)).get(NETWORK_LOST)
        self._state.take_lost_coverage(None if lost is None else msgspec.json.decode(lost, type=dict[str, Any]), now)
        self._state.feeds.take_recorder_lag(await self._recorder_lag(), now)
        # While what lies under a mark is restated the history changes as it does while it is filled.
        if await self._marks_changed() or any(_at_work(task, to_ms(now)) for task in progress.values()):
            began = not self.filling
            self._filling_until_s = time.monotonic() + FILLING_TAIL_S
            if began:
                self._began_filling()

    async def _marks_changed(self) -> bool:
        before = self._registry.marks.standing
        await self._registry.refresh_marks()
        return self._registry.marks.standing != before

    async def _recorder_lag(self) -> int | None:
        try:
            return await self._bus.lag(READINGS, RECORDER_GROUP)
        except BusUnavailableError:
            return None  # the recorder never read, or nothing was ever sent


def _process(beat: Beat, now: datetime) -> dict[str, Any]:
    silent_s = (to_ms(now) - beat.at) / 1000
    state = "down" if silent_s > DEAD_AFTER_S else STATES[beat.state]
    return {"state": state, "since": beat.since, "restarts": beat.restarts}


def _at_work(task: Mapping[str, Any], now_ms: int) -> bool:
    """Whether a long task is at work; one that said nothing for a while was killed and will say no more."""
    return bool(task.get("done", 0) < task.get("total", 0) and now_ms - int(task.get("at", 0)) < FILLING_TAIL_S * 1000)
