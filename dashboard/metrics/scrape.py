"""One scrape: every part of the house is asked, and what does not answer is said to be missing, never guessed.

The parts are asked side by side, each with its own patience, so that a database that hangs leaves the others' figures.
The web process answers for all processes: what they say of themselves is in their heartbeats on the bus.
"""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.concurrency import run_in_threadpool

from dashboard.health import Health
from dashboard.heartbeat import to_ms
from dashboard.metrics import build, from_bus, from_databases, from_machine
from dashboard.metrics.from_hub import write_hub
from dashboard.metrics.process import own_figures
from dashboard.metrics.requests import RequestCounts
from dashboard.metrics.sheet import Names, Sheet
from dashboard.parts import Parts

PATIENCE_S: Final = 4.0
"""How long a part may take: Prometheus gives up after ten seconds by default."""
KEEP_S: Final = 1.0
"""An answer is kept this long, so that two monitors cost as much as one."""

log = structlog.get_logger("metrics")


class Metrics:
    """Answers `GET /metrics`.

    Args:
        parts: what the web process is made of.
        health: the report of `/healthz`.
        requests: what the middleware counted.
    """

    def __init__(self, parts: Parts, health: Health, requests: RequestCounts) -> None:
        self._parts = parts
        self._health = health
        self._requests = requests
        self._sources = Names()
        self._feeds = Names()
        self._certificate = from_machine.Certificate(parts.settings.public_url)
        self._version = (build.version(), build.revision(), platform.python_version())
        self._lock = asyncio.Lock()
        self._kept: tuple[int, bytes] | None = None

    async def text(self) -> bytes:
        """Return the metrics as Prometheus text, at most KEEP_S old."""
        async with self._lock:
            now_ms = to_ms(self._parts.clock())
            if self._kept is None or not 0 <= now_ms - self._kept[0] <= KEEP_S * 1000:
                self._kept = (now_ms, await self._scrape())
            return self._kept[1]

    async def _scrape(self) -> bytes:
        parts = self._parts
        sheet = Sheet()
        sheet.set("lso_build_info", 1, *self._version)
        asked: dict[str, Callable[[Sheet], Awaitable[None]]] = {
            "components": self._components,
            "bus": lambda part: from_bus.write_bus(part, parts.bus, self._feeds),
            "history": lambda part: run_in_threadpool(
                from_databases.write_history, part, parts.history, self._sources, parts.clock()
            ),
            "desk": lambda part: run_in_threadpool(
                from_databases.write_desk, part, parts.desk, parts.users.engine, parts.history.engine, parts.clock()
            ),
            "hub": self._hub,
            "machine": lambda part: run_in_threadpool(
                from_machine.write_machine, part, parts.settings, self._certificate
            ),
        }
        for part in await asyncio.gather(*(self._ask(name, ask) for name, ask in asked.items())):
            sheet.take(part)
        # Our own figures last: fresher than those of our own heartbeat.
        for name, value in own_figures().items():
            sheet.set(name, value, "web")
        self._requests.write(sheet)
        return sheet.text()

    async def _ask(self, name: str, ask: Callable[[Sheet], Awaitable[None]]) -> Sheet:
        part = Sheet()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await ask(part)
        except Exception as error:  # noqa: BLE001 (whatever a part raises, the monitor learns that it is missing)
            log.debug("a part is missing", part=name, error=str(error), kind=type(error).__name__)
            part = Sheet()
            part.set("lso_scrape_part_up", 0, name)
        else:
            part.set("lso_scrape_part_up", 1, name)
        return part

    async def _components(self, sheet: Sheet) -> None:
        report = await self._health.report()
        for name, component in report.components.items():
            sheet.set("lso_component_up", component.state == "up", name)
            sheet.set("lso_component_lag_seconds", component.lag_s, name)

    async def _hub(self, sheet: Sheet) -> None:
        write_hub(sheet, self._parts.hub.health(), self._sources, to_ms(self._parts.clock()))
