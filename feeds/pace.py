"""How fast the recorder stores: transactions, their time, their records, and how far each stream was dealt with."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

WINDOW_S: Final = 60.0
"""The slowest transaction is told over this long: a monitor that asks every fifteen seconds misses none."""
REMEMBERED: Final = 10_000


class Pace:
    """Counts what was stored; one task at a time stores, so nothing here is locked.

    Attributes:
        transactions: transactions that were committed.
        seconds: time they took in all.
        records: records in them, repeated ones too.
        positions: stream → time (ms since the epoch) of the last entry that was acknowledged.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.transactions = 0
        self.seconds = 0.0
        self.records = 0
        self.positions: dict[str, int] = {}
        self._clock = clock
        self._recent: deque[tuple[float, float]] = deque(maxlen=REMEMBERED)

    @contextmanager
    def transaction(self, records: int) -> Iterator[None]:
        """Measure one transaction; one that fails does not count."""
        began = self._clock()
        yield
        now = self._clock()
        self.transactions += 1
        self.seconds += now - began
        self.records += records
        self._recent.append((now, now - began))

    def reached(self, stream: str, entry_id: str) -> None:
        """Note that everything of a stream up to this entry was dealt with."""
        self.positions[stream] = entry_ms(entry_id)

    def slowest_s(self) -> float:
        """Return the time of the slowest transaction of the last minute, 0 when there was none."""
        now = self._clock()
        while self._recent and now - self._recent[0][0] > WINDOW_S:
            self._recent.popleft()
        return max((seconds for _, seconds in self._recent), default=0.0)


def entry_ms(entry_id: str) -> int:
    """Return when an entry came, ms since the epoch: the first half of its id. 0 for an id that is none."""
    milliseconds = entry_id.partition("-")[0]
    return int(milliseconds) if milliseconds.isascii() and milliseconds.isdigit() else 0
