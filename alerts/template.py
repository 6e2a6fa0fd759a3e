"""Texts of a rule with places for values: `{{ $value }}`, `{{ $labels.place | name }}`.

A text knows the value, the labels, the threshold and the names of the place and its gate, and nothing else: there is
no arithmetic and no condition, so that a text can be checked before it is ever shown. Numbers and known words are
written as the text's language has them: 1.604 and 1,604. Pure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from alerts.errors import TemplateError

LANGUAGES: Final = ("vi", "en")
FILTERS: Final = ("humanize", "humanizePercentage", "humanizeDuration", "humanizeDistance", "name")
"""The first three are Prometheus' own names; `humanizeDistance` is for metres; `name` writes a label's value as people
say it."""
NAMES: Final = ("$value", "$threshold", "$place", "$gate", "$stretch")
FIXED_LABELS: Final = ("place", "gate", "kind", "source", "metric")

_ACTION: Final = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_BODY: Final = re.compile(r"\s*(\$[a-z]+(?:\.[A-Za-z_][A-Za-z0-9_]*)?)\s*(?:\|\s*([A-Za-z_]+)\s*)?")

WORDS: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "direction": {"export": ("xuất khẩu", "export"), "import": ("nhập khẩu", "import")},
    "queue": {"physical": ("thực tế", "physical"), "virtual": ("đã khai báo, chưa đến", "declared, not yet arrived")},
    "stat": {"median": ("trung vị", "median"), "p90": ("phân vị 90", "90th percentile")},
    "technology": {"2g": ("2G", "2G"), "3g": ("3G", "3G"), "4g": ("4G", "4G"), "5g": ("5G", "5G")},
    "tier": {
        "province": ("cấp tỉnh", "province"),
        "commune": ("cấp xã", "commune"),
        "district": ("cấp huyện", "district"),
    },
    "goods_class": {
        "fruit": ("trái cây", "fruit"),
        "other": ("hàng khác", "other goods"),
        "new_vehicle": ("xe mới", "new vehicles"),
        "temporary_import": ("tạm nhập", "temporary import"),
    },
    "step": {
        "declaration": ("khai báo", "declaration"),
        "transport": ("vận chuyển hàng", "transport of goods"),
        "flow_control": ("điều tiết xe", "flow control"),
        "medical_check": ("kiểm tra y tế", "medical check"),
        "vehicle_inspection": ("kiểm tra phương tiện", "vehicle inspection"),
        "quarantine": ("kiểm dịch", "quarantine"),
        "transshipment": ("sang tải, kiểm hàng", "transshipment"),
        "fee_collection": ("thu phí", "fee collection"),
    },
}
"""Values of dims as people say them, (Vietnamese, English); other values are shown as they are."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a text may speak of.

    Attributes:
        value: what was measured; None where there is no value.
        threshold: the number it is compared with.
        labels: the labels of the sample.
        place_names: (Vietnamese, English) name of the place.
        gate_names: likewise of its gate; empty texts where there is none.
        decimals: digits after the decimal sign of a plain number.
        stretch: (Vietnamese, English) kilometres of the road concerned; empty texts where there are none.
    """

    value: float | None
    threshold: float | None
    labels: Mapping[str, str]
    place_names: tuple[str, str]
    gate_names: tuple[str, str]
    decimals: int = 0
    stretch: tuple[str, str] = ("", "")


def check_text(text: str, labels: Collection[str]) -> None:
    """Check a text before it is used.

    Args:
        text: the text with its places for values.
        labels: names that `$labels` may have here.

    Raises:
        TemplateError: when it names what it does not know, with what it could name.
    """
    rest = _ACTION.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise TemplateError("{{ and }} do not pair up")
    for action in _ACTION.finditer(text):
        name, chosen = _parts(action)
        if name.startswith("$labels."):
            label = name.removeprefix("$labels.")
            if label not in labels:
                raise TemplateError(f"there is no label {label!r} here; there are {', '.join(sorted(labels))}")
        elif name not in NAMES:
            raise TemplateError(f"a text knows {', '.join(NAMES)} and $labels.NAME, not {name}")
        if chosen == "name":
            if not name.startswith("$labels."):
                raise TemplateError(f"the filter name stands behind a label, not behind {name}")
        elif chosen and name not in {"$value", "$threshold"}:
            raise TemplateError(f"the filter {chosen} stands behind $value or $threshold, not behind {name}")


def render(text: str, facts: Facts, language: str) -> str:
    """Return a text with its values, in one language.

    Raises:
        TemplateError: only for a text that `check_text` refuses.
    """
    index = LANGUAGES.index(language)
    return " ".join(_ACTION.sub(lambda action: _fill(action, facts, index), text).split())


def format_number(value: float | None, decimals: int, language: str) -> str:
    """Return a number as the language writes it: 1.604,5 or 1,604.5; "–" for none."""
    if value is None or math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{abs(value):,.{decimals}f}"
    if language == "vi":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def format_duration(seconds: float | None, language: str) -> str:
    """Return a duration in its two largest units: 3 giờ 20 phút, 3 h 20 min; "–" for none."""
    if seconds is None or not math.isfinite(seconds):
        return format_number(seconds, 0, language)
    units = _UNITS[LANGUAGES.index(language)]
    left = round(abs(seconds))
    # Beyond an hour nobody reads seconds; rounding first keeps 59 min 59 s from being called 59 min.
    if left >= 3_600:
        left = round(left / 60) * 60
    parts: list[tuple[int, str]] = []
    for size, word in units:
        count, left = divmod(left, size)
        if count or (parts and len(parts) < 2):
            parts.append((count, word))
    shown = [f"{format_number(count, 0, language)} {word}" for count, word in parts[:2] if count]
    return " ".join(shown) or f"0 {units[-1][1]}"


_UNITS: Final = (
    ((86_400, "ngày"), (3_600, "giờ"), (60, "phút"), (1, "giây")),
    ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")),
)


def _parts(action: re.Match[str]) -> tuple[str, str]:
    body = _BODY.fullmatch(action[1])
    if body is None:
        raise TemplateError(f"{action[0]} is not $name or $name | filter")
    chosen = body[2] or ""
    if chosen and chosen not in FILTERS:
        raise TemplateError(f"there is no filter {chosen!r}; there are {', '.join(FILTERS)}")
    return body[1], chosen


def _fill(action: re.Match[str], facts: Facts, index: int) -> str:
    name, chosen = _parts(action)
    if name == "$place":
        return facts.place_names[index]
    if name == "$gate":
        return facts.gate_names[index]
    if name == "$stretch":
        return facts.stretch[index]
    if name.startswith("$labels."):
        label = name.removeprefix("$labels.")
        value = facts.labels.get(label, "")
        words = WORDS.get(label, {}) if chosen == "name" else {}
        return words[value][index] if value in words else value
    number = facts.value if name == "$value" else facts.threshold
    return _FORMATS.get(chosen, _plain)(number, facts.decimals, LANGUAGES[index])


def _plain(value: float | None, decimals: int, language: str) -> str:
    return format_number(value, decimals, language)


def _percentage(value: float | None, _decimals: int, language: str) -> str:
    # A ratio of 0.8776 is said as 87.8 %.
    return f"{format_number(None if value is None else value * 100, 1, language)}%"


def _duration(value: float | None, _decimals: int, language: str) -> str:
    return format_duration(value, language)


KILOMETRE_M: Final = 1_000


def _distance(value: float | None, _decimals: int, language: str) -> str:
    # Nobody counts a queue of 23 km to the metre: from one kilometre on a tenth of it, below tens of metres.
    if value is None or round(value, -1) < KILOMETRE_M:
        return f"{format_number(None if value is None else round(value, -1), 0, language)} m"
    return f"{format_number(value / KILOMETRE_M, 1, language)} km"


_FORMATS: Final[dict[str, Callable[[float | None, int, str], str]]] = {
    "humanize": _plain,
    "humanizePercentage": _percentage,
    "humanizeDuration": _duration,
    "humanizeDistance": _distance,
}
