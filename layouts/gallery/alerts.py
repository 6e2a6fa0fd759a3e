"""Alerts of the invented day, as the desk tells them."""

from __future__ import annotations

from typing import Any

from layouts.gallery.sample import AT_MS, SOURCE
from layouts.view import TRAFFIC_GATES


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
