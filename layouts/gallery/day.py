"""An invented day at one fixed instant, as the live topics would carry it.

Fixed, so that two looks at the gallery differ only where a component changed. Every figure is of the source `sample`.
"""

from __future__ import annotations

from typing import Any

from layouts.gallery.alerts import counts
from layouts.gallery.communes import network, services
from layouts.gallery.gates import gate
from layouts.gallery.sample import AT_MS, CADENCE_S, SOURCE, Topics, cell
from layouts.gallery.targets import targets
from layouts.view import TRAFFIC_GATES


def day() -> Topics:
    """Return every topic of a quiet day, built anew at each call."""
    return {
        "gates": {
            "gates": {each.id: gate(order) for order, each in enumerate(TRAFFIC_GATES)},
            "focus": TRAFFIC_GATES[0].id,
            "today": {
                "vehicles_export": {"cell": cell(412), "yesterday": 398},
                "vehicles_import": {"cell": cell(536), "yesterday": 551},
                "passengers": {"cell": cell(3_120), "yesterday": 2_984},
                "goods_tonnes": {"cell": cell(18_640.5), "yesterday": 17_902.0},
                "fee_vnd": {"cell": cell(1_402_500_000), "yesterday": 1_377_000_000},
            },
            "today_by_gate": {},
            "crossings": {
                "sample-crossing": {
                    "id": "sample-crossing",
                    "name_vi": "Cửa khẩu mẫu",
                    "name_en": "Sample crossing",
                    "lat": 22.0,
                    "lon": 106.7,
                    "values": {
                        "queue_length_vehicles|vehicle_type=truck": cell(182),
                        "queue_length_vehicles|vehicle_type=car": cell(24),
                        "throughput_vph|vehicle_type=car": cell(31),
                    },
                }
            },
        },
        "services": services(),
        "network": network(),
        "programme": {"targets": targets(), "groups": []},
        "alerts": {"items": {}, "counts": counts({}), "notes": {}},
        "feeds": {
            "sources": {SOURCE: _source("Nguồn mẫu", "Sample source")},
            "processes": {},
            "progress": {},
            "simulated": True,
            "scenario": "",
            "bus": "up",
            "history": "up",
        },
    }


def _source(name_vi: str, name_en: str, **more: object) -> dict[str, Any]:
    return {
        "name_vi": name_vi,
        "name_en": name_en,
        "kind": "simulator",
        "cadence_s": CADENCE_S,
        "last_at": AT_MS - 20_000,
        "rate_per_s": 4.5,
        "refused": 3,
        "refused_today": {"unknown-place": 3},
        "delay_s": 1.4,
        "simulated": True,
        "ended": False,
        "detail": "",
        **more,
    }


def source(number: int, **more: object) -> dict[str, Any]:
    """Return a further source, for lists with too much in them."""
    return _source(f"Nguồn mẫu số {number} của Ban quản lý khu kinh tế cửa khẩu", f"Sample source {number}", **more)
