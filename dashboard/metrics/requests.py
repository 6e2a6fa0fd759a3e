"""Counting requests: pure ASGI, a few microseconds each, and never a label that a visitor can choose."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.metrics.histogram import Histogram
from dashboard.metrics.sheet import Sheet

_CLASSES: Final = (
    ("push", r"/api/v1/(readings|passages)"),
    ("api", r"/api/v1/.*"),
    ("health", r"/healthz|/metrics"),
    ("callback", r"/_page/.*"),
    ("static", r"/(assets|layers|_dash-component-suites)/.*|/favicon\.ico"),
    ("sign_in", r"/(sign-in|sign-out|kiosk)(/.*)?"),
    ("page", r"/|/(wall|tablet|duty|briefing|crossings|feeds|mapping|entry)"),
)
_ROUTE: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _CLASSES))
UNKNOWN: Final = "unknown"
ABORTED: Final = "aborted"
"""The client left, or the app failed, before an answer began."""


def route_class(path: str) -> str:
    """Return the class of a route: one of a fixed few, whatever the path is."""
    found = _ROUTE.fullmatch(path)
    return found.lastgroup or UNKNOWN if found else UNKNOWN


class RequestCounts:
    """What was asked of this web process since it started."""

    def __init__(self) -> None:
        self.requests: Counter[tuple[str, str]] = Counter()
        self.connections: Counter[str] = Counter()
        self._durations: dict[str, Histogram] = {}

    def answered(self, path: str, status: int | None, seconds: float) -> None:
        """Count one request; `status` is None when no answer began."""
        route = route_class(path)
        self.requests[route, ABORTED if status is None else f"{status // 100}xx"] += 1
        histogram = self._durations.get(route)
        if histogram is None:
            histogram = self._durations[route] = Histogram()
        histogram.observe(seconds)

    def write(self, sheet: Sheet) -> None:
        """Write the counts onto a sheet."""
        for (route, status), count in self.requests.items():
            sheet.set("lso_http_requests_total", count, route, status)
        for outcome in ("accepted", "refused"):
            sheet.set("lso_live_connections_total", self.connections[outcome], outcome)
        sheet.histogram("lso_http_request_duration_seconds", self._durations)


class RequestMeter:
    """ASGI middleware that counts; it changes nothing that passes.

    Args:
        app: what lies behind it.
        counts: where it counts.
        clock: seconds of a clock that only goes forward.
    """

    def __init__(self, app: ASGIApp, counts: RequestCounts, clock: Callable[[], float] = time.perf_counter) -> None:
        self._app = app
        self._counts = counts
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one connection on, and count it when it has ended."""
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = self._clock(), None

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            self._counts.answered(scope["path"], status, self._clock() - began)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        decided = False

        async def noting(message: Message) -> None:
            nonlocal decided
            if not decided and message["type"] in {"websocket.accept", "websocket.close"}:
                decided = True
                self._counts.connections["accepted" if message["type"] == "websocket.accept" else "refused"] += 1
            await send(message)

        await self._app(scope, receive, noting)
