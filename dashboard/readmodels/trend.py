"""The trend of one figure: the last 24 hours in five-minute buckets, with the 24 hours before at the same clock time.

What real sources said and what simulators said are kept apart, and a trend shows only the kind that the figure shows
now: a simulated yesterday behind a real today would pass for real. A bucket holds the last value seen in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

STEP_S: Final = 300
BUCKETS: Final = 86_400 // STEP_S
CARRIED_BUCKETS: Final = 3
"""Empty buckets behind the newest value that still show it: a longer silence up to now is a gap in the line."""
KEPT_BUCKETS: Final = 2
"""Buckets behind the present whose readings may still be on their way into history: five to ten minutes."""
BRIDGED_BUCKETS: Final = 12
"""Empty buckets between two values that show the earlier one: a history that was filled afterwards tells changes only,
and each figure once an hour at the least."""


class Trend:
    """48 hours of one figure, real and simulated apart."""

    def __init__(self) -> None:
        # Bucket number → (instant, value) of the newest point in it; by kind, False real, True simulated.
        self._buckets: dict[bool, dict[int, tuple[float, float | None]]] = {False: {}, True: {}}
        self._newest = {False: -1, True: -1}

    def add(self, at: datetime, value: float | None, *, simulated: bool) -> int:
        """Take one value in and return the number of its bucket; an older one in the same bucket changes nothing."""
        at_s = at.timestamp()
        bucket = int(at_s // STEP_S)
        buckets = self._buckets[simulated]
        held = buckets.get(bucket)
        if held is None or at_s >= held[0]:
            buckets[bucket] = (at_s, value)
            self._newest[simulated] = max(self._newest[simulated], bucket)
        return bucket

    def load(self, points: Iterable[tuple[datetime, float | None]], *, simulated: bool) -> None:
        """Take points of history in; in each bucket the newest point wins, whether it was loaded or seen live."""
        for at, value in points:
            self.add(at, value, simulated=simulated)

    def drop(self, start: datetime, end: datetime) -> None:
        """Drop what lies in a stretch that is about to be loaded anew.

        Its newest buckets stay: they may be newer than what history has recorded.
        """
        first, last = bucket_of(start), bucket_of(end) - KEPT_BUCKETS
        for simulated, buckets in self._buckets.items():
            self._buckets[simulated] = {bucket: held for bucket, held in buckets.items() if not first <= bucket <= last}

    def forget(self, now: datetime) -> None:
        """Drop what lies before the two days shown."""
        oldest = bucket_of(now) - 2 * BUCKETS - BRIDGED_BUCKETS
        for simulated, buckets in self._buckets.items():
            if buckets and min(buckets) < oldest:
                self._buckets[simulated] = {bucket: held for bucket, held in buckets.items() if bucket >= oldest}

    def at(self, bucket: int, *, simulated: bool) -> float | None:
        """Return the value in a bucket, or the one before it where the silence is short; None where there is none."""
        buckets = self._buckets[simulated]
        reach = BRIDGED_BUCKETS if bucket <= self._newest[simulated] else CARRIED_BUCKETS
        for candidate in range(bucket, bucket - reach - 1, -1):
            held = buckets.get(candidate)
            if held is not None:
                return held[1]
        return None

    def interpolated(self, bucket: int, *, simulated: bool) -> float | None:
        """Return the value in a bucket of a count that grows through the day, on the line between its neighbours.

        A count that was told at eight and at nine stood halfway at half past; one that fell began anew at midnight,
        and is as it was before.
        """
        buckets = self._buckets[simulated]
        before = next((one for one in range(bucket, bucket - BRIDGED_BUCKETS - 1, -1) if one in buckets), None)
        after = next((one for one in range(bucket, bucket + BRIDGED_BUCKETS + 1) if one in buckets), None)
        if before is None or after is None or before == after:
            return self.at(bucket, simulated=simulated)
        low, high = buckets[before][1], buckets[after][1]
        if low is None or high is None or high < low:
            return low
        return low + (high - low) * (bucket - before) / (after - before)

    def yesterday(self, now: datetime, *, simulated: bool) -> float | None:
        """Return the value at the same clock time yesterday."""
        return self.at(bucket_of(now) - BUCKETS, simulated=simulated)

    def shown(
        self,
        now: datetime,
        *,
        simulated: bool,
        threshold: float | None,
        usual: Callable[[int, int], list[float | None] | None] | None = None,
    ) -> dict[str, Any]:
        """Return the trend as screens get it: `{"start", "step_s", "today", "yesterday", "usual", "threshold"}`.

        The last bucket of `today` is the one that holds `now`. `usual` tells what is usual in the buckets first to
        last, None where nobody knows.
        """
        last = bucket_of(now)
        first = last - BUCKETS + 1
        return {
            "start": first * STEP_S * 1000,
            "step_s": STEP_S,
            "today": [self.at(bucket, simulated=simulated) for bucket in range(first, last + 1)],
            "yesterday": [
                self.at(bucket, simulated=simulated) for bucket in range(first - BUCKETS, last - BUCKETS + 1)
            ],
            "usual": usual(first, last) if usual else None,
            "threshold": threshold,
        }


def bucket_of(at: datetime) -> int:
    """Return the number of the bucket that holds an instant."""
    return int(at.timestamp() // STEP_S)
