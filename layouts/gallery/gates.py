"""The gates of the invented day: queue, steps, trend."""

from __future__ import annotations

from typing import Any, Final

from layouts.gallery.sample import AT_MS, cell
from layouts.view import TRAFFIC_GATES

STEPS: Final = (
    "declaration",
    "transport",
    "flow_control",
    "medical_check",
    "vehicle_inspection",
    "quarantine",
    "transshipment",
    "fee_collection",
)
TREND_POINTS: Final = 48


def gate(order: int) -> dict[str, Any]:
    """Return the gate that stands at this place of the order."""
    view = TRAFFIC_GATES[order]
    queue = (146, 262, 41, 58, 12)[order]
    rows = [
        {
            "step": step,
            "queue": cell(max(1, queue * share // 100)),
            "median": cell(60.0 * (3 + share)),
            "p90": cell(60.0 * (6 + 2 * share)),
        }
        for step, share in zip(STEPS, (6, 9, 14, 5, 12, 31, 17, 6), strict=True)
    ]
    shape = [queue * (70 + 30 * abs((at % 24) - 12) // 12) // 100 for at in range(TREND_POINTS)]
    return {
        "id": view.id,
        "name_vi": view.name_vi,
        "name_en": view.name_en,
        "markers": view.markers,
        "mode": view.mode,
        "order": order,
        "lat": (22.014, 21.971, 21.758, 22.001, 21.951)[order],
        "lon": (106.696, 106.711, 106.961, 106.672, 106.699)[order],
        "opens": "07:00",
        "closes": "20:00",
        "open": True,
        "queue": cell(queue),
        "queue_export": cell(queue * 2 // 3),
        "queue_import": cell(queue - queue * 2 // 3),
        "queue_yesterday": queue + 18,
        "clearance_median": cell(5_400),
        "clearance_p90": cell(12_600),
        "throughput": cell(38),
        "throughput_export": cell(17),
        "throughput_import": cell(21),
        "arrivals": cell(40),
        "lanes_open": cell(6),
        "lanes_max": cell(8),
        "other_side": cell(1.0),
        "status": cell(1),
        "extent_m": cell(0),
        "extent_line": None,
        "extent_error": None,
        "road": "QL4A",
        "yard_places": 1_150,
        "priority": None,
        "alert": None,
        "steps": {"export": rows, "import": []},
        "direction": "export",
        "bottleneck": None,
        "trend": {
            "start": AT_MS - 86_400_000,
            "step_s": 1_800,
            "today": shape,
            "yesterday": [value + 14 for value in shape],
            "usual": [value + 6 for value in shape],
            "threshold": 1_150,
        },
    }
