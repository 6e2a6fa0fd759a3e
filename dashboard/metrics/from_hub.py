"""What the live hub of this web process says: its clients, its frames, and each source as the screens see it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.metrics.sheet import OTHER, Names, Sheet


def write_hub(sheet: Sheet, said: Mapping[str, Any], names: Names, now_ms: int) -> None:
    """Write what the hub's `health()` holds.

    Args:
        sheet: where to.
        said: the answer of `Hub.health`; what it lacks is left out.
        names: which sources have a label of their own.
        now_ms: the present, ms since the epoch.
    """
    sheet.set("lso_live_clients", said.get("clients"))
    sheet.set("lso_live_overflows_total", said.get("overflows"))
    sheet.set("lso_live_silent_total", said.get("silent_dropped"))
    sheet.set("lso_live_undecodable_entries_total", said.get("undecodable"))
    lag_ms = said.get("lag_ms")
    sheet.set("lso_live_lag_seconds", None if lag_ms is None else lag_ms / 1000)
    for kind, count in said.get("frames", {}).items():
        sheet.set("lso_live_frames_total", count, kind)
    for name, source in said.get("sources", {}).items():
        label = names.label(name)
        if label != OTHER:  # the age of several sources at once would mean nothing
            _write_source(sheet, label, source, now_ms)
    sheet.set("lso_sources_unlisted", len(names.left_out))


def _write_source(sheet: Sheet, label: str, source: Mapping[str, Any], now_ms: int) -> None:
    sheet.set("lso_source_simulated", bool(source.get("simulated")), label)
    sheet.set("lso_source_ended", bool(source.get("ended")), label)
    sheet.set("lso_source_readings_per_second", source.get("rate_per_s"), label)
    sheet.set("lso_source_delay_seconds", source.get("delay_s"), label)
    cadence_s, last_at = source.get("cadence_s"), source.get("last_at")
    sheet.set("lso_source_cadence_seconds", cadence_s, label)
    if last_at is None:
        return
    age_s = max(0.0, (now_ms - last_at) / 1000)
    sheet.set("lso_source_last_reading_time_seconds", last_at / 1000, label)
    sheet.set("lso_source_age_seconds", age_s, label)
    if cadence_s:
        sheet.set("lso_source_age_cadences", age_s / cadence_s, label)
