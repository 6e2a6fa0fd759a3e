"""Targets of the programme in the invented day, one of each standing."""

from __future__ import annotations

from typing import Any

from layouts.gallery.sample import cell


def targets() -> dict[str, Any]:
    """Return the targets by key."""
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
