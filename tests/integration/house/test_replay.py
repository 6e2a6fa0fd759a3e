"""The three recorded days of nine real crossings, replayed from start to finish through a running house."""

from __future__ import annotations

import csv
import io
import sqlite3
from pathlib import Path

import pytest

from tests.house import House, wait_for

pytestmark = [pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(300)]

SOURCE = "replay-dpsu"
COUNTS = ("trucks_waiting", "cars_waiting", "cars_per_hour")


@pytest.fixture(scope="module")
def files(shared: Path) -> list[Path]:
    """Return the recorded days, or skip where they are absent."""
    found = sorted((shared / "samples" / "border").glob("dpsu_*.csv"))
    assert len(found) == 3
    return found


@pytest.fixture(scope="module")
def rows(files: list[Path]) -> list[dict[str, str]]:
    """Return every recorded row, read independently of our code."""
    return [row for path in files for row in csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")))]


@pytest.fixture(scope="module")
def replayed(house: House, files: list[Path]) -> House:
    """Replay the days once."""
    house.cli("replay", *map(str, files), "--mapping", "config/mappings/dpsu.yaml", "--speed", "max")
    return house


def one(house: House, question: str, *values: object) -> list[tuple]:
    """Ask the history database."""
    with sqlite3.connect(f"file:{house.directory / 'var' / 'history.sqlite'}?mode=ro", uri=True) as history:
        return history.execute(question, values).fetchall()


def ledger(house: House) -> tuple[int, int, int]:
    """Return stored, duplicates and refused of the replay."""
    [row] = one(
        house,
        "SELECT SUM(stored), SUM(duplicates), SUM(refused) FROM ledger WHERE source = ?",
        SOURCE,
    )
    return row


def test_produced_is_stored_plus_refused(replayed: House, rows: list[dict[str, str]]) -> None:
    """Each good row is three readings (and one more where its clock is ahead); each parse miss is one dead letter."""
    misses = [row for row in rows if row["parse_miss_flag"] == "1"]
    good = [row for row in rows if row["parse_miss_flag"] != "1"]
    ahead = [row for row in good if int(row["reading_age_seconds"]) < 0]
    assert ledger(replayed) == (3 * len(good) + len(ahead), 0, len(misses))


def test_missing_counts_stay_missing_and_values_are_the_recorded_ones(
    replayed: House, rows: list[dict[str, str]]
) -> None:
    """Every stored value is the one in the file; an empty field is null, never 0."""
    expected = {}
    for row in rows:
        if row["parse_miss_flag"] == "1":
            continue
        for name in COUNTS:
            expected[row["crossing_id"], row["source_updated_utc"], name] = float(row[name]) if row[name] else None
    stored = one(
        replayed,
        "SELECT place, strftime('%Y-%m-%dT%H:%M:%SZ', observed_at / 1000000, 'unixepoch'), metric, dims, value"
        " FROM raw JOIN series ON series.id = series_id WHERE source = ? AND metric <> 'feed_clock_ahead_s'",
        SOURCE,
    )
    names = {"vehicle_type=truck": "trucks_waiting", "vehicle_type=car": "cars_waiting"}
    actual = {
        (place, at, "cars_per_hour" if metric == "throughput_vph" else names[dims]): value
        for place, at, metric, dims, value in stored
    }
    assert actual == expected


def test_rows_whose_clock_is_ahead_are_flagged(replayed: House, rows: list[dict[str, str]]) -> None:
    """Their readings are estimated, and by how much the clock is ahead is a reading."""
    ahead = {
        (row["crossing_id"], -float(row["reading_age_seconds"]))
        for row in rows
        if row["parse_miss_flag"] != "1" and int(row["reading_age_seconds"]) < 0
    }
    flagged = one(
        replayed,
        "SELECT dims, value FROM raw JOIN series ON series.id = series_id"
        " WHERE source = ? AND metric = 'feed_clock_ahead_s'",
        SOURCE,
    )
    assert {(dims.rpartition(":")[2], value) for dims, value in flagged} == ahead
    [(estimated,)] = one(
        replayed,
        "SELECT COUNT(DISTINCT place || observed_at) FROM raw JOIN series ON series.id = series_id"
        " WHERE source = ? AND quality = 'estimated'",
        SOURCE,
    )
    assert estimated == len(ahead)


def test_each_refused_row_lies_in_the_dead_letters_with_its_reason(replayed: House, rows: list[dict[str, str]]) -> None:
    """The dead letter names file, line and reason, and holds the row."""
    token = replayed.token("supervisor", "desk")
    status, answer = replayed.request("GET", f"/api/v1/dead-letters?source={SOURCE}", token)
    assert status == 200
    misses = [row for row in rows if row["parse_miss_flag"] == "1"]
    letters = answer["dead_letters"]
    assert {letter["reason"] for letter in letters} == {"parse_miss"}
    assert len(letters) == len(misses)
    assert all("dpsu_2026-06-2" in letter["origin"] and "malhowice" in letter["payload"] for letter in letters)


def test_sending_the_days_twice_changes_nothing(replayed: House, files: list[Path]) -> None:
    """The second time every reading is a duplicate; not one value differs."""
    question = "SELECT series_id, observed_at, value, quality FROM raw JOIN series ON id = series_id WHERE source = ?"
    before, (stored, _, refused) = sorted(one(replayed, question, SOURCE)), ledger(replayed)
    printed = replayed.cli("replay", *map(str, files), "--mapping", "config/mappings/dpsu.yaml")
    assert "not complete" not in printed
    assert sorted(one(replayed, question, SOURCE)) == before
    assert ledger(replayed) == (stored, stored, 2 * refused)


def test_the_nine_crossings_are_on_the_live_path(replayed: House) -> None:
    """Every crossing is among the places that screens are told of."""
    token = replayed.token("viewer", "screen")
    status, answer = wait_for(
        "the crossings' newest readings",
        lambda: replayed.request("GET", f"/api/v1/latest?source={SOURCE}", token),
    )
    assert status == 200
    places = {reading["place"] for reading in answer["readings"] if reading["metric"] == "queue_length_vehicles"}
    assert len(places) == 9
