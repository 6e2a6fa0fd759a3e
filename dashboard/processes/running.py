"""Running a process: its tasks side by side with its heartbeat, until it is told to stop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any

import structlog

from dashboard.heartbeat import beat_forever
from feeds.bus.port import StreamPort


async def run_until_stopped(name: str, bus: StreamPort, *tasks: Coroutine[Any, Any, None]) -> None:
    """Run the tasks and the heartbeat until SIGINT or SIGTERM.

    Raises:
        RuntimeError: when a task ends by itself; tasks run for ever. Whatever a task raises that it does not wait out
            itself is raised too. The others are cancelled first.
    """
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    log = structlog.get_logger(name)
    running = [asyncio.create_task(task) for task in (*tasks, beat_forever(bus, name))]
    stopper = asyncio.create_task(stopping.wait())
    log.info("running")
    try:
        done, _ = await asyncio.wait([*running, stopper], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {stopper}:
            task.result()
            raise RuntimeError(f"{name}: a task that should run for ever has ended")
    finally:
        for task in (*running, stopper):
            task.cancel()
        await asyncio.gather(*running, stopper, return_exceptions=True)
        log.info("stopped")
