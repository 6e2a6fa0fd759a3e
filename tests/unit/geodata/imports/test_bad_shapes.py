"""Bad files of shapes: refused with a reason, never a trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from geodata.errors import ImportRefusedError
from geodata.imports import ImportRequest, import_file

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def refusal(path: Path, data_dir: Path, **said: Any) -> str:
    """Return the sentence with which an import is refused; nothing may have been written."""
    with pytest.raises(ImportRefusedError) as caught:
        import_file(ImportRequest(path, **said), data_dir, NOW)
    assert not list((data_dir / "geodata").glob("2*"))
    return str(caught.value)


def test_every_malformed_sample_is_refused_with_a_sentence(shared: Path, tmp_path: Path) -> None:
    """Nothing of the collection of bad GeoJSON, and none of its good but foreign shapes, gets in or crashes."""
    samples = sorted((shared / "samples" / "bad" / "geojson").rglob("*.geojson"))
    assert len(samples) > 50
    for path in samples:
        told = refusal(path, tmp_path)
        assert told[0].isupper()
        assert told.endswith(".")
        assert len(told) < 500


@pytest.mark.parametrize(
    "content",
    [
        b'{"type":"Polygon","coordinates":[[[NaN,21.8],[106.7,21.9],[106.8,21.8],[106.7,21.8]]]}',
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"[" * 100_000,
        b'{"type":"FeatureCollection","features":[{"type":"Feat',
        b"\xff\xfe{\x00",
        b"\xff\xfe\x00\xd8\x00",
        b'{"type":["FeatureCollection"]}',
        b'{"type":"GeometryCollection","geometries":'
        + b'[{"type":"GeometryCollection","geometries":' * 9
        + b"[]"
        + b"}]" * 9
        + b"}",
        b'{"type":"Polygon","coordinates":[]}',
        b'{"type":"Polygon","coordinates":[[[1e999,1],[2,2],[3,3],[1,1]]]}',
        b'{"type":"Topology","objects":{}}',
    ],
)
def test_hostile_json_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    """NaN, deep nests, cut files and odd encodings end in a sentence."""
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    assert refusal(path, tmp_path).endswith(".")


def test_units_missing_twice_or_foreign_are_named(rows: Any, write: Callable[..., Path], tmp_path: Path) -> None:
    """The operator reads which units do not fit, not that something is wrong."""
    assert "1 of our 65 units are missing (05977 Phường Đông Kinh)" in refusal(
        write(rows[1:]), tmp_path, kind="communes"
    )
    assert "1 units stand there twice (05977" in refusal(write([*rows, rows[0]]), tmp_path)
    stranger = {**rows[0], "properties": {"code": "99999", "name": "Xã Lạ"}}
    told = refusal(write([*rows, stranger]), tmp_path)
    assert "feature 66: '99999'" in told
    assert "--only-ours" in told
    nameless = [{**row, "properties": {"x": number}} for number, row in enumerate(rows)]
    assert "No column holds the codes or names" in refusal(write(nameless), tmp_path, kind="communes")
    assert "no column 'ma'" in refusal(write(rows), tmp_path, code_field="ma")


def test_ground_that_two_units_claim_or_none_is_refused(rows: Any, write: Callable[..., Path], tmp_path: Path) -> None:
    """A copied shape and a hole as large as a commune are no drawing faults."""
    copied = [*rows[:10], {**rows[10], "geometry": rows[11]["geometry"]}, *rows[11:]]
    assert "overlap by" in refusal(write(copied), tmp_path)
    # Vũ Lăng and its like lie inland: a tiny far-off square in its place leaves a hole.
    inland = next(i for i, row in enumerate(rows) if row["properties"]["code"] == "06325")
    square = [[106.6, 21.6], [106.61, 21.6], [106.61, 21.61], [106.6, 21.61], [106.6, 21.6]]
    holed = [
        *rows[:inland],
        {**rows[inland], "geometry": {"type": "Polygon", "coordinates": [square]}},
        *rows[inland + 1 :],
    ]
    assert "belong to no unit" in refusal(write(holed), tmp_path) or "overlap" in refusal(write(holed), tmp_path)


def test_words_that_would_not_fit_the_map_are_refused(rows: Any, write: Callable[..., Path], tmp_path: Path) -> None:
    """Source and date are shown to everybody."""
    path = write(rows)
    assert "longer than 200" in refusal(path, tmp_path, source="x" * 201)
    assert "several lines" in refusal(path, tmp_path, licence="a\nb")
    assert "2025-07-01" in refusal(path, tmp_path, date="1/7/2025")
    assert "communes, districts" in refusal(path, tmp_path, kind="gates")
