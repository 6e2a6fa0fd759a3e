"""Heartbeats: each process says on the bus that it lives; the supervisor says when one does not.

One hash for both: process name → {state, since, restarts, at, pid, figures}. A process that is killed stops saying
anything, so its last beat ages; whoever looks (health, screens) judges by the age. A life that finds the last one's
beat still running knows that nobody ended it, and counts a restart: so restarts are told without our supervisor too.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, Literal

import msgspec

from feeds.bus.codec import FACTS_PROCESSES
from feeds.bus.port import StreamPort
from feeds.door import utc_now
from feeds.errors import BusUnavailableError

BEAT_S: Final = 2.0
DEAD_AFTER_S: Final = 10.0
"""Five beats missed: longer than any healthy pause, shorter than anybody's patience."""

FAREWELL_S: Final = 1.0
"""How long saying goodbye may take; a bus that is away must not hold up the end of a process."""

State = Literal["starting", "running", "restarting", "down", "stopped"]


class Beat(msgspec.Struct, frozen=True):
    """What is known of one process; times in ms since the epoch.

    Attributes:
        state: as it says itself, or as the supervisor says of it.
        since: when this life began.
        restarts: how often it was started without anybody having ended it.
        at: when this was said.
        pid: its process id, 0 when the supervisor speaks.
        figures: what it says of itself for `/metrics`, by the metric's name.
        positions: how far it has dealt with each stream: the time of the last entry.
    """

    state: State
    since: int
    restarts: int
    at: int
    pid: int = 0
    figures: dict[str, float] = {}
    positions: dict[str, int] = {}


Figures = Callable[[], tuple[Mapping[str, float], Mapping[str, int]]]
"""Returns figures and positions as of now; called with every beat, so it must cost nothing."""


def _no_figures() -> tuple[Mapping[str, float], Mapping[str, int]]:
    return {}, {}


def to_ms(at: datetime) -> int:
    """Return an instant in ms since the epoch."""
    return round(at.timestamp() * 1000)


async def read_beats(bus: StreamPort) -> dict[str, Beat]:
    """Return the last beat of every process ever started on this bus."""
    facts = await bus.facts(FACTS_PROCESSES)
    return {name: msgspec.json.decode(data, type=Beat) for name, data in facts.items()}


async def write_beat(bus: StreamPort, name: str, beat: Beat) -> None:
    """Publish a beat."""
    await bus.put_facts(FACTS_PROCESSES, {name: msgspec.json.encode(beat)})


async def beat_forever(
    bus: StreamPort, name: str, figures: Figures = _no_figures, stopping: asyncio.Event | None = None
) -> None:
    """Publish this process's beat until cancelled; outages of the bus are waited out in silence.

    Args:
        bus: where beats are published.
        name: the process's name.
        figures: what the process says of its work.
        stopping: set when it was told to end: then its last word is `stopped`, and its next life is no restart.
    """
    since = to_ms(utc_now())
    restarts: int | None = None
    try:
        while True:
            with contextlib.suppress(BusUnavailableError):
                # The worker beside us logs an outage; a missing beat says the rest.
                if restarts is None:
                    restarts = _restarts((await read_beats(bus)).get(name))
                said, positions = figures()
                beat = Beat("running", since, restarts, to_ms(utc_now()), os.getpid(), dict(said), dict(positions))
                await write_beat(bus, name, beat)
            await asyncio.sleep(BEAT_S)
    finally:
        if stopping is not None and stopping.is_set():
            with contextlib.suppress(BusUnavailableError, TimeoutError):
                async with asyncio.timeout(FAREWELL_S):
                    await write_beat(bus, name, Beat("stopped", since, restarts or 0, to_ms(utc_now()), os.getpid()))


def _restarts(last: Beat | None) -> int:
    """Return the restarts of a life that begins; a supervisor that restarted it has counted already."""
    if last is None:
        return 0
    return last.restarts + 1 if last.state == "running" else last.restarts
