"""Dirty copies of a clean payload: every defect is counted where it belongs, and the rest is unharmed."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.catalogue import Catalogue
from feeds.mapping import Mapping, Trial, parse_mapping, read_payload, try_mapping
from geodata.places import Place, Places

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PLACES = Places([Place(name, None, "gate", name, name, None, None) for name in ("tan-thanh", "chi-ma", "coc-nam")])
GATES = ("tan-thanh", "chi-ma", "coc-nam")
RULES = """
source: dirty
name: {vi: Thử, en: Test}
refuse: [{KEY: flag, equals: "1", reason: parse_miss, message: the source could not read it}]
place: {KEY: gate}
time: {KEY: seen}
missing: ["", n/a]
readings:
  - {metric: queue_length_vehicles, dims: {queue: physical}, value: {KEY: cars}}
  - {metric: wait_time_s, dims: {stat: median}, value: {KEY: minutes, unit: min}}
"""
COLUMNS = ("gate", "seen", "flag", "cars", "minutes", "note")


def mapping_of(form: str) -> Mapping:
    """Return the rules for a format."""
    text = RULES.replace("KEY", "column" if form == "csv" else "path")
    return parse_mapping(f"format: {form}\n{text}" + ("records: $.rows[*]\n" if form == "json" else ""), Catalogue())


MAPPINGS = {form: mapping_of(form) for form in ("csv", "json", "ndjson")}

# What each defect does to a row, and how it is counted: a reason of refusals, or a quality of the first reading.
BOTH = {
    "clean": ({}, "good"),
    "late": ({"seen": "2026-11-20T03:00:00Z"}, "late"),
    "missing": ({"cars": ""}, "missing"),
    "marked_missing": ({"cars": "n/a"}, "missing"),
    "no_number": ({"cars": "12 trucks"}, "bad_value"),
    "bad_time": ({"seen": "22/11 at noon"}, "bad_time"),
    "no_place": ({"gate": " "}, "missing_place"),
    "unknown_place": ({"gate": "nowhere"}, "unknown_place"),
    "negative": ({"cars": "-4"}, "out_of_bounds"),
    "half": ({"cars": "2.5"}, "bad_value"),
    "ahead": ({"seen": "2026-11-23T09:00:00Z"}, "clock_ahead"),
    "parse_miss": ({"flag": "1"}, "parse_miss"),
}
ONLY_CSV = ("torn_quote", "bad_encoding", "short_row", "long_row")
ONLY_JSON = {
    "null": ({"cars": None}, "missing"),
    "absent": ({"cars": ...}, "missing"),
    "nan": ({"cars": float("nan")}, "bad_value"),
    "list": ({"cars": [1]}, "bad_shape"),
    "true": ({"cars": True}, "bad_value"),
}


def clean_row(index: int) -> dict[str, object]:
    """Return a row that is unlike every other."""
    seen = NOW - timedelta(seconds=index)
    return {
        "gate": GATES[index % 3],
        "seen": f"{seen:%Y-%m-%dT%H:%M:%SZ}",
        "flag": "0",
        "cars": str(index),
        "minutes": "7",
        "note": "",
    }


def csv_line(index: int, defect: str) -> bytes:
    """Return one line of the CSV with a defect."""
    row = clean_row(index) | (BOTH[defect][0] if defect in BOTH else {})
    line = ",".join(str(row[name]) for name in COLUMNS).encode()
    match defect:
        case "torn_quote":
            line += b'"never closed'
        case "bad_encoding":
            line += b"L\xe0ng S\xefn"
        case "short_row":
            line = line.rpartition(b",")[0]
        case "long_row":
            line += b",unexpected"
    return line + b"\n"


def json_row(index: int, defect: str) -> dict[str, object]:
    """Return one row of the JSON with a defect."""
    row = clean_row(index) | (BOTH | ONLY_JSON)[defect][0]
    return {name: value for name, value in row.items() if value is not ...}


def tried(form: str, payload: bytes) -> Trial:
    """Return what a payload would become."""
    return try_mapping(payload, MAPPINGS[form], Catalogue(), PLACES, NOW, origin="f", limit=10_000)


def check(trial: Trial, defects: list[str], outcomes: dict[str, str], places: list[str]) -> None:
    """Assert that every defect is where it belongs, and every other row as it would be alone."""
    counted = Counter(outcomes[defect] for defect in defects)
    qualities = {quality: counted.pop(quality, 0) for quality in ("good", "late", "missing")}
    # What judging refuses, it refuses by reading: of an unknown place and a future instant both readings fall.
    for reason in ("unknown_place", "clock_ahead"):
        counted[reason] *= 2
    assert +Counter(trial.reasons) == +counted
    queue = [reading for reading in trial.readings if reading.metric == "queue_length_vehicles"]
    assert Counter(reading.quality for reading in queue) == +Counter(qualities)
    unharmed = [index for index, defect in enumerate(defects) if outcomes[defect] in {"good", "late"}]
    found = [(reading.place, reading.value) for reading in queue if reading.value is not None]
    assert found == [(GATES[index % 3], float(index)) for index in unharmed]
    assert trial.rows == len(defects)
    assert trial.accepted_readings + trial.rejected == trial.produced_readings
    refusals = [refusal.origin for refusal in trial.refused]
    assert sorted(set(refusals)) == sorted({places[i] for i, d in enumerate(defects) if is_refused(outcomes[d])})


def is_refused(outcome: str) -> bool:
    """Tell whether an outcome is a refusal."""
    return outcome not in {"good", "late", "missing"}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*BOTH, *ONLY_CSV]), max_size=40))
def test_every_defect_of_a_csv_is_counted_where_it_belongs(defects: list[str]) -> None:
    """Torn quotes, foreign bytes, short and long rows, faulty cells: each under its reason, with its line."""
    payload = (",".join(COLUMNS) + "\n").encode() + b"".join(csv_line(i, d) for i, d in enumerate(defects))
    outcomes = {name: outcome for name, (_, outcome) in BOTH.items()} | {name: name for name in ONLY_CSV}
    check(tried("csv", payload), defects, outcomes, [f"f:{index + 2}" for index in range(len(defects))])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*BOTH, *ONLY_JSON]), max_size=40), st.sampled_from(["json", "ndjson"]))
def test_every_defect_of_a_json_is_counted_where_it_belongs(defects: list[str], form: str) -> None:
    """The same of a JSON payload and of lines of JSON, with the path or line of each."""
    rows = [json_row(index, defect) for index, defect in enumerate(defects)]
    if form == "json":
        payload, places = json.dumps({"rows": rows}), [f"f:$.rows[{index}]" for index in range(len(rows))]
    else:
        payload = "".join(json.dumps(row) + "\n" for row in rows)
        places = [f"f:{index + 1}" for index in range(len(rows))]
    outcomes = {name: outcome for name, (_, outcome) in (BOTH | ONLY_JSON).items()}
    check(tried(form, payload.encode()), defects, outcomes, places)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_a_row_sent_twice_is_the_same_reading_twice(indices: list[int]) -> None:
    """Duplicates are handed on as they are: the house knows them by series and instant."""
    payload = (",".join(COLUMNS) + "\n").encode() + b"".join(csv_line(index, "clean") for index in indices)
    trial = tried("csv", payload)
    keys = [(reading.metric, reading.place, reading.observed_at, reading.value) for reading in trial.readings]
    assert (len(keys), len(set(keys))) == (2 * len(indices), 2 * len(set(indices)))


@pytest.mark.parametrize(("columns", "reason"), [(("gate", "seen", "flag", "cars"), "missing_column"),
                                                 (("gate", "gate", *COLUMNS[1:]), "duplicate_column")])  # fmt: skip
def test_a_header_that_lacks_or_doubles_a_column_is_refused_whole(columns: tuple[str, ...], reason: str) -> None:
    """Then not one row is read, since none could be trusted."""
    trial = tried("csv", (",".join(columns) + "\n" + "x," * len(columns) + "\n").encode())
    assert (trial.reasons, trial.unreadable) == ({reason: 1}, True)


def test_further_columns_change_nothing() -> None:
    """A column that the source adds one day is noted and does no harm."""
    head, row = ",".join(COLUMNS), csv_line(1, "clean").decode().strip()
    plain, wider = tried("csv", f"{head}\n{row}\n".encode()), tried("csv", f"new,{head}\n9,{row}\n".encode())
    assert wider.readings == plain.readings
    assert "Columns that the mapping does not use: new, note." in [note.message for note in wider.notes]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["csv", "json", "ndjson"]), st.binary(max_size=200), st.binary(max_size=60),
       st.integers(0, 400), st.sampled_from(["", "text/csv; charset=utf-16", "x; charset=windows-1258"]))  # fmt: skip
def test_wild_bytes_raise_nothing(form: str, head: bytes, piece: bytes, at: int, content_type: str) -> None:
    """Bytes before, in or after an honest payload lead to refusals with reasons, whatever they are."""
    if form == "csv":
        honest = (",".join(COLUMNS) + "\n").encode() + b"".join(csv_line(i, "clean") for i in range(3))
    elif form == "json":
        honest = json.dumps({"rows": [json_row(i, "clean") for i in range(3)]}).encode()
    else:
        honest = b"".join(json.dumps(json_row(i, "clean")).encode() + b"\n" for i in range(3))
    for payload in (head, head + honest, honest[:at] + piece + honest[at:]):
        for row in read_payload(payload, MAPPINGS[form], NOW, origin="f", content_type=content_type):
            assert row.letter is None or (row.letter.reason and row.letter.message)
