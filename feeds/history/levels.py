"""The resolutions at which a series is kept, finest first: raw, minutes, hours. Pure.

How long each is kept follows the metric's retention class. Source: issue 2, "history".
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import Table

from feeds.catalogue import Retention
from feeds.history import tables
from feeds.history.instants import DAY_US, HOUR_US, MINUTE_US


class Level(NamedTuple):
    """One resolution: its table and the width of its buckets; raw readings have width 0."""

    table: Table
    width_us: int


RAW: Final = Level(tables.raw, 0)
MINUTE: Final = Level(tables.rollup_1m, MINUTE_US)
HOUR: Final = Level(tables.rollup_1h, HOUR_US)

LEVELS: Final[dict[Retention, tuple[Level, ...]]] = {"standard": (RAW, MINUTE, HOUR), "site": (RAW, HOUR)}
"""A single site has no minutes: it reports every few minutes, so they would only repeat the raw readings."""

RAW_KEPT_US: Final[dict[Retention, int]] = {"standard": 30 * DAY_US, "site": 2 * DAY_US}
"""How long raw readings are kept, counted from the later of observation and reception."""
HOURS_KEPT_US: Final[dict[Retention, int | None]] = {"standard": None, "site": 30 * DAY_US}
"""How long hours are kept; None is for good, and so are the minutes of the standard class."""
