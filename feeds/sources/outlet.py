"""Where a feed's payloads go: through the mapping and the door, or into the spool while the bus is away.

Payloads leave in the order they came in. One that no mapping can make sense of becomes a dead letter and never stands
in the way of those behind it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import BinaryIO, Final, Protocol

import structlog

from feeds.door import PAYLOAD_CHARACTERS, Door
from feeds.errors import BusUnavailableError, FeedError, RefusedError, SourceError
from feeds.model import DeadLetter
from feeds.sources.context import Clock, Sleep
from feeds.sources.spool import Spool, Spooled
from feeds.sources.status import Counted, Status
from feeds.worker import Backoff
from geodata.errors import PlaceError

UNUSABLE: Final = "unusable_payload"
SPOOL_FULL: Final = "spool_full"


class DeliveryPort(Protocol):
    """What an outlet needs of `feeds.sources.delivery.Delivery`."""

    async def send(self, payload: bytes | BinaryIO, now: datetime, *, origin: str, content_type: str = "") -> Counted:
        """Send a payload's rows through the door."""
        ...


class UnusableError(Exception):
    """A payload of which nothing could be used at all.

    Attributes:
        reason: a short stable word.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Outlet:
    """Takes the payloads of one feed; its `drain` runs beside the feed.

    Args:
        delivery: applies the mapping and sends the rows.
        spool: keeps payloads while the bus is away.
        status: told what was delivered and what waits.
        door: takes dead letters of whole payloads.
        source: who is named in those.
        clock: the present, aware UTC.
        sleep: replaced by tests.
    """

    def __init__(
        self,
        delivery: DeliveryPort,
        spool: Spool,
        status: Status,
        door: Door,
        source: str,
        *,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._delivery = delivery
        self._spool = spool
        self._status = status
        self._door = door
        self._source = source
        self._clock = clock
        self._sleep = sleep
        self._filled = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._log = structlog.get_logger("feeds")
        if len(spool) or spool.lost.payloads:
            self._filled.set()
        status.spooled(len(spool))

    async def take(self, payload: bytes, *, origin: str, content_type: str = "") -> bool:
        """Deliver a payload, or keep it while the bus is away (or older ones still wait).

        Returns:
            Whether it was delivered and something of it could be used; else the status says what happened.
        """
        item = Spooled(self._clock(), origin, content_type, payload)
        async with self._one_at_a_time:
            if not len(self._spool) and not self._spool.lost.payloads:
                try:
                    return await self._deliver(item)
                except BusUnavailableError:
                    pass  # kept below; the drain finds out when the bus is back
            self._keep(item)
            return False

    async def send(self, payload: BinaryIO, *, origin: str, content_type: str = "") -> Counted:
        """Deliver a payload that its sender keeps until we are done, such as a file; nothing is spooled.

        Raises:
            BusUnavailableError: when the bus is away; send the whole payload again, which changes nothing.
            UnusableError: when nothing of it could be used; the dead letters say so already.
        """
        tally = await self._delivery.send(payload, self._clock(), origin=origin, content_type=content_type)
        self._status.counted(tally)
        why = _unusable(tally)
        if why:
            raise UnusableError(why, f"not one of its {tally.rows} records could be used ({why})")
        return tally

    async def refuse(self, reason: str, message: str, *, origin: str, excerpt: str = "") -> None:
        """Keep a dead letter of a whole payload.

        Raises:
            BusUnavailableError: when the bus is away.
        """
        letter = DeadLetter(
            "row", reason, message, "", self._source, self._clock(), excerpt[:PAYLOAD_CHARACTERS], origin[:500]
        )
        await self._door.refuse([letter])
        self._status.turned_away()

    async def drain(self) -> None:
        """Deliver what is spooled, oldest first, whenever there is something; runs until cancelled."""
        backoff = Backoff()
        while True:
            await self._filled.wait()
            try:
                await self._tell_lost()
                item = self._spool.oldest()
                if item is None and self._spool.lost.payloads:
                    continue  # found damaged just now: told in the next round
                if item is None:
                    self._filled.clear()
                    self._status.spooled(0)
                    if self._status.facts.state == "waiting":
                        self._status.good()
                    self._log.info("spool drained")
                    continue
                await self._deliver(item)
            except BusUnavailableError:
                await self._sleep(backoff.pause_s())
                continue
            self._spool.strike()
            self._status.spooled(len(self._spool))
            backoff.reset()

    def close(self) -> None:
        """Close the spool; what it holds stays on disk."""
        self._spool.close()

    def _keep(self, item: Spooled) -> None:
        if not self._filled.is_set():
            self._log.warning("bus away: payloads are spooled")
        self._spool.append(item)
        self._filled.set()
        waiting = len(self._spool)
        self._status.spooled(waiting)
        self._status.waiting(
            SourceError(
                f"Kênh dữ liệu nội bộ không trả lời; {waiting} gói đang chờ trên đĩa.",
                f"The bus does not answer; {waiting} payloads wait on disk.",
            )
        )

    async def _deliver(self, item: Spooled) -> bool:
        try:
            tally = await self._delivery.send(item.payload, item.at, origin=item.origin, content_type=item.content_type)
        except BusUnavailableError:
            raise
        except (FeedError, PlaceError) as error:
            await self.refuse(_reason(error), str(error), origin=item.origin, excerpt=_excerpt(item.payload))
            self._status.failed(
                SourceError(f"Gói dữ liệu nhận được không dùng được: {error}", f"The payload cannot be used: {error}")
            )
            return False
        self._status.counted(tally)
        why = _unusable(tally)
        if why:
            self._status.failed(
                SourceError(
                    f"Không bản ghi nào trong gói dữ liệu dùng được ({why}); xem danh sách bản ghi bị từ chối.",
                    f"Not one record of the payload could be used ({why}); see the refused records.",
                )
            )
        return not why

    async def _tell_lost(self) -> None:
        lost = self._spool.lost
        if not lost.payloads:
            return
        until = f"{lost.first_at:%Y-%m-%dT%H:%M:%SZ}–{lost.last_at:%Y-%m-%dT%H:%M:%SZ}" if lost.first_at else ""
        await self._door.refuse(
            [
                DeadLetter(
                    "row",
                    SPOOL_FULL,
                    f"{lost.payloads} payloads ({lost.bytes} bytes) taken {until} were given up: the bus was away for "
                    "longer than the spool could hold, or the disk failed",
                    "",
                    self._source,
                    self._clock(),
                    "",
                    "spool",
                )
            ]
        )
        self._status.turned_away(lost.payloads)
        self._spool.told()


def _unusable(tally: Counted) -> str:
    """Return the reason most records were refused for when not one was taken, else ""."""
    if tally.accepted or not (tally.refused_rows or tally.rejected):
        return ""
    return max(tally.reasons, key=lambda reason: tally.reasons[reason], default=UNUSABLE)


def _reason(error: Exception) -> str:
    return error.reason if isinstance(error, RefusedError) else UNUSABLE


def _excerpt(payload: bytes) -> str:
    return payload[: 4 * PAYLOAD_CHARACTERS].decode("utf-8", errors="replace")
