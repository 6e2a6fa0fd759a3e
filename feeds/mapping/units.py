"""Named units of payloads, turned into the unit of the metric they are for.

Factors are exact by definition (SI, minutes, hours; bit rates in powers of ten). What this module does not do:
guess a unit from the name of a column.
"""

from __future__ import annotations

from typing import Final

UNITS: Final[dict[str, tuple[str, float]]] = {
    "ms": ("time", 0.001), "s": ("time", 1.0), "min": ("time", 60.0), "h": ("time", 3_600.0), "d": ("time", 86_400.0),
    "m": ("length", 1.0), "km": ("length", 1_000.0),
    "kg": ("mass", 0.001), "t": ("mass", 1.0), "kt": ("mass", 1_000.0),
    "ratio": ("share", 1.0), "pct": ("share", 0.01), "permille": ("share", 0.001),
    "bps": ("bitrate", 1e-6), "kbps": ("bitrate", 1e-3), "mbps": ("bitrate", 1.0), "gbps": ("bitrate", 1e3),
    "per_min": ("flow", 60.0), "per_h": ("flow", 1.0), "per_day": ("flow", 1 / 24),
    "vnd": ("money", 1.0), "thousand_vnd": ("money", 1e3), "million_vnd": ("money", 1e6), "billion_vnd": ("money", 1e9),
}  # fmt: skip
"""Unit → what it measures, and how many of that thing's base unit it is."""

_METRICS: Final[dict[str, tuple[str, float]]] = {
    "giây": ("time", 1.0), "m": ("length", 1.0), "tấn": ("mass", 1.0), "": ("share", 1.0), "%": ("share", 0.01),
    "Mbit/s": ("bitrate", 1.0), "xe/giờ": ("flow", 1.0), "xe/giờ/làn": ("flow", 1.0), "đồng": ("money", 1.0),
}  # fmt: skip
"""The units of the metric catalogue, likewise."""


def factor(unit: str, metric_unit: str) -> float:
    """Return by what a number in `unit` is multiplied to be in the metric's unit.

    Raises:
        ValueError: when there is no such unit, or it measures something else.
    """
    if unit not in UNITS:
        raise ValueError(f"{unit!r} is not a unit; expected one of {', '.join(UNITS)}")
    kind, size = UNITS[unit]
    metric_kind, metric_size = _METRICS.get(metric_unit, ("", 1.0))
    if kind != metric_kind:
        allowed = ", ".join(name for name, (other, _) in UNITS.items() if other == metric_kind) or "none"
        raise ValueError(f"{unit!r} cannot become {metric_unit or 'a share'!r}; units that can: {allowed}")
    return size / metric_size
