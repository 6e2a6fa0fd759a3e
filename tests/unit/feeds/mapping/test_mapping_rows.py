"""What the rows of a recorded file become."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.catalogue import Catalogue
from feeds.errors import MappingError
from feeds.mapping import declared_places, load_mapping, read_payload

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MAPPING = """
source: replay-test
name: {vi: Thử, en: Test}
place: {column: where, lookup: {T: tan-thanh}}
time: {column: when, format: "%d/%m/%Y %H:%M", zone: Asia/Ho_Chi_Minh}
recorded: {column: seen}
missing: ["", "n/a"]
refuse: [{column: flag, equals: "1", reason: parse_miss, message: "the page could not be read"}]
readings:
  - metric: queue_length_vehicles
    dims: {queue: physical}
    value: {column: cars}
  - metric: wait_time_s
    dims: {stat: median}
    value: {column: minutes, scale: 60, decimal: ","}
"""
HEADER = "where,when,seen,flag,cars,minutes\n"


@pytest.fixture
def mapping_file(tmp_path: Path) -> Path:
    """Return a mapping with every feature in it."""
    path = tmp_path / "mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def rows_of(tmp_path: Path, mapping_file: Path, text: str):
    """Return what a file of that text yields."""
    return list(
        read_payload((HEADER + text).encode(), load_mapping(mapping_file, Catalogue()), NOW, origin="recorded.csv")
    )


def test_a_row_yields_one_reading_a_rule(tmp_path: Path, mapping_file: Path) -> None:
    """Places are looked up, local times become UTC, minutes become seconds."""
    [row] = rows_of(tmp_path, mapping_file, 'T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,12,"7,5"\n')
    queue, wait = row.readings
    assert (queue.metric, queue.place, queue.value) == ("queue_length_vehicles", "tan-thanh", 12)
    assert queue.observed_at == datetime(2026, 11, 22, 3, 5, tzinfo=UTC)
    assert (wait.metric, wait.value, wait.quality) == ("wait_time_s", 450, "good")
    assert row.recorded_at == datetime(2026, 11, 22, 3, 6, tzinfo=UTC)


@pytest.mark.parametrize("empty", ["", "n/a", " "])
def test_a_missing_count_stays_missing(tmp_path: Path, mapping_file: Path, empty: str) -> None:
    """An empty count is null with quality missing, never 0."""
    [row] = rows_of(tmp_path, mapping_file, f"T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,{empty},3\n")
    assert (row.readings[0].value, row.readings[0].quality) == (None, "missing")
    assert row.readings[1].value == 180


def test_a_zero_is_a_zero(tmp_path: Path, mapping_file: Path) -> None:
    """A count of 0 is a good reading of 0."""
    [row] = rows_of(tmp_path, mapping_file, "T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,0,0\n")
    assert [(reading.value, reading.quality) for reading in row.readings] == [(0, "good"), (0, "good")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("T,22/11/2026 10:05,2026-11-22T03:06:00Z,1,5,5", "parse_miss"),
        (",22/11/2026 10:05,2026-11-22T03:06:00Z,0,5,5", "missing_place"),
        ("T,yesterday,2026-11-22T03:06:00Z,0,5,5", "bad_time"),
        ("T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,many,5", "bad_value"),
        ("T,22/11/2026 10:05", "short_row"),
        ("T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,5,5,6", "long_row"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_whole(tmp_path: Path, mapping_file: Path, text: str, reason: str) -> None:
    """It becomes a dead letter with its reason, its line and its text; the rows around it are read."""
    good = "T,22/11/2026 10:00,2026-11-22T03:01:00Z,0,5,5\n"
    before, refused, after = rows_of(tmp_path, mapping_file, good + text + "\n" + good)
    assert refused.letter is not None
    assert (refused.letter.reason, refused.letter.origin) == (reason, "recorded.csv:3")
    assert refused.readings == []
    assert len(before.readings) == len(after.readings) == 2


@pytest.mark.parametrize(
    ("seconds", "ahead_s", "quality"), [(0, 0, "good"), (1, 1, "estimated"), (36, 36, "estimated")]
)
def test_a_source_clock_that_runs_ahead_is_flagged(
    tmp_path: Path, mapping_file: Path, seconds: int, ahead_s: float, quality: str
) -> None:
    """A row seen before it was observed has readings of quality estimated; one seen at that instant is good."""
    text = f"T,22/11/2026 10:05,2026-11-22T03:0{4 if seconds else 5}:{(60 - seconds) % 60:02d}Z,0,5,5\n"
    [row] = rows_of(tmp_path, mapping_file, text)
    assert row.clock_ahead_s == ahead_s
    assert {reading.quality for reading in row.readings} == {quality}


def test_a_file_without_a_needed_column_is_refused_with_its_name(mapping_file: Path) -> None:
    """One dead letter names the column that is not there and those that are."""
    [row] = read_payload(b"where,when\nT,x\n", load_mapping(mapping_file, Catalogue()), NOW, origin="other.csv")
    assert row.letter is not None
    assert (row.letter.reason, row.letter.field) == ("missing_column", "cars")
    assert "it has where, when" in row.letter.message


def test_a_line_of_another_encoding_is_refused_alone(tmp_path: Path, mapping_file: Path) -> None:
    """Bytes that are not UTF-8 do not become question marks: their line is refused with its number and the byte."""
    good = b"T,22/11/2026 10:05,2026-11-22T03:06:00Z,0,5,5\n"
    payload = HEADER.encode() + good + good.replace(b"T,", b"L\xe0ng,") + good
    before, refused, after = read_payload(payload, load_mapping(mapping_file, Catalogue()), NOW, origin="latin.csv")
    assert refused.letter is not None
    assert (refused.letter.reason, refused.letter.origin) == ("bad_encoding", "latin.csv:3")
    assert "0xe0 at character 2" in refused.letter.message
    assert len(before.readings) == len(after.readings) == 2


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("metric: wait_time_s", "metric: waiting", "readings\\[1\\].metric"),
        ("queue: physical", "queue: real", "readings\\[0\\].dims.queue"),
        ("queue: physical", "colour: red", "'colour'"),
        ("zone: Asia/Ho_Chi_Minh", "zone: Hanoi", "time.zone"),
        ("column: cars", "colunm: cars", "colunm"),
        ("source: replay-test\n", "", "source"),
        ("place: {", "place {", "not YAML"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_key(
    tmp_path: Path, mapping_file: Path, old: str, new: str, message: str
) -> None:
    """Every fault names the key it stands in."""
    mapping_file.write_text(MAPPING.replace(old, new), encoding="utf-8")
    with pytest.raises(MappingError, match=message):
        load_mapping(mapping_file, Catalogue())


def test_places_of_a_file_are_declared_once_each(tmp_path: Path) -> None:
    """A mapping may bring its own places, with names and positions."""
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(
        MAPPING + "places: {id: {column: where}, name_vi: {column: name}, name_en: {column: name},"
        " lat: {column: lat}, lon: {column: lon}}\n",
        encoding="utf-8",
    )
    payload = b"where,name,lat,lon,when,seen,flag,cars,minutes\n" + b"zosin,Zosin,50.8,24.1,,,,,\n" * 2
    [place] = declared_places(payload, load_mapping(mapping, Catalogue()))
    assert (place.id, place.name_vi, place.kind, place.lat, place.lon) == ("zosin", "Zosin", "crossing", 50.8, 24.1)
