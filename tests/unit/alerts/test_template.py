"""Numbers, durations and names as each language writes them."""

import math

import pytest

from alerts.announcement import announce
from alerts.durations import parse_duration_s
from alerts.model import Event, Reason
from alerts.template import Facts, check_text, format_duration, format_number, render
from tests.unit.alerts.world import CATALOGUE, PLACES, at, rule_set, rule_yaml


@pytest.mark.parametrize(
    ("value", "decimals", "vietnamese", "english"),
    [
        (1604, 0, "1.604", "1,604"),
        (1234567.891, 2, "1.234.567,89", "1,234,567.89"),
        (-0.04, 1, "0,0", "0.0"),
        (-12.5, 1, "−12,5", "−12.5"),
        (None, 0, "–", "–"),
        (math.nan, 0, "–", "–"),
        (math.inf, 0, "∞", "∞"),
        (-math.inf, 0, "−∞", "−∞"),
    ],
)
def test_numbers(value: float | None, decimals: int, vietnamese: str, english: str) -> None:
    """1.604,5 in Vietnamese is 1,604.5 in English; nothing is a dash."""
    assert format_number(value, decimals, "vi") == vietnamese
    assert format_number(value, decimals, "en") == english


@pytest.mark.parametrize(
    ("seconds", "vietnamese", "english"),
    [
        (0, "0 giây", "0 s"),
        (59, "59 giây", "59 s"),
        (61, "1 phút 1 giây", "1 min 1 s"),
        (3_599, "59 phút 59 giây", "59 min 59 s"),
        (3_600, "1 giờ", "1 h"),
        (12_000, "3 giờ 20 phút", "3 h 20 min"),
        (86_400 + 59, "1 ngày", "1 d"),
        (93_600, "1 ngày 2 giờ", "1 d 2 h"),
        (None, "–", "–"),
        (math.inf, "∞", "∞"),
    ],
)
def test_durations(seconds: float | None, vietnamese: str, english: str) -> None:
    """A duration is said in its two largest units."""
    assert format_duration(seconds, "vi") == vietnamese
    assert format_duration(seconds, "en") == english


@pytest.mark.parametrize(
    ("metres", "vietnamese", "english"),
    [
        (23_364, "23,4 km", "23.4 km"),
        (1_000, "1,0 km", "1.0 km"),
        (996, "1,0 km", "1.0 km"),
        (994, "990 m", "990 m"),
        (0, "0 m", "0 m"),
        (math.nan, "– km", "– km"),
    ],
)
def test_distances(metres: float, vietnamese: str, english: str) -> None:
    """A queue of 23 km is not counted to the metre."""
    facts = Facts(metres, None, {}, ("", ""), ("", ""))
    assert render("{{ $value | humanizeDistance }}", facts, "vi") == vietnamese
    assert render("{{ $value | humanizeDistance }}", facts, "en") == english


def test_a_text_with_everything_it_may_hold() -> None:
    """Names, values, thresholds and labels stand in the text as its language says them."""
    labels = {"place": "tan-thanh", "direction": "export", "feed": "dpsu", "step": "unheard-of"}
    facts = Facts(0.8776, 0.9, labels, ("Tân Thanh", "Tan Thanh"), ("Tân Thanh", "Tan Thanh"), 2)
    text = """{{ $place }} / {{$gate}}: {{ $value | humanizePercentage }} < {{ $threshold }} ({{ $value | humanize }}),
        {{ $labels.direction | name }} {{ $labels.direction }} {{ $labels.feed }} {{ $labels.step | name }}.
        {{ $labels.no }}"""
    check_text(text, {*labels, "no"})
    assert render(text, facts, "vi") == "Tân Thanh / Tân Thanh: 87,8% < 0,90 (0,88), xuất khẩu export dpsu unheard-of."
    assert render(text, facts, "en") == "Tan Thanh / Tan Thanh: 87.8% < 0.90 (0.88), export export dpsu unheard-of."
    nothing = Facts(None, None, {}, ("", ""), ("", ""))
    assert render("{{ $value | humanizePercentage }} {{ $value | humanizeDuration }}", nothing, "vi") == "–% –"
    assert render("{{ $value | humanizeDistance }}", nothing, "vi") == "– m"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("90s", 90), ("1h30m", 5_400), ("1d", 86_400), ("250ms", 0.25), ("1y", 31_536_000), ("2w", 1_209_600)],
)
def test_durations_of_rules(text: str, seconds: float) -> None:
    """Durations are written as Prometheus writes them."""
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "m5", "1m1h", "-5m", "5 m", "1.5h", "٥m"])
def test_what_is_no_duration(text: str) -> None:
    """What Prometheus would not read is not read here either."""
    with pytest.raises(ValueError, match="is not a duration"):
        parse_duration_s(text)


@pytest.mark.parametrize(
    ("expr", "unit", "shown"),
    [
        ("queue_length_vehicles > 1", "xe", "12.346"),
        ("sum by (place) (queue_length_vehicles) > 1", "xe", "12.346"),
        ("count by (place) (site_on_air) > 1", "", "12.346"),
        ("abs(-utilisation) > 1", "", "12.345,68"),
        ("bts_expected_count - bts_count > 1", "trạm", "12.346"),
        ("bts_expected_count - lanes_open > 1", "", "12.345,7"),
        ("bts_expected_count / bts_count > 1", "", "12.345,7"),
        ("queue_length_vehicles > on(place) lanes_open", "", "12.345,7"),
    ],
)
def test_unit_and_digits_of_what_is_measured(expr: str, unit: str, shown: str) -> None:
    """A value has the unit and the digits of its metric as long as it is still that metric."""
    [rule] = rule_set(rule_yaml(expr))
    event = Event(
        "raised", Reason.HELD_FOR, at(0), "x", rule.name, {"place": "tan-thanh"}, 12345.678, at(0), ("a", "b")
    )
    alert = announce(event, rule, CATALOGUE, PLACES)
    assert (alert.unit, alert.summary_vi) == (unit, f"Tân Thanh: {shown} xe")
    assert (alert.source, alert.simulated) == ("a,b", False)


def test_an_alert_without_a_place_speaks_of_the_province() -> None:
    """A sum over all places is said of the province; a place nobody knows by its id."""
    [rule] = rule_set(rule_yaml("sum(queue_length_vehicles) > 1"))
    for labels, name in (({}, "Tỉnh Lạng Sơn"), ({"place": "dorohusk"}, "dorohusk")):
        event = Event("raised", Reason.HELD_FOR, at(0), "x", rule.name, labels, 5, at(0), ("replay-dpsu",))
        alert = announce(event, rule, CATALOGUE, PLACES)
        assert (alert.summary_vi, alert.gate, alert.simulated) == (f"{name}: 5 xe", None, True)
