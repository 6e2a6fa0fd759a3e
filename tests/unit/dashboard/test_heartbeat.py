"""Heartbeats: who counts restarts when there is no supervisor of ours."""

from __future__ import annotations

import asyncio
import contextlib

from dashboard.heartbeat import Beat, beat_forever, read_beats, write_beat
from feeds.bus.memory import MemoryBus


async def live(bus: MemoryBus, *, told_to_end: bool) -> Beat:
    """Live one life: beat once, then end as told, or as killed."""
    stopping = asyncio.Event()
    before = (await read_beats(bus)).get("recorder")
    task = asyncio.create_task(
        beat_forever(bus, "recorder", lambda: ({"lso_process_open_fds": 4.0}, {"s": 7}), stopping)
    )
    while (beat := (await read_beats(bus)).get("recorder")) == before:  # noqa: ASYNC110 (a bus tells nobody)
        await asyncio.sleep(0)
    if told_to_end:
        stopping.set()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert beat is not None
    return beat


async def test_a_life_that_nobody_ended_is_a_restart() -> None:
    """Under systemd or a container engine a crash loop is seen as one."""
    bus = MemoryBus()
    first = await live(bus, told_to_end=False)
    assert (first.restarts, first.figures, first.positions) == (0, {"lso_process_open_fds": 4.0}, {"s": 7})
    assert (await live(bus, told_to_end=False)).restarts == 1
    assert (await live(bus, told_to_end=True)).restarts == 2
    assert (await read_beats(bus))["recorder"].state == "stopped"
    assert (await live(bus, told_to_end=True)).restarts == 2


async def test_a_restart_the_supervisor_counted_is_not_counted_twice() -> None:
    """Its word `restarting` already holds the new number."""
    bus = MemoryBus()
    await write_beat(bus, "recorder", Beat("restarting", 0, 5, 0))
    assert (await live(bus, told_to_end=False)).restarts == 5


async def test_a_bus_that_is_away_does_not_hold_up_the_end() -> None:
    """The farewell is given up, not waited for."""
    bus = MemoryBus()
    bus.down = True
    stopping = asyncio.Event()
    task = asyncio.create_task(beat_forever(bus, "alerts", stopping=stopping))
    await asyncio.sleep(0)
    stopping.set()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    bus.down = False
    assert await read_beats(bus) == {}
