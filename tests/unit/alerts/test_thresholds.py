"""The numbers that screens draw beside a figure are those of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerts.check import load_rules

ROOT = Path(__file__).resolve().parents[3]
RULE = """
groups:
  - name: gates
    rules:
      - alert: %s
        expr: %s
        priority: high
        time_to_respond: 15m
        annotations:
          summary: {vi: "a", en: "a"}
          short: {vi: "a", en: "a"}
          cause: {vi: "a", en: "a"}
          consequence: {vi: "a", en: "a"}
          response: {vi: "a", en: "a"}
          owner: {vi: "a", en: "a"}
"""


def thresholds(tmp_path: Path, *expressions: str) -> dict[str, float]:
    """Return the thresholds of the physical queue under rules of these expressions."""
    for number, expression in enumerate(expressions):
        (tmp_path / f"{number}.yaml").write_text(RULE % (f"rule_{number}", expression), encoding="utf-8")
    return load_rules(tmp_path).thresholds("queue_length_vehicles", {"queue": "physical"})


def test_the_lowest_number_of_a_place_counts(tmp_path: Path) -> None:
    """Of a high and a critical rule the card shows where the first one begins."""
    queue = 'queue_length_vehicles{place="%s", queue="physical", step=""} > %s'
    found = thresholds(tmp_path, queue % ("chi-ma", 500), queue % ("chi-ma", 300), queue % ("tan-thanh", 700))
    assert found == {"chi-ma": 300, "tan-thanh": 700}


@pytest.mark.parametrize(
    "expression",
    [
        'queue_length_vehicles{place="chi-ma", queue="virtual"} > 300',
        'queue_length_vehicles{place="chi-ma", queue="physical", step="quarantine"} > 300',
        'queue_length_vehicles{queue="physical"} > 300',
        'sum by (gate) (queue_length_vehicles{place="chi-ma", queue="physical"}) > 300',
        'queue_extent_m{place="chi-ma"} > 300',
    ],
)
def test_a_rule_about_something_else_draws_no_line(tmp_path: Path, expression: str) -> None:
    """Only a rule that compares that very figure of one place speaks of its card."""
    assert thresholds(tmp_path, expression) == {}


def test_the_shipped_rules_speak_of_every_road_gate() -> None:
    """Each card of a road gate has a line."""
    found = load_rules(ROOT / "config" / "rules").thresholds("queue_length_vehicles", {"queue": "physical"})
    assert set(found) == {"huu-nghi", "tan-thanh", "chi-ma", "coc-nam"}
