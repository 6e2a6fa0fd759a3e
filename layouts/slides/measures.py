"""A value with its unit as people write it; the same as `measure` of `assets/36-alerts.js`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from feeds.catalogue import METRICS
from layouts import formats
from layouts.facts import SHARES
from layouts.wording import say

UNIT_KEYS: Final[Mapping[str, str]] = {
    "xe": "unit.vehicles",
    "xe/giờ": "unit.vph",
    "xe/giờ/làn": "unit.vphl",
    "làn": "unit.lanes",
    "người": "unit.people",
    "tấn": "unit.tonnes",
    "hồ sơ": "unit.files",
    "trạm": "unit.sites",
    "bản ghi": "unit.records",
    "/giây": "unit.per_s",
    "cấp": "programme.unit.levels",
    "hệ thống": "programme.unit.systems",
    "nền tảng": "programme.unit.platforms",
}
"""Units that are Vietnamese words in the catalogue of metrics, to their wording keys."""
_METRICS: Final = {metric.name: metric for metric in METRICS}


def unit_word(unit: str, lang: str, count: str = "") -> str:
    """Return a unit in a language, as it stands behind a number that is written so."""
    return say(lang, UNIT_KEYS[unit], count=count) if unit in UNIT_KEYS else unit


def measure(value: float, metric: str, lang: str, unit: str | None = None) -> str:
    """Write a value with its unit: 1.604 xe, 9g 40, 87,8 %, 640 m.

    Args:
        value: the value.
        metric: what was measured; an unknown one has no unit.
        lang: language.
        unit: of the value where it is not the metric's own (a ratio of two metrics has none).
    """
    facts = _METRICS.get(metric)
    own = (facts.unit if facts else "") if unit is None else unit
    if own == "giây":
        return formats.duration(value, lang)
    if own == "%":
        return formats.percent(value, lang, facts.decimals if facts and facts.unit == "%" else 1)
    if own == "m":
        return formats.distance(value, lang)
    if own == "đồng":
        return formats.money(value, lang)
    if own == "" and metric in SHARES:
        return formats.percent(value * 100, lang, 0)
    decimals = facts.decimals if facts and own == facts.unit else 2
    text = formats.number(value, lang, 0 if float(value).is_integer() else decimals)
    return f"{text}{formats.NBSP}{unit_word(own, lang, text)}" if own else text
