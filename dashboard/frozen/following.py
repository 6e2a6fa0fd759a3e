"""Following a presentation: whoever asks waits until it changes, or a little while.

A change made by this web process is told at once; one made by another is found within a second, by one question for
each presentation that is waited for, however many wait. What this module does not do: keep anything; a follower that
lost its line asks again with the revision it saw last.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dashboard.frozen.presentations import Presentation

HOLD_S: Final = 20.0
"""How long an answer may wait: below the 30 s after which proxies begin to give up."""
LOOK_S: Final = 1.0
MOST_WAITING: Final = 3_000
"""Followers that wait in one process; beyond it they are answered at once and come again."""

log = structlog.get_logger("web")


class Following:
    """Those who wait, by code; `read` asks the database and blocks."""

    def __init__(self, read: Callable[[str], Presentation | None]) -> None:
        self._read = read
        self._waiting: dict[str, dict[asyncio.Future[Presentation | None], int]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._closed = False

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return sum(map(len, self._waiting.values()))

    async def after(self, code: str, revision: int, hold_s: float = HOLD_S) -> Presentation | None:
        """Return a presentation once its revision is another than `revision`, or as it is after `hold_s`.

        None when there is no such presentation.
        """
        found = await asyncio.to_thread(self._read, code)
        # `>=`: with exactly as many waiting as may wait, the next one is answered at once.
        if found is None or found.revision != revision or self._closed or self.waiting >= MOST_WAITING:
            return found
        mine: asyncio.Future[Presentation | None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(found.code, {})[mine] = revision
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._look(), name="following")
        try:
            async with asyncio.timeout(hold_s):
                return await mine or found
        except TimeoutError:
            return found
        finally:
            others = self._waiting.get(found.code, {})
            others.pop(mine, None)
            if not others:
                self._waiting.pop(found.code, None)

    def tell(self, presentation: Presentation) -> None:
        """Answer everybody who waits for a change of this presentation."""
        for future, revision in tuple(self._waiting.get(presentation.code, {}).items()):
            if presentation.revision != revision and not future.done():
                future.set_result(presentation)

    def close(self) -> None:
        """Answer everybody: the server goes away, and they come again."""
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        for waiting in tuple(self._waiting.values()):
            for future in tuple(waiting):
                if not future.done():
                    future.set_result(None)

    async def _look(self) -> None:
        while self._waiting:
            await asyncio.sleep(LOOK_S)
            for code in tuple(self._waiting):
                try:
                    found = await asyncio.to_thread(self._read, code)
                except SQLAlchemyError as error:
                    log.info("presentations cannot be read now", error=type(error).__name__)
                    break
                if found is not None:
                    self.tell(found)
