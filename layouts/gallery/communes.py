"""Public services and the mobile network of the invented day, in the province and by commune."""

from __future__ import annotations

from typing import Any, Final

from layouts.gallery.sample import AT_MS, SOURCE, cell

COMMUNES: Final = (
    ("commune.sample-1", "Xã Mẫu Một", "Sample commune one"),
    ("commune.sample-2", "Xã Mẫu Hai", "Sample commune two"),
    ("commune.sample-3", "Phường Mẫu Ba", "Sample ward three"),
    ("commune.sample-4", "Xã Mẫu Bốn", "Sample commune four"),
)


def services() -> dict[str, Any]:
    """Return the topic `services`."""
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


def network() -> dict[str, Any]:
    """Return the topic `network`: nothing silent, nothing lost."""
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


def outage() -> dict[str, Any]:
    """Return what the topic `network` has besides while sites are silent: which ones, and the area without signal."""
    sites = [(21.86, 106.38), (21.87, 106.42), (21.84, 106.41), (21.62, 106.9)]
    return {
        "silent": {
            f"site.sample-{at}": {
                "id": f"site.sample-{at}", "lat": lat, "lon": lon, "commune": COMMUNES[at // 3][0],
                "since": AT_MS - 1_500_000,
            }
            for at, (lat, lon) in enumerate(sites)
        },
        "lost": {
            "technology": "4g", "grid": [106.0, 21.2, 0.0025], "population": 3_920, "area_km2": 41.3,
            "cells": [part for row in range(252, 276) for part in (row, 140 + abs(row - 264), 40 - 2 * abs(row - 264))],
            "stretches": [], "at": AT_MS - 40_000, "src": SOURCE, "sim": True,
        },
    }  # fmt: skip
