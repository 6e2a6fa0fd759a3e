"""Health: each component with its state and lag, for `/healthz` (open, 200 or 503); `/metrics` says it too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, Literal

import msgspec
from starlette.concurrency import run_in_threadpool

from dashboard.heartbeat import DEAD_AFTER_S, Beat, read_beats, to_ms
from dashboard.parts import Parts
from feeds.bus.codec import READINGS
from feeds.errors import BusUnavailableError

PATIENCE_S: Final = 3.0
"""How long one component may take to answer before it counts as down: a monitor gives up after five."""
KEEP_S: Final = 1.0
"""A report is kept this long, so that the open route cannot be used to load bus and databases."""
PROCESSES: Final = ("feeds", "recorder", "alerts")
GROUPS: Final = {"recorder": "recorder", "alerts": "alerts"}
"""Process → its consumer group on the readings' stream, whose lag is stated."""

State = Literal["up", "down"]


class Component(msgspec.Struct, frozen=True, omit_defaults=True):
    """One component.

    Attributes:
        state: up or down.
        message: what is wrong, a sentence; "" when nothing is.
        lag_s: how long ago it was last heard of; None where that means nothing.
        lag_entries: stream entries it has not dealt with yet.
        restarts: how often it was restarted.
        details: what the component says of itself.
    """

    state: State
    message: str = ""
    lag_s: float | None = None
    lag_entries: int | None = None
    restarts: int | None = None
    details: dict[str, Any] = {}


class Report(msgspec.Struct, frozen=True):
    """The state of the whole: up when every component is."""

    state: State
    at: int
    components: dict[str, Component]


class Health:
    """Asks every component; see the module's docstring."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = asyncio.Lock()
        self._last: Report | None = None

    async def report(self) -> Report:
        """Return the state of every component, at most KEEP_S old."""
        async with self._lock:
            now_ms = to_ms(self._parts.clock())
            if self._last is None or not 0 <= now_ms - self._last.at <= KEEP_S * 1000:
                self._last = await self._ask(now_ms)
            return self._last

    async def _ask(self, now_ms: int) -> Report:
        parts = self._parts
        bus, history, desk, processes = await asyncio.gather(
            _check(parts.bus.ping, "the bus does not answer"),
            _check(lambda: run_in_threadpool(parts.history.ledger), "the history database does not answer"),
            _check(lambda: run_in_threadpool(parts.users.ping), "the desk database does not answer"),
            self._processes(now_ms),
        )
        components = {"bus": bus, "history": history, "desk": desk, "hub": self._hub(), **processes}
        whole: State = "up" if all(component.state == "up" for component in components.values()) else "down"
        return Report(whole, now_ms, components)

    def _hub(self) -> Component:
        said_all = self._parts.hub.health()
        details: dict[str, Any] = {
            key: said_all[key] for key in ("state", "ready", "clients", "lag_ms") if key in said_all
        }
        said = str(details.get("state", "up"))
        return Component("up" if said in {"up", "running", "live", "ok"} else "down", details=details)

    async def _lag(self, group: str) -> int | None:
        try:
            return await self._parts.bus.lag(READINGS, group)
        except BusUnavailableError:
            return None  # the stream or the group is not there yet: nothing was ever sent, or nobody ever read

    async def _processes(self, now_ms: int) -> dict[str, Component]:
        try:
            async with asyncio.timeout(PATIENCE_S):
                beats = await read_beats(self._parts.bus)
                lags = {name: await self._lag(group) for name, group in GROUPS.items()}
        except (BusUnavailableError, TimeoutError):
            return {name: Component("down", "unknown while the bus does not answer") for name in PROCESSES}
        except msgspec.DecodeError:
            return {name: Component("down", "its heartbeat cannot be read") for name in PROCESSES}
        return {name: _process(name, beats.get(name), lags.get(name), now_ms) for name in PROCESSES}


def _process(name: str, beat: Beat | None, lag_entries: int | None, now_ms: int) -> Component:
    if beat is None:
        return Component("down", f"the process {name} has never been started on this bus", lag_entries=lag_entries)
    lag_s = max(0.0, (now_ms - beat.at) / 1000)
    sentence = ""
    if beat.state != "running":
        sentence = f"the process {name} is {beat.state}"
    elif lag_s > DEAD_AFTER_S:
        sentence = f"the process {name} was last heard of {lag_s:.0f} s ago"
    return Component("down" if sentence else "up", sentence, round(lag_s, 1), lag_entries, beat.restarts)


async def _check(ask: Callable[[], Awaitable[Any]], sentence: str) -> Component:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await ask()
    except TimeoutError:
        return Component("down", f"{sentence} within {PATIENCE_S:.0f} s")
    except Exception as error:  # noqa: BLE001 - whatever a component raises when asked, it is not well, and we say so
        return Component("down", f"{sentence} ({type(error).__name__})")
    return Component("up")
