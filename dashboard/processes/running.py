"""Running a process: its tasks side by side with its heartbeat, until it is told to stop.

A process also ends when other boundaries or sites were imported: whoever keeps it running (the supervisor, systemd)
starts it anew on the new ground, which costs a second and leaves nothing of the old ground in any cache.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from dashboard.heartbeat import Figures, beat_forever
from dashboard.metrics.process import own_figures
from feeds.bus.port import StreamPort
from geodata import storage

GROUND_CHECK_S: Final = 1.0
"""How often the version of imported layers is looked at: one small file."""


def _own() -> tuple[dict[str, float], dict[str, int]]:
    return own_figures(), {}


async def run_until_stopped(
    name: str, bus: StreamPort, *tasks: Coroutine[Any, Any, None], figures: Figures = _own
) -> None:
    """Run the tasks and the heartbeat until SIGINT or SIGTERM, or until other layers were imported.

    Args:
        name: the process's name.
        bus: where its heartbeat goes.
        *tasks: its work.
        figures: what it says of itself with each beat.

    Raises:
        RuntimeError: when a task ends by itself; tasks run for ever. Whatever a task raises that it does not wait out
            itself is raised too. The others are cancelled first.
    """
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    log = structlog.get_logger(name)
    running = [asyncio.create_task(task) for task in (*tasks, beat_forever(bus, name, figures, stopping))]
    stopper = asyncio.create_task(stopping.wait())
    ground = asyncio.create_task(_other_ground())
    log.info("running")
    try:
        done, _ = await asyncio.wait([*running, stopper, ground], return_when=asyncio.FIRST_COMPLETED)
        if ground in done:
            stopping.set()
            log.info("ends to start anew", because=f"layers {ground.result() or 'as shipped'} came into use")
        for task in done - {stopper, ground}:
            task.result()
            raise RuntimeError(f"{name}: a task that should run for ever has ended")
    finally:
        for task in (*running, stopper, ground):
            task.cancel()
        await asyncio.gather(*running, stopper, ground, return_exceptions=True)
        log.info("stopped")


async def _other_ground() -> str:
    """Return the name of the layers that came into use, once they are others than this process opened with."""
    while True:
        await asyncio.sleep(GROUND_CHECK_S)
        name = await asyncio.to_thread(storage.ready_name)
        if name is not None:
            return name
