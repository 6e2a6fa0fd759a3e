"""An invented day at one fixed instant, as the live topics would carry it.

Fixed, so that two looks at the gallery differ only where a component changed. Every figure is of the source `sample`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from layouts.view import TRAFFIC_GATES

AT_MS: Final = int(datetime(2026, 1, 15, 3, 20, tzinfo=UTC).timestamp() * 1000)
"""The gallery's clock stands here: 10:20 in Hanoi."""
CADENCE_S: Final = 300
SOURCE: Final = "sample"
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
COMMUNES: Final = (
    ("commune.sample-1", "Xã Mẫu Một", "Sample commune one"),
    ("commune.sample-2", "Xã Mẫu Hai", "Sample commune two"),
    ("commune.sample-3", "Phường Mẫu Ba", "Sample ward three"),
    ("commune.sample-4", "Xã Mẫu Bốn", "Sample commune four"),
)

Topics = dict[str, Any]


def cell(value: float | None, *, age_s: float = 20, quality: str = "good", **more: object) -> dict[str, Any]:
    """Return a figure of the sample as the hub sends one."""
    at = AT_MS - int(age_s * 1000)
    return {"v": value, "at": at, "src": SOURCE, "q": quality, "sim": True, "cad": CADENCE_S, **more}


def day() -> Topics:
    """Return every topic of a quiet day, built anew at each call."""
    return {
        "gates": {
            "gates": {gate.id: _gate(order) for order, gate in enumerate(TRAFFIC_GATES)},
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
        "services": _services(),
        "network": _network(),
        "programme": {"targets": _targets(), "groups": []},
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


def alert(name: str, priority: str, gate: str, *, minutes: int = 25, **more: object) -> dict[str, Any]:
    """Return an alert of the sample about a gate's queue."""
    at = AT_MS - minutes * 60_000
    known = {each.id: each for each in TRAFFIC_GATES}[gate]
    return {
        "id": name,
        "rule": "sample",
        "priority": priority,
        "state": "UNACK",
        "place": gate,
        "gate": gate,
        "metric": "queue_length_vehicles",
        "dims": {"queue": "physical"},
        "labels": {},
        "value": 1_604,
        "threshold": 1_150,
        "unit": "xe",
        "started_at": at,
        "updated_at": at,
        "ended_at": None,
        "summary_vi": f"{known.name_vi}: 1.604 xe chờ, quá ngưỡng 1.150 xe",
        "summary_en": f"{known.name_en}: 1,604 vehicles waiting, over the limit of 1,150",
        "short_vi": "Kiểm dịch",
        "short_en": "Quarantine",
        "cause_vi": "Xe đến dồn từ sáng (mẫu).",
        "cause_en": "Arrivals since the morning (sample).",
        "consequence_vi": "Bãi đầy trong ba giờ (mẫu).",
        "consequence_en": "Yards fill within three hours (sample).",
        "response_vi": "Mở thêm hai làn kiểm dịch (mẫu).",
        "response_en": "Open two more quarantine lanes (sample).",
        "owner_vi": "Ban quản lý cửa khẩu",
        "owner_en": "Gate authority",
        "time_to_respond_s": 900,
        "source": SOURCE,
        "simulated": True,
        "reason": "held-for",
        "acked_by": None,
        "acked_at": None,
        "note": None,
        "version": 1,
        **more,
    }


def counts(items: dict[str, Any]) -> dict[str, dict[str, int]]:
    """Return how many alerts of each priority there are, as the topic tells it."""
    found = {name: {"total": 0, "unack": 0} for name in ("critical", "high", "medium", "low")}
    for each in items.values():
        found[each["priority"]]["total"] += 1
        found[each["priority"]]["unack"] += each["state"] == "UNACK"
    return found


def _gate(order: int) -> dict[str, Any]:
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


def _services() -> dict[str, Any]:
    figures = (0.991, 0.974, 0.932, 0.871)
    return {
        "province": {
            "on_time_rate": cell(0.967),
            "online_rate": cell(0.884),
            "received": cell(1_284),
            "settled": cell(1_190),
            "overdue": cell(38),
            "open": cell(412),
        },
        "communes": {
            key: {
                "id": key,
                "name_vi": vi,
                "name_en": en,
                "on_time_rate": cell(rate),
                "online_rate": cell(rate - 0.08),
                "received": cell(40 + 9 * at),
                "settled": cell(36 + 8 * at),
                "open": cell(12 + at),
                "overdue": cell(2 * at),
            }
            for at, ((key, vi, en), rate) in enumerate(zip(COMMUNES, figures, strict=True))
        },
    }


def _network() -> dict[str, Any]:
    return {
        "province": {
            "on_air": cell(2_806),
            "expected": cell(2_818, quality="estimated"),
            "coverage_4g": cell(98.4),
            "coverage_5g": cell(41.2),
            "coverage_5g_key": cell(87.5),
            "availability": cell(99.42),
        },
        "technologies": {},
        "communes": {
            key: {
                "on_air": cell(38 - at),
                "expected": cell(39),
                "availability": cell(99.6 - at),
                "coverage_4g": cell(98.2 - 3 * at),
                "coverage_5g": cell(40.5),
            }
            for at, (key, _, _) in enumerate(COMMUNES)
        },
        "silent": {},
        "systems": {
            "sample-office": {
                "key": "sample-office",
                "order": 1,
                "name_vi": "Hệ thống văn bản (mẫu)",
                "name_en": "Document system (sample)",
                "owner_vi": "Văn phòng UBND tỉnh",
                "owner_en": "Provincial office",
                "up": cell(1),
                "latency_ms": cell(84),
                "availability_24h_pct": 99.9,
                "rooms_up": None,
                "rooms": None,
            }
        },
        "lost": None,
    }


def _targets() -> dict[str, Any]:
    states = (("far_behind", 41.5), ("behind", 72.0), ("on_path", 84.3), ("reached", 100.0))
    return {
        f"sample-{at}": {
            "key": f"sample-{at}",
            "order": at,
            "group": "sample",
            "name_vi": f"Chỉ tiêu mẫu {at}: hồ sơ công việc xử lý trên môi trường mạng",
            "name_en": f"Sample target {at}: work files handled online",
            "unit": "%",
            "decimals": 1,
            "tier": "province",
            "better": "up",
            "base": {"year": 2025, "value": 40.0, "source_vi": "", "source_en": "", "date": "2025"},
            "aims": [{"year": 2030, "value": 100.0}],
            "aim": {"year": 2030, "value": 100.0},
            "lowest": 0,
            "highest": 100,
            "days_left": 1_811,
            "missed": [],
            "known": None,
            "valid_to": None,
            "owner_vi": "Cơ quan mẫu",
            "owner_en": "Sample agency",
            "document_vi": "",
            "document_en": "",
            "cell": cell(value),
            "basis": "feed",
            "entered_by": "",
            "entered_at": None,
            "path_now": 78.0,
            "gap": round(100 - value, 1),
            "needed_per_day": round((100 - value) / 1_811, 4),
            "state": state,
            "tiers": None,
            "communes": None,
            "districts": None,
        }
        for at, (state, value) in enumerate(states, start=1)
    }
