"""The rules on the programme and its systems: their thresholds are the programme's, and they speak when they should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from feeds.programme.targetfile import load_programme
from tests.unit.alerts.test_default_rules import Figure, alerts_of, places, rules  # noqa: F401

ROOT = Path(__file__).parents[3]
TARGETS = {target.key: target for target in load_programme(ROOT / "config").targets}


def test_the_thresholds_are_the_programme_s_aims():
    """A changed aim with an old threshold would alert by a figure that nobody asked for."""
    tree = yaml.safe_load((ROOT / "config" / "rules" / "programme.yaml").read_text(encoding="utf-8"))
    checked = 0
    for rule in tree["groups"][0]["rules"]:
        keys = re.search(r'target=~?"([\w|]+)"', rule["expr"])[1].split("|")
        threshold = float(re.search(r"< ([\d.]+)", rule["expr"])[1])
        for key in keys:
            assert {aim.year: aim.value for aim in TARGETS[key].aims}[2025] == threshold
            checked += 1
    assert checked >= 6


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (("target_value", "lang-son", {"target": "work_files_province"}, 89.9), "work_files_province_behind"),
        (("target_value", "lang-son", {"target": "work_files_commune"}, 59.9), "work_files_commune_behind"),
        (("target_value", "lang-son", {"target": "virtual_assistants"}, 40.0), "targets_2025_behind"),
        (("system_availability", "lang-son", {"system": "documents"}, 0.0), "system_down"),
        (("system_availability", "commune.06004", {"system": "video-conference"}, 0.0), "commune_room_offline"),
        (("system_availability", "commune.06004", {"system": "fibre"}, 0.0), "commune_fibre_down"),
    ],
)
def test_a_target_behind_or_a_system_down_is_told(rules, places, figure: Figure, expected):  # noqa: F811
    """One alert, by its own rule, with sentences that hold the figure."""
    alerts = alerts_of(rules, places, [figure])
    assert [alert.rule for alert in alerts] == [expected]
    assert alerts[0].summary_vi
    assert "{{" not in alerts[0].summary_vi


@pytest.mark.parametrize(
    "figure",
    [
        ("target_value", "lang-son", {"target": "work_files_province"}, 90.0),
        ("target_value", "commune.06004", {"target": "work_files_commune"}, 10.0),
        ("system_availability", "lang-son", {"system": "documents"}, 1.0),
        ("system_availability", "commune.06004", {"system": "video-conference"}, 1.0),
    ],
)
def test_what_is_in_order_raises_nothing(rules, places, figure: Figure):  # noqa: F811
    """Exactly the aim is kept, a single commune is no alert of the province, and what answers is quiet."""
    assert alerts_of(rules, places, [figure]) == []
