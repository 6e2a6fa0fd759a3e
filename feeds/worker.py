"""The worker: runs a step over and over, through every outage, and logs transitions only.

Every process of the house that feeds on something that can fail (the bus, a database, a provider) is a worker. The
first expected failure and the recovery are logged, the retries between are not; a programming error ends the process,
which its supervisor restarts.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import structlog

T = TypeVar("T")

FIRST_PAUSE_S: Final = 0.1
LONGEST_PAUSE_S: Final = 5.0
"""A screen must be back within 5 s after what failed is back, so no pause is longer."""


@dataclass(slots=True)
class Backoff:
    """Pauses that double up to a cap, with full jitter, so that many workers do not come back at once."""

    first_s: float = FIRST_PAUSE_S
    longest_s: float = LONGEST_PAUSE_S
    _next_s: float = 0.0

    def pause_s(self) -> float:
        """Return the next pause: between half and all of a bound that doubles each time."""
        bound = self._next_s or self.first_s
        self._next_s = min(bound * 2, self.longest_s)
        return bound * random.uniform(0.5, 1.0)  # noqa: S311 (jitter, not a secret)

    def reset(self) -> None:
        """Begin anew after a success."""
        self._next_s = 0.0


async def insisting(
    call: Callable[[], Awaitable[T]],
    *,
    expected: type[Exception],
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
) -> T:
    """Return what a call returns, once it succeeds; an expected failure is waited out and the call made again.

    Args:
        call: makes the call; it must be fit to be made more than once.
        expected: the failure to wait out; any other is raised.
        sleep: replaced by tests.
    """
    backoff = Backoff()
    while True:
        try:
            return await call()
        except expected:
            await sleep(backoff.pause_s())


async def run_worker(
    name: str,
    step: Callable[[], Awaitable[Any]],
    *,
    expected: tuple[type[Exception], ...],
    sleep: Callable[[float], Awaitable[Any]] = asyncio.sleep,
) -> None:
    """Run `step` for ever; it blocks by itself while there is nothing to do.

    Args:
        name: who it is in the logs.
        step: one round of work; what it did not finish when it raises, it must find again in the next round.
        expected: failures to wait out; any other exception ends the worker.
        sleep: replaced by tests.

    Raises:
        asyncio.CancelledError: when the worker is stopped; whatever `step` raises that was not expected.
    """
    log = structlog.get_logger(name)
    backoff = Backoff()
    failing = False
    task = asyncio.current_task()
    while True:
        try:
            await step()
        except expected as error:
            if not failing:
                failing = True
                log.warning("waiting", error=str(error), kind=type(error).__name__)
            _end_if_cancelled(task)
            await sleep(backoff.pause_s())
            continue
        _end_if_cancelled(task)
        if failing:
            failing = False
            log.info("recovered")
        backoff.reset()


def _end_if_cancelled(task: asyncio.Task[Any] | None) -> None:
    """Raise a cancellation again that was lost inside a step.

    Under Python 3.11, redis-py 8.1 now and then completes (or fails) a call that was cancelled as if it had not been:
    then the worker would never end. To be removed when no call of the client loses a cancellation any more.
    """
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
