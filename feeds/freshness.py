"""How old is too old: the freshness of a reading, computed when it is looked at.

Pure: `now` is an argument. The same thresholds are applied in the browser by `layouts/assets`; a test keeps the two
equal.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final


class Freshness(StrEnum):
    """The four states of a reading's age."""

    LIVE = "live"
    LATE = "late"
    STALE = "stale"
    LOST = "lost"


LATE_FROM: Final = 1.5
STALE_FROM: Final = 3.0
LOST_FROM: Final = 10.0
"""Multiples of the cadence after which the next state begins. Source: design, §2."""


def age_s(observed_at: datetime, now: datetime) -> float:
    """Return the age in seconds; 0 for an instant that lies in the future."""
    return max(0.0, (now - observed_at).total_seconds())


def freshness_until(expires_at: datetime, now: datetime) -> Freshness:
    """Return the state of a manual entry: it is as good as new until it expires, then it is lost."""
    return Freshness.LIVE if now < expires_at else Freshness.LOST


def freshness_of(reading_age_s: float, cadence_s: float) -> Freshness:
    """Return the state of a reading of that age in a series of that cadence.

    An age of exactly 1.5, 3 or 10 cadences still belongs to the better state: a feed that is on time to the second
    is never called late.
    """
    if reading_age_s <= LATE_FROM * cadence_s:
        return Freshness.LIVE
    if reading_age_s <= STALE_FROM * cadence_s:
        return Freshness.LATE
    if reading_age_s <= LOST_FROM * cadence_s:
        return Freshness.STALE
    return Freshness.LOST
