"""The supervisor: starts the processes of one small machine, restarts what dies, ends everything cleanly.

A process that dies is restarted after a pause that doubles from 0.2 to 10 s and begins anew once it has lived for a
minute. Every start, death and restart is logged and put on the bus, so that screens say so too. The supervisor does
no work of its own: when it is killed, its children end by themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from dashboard.errors import StartError
from dashboard.heartbeat import Beat, State, to_ms, write_beat
from dashboard.valkey import EmbeddedValkey, die_with_parent
from feeds.bus.port import StreamPort
from feeds.door import utc_now
from feeds.errors import BusUnavailableError

FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 10.0
HEALTHY_AFTER_S: Final = 60.0
STOP_PATIENCE_S: Final = 10.0
"""How long a process may take to end before it is killed."""
VALKEY_CHECK_S: Final = 0.5

log = structlog.get_logger("supervisor")


@dataclass(slots=True)
class Child:
    """One process: its name and command line (after `python -m dashboard`)."""

    name: str
    arguments: Sequence[str]
    process: asyncio.subprocess.Process | None = None
    restarts: int = 0
    since: int = field(default_factory=lambda: to_ms(utc_now()))


class Supervisor:
    """Runs the children (and the embedded Valkey, where there is one) until told to stop."""

    def __init__(
        self, children: Sequence[Child], environment: dict[str, str], bus: StreamPort, valkey: EmbeddedValkey | None
    ) -> None:
        self._children = list(children)
        self._environment = environment
        self._bus = bus
        self._valkey = valkey
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for a clean end."""
        self._stopping.set()

    async def run(self) -> None:
        """Start everything, watch it, and return once everything has ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        watchers = [asyncio.create_task(self._keep(child), name=child.name) for child in self._children]
        if self._valkey:
            watchers.append(asyncio.create_task(self._keep_valkey(self._valkey), name="valkey"))
        try:
            await self._stopping.wait()
        finally:
            for watcher in watchers:
                watcher.cancel()
            await asyncio.gather(*watchers, return_exceptions=True)
            await self._end_children()
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)

    async def _keep(self, child: Child) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            started = asyncio.get_running_loop().time()
            child.since = to_ms(utc_now())
            child.process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "dashboard",
                *child.arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=die_with_parent(),
            )
            log.info("started", process=child.name, pid=child.process.pid, restarts=child.restarts)
            status = await child.process.wait()
            if asyncio.get_running_loop().time() - started > HEALTHY_AFTER_S:
                pause_s = FIRST_PAUSE_S
            child.restarts += 1
            log.warning("died", process=child.name, status=status, restart_in_s=pause_s, restarts=child.restarts)
            await self._say(child, "restarting")
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _keep_valkey(self, valkey: EmbeddedValkey) -> None:
        restarts = 0
        while True:
            await asyncio.sleep(VALKEY_CHECK_S)
            if valkey.pid is not None:
                continue
            restarts += 1
            log.warning("died", process="valkey", restarts=restarts)
            try:
                valkey.launch()
                await asyncio.to_thread(valkey.wait_until_it_answers)
            except (OSError, StartError) as error:
                # A full disk, for example: it is tried again until there is room.
                log.error("cannot be started", process="valkey", error=str(error), again_in_s=LONGEST_PAUSE_S)  # noqa: TRY400
                await asyncio.sleep(LONGEST_PAUSE_S)
                continue
            log.info("started", process="valkey", pid=valkey.pid, restarts=restarts)

    async def _say(self, child: Child, state: State) -> None:
        with contextlib.suppress(BusUnavailableError):
            await write_beat(self._bus, child.name, Beat(state, child.since, child.restarts, to_ms(utc_now())))

    async def _end_children(self) -> None:
        # In the order of the flow, so that what a process still holds can be taken by the next one.
        for child in self._children:
            process = child.process
            if process is None or process.returncode is not None:
                continue
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_PATIENCE_S):
                    await process.wait()
            except TimeoutError:
                log.warning("killed", process=child.name, because=f"it did not end within {STOP_PATIENCE_S:.0f} s")
                process.kill()
                await process.wait()
            log.info("ended", process=child.name)
            await self._say(child, "stopped")
        if self._valkey:
            await asyncio.to_thread(self._valkey.stop)
            log.info("ended", process="valkey")
