"""The rules that are shipped: sound, documented, quiet on an ordinary day, loud in a crisis."""

from datetime import datetime
from pathlib import Path

import pytest

from alerts.announcement import announce
from alerts.check import load_rules
from alerts.engine import Engine
from alerts.expr.syntax import is_local, selectors
from alerts.model import Alert
from alerts.rules import RuleSet
from feeds.catalogue import Catalogue
from feeds.model import Reading
from geodata.places import Places
from tests.unit.alerts.world import at

ROOT = Path(__file__).parents[3]
CATALOGUE = Catalogue()
Figure = tuple[str, str, dict[str, str], float]
PHYSICAL = {"queue": "physical"}


@pytest.fixture(scope="module")
def places() -> Places:
    """The shipped places."""
    return Places.load()


@pytest.fixture(scope="module")
def rules(places: Places) -> RuleSet:
    """The shipped rules."""
    return load_rules(ROOT / "config" / "rules", CATALOGUE, places)


def alerts_of(rules: RuleSet, places: Places, figures: list[Figure]) -> list[Alert]:
    """Return the alerts after figures stood for eight hours."""
    engine = Engine(rules, CATALOGUE, places)
    raised: dict[str, Alert] = {}
    for minute in range(0, 481, 4):
        now: datetime = at(minute * 60)
        readings = [Reading(metric, place, value, now, now, "platform", dims) for metric, place, dims, value in figures]
        for event in engine.step(readings, now):
            rule = rules.get(event.rule)
            assert rule is not None
            if event.kind == "raised":
                raised[event.alert_id] = announce(event, rule, CATALOGUE, places)
    assert engine.problems == {}
    return list(raised.values())


def gates(hn: float, tt: float, cm: float, cn: float, other_side: float) -> list[Figure]:
    """Return queues and the other side's rate of an open day."""
    queues = {"huu-nghi": hn, "tan-thanh": tt, "chi-ma": cm, "coc-nam": cn}
    figures: list[Figure] = []
    for place, count in queues.items():
        figures += [
            ("queue_length_vehicles", place, PHYSICAL, count),
            ("queue_length_vehicles", place, {**PHYSICAL, "direction": "export"}, count * 50),
            ("other_side_rate_ratio", place, {}, other_side),
            ("operational_status", place, {}, 1),
            ("lanes_open", place, {}, 4),
            ("lanes_max", place, {}, 6),
        ]
    return figures


def test_an_ordinary_day_is_quiet(rules: RuleSet, places: Places) -> None:
    """The largest figures of an ordinary simulated week raise nothing."""
    ordinary = [
        *gates(613, 397, 148, 74, 0.96),
        ("clearance_time_s", "huu-nghi", {"stat": "p90"}, 25_000.0),
        ("on_time_rate", "lang-son", {}, 0.988),
        ("dossiers_overdue", "lang-son", {}, 72.0),
        ("online_rate", "lang-son", {}, 0.882),
        ("bts_count", "lang-son", {}, 2_805.0),
        ("bts_expected_count", "lang-son", {}, 2_818.0),
        ("population_coverage_pct", "lang-son", {"technology": "4g"}, 99.04),
        ("population_coverage_pct", "lang-son", {"technology": "5g", "area": "key"}, 73.46),
        ("covered_population_lost", "lang-son", {"technology": "4g"}, 820.0),
        ("covered_population_lost", "commune.05977", {"technology": "4g"}, 790.0),
        ("road_dead_stretch_km", "tan-thanh", {"road": "QL1"}, 0.0),
        ("prb_utilisation_pct", "commune.05977", {}, 68.5),
        ("feed_age_cadences", "lang-son", {"feed": "simulator"}, 1.5),
        ("conservation_error_vehicles", "chi-ma", {}, 2.0),
        ("system_availability", "lang-son", {"system": "portal"}, 1.0),
        ("certificate_days_left", "lang-son", {"system": "portal"}, 14.0),
    ]
    assert alerts_of(rules, places, ordinary) == []


def test_december_2021_is_loud(rules: RuleSet, places: Places) -> None:
    """With the queues of 16 December 2021 every gate is critical, and the high level does not repeat it."""
    alerts = alerts_of(rules, places, gates(1_263, 2_601, 678, 8, 0.37))
    by_priority = {(alert.priority, alert.rule) for alert in alerts}
    assert by_priority == {
        ("critical", "queue_critical_huu_nghi"),
        ("critical", "queue_critical_tan_thanh"),
        ("critical", "queue_critical_chi_ma"),
        ("high", "other_side_slow"),
    }
    [summary] = [alert.summary_vi for alert in alerts if alert.place == "tan-thanh" and alert.priority == "critical"]
    assert summary == "Tân Thanh có 2.601 xe chờ, vượt mức nghiêm trọng 1.150 xe."


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        ("queue_high_coc_nam", [("queue_length_vehicles", "coc-nam", PHYSICAL, 121)]),
        ("queue_on_road", [("queue_extent_m", "tan-thanh", {}, 3_001)]),
        ("clearance_slow", [("clearance_time_s", "huu-nghi", {"stat": "p90"}, 36_001)]),
        (
            "other_side_closed",
            [("other_side_rate_ratio", "chi-ma", {}, 0), ("operational_status", "chi-ma", {}, 1)],
        ),
        (
            "lanes_closed_in_hours",
            [
                ("lanes_open", "huu-nghi.1119-1120", {}, 0),
                ("operational_status", "huu-nghi.1119-1120", {}, 1),
            ],
        ),
        (
            "lanes_few",
            [
                ("lanes_open", "huu-nghi", {}, 2),
                ("lanes_max", "huu-nghi", {}, 6),
                ("operational_status", "huu-nghi", {}, 1),
            ],
        ),
        ("vehicles_turning_back", [("diverted_vehicles", "tan-thanh", {}, 31)]),
        ("on_time_low_province", [("on_time_rate", "lang-son", {}, 0.969)]),
        ("on_time_low_commune", [("on_time_rate", "commune.05977", {"tier": "commune"}, 0.89)]),
        ("dossiers_overdue_province", [("dossiers_overdue", "lang-son", {}, 151)]),
        ("dossiers_overdue_commune", [("dossiers_overdue", "commune.05977", {"tier": "commune"}, 16)]),
        ("online_rate_low", [("online_rate", "lang-son", {}, 0.79)]),
        (
            "sites_silent_province",
            [("bts_count", "lang-son", {}, 2_757), ("bts_expected_count", "lang-son", {}, 2_818)],
        ),
        (
            "sites_silent_commune",
            [("bts_count", "commune.05977", {}, 30), ("bts_expected_count", "commune.05977", {}, 35)],
        ),
        ("coverage_lost_province", [("covered_population_lost", "lang-son", {"technology": "4g"}, 8_001)]),
        ("coverage_lost_commune", [("covered_population_lost", "commune.05977", {"technology": "4g"}, 1_501)]),
        ("road_without_signal", [("road_dead_stretch_km", "tan-thanh", {"road": "QL1"}, 2.1)]),
        ("road_without_data", [("road_dead_stretch_km", "chi-ma", {"road": "QL4B", "technology": "4g"}, 2.1)]),
        ("coverage_loss_4g", [("population_coverage_pct", "lang-son", {"technology": "4g"}, 97.9)]),
        ("coverage_5g_key_area", [("population_coverage_pct", "lang-son", {"technology": "5g", "area": "key"}, 69)]),
        ("cells_unavailable_commune", [("cell_availability_pct", "commune.05977", {}, 84)]),
        ("cells_congested_commune", [("prb_utilisation_pct", "commune.05977", {}, 81)]),
        ("feed_lost", [("feed_age_cadences", "lang-son", {"feed": "dpsu"}, 10.1)]),
        ("feed_late", [("feed_age_cadences", "lang-son", {"feed": "dpsu"}, 10)]),
        ("totals_disagree", [("conservation_error_vehicles", "chi-ma", {}, -3)]),
        ("feed_clock_ahead", [("feed_clock_ahead_s", "lang-son", {"feed": "dpsu"}, 61)]),
        ("system_down", [("system_availability", "lang-son", {"system": "portal"}, 0)]),
        ("certificate_expires_soon", [("certificate_days_left", "lang-son", {"system": "portal"}, 13.9)]),
        ("certificate_expires_now", [("certificate_days_left", "lang-son", {"system": "portal"}, 2.9)]),
        ("records_refused", [("feed_refused_today", "lang-son", {"feed": "dpsu"}, 101)]),
    ],
)
def test_each_rule_says_what_it_is_for(rules: RuleSet, places: Places, rule: str, figures: list[Figure]) -> None:
    """What the rule is for raises it, and it alone, with texts that are whole in both languages."""
    [alert] = alerts_of(rules, places, figures)
    assert alert.rule == rule
    for text in (alert.summary_vi, alert.summary_en, alert.response_vi, alert.response_en):
        assert text.endswith(".")
        assert "{{" not in text


def test_every_rule_is_documented_and_cheap(rules: RuleSet) -> None:
    """Each rule stands in docs/alert-rules.md, and none has to look at the whole province for one reading."""
    documentation = (ROOT / "docs" / "alert-rules.md").read_text(encoding="utf-8")
    assert len(rules) >= 15
    for rule in rules:
        assert f"`{rule.name}` | {rule.priority} |" in documentation
        assert is_local(rule.expr)
        assert rule.time_to_respond_s > 0
        assert all(selector.metric in CATALOGUE for selector in selectors(rule.expr))
