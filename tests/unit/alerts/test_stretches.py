"""The kilometres an alert names."""

from __future__ import annotations

import msgspec
import pytest

from alerts.errors import TemplateError
from alerts.stretches import Stretches
from alerts.template import Facts, check_text, render

ROAD = {
    "gate": "tan-thanh",
    "road": "DT236",
    "road_name": "ĐT236",
    "from_km": 12.3,
    "to_km": 14.1,
    "km": 1.8,
    "technology": "",
}


def words(labels: dict[str, str], told: object) -> tuple[str, str]:
    """Return what is said for labels after something was told."""
    stretches = Stretches()
    stretches.take(msgspec.json.encode(told))
    vi, en = stretches.words(labels)
    return vi.replace("\u2060", "").replace("\u00a0", " "), en.replace("\u2060", "").replace("\u00a0", " ")


def test_an_alert_names_its_own_stretch() -> None:
    """The one of its gate, road and technology, each language with its own decimal sign."""
    told = {"stretches": [ROAD | {"technology": "4g", "from_km": 1.0}, ROAD | {"gate": "chi-ma"}, ROAD], "more": 1}
    assert words({"place": "tan-thanh", "road": "DT236"}, told) == ("ĐT236 km 12,3–14,1", "ĐT236 km 12.3–14.1")
    assert words({"place": "tan-thanh", "road": "DT236", "technology": "4g"}, told)[1] == "ĐT236 km 1.0–14.1"


@pytest.mark.parametrize("told", [{}, {"stretches": []}, {"stretches": [{"gate": 1}]}, []])
def test_without_kilometres_the_road_is_named(told: object) -> None:
    """Nothing told, or nothing that can be read: the road's number is better than nothing."""
    assert words({"place": "tan-thanh", "road": "QL1"}, told) == ("QL1", "QL1")
    assert words({"place": "tan-thanh"}, told) == ("", "")


def test_a_text_may_speak_of_a_stretch() -> None:
    """`$stretch` is a word of texts, without a filter."""
    check_text("{{ $stretch }}", ())
    facts = Facts(2.1, 2.0, {}, ("", ""), ("", ""), 1, ("QL1 km 1,0–3,1", "QL1 km 1.0–3.1"))
    assert render("{{ $value }} km: {{ $stretch }}", facts, "vi") == "2,1 km: QL1 km 1,0–3,1"
    with pytest.raises(TemplateError, match="filter"):
        check_text("{{ $stretch | humanize }}", ())
