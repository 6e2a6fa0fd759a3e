"""A line that is kept open: connected again after every break, with pauses that grow to a minute.

What the kinds of sources that listen (websocket, mqtt) share. The first break and the recovery are logged, what lies
between is not. Deliberately not here: how a line is opened and what comes over it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from feeds.errors import SourceError
from feeds.sources.context import FeedContext
from feeds.worker import Backoff

FIRST_PAUSE_S: Final = 0.5
LONGEST_PAUSE_S: Final = 60.0


class Line:
    """The line of one declared feed."""

    def __init__(self, context: FeedContext) -> None:
        self._context = context
        self._log = structlog.get_logger(f"feed.{context.name}")
        self._backoff = Backoff(FIRST_PAUSE_S, LONGEST_PAUSE_S)
        self._failing = False

    async def keep(self, session: Callable[[], Awaitable[Any]]) -> None:
        """Open the line again and again, until cancelled.

        Args:
            session: connects and listens until the line breaks; raises SourceError saying how it broke.
        """
        status = self._context.status
        status.waiting()
        while True:
            try:
                await session()
            except SourceError as error:
                if not self._failing:
                    self._log.warning("failing", error=error.en)
                self._failing = True
                status.failed(error)
                await self._context.sleep(max(self._backoff.pause_s(), error.retry_after_s or 0.0))

    def works(self) -> None:
        """Take note that the line carries something: pauses begin anew."""
        if self._failing:
            self._failing = False
            self._log.info("recovered")
        self._backoff.reset()
