"""`mapping try`: what it prints, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli import app

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests" / "data" / "mappings"
MAPPINGS = ROOT / "config" / "mappings"


def tried(*arguments: object) -> tuple[int, str]:
    """Return the exit code and what was printed."""
    done = CliRunner().invoke(app, ["mapping", "try", *map(str, arguments)], env={"COLUMNS": "200"})
    return done.exit_code, done.output


def test_a_clean_payload_ends_with_0_and_shows_its_readings() -> None:
    """Readings, totals and what was found of the encoding are printed."""
    code, printed = tried(DATA / "public-service.csv", "--mapping", MAPPINGS / "public-service.yaml", "--limit", 3)
    assert code == 0
    assert "dossiers_received" in printed
    assert "3 of 49" in printed
    assert "Columns that the mapping does not use: Ghi chú." in printed


def test_refusals_end_with_1_and_say_where_and_why() -> None:
    """Each refused record has its path, its reason and a sentence."""
    code, printed = tried(DATA / "border-gate-passages.json", "--mapping", MAPPINGS / "border-gate-passages.yaml")
    assert code == 1
    assert "$.vehicles[3].events[0]" in printed
    assert "'9999' is not in the lookup" in printed
    assert "cancelled 1, unknown_word 1" in printed


def test_a_payload_of_which_nothing_can_be_read_ends_with_2(tmp_path: Path) -> None:
    """It still says why."""
    path = tmp_path / "torn.json"
    path.write_text('{"vehicles": [', encoding="utf-8")
    code, printed = tried(path, "--mapping", MAPPINGS / "border-gate-passages.yaml")
    assert (code, "bad_json" in printed) == (2, True)


def test_json_holds_counts_and_lists() -> None:
    """A script reads the same."""
    code, printed = tried(
        DATA / "radio-counters.csv", "--mapping", MAPPINGS / "radio-counters.yaml", "--json", "--limit", 2
    )
    answer = json.loads(printed)
    assert (code, answer["rows"], answer["accepted_readings"], len(answer["readings"])) == (0, 7, 23, 2)


@pytest.mark.parametrize(("file", "mapping"), [("absent.csv", "dpsu.yaml"), ("public-service.csv", "absent.yaml")])
def test_what_cannot_be_opened_ends_with_2_and_a_sentence(file: str, mapping: str) -> None:
    """No house runs, nothing is sent, and no traceback is printed."""
    done = subprocess.run(
        [sys.executable, "-m", "dashboard", "mapping", "try", str(DATA / file), "--mapping", str(MAPPINGS / mapping)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot be read" in done.stderr
    assert "Traceback" not in done.stderr
