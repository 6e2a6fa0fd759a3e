"""Heartbeats: each process says on the bus that it lives; the supervisor says when one does not.

One hash for both: process name → {state, since, restarts, at, pid}. A process that is killed stops saying anything, so
its last beat ages; whoever looks (health, screens) judges by the age.
"""

from __future__ import annotations

import asyncio
import os
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

State = Literal["starting", "running", "restarting", "down", "stopped"]


class Beat(msgspec.Struct, frozen=True):
    """What is known of one process; times in ms since the epoch."""

    state: State
    since: int
    restarts: int
    at: int
    pid: int = 0


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


async def beat_forever(bus: StreamPort, name: str) -> None:
    """Publish this process's beat until cancelled; outages of the bus are waited out in silence.

    The number of restarts is the supervisor's: it is taken over from the last beat.
    """
    since = to_ms(utc_now())
    restarts: int | None = None
    while True:
        try:
            if restarts is None:
                last = (await read_beats(bus)).get(name)
                restarts = last.restarts if last else 0
            await write_beat(bus, name, Beat("running", since, restarts, to_ms(utc_now()), os.getpid()))
        except BusUnavailableError:
            pass  # the worker beside us logs the outage; a missing beat says the rest
        await asyncio.sleep(BEAT_S)
