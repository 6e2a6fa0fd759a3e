"""Instants as whole microseconds since 1970, the form in which SQL keeps them.

Integers compare, subtract and round the same way in SQLite, PostgreSQL and Python; SQLite has no time type, and a
text would lose to both in size and speed. Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
HANOI_US: Final = 7 * HOUR_US
"""Hanoi is UTC+7 all year round."""


def to_us(instant: datetime) -> int:
    """Return an aware instant as microseconds since 1970, exactly."""
    delta = instant - EPOCH
    return (delta.days * 86_400 + delta.seconds) * SECOND_US + delta.microseconds


def from_us(instant_us: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant; the inverse of `to_us`."""
    return EPOCH + timedelta(microseconds=instant_us)


def hanoi_day(instant_us: int) -> int:
    """Return the day in Hanoi as days since 1970-01-01."""
    return (instant_us + HANOI_US) // DAY_US
