"""Waiting for whichever comes first."""

from __future__ import annotations

import asyncio


async def either(event: asyncio.Event, timeout_s: float | None) -> None:
    """Return when the event is set or the time has passed; None waits for the event alone."""
    try:
        async with asyncio.timeout(timeout_s):
            await event.wait()
    except TimeoutError:
        pass
