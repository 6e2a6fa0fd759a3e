"""What the twin is calibrated to: volumes, shares, times and capacities, each with its source.

Sources are the domain facts §2 (July 2025) unless a comment says assumption (A). Times are medians in seconds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

DAILY_MEAN: Final = 1_750.0
DAILY_SD_SHARE: Final = 0.12
"""Vehicles a day over all road gates, and the standard deviation of a day as a share of the mean."""

JULY_2025: Final[Mapping[str, tuple[int, int]]] = {
    "huu-nghi": (262, 608),
    "tan-thanh": (145, 438),
    "chi-ma": (41, 189),
    "coc-nam": (43, 33),
}
"""Vehicles a day, (export, import), by gate. Source: domain facts §2, July 2025 (H)."""
JULY_2025_TOTAL: Final = sum(sum(pair) for pair in JULY_2025.values())

ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "huu-nghi": ("huu-nghi.1116-1117", "huu-nghi.1119-1120"),
    "tan-thanh": ("tan-thanh.1090-1091", "tan-thanh.1088-2-1089"),
    "chi-ma": ("chi-ma.1223-1224",),
    "coc-nam": ("coc-nam.1104-1105",),
}
"""Routes that carry a gate's traffic; it is split by their lanes (A)."""

RAIL_ROUTE: Final = "dong-dang.rail"
RAIL_WAGONS_A_DAY: Final[Mapping[str, float]] = {"export": 25.0, "import": 32.5}
"""Wagons a day; import is 30–35. Source: facts of the gates, 2023."""

CV: Final = 0.6
SIGMA: Final = math.sqrt(math.log(1 + CV**2))
"""Shape of every log-normal service time: coefficient of variation 0.6 (A, domain facts §2)."""
MEAN_OF_MEDIAN: Final = math.exp(SIGMA**2 / 2)
"""Mean of a log-normal in units of its median: 1.166 at CV 0.6."""

MINUTE_S: Final = 60.0
HOUR_S: Final = 3_600.0

DECLARATION_S: Final = 4 * MINUTE_S
"""Platform declaration takes 2–5 min (H)."""
ON_THE_WAY_S: Final = 35 * MINUTE_S
ON_THE_WAY_MAX_S: Final = 8 * HOUR_S
"""From declared to arrived, the stay in the virtual queue (A: drivers declare from the road, half an hour away)."""
CALL_FORWARD_S: Final = 45 * MINUTE_S
FLOW_CONTROL_S: Final = 5 * MINUTE_S
MEDICAL_S: Final = 3 * MINUTE_S
VEHICLE_INSPECTION_S: Final = 6 * MINUTE_S
QUARANTINE_S: Final = 30 * MINUTE_S
QUARANTINE_PAPERS_S: Final = 2 * MINUTE_S
"""A vehicle that is not inspected by quarantine shows its papers (A)."""
TRANSSHIPMENT_S: Final = 60 * MINUTE_S
PHYSICAL_CHECK_S: Final = 90 * MINUTE_S
"""What a physical check adds to transshipment and goods inspection (A)."""
GOODS_CHECK_MAX_S: Final = 8 * HOUR_S
"""Customs' own limit for the goods check (H)."""
FEE_S: Final = 3 * MINUTE_S

QUARANTINED: Final[Mapping[str, float]] = {"fruit": 0.70, "other": 0.10, "new_vehicle": 0.0, "temporary_import": 0.05}
"""Share that quarantine inspects, by goods class: 70 % of fruit (domain facts §2), the rest A."""
LABORATORY_SHARE: Final = 0.015
LABORATORY_S: Final = (24 * HOUR_S, 72 * HOUR_S)
"""1–2 % of what quarantine inspects waits one to three days for a laboratory."""
PHYSICAL_CHECK_SHARE: Final = 0.15
REFUSED_SHARE: Final[Mapping[str, float]] = {"export": 0.005, "import": 0.001}
"""Share that quarantine turns back (A)."""

GOODS: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    "export": (("fruit", 0.77), ("other", 0.21), ("temporary_import", 0.02)),
    "import": (("other", 0.90), ("new_vehicle", 0.04), ("fruit", 0.03), ("temporary_import", 0.03)),
}
"""Goods classes by direction. Fruit is 71–83 % of exports (D); the rest A."""
TONNES: Final[Mapping[str, float]] = {"fruit": 18.0, "other": 14.6, "new_vehicle": 9.0, "temporary_import": 18.0}
TONNES_MAX: Final = 32.0
"""Mean load by class (A), so that 1,750 vehicles carry the published 25–30 kt a day; a truck holds at most 32 t."""
WAGON_TONNES: Final = 42.0
FEE_MEDIAN_VND: Final = 1_215_000.0
FEE_SIGMA: Final = 0.72
FEE_BOUNDS_VND: Final = (100_000, 5_000_000)
"""Fees are 0.1–5 M VND, 1.53 M on average (H); a log-normal cut to those bounds has that mean (D)."""

STAY_SHARE: Final = 0.92
STAY_SHAPE: Final = 1.6
STAY_MEAN_S: Final = 17.5 * HOUR_S
"""Exports that wait in a yard by choice after the clearance decision, and for how long (gamma; D: fitted so that the
stock at 20:00 is the published 370–500; see decision 010)."""

EXPORT_ARRIVALS: Final = (
    1.0, 1.0, 1.5, 2.5, 4.5, 7.5, 11.0,
    11.5, 10.5, 9.0, 4.5, 3.5, 3.0, 4.0, 8.0, 7.0, 2.5, 1.5, 1.0, 0.5,
    1.5, 1.5, 1.5, 1.5,
)  # fmt: skip
"""Share of a day's export arrivals by Hanoi hour, in percent: 35 % from 20 to 07, mostly towards the opening (A),
a peak at 07–10 and a second at 14–16 (domain facts §2)."""
IMPORT_ARRIVALS: Final = (
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0, 4.0, 7.0, 10.0, 12.0, 12.0, 12.0, 12.0, 12.0, 12.0, 4.5, 2.0, 0.5,
    0.0, 0.0, 0.0, 0.0,
)  # fmt: skip
"""Share of a day's import arrivals by Hanoi hour: a ramp from 8 to 11, flat to 17, a tail to 20."""

BAY_LOAD: Final = 0.65
"""Mean share of the goods-inspection bays in use on a normal day (A); 1 ÷ this is the Chinese side's head-room."""
BOOTH_LOAD: Final = 0.55
"""Mean share of the vehicle-inspection booths in use on a normal day (A)."""
INSIDE_PER_BAY: Final = 1.9
"""Vehicles that flow control lets inside per bay (A): the bays and as many again in the steps before them."""
OVERTIME_S: Final = 2 * HOUR_S
"""How long after the close officers go on with vehicles that are already inside (A); what is not finished then is
set aside until the opening. Nothing passes the gate meanwhile."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """Servers of one route in one direction.

    Attributes:
        booths: vehicle-inspection booths.
        bays: places of transshipment and goods inspection.
        inside: vehicles that may be between flow control and the clearance decision.
    """

    booths: int
    bays: int
    inside: int


def capacity_for(vehicles_a_day: float, open_s: float) -> Capacity:
    """Return the servers that a route needs for its normal day at the stated loads.

    Source: D: offered load (arrivals × mean service time ÷ hours) ÷ mean share in use.
    """
    per_second = vehicles_a_day / open_s
    goods_s = MEAN_OF_MEDIAN * (TRANSSHIPMENT_S + PHYSICAL_CHECK_SHARE * PHYSICAL_CHECK_S)
    bays = max(2, math.ceil(per_second * goods_s / BAY_LOAD))
    booths = max(1, math.ceil(per_second * VEHICLE_INSPECTION_S * MEAN_OF_MEDIAN / BOOTH_LOAD))
    return Capacity(booths, bays, math.ceil(bays * INSIDE_PER_BAY))
