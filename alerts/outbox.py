"""Telling what is in the outbox: from the desk to the stream of alerts.

Each process that changes alerts tells what it changed, and the engine's process also what another one left behind.
An alert may be told twice after a crash; its `version` tells a reader which telling is the newer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from alerts.desk import Desk
from feeds.bus.codec import ALERTS
from feeds.bus.port import StreamPort
from feeds.door import utc_now

PER_ENTRY: Final = 100
"""Alerts in one entry at most: about 150 kB."""


async def publish_outbox(desk: Desk, bus: StreamPort, owner: str, clock: Callable[[], datetime] = utc_now) -> int:
    """Tell everything that waits; return how many alerts were told.

    An entry of the stream is a JSON array of alerts.

    Args:
        desk: whose outbox.
        bus: where to.
        owner: which process this is, the same after a restart.
        clock: the present instant.

    Raises:
        BusUnavailableError: what was not told waits on.
    """
    told = 0
    while messages := await asyncio.to_thread(desk.outbox_pending, owner, clock()):
        entries = [
            b"[" + b",".join(message.payload for message in messages[start : start + PER_ENTRY]) + b"]"
            for start in range(0, len(messages), PER_ENTRY)
        ]
        await bus.publish(ALERTS, entries)
        await asyncio.to_thread(desk.outbox_done, [message.seq for message in messages])
        told += len(messages)
    return told
