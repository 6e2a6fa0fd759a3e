"""Whether what a moment shows is simulated: all of it, part of it, or nothing. Pure.

`assets/34-sources.js` judges the live screens by the same rule; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from layouts.slides.model import Simulated


def simulation_of(topics: Mapping[str, Any]) -> Simulated:
    """Return what is to be marked of these topics; any simulated figure counts, whatever the feeds say."""
    feeds: Mapping[str, Any] = topics.get("feeds") or {}
    gates: Mapping[str, Any] = (topics.get("gates") or {}).get("gates") or {}
    sources = [
        source
        for source in (feeds.get("sources") or {}).values()
        if source and source.get("last_at") and not source.get("ended")
    ]
    cells = [gate["queue"] for gate in gates.values() if gate and gate.get("queue")]
    if feeds.get("simulated") is not True and not any(cell.get("sim") for cell in cells):
        return "none"
    real = any(not source.get("simulated") for source in sources) or any(not cell.get("sim") for cell in cells)
    return "partly" if real else "all"


def scenario_of(feeds: Mapping[str, Any], lang: str) -> str:
    """Return the name of the scenario that is played, "" for the ordinary province."""
    name = feeds.get("scenario") or ""
    if name in ("", "normal"):
        return ""
    first, second = ("scenario_vi", "scenario_en") if lang == "vi" else ("scenario_en", "scenario_vi")
    return str(feeds.get(first) or feeds.get(second) or name)
