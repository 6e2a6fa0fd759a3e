"""A carousel: many things reported in turn, each once a period, evenly spread over it.

The instants are fixed by period and number alone, so that any span of time can be asked again and gives the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from math import floor
from typing import Generic, TypeVar

from feeds.validation import RawReading

Item = TypeVar("Item")


class Carousel(Generic[Item]):
    """Reports items in turn.

    Args:
        period_s: each item is reported once in it.
        items: what is reported, in the order of their turns.
        report: gives an item's readings at an instant.
    """

    def __init__(
        self, period_s: float, items: Sequence[Item], report: Callable[[Item, datetime], list[RawReading]]
    ) -> None:
        self._step_s = period_s / max(1, len(items))
        self._items = items
        self._report = report

    def between(self, after_s: float, until_s: float) -> Iterator[RawReading]:
        """Yield the readings whose turns lie in (after, until], in time order."""
        if not self._items:
            return
        first, last = floor(after_s / self._step_s) + 1, floor(until_s / self._step_s)
        for turn in range(first, last + 1):
            # Down to the millisecond, never up, so that no reading lies after the instant it was asked for.
            at = datetime.fromtimestamp(floor(turn * self._step_s * 1_000) / 1_000, UTC)
            yield from self._report(self._items[turn % len(self._items)], at)
