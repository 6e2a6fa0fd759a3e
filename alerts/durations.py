"""Durations as Prometheus writes them: `90s`, `5m`, `1h30m`, `1d`."""

from __future__ import annotations

import re
from typing import Final

UNITS_MS: Final = {
    "y": 365 * 86_400_000,
    "w": 7 * 86_400_000,
    "d": 86_400_000,
    "h": 3_600_000,
    "m": 60_000,
    "s": 1_000,
    "ms": 1,
}
"""Source: Prometheus, model.ParseDuration: a year has 365 days, units fall from left to right."""
_DURATION: Final = re.compile("".join(rf"(?:(\d+){unit})?" for unit in UNITS_MS), re.ASCII)
LONGEST_S: Final = 365 * 86_400.0


def parse_duration_s(text: str) -> float:
    """Return a duration in seconds; `0` needs no unit.

    Raises:
        ValueError: when it is not a duration, or longer than a year.
    """
    if text == "0":
        return 0.0
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"{text!r} is not a duration; write it like 90s, 5m, 1h30m or 1d")
    total_ms = sum(
        int(count) * factor for count, factor in zip(match.groups(), UNITS_MS.values(), strict=True) if count
    )
    if total_ms / 1000 > LONGEST_S:
        raise ValueError(f"{text!r} is longer than a year; no alert waits that long")
    return total_ms / 1000
