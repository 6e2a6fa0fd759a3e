"""What the scripts have to know of the metrics: names in both languages, unit, decimals, and whether it is a share."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from feeds.catalogue import METRICS
from layouts.view import View

SHARES: Final = frozenset({"online_rate", "on_time_rate", "other_side_rate_ratio", "utilisation"})
"""Metrics of 0 to 1 that people read in percent."""


def metric_facts() -> dict[str, dict[str, Any]]:
    """Return the facts by metric name; JSON values only."""
    return {
        metric.name: {
            "name_vi": metric.name_vi,
            "name_en": metric.name_en,
            "unit": metric.unit,
            "decimals": metric.decimals,
            "share": metric.name in SHARES,
        }
        for metric in METRICS
    }


def with_metrics(view: View) -> View:
    """Return the view with the facts of all metrics among its facts, under `metrics`."""
    return dataclasses.replace(view, facts={**view.facts, "metrics": metric_facts()})
