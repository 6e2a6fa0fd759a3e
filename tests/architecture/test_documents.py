"""What the documents say is what there is: settings, rules, folders, verbs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml

from dashboard.settings import VARIABLES
from feeds.catalogue import METRICS
from feeds.twin.scenario import SCENARIOS
from feeds.twin.tet import FIRST_DAYS

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    """An operator finds each variable, and none that does nothing."""
    assert set(re.findall(r"^\| `(LSO_[A-Z_]+)`", OPERATIONS, re.MULTILINE)) == set(VARIABLES)


def test_the_readme_names_every_folder_that_is_there() -> None:
    """The map of the house has no room that is gone, and lacks none."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()  # fmt: skip
    folders = {path.split("/", 1)[0] for path in tracked if "/" in path} - {".ci"}
    assert set(re.findall(r"^\| `(\w+)/` \|", README, re.MULTILINE)) == folders


def test_the_readme_begins_with_commands_that_exist() -> None:
    """A newcomer can type what stands there."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"`make ([a-z]+)", README)) <= targets
    assert {"run", "test"} <= set(re.findall(r"make ([a-z]+)", README))


def test_every_verb_that_documents_name_is_there() -> None:
    """`python -m dashboard VERB` in the documents is a verb of the command line."""
    listed = subprocess.run(
        [sys.executable, "-m", "dashboard", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    texts = README + OPERATIONS + "".join(p.read_text(encoding="utf-8") for p in (ROOT / "docs").glob("*.md"))
    verbs = set(re.findall(r"python -m dashboard ([a-z]+)", texts))
    assert {verb for verb in verbs if not re.search(rf"\b{verb}\b", listed)} == set()


def test_every_default_rule_and_feed_is_documented() -> None:
    """Each alert that may wake somebody, and each feed, stands in the documents by its name."""
    documents = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")) + README
    rules = [
        rule["alert"]
        for path in (ROOT / "config" / "rules").glob("*.yaml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    feeds = yaml.safe_load((ROOT / "config" / "feeds.yaml").read_text(encoding="utf-8"))["feeds"]
    assert len(rules) >= 15
    assert [name for name in (*rules, *feeds) if name not in documents] == []


def test_every_metric_is_documented() -> None:
    """Whoever writes a mapping or a push finds each metric with its unit."""
    metrics = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)`", metrics, re.MULTILINE)) == {metric.name for metric in METRICS}


def test_no_path_of_one_machine_stands_in_the_tree() -> None:
    """The project runs anywhere."""
    found = subprocess.run(
        ["git", "grep", "-nE", r"/(work|farm)/|/root/", "--", ".", ":!.ci", ":!tests/architecture"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout == ""


def test_every_scenario_is_documented_and_every_documented_one_can_be_played() -> None:
    """A supervisor reads what each scenario does before playing it."""
    text = (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z0-9-]+)`", text, re.MULTILINE)) == set(SCENARIOS)
    assert all(f"{day.day} {day:%b} {day.year}" in " ".join(text.split()) for day in FIRST_DAYS)
