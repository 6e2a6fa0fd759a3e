"""How much of the last 24 hours a system answered: five-minute buckets of what probes said, real and simulated apart.

A bucket is up when the last check in it was. Nothing is said until half of the hours have a check: a system that has
been watched for ten minutes has no availability of a day. Pure.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

STEP_S: Final = 300
BUCKETS: Final = 86_400 // STEP_S
HOUR_BUCKETS: Final = 3_600 // STEP_S
HOURS_NEEDED: Final = 12
"""Of the last 24: below it the day is not known. Assumption of ours."""


class Availability:
    """The last day of one system."""

    def __init__(self) -> None:
        self._buckets: dict[bool, dict[int, tuple[float, float]]] = {False: {}, True: {}}

    def add(self, at: datetime, up: float, *, simulated: bool) -> None:
        """Take one check in; an older one in the same bucket changes nothing."""
        at_s = at.timestamp()
        buckets = self._buckets[simulated]
        bucket = int(at_s // STEP_S)
        held = buckets.get(bucket)
        if held is None or at_s >= held[0]:
            buckets[bucket] = (at_s, up)
            if len(buckets) > 2 * BUCKETS:
                for old in sorted(buckets)[:-BUCKETS]:
                    del buckets[old]

    def percent(self, now: datetime, *, simulated: bool) -> float | None:
        """Return the share of checked buckets of the last 24 hours that were up, in percent; None where too few are."""
        last = int(now.timestamp() // STEP_S)
        buckets = self._buckets[simulated]
        seen = {bucket: up for bucket, (_, up) in buckets.items() if last - BUCKETS < bucket <= last}
        if len({bucket // HOUR_BUCKETS for bucket in seen}) < HOURS_NEEDED:
            return None
        return round(100 * sum(seen.values()) / len(seen), 2)
