"""The ten states a component is drawn in, each as a change of the invented day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from layouts.gallery.alerts import alert, counts
from layouts.gallery.communes import outage
from layouts.gallery.day import day, source
from layouts.gallery.sample import AT_MS, CADENCE_S, Topics

GATE: Final = "tan-thanh"
"""The gate that something is wrong with."""
STALE_CADENCES: Final = 5
LOST_CADENCES: Final = 20
"""Multiples of the cadence: between 3 and 10 a figure is stale, beyond it is lost. Source: feeds/freshness.py."""
MANY: Final = 24
LONG_VI: Final = (
    "Ùn ứ kéo dài trên đường vào cửa khẩu phụ: xe chở hoa quả tươi và nông sản đông lạnh chờ kiểm dịch thực vật, "
    "đề nghị Ban quản lý khu kinh tế cửa khẩu phối hợp với lực lượng biên phòng phân luồng từ Đồng Mỏ (câu mẫu dài)"
)
LONG_EN: Final = (
    "Long queue on the approach road: lorries with fresh fruit and frozen produce wait for plant quarantine; the gate "
    "authority and the border guard are asked to divert traffic from Dong Mo (a long sample sentence)"
)


def states() -> dict[str, Topics]:
    """Return the topics of every state, in the order they are shown; a state without topics has nothing yet."""
    return {name: change() for name, change in _CHANGES.items()}


def _cells(node: object) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        if "v" in node and "cad" in node:
            yield node
        else:
            for each in node.values():
                yield from _cells(each)
    elif isinstance(node, list):
        for each in node:
            yield from _cells(each)


def _urgent(priority: str) -> Topics:
    topics = day()
    gate = topics["gates"]["gates"][GATE]
    gate["priority"] = priority
    gate["alert"] = priority
    gate["queue"]["v"] = 1_604
    gate["bottleneck"] = "quarantine"
    gate["extent_m"]["v"] = 4_200
    gate["other_side"]["v"] = 0.35
    gate["steps"]["export"][5]["queue"]["v"] = 611
    gate["trend"]["today"] = [value * 9 for value in gate["trend"]["today"]]
    _put_alerts(topics, alert(priority, priority, GATE), alert("seen", "medium", "huu-nghi", state="ACKED", **_seen()))
    topics["network"]["systems"]["sample-office"]["up"]["v"] = 0
    if priority == "critical":
        topics["network"] |= outage()
    topics["alerts"]["notes"] = {
        "note": {
            "id": "note",
            "text": "Báo cáo phương án phân luồng trước 11 giờ (mẫu).",
            "by": "Lãnh đạo mẫu",
            "at": AT_MS - 360_000,
            "urgent": priority == "critical",
            "place": GATE,
            "alert": priority,
            "state": "sent",
            "steps": [],
            "version": 1,
        }
    }
    return topics


def _seen() -> dict[str, Any]:
    return {"acked_by": "Trực ban mẫu", "acked_at": AT_MS - 600_000, "note": "Đã gọi cửa khẩu (mẫu)."}


def _put_alerts(topics: Topics, *alerts: dict[str, Any]) -> None:
    items = {each["id"]: each for each in alerts}
    topics["alerts"]["items"] = items
    topics["alerts"]["counts"] = counts(items)


def _aged(cadences: int) -> Topics:
    topics = day()
    topics["network"] |= outage()
    for each in _cells(topics):
        each["at"] = AT_MS - cadences * CADENCE_S * 1000
    for each in topics["feeds"]["sources"].values():
        each["last_at"] = AT_MS - cadences * CADENCE_S * 1000
    return topics


def _missing() -> Topics:
    topics = day()
    for each in _cells(topics):
        each.update(v=None, q="missing")
    _without_figures(topics)
    return topics


def _without_figures(topics: Topics) -> None:
    # A trend and a target whose figure is missing come as null, never as a cell without a value.
    for gate in topics["gates"]["gates"].values():
        gate["trend"] = None
    for target in topics["programme"]["targets"].values():
        target.update(cell=None, basis="none", state="unknown", path_now=None, gap=None, needed_per_day=None)


def _empty() -> Topics:
    topics = day()
    topics["gates"].update(gates={}, today={}, crossings={}, focus=None)
    topics["services"] = {"province": {}, "communes": {}}
    topics["network"] = {"province": {}, "communes": {}, "silent": {}, "systems": {}, "lost": None}
    topics["feeds"]["sources"] = {}
    topics["programme"] = {"targets": {}, "groups": []}
    return topics


def _error() -> Topics:
    topics = day()
    for each in _cells(topics):
        each.update(v=None, q="instrument")
    _without_figures(topics)
    topics["feeds"].update(bus="down", history="down")
    topics["feeds"]["declared"] = {
        "sample": {
            "name": "sample",
            "kind": "http",
            "source": "sample",
            "state": "failing",
            "since": AT_MS - 900_000,
            "error_vi": "Máy chủ mẫu không trả lời trong 10 giây.",
            "error_en": "The sample server did not answer within 10 seconds.",
        }
    }
    return topics


def _too_much() -> Topics:
    topics = _urgent("critical")
    gates = topics["gates"]["gates"]
    for gate in gates.values():
        gate["queue"]["v"] = 9_876
        gate["queue_yesterday"] = 1_234
        gate["clearance_median"]["v"] = 171_000
        gate["clearance_p90"]["v"] = 340_000
        for row in gate["steps"]["export"]:
            row["queue"]["v"] = 987
            row["median"]["v"] = 86_000
    for name, value in (("vehicles_export", 98_765), ("passengers", 98_765), ("fee_vnd", 9_876_543_000)):
        topics["gates"]["today"][name]["cell"]["v"] = value
    long = {"summary_vi": LONG_VI, "summary_en": LONG_EN, "short_vi": LONG_VI[:60], "short_en": LONG_EN[:60]}
    places = tuple(gates)
    _put_alerts(
        topics,
        *(
            alert(f"many-{at}", ("critical", "high", "medium", "low")[at % 4], places[at % 5], minutes=9 + 17 * at)
            | (long if at % 3 == 0 else {})
            for at in range(MANY)
        ),
    )
    for target in topics["programme"]["targets"].values():
        target.update(name_vi=LONG_VI, name_en=LONG_EN)
    topics["feeds"]["sources"] |= {f"sample-{at}": source(at) for at in range(1, MANY)}
    return topics


_CHANGES: Final[dict[str, Callable[[], Topics]]] = {
    "normal": day,
    "warning": lambda: _urgent("high"),
    "critical": lambda: _urgent("critical"),
    "stale": lambda: _aged(STALE_CADENCES),
    "lost": lambda: _aged(LOST_CADENCES),
    "missing": _missing,
    "loading": dict,
    "empty": _empty,
    "error": _error,
    "too_much": _too_much,
}
STATES: Final = tuple(_CHANGES)
"""Words of state: every component is drawn in each of them. Source: docs/contract-internal.md."""
