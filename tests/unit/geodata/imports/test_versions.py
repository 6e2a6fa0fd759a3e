"""Versions: complete before they count, switched at once, reverted by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geodata import storage, versions
from geodata.errors import ImportRefusedError, LayerError
from geodata.layers import attribution, is_schematic, known_layers, layer

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
RECORD = versions.ImportRecord(
    "communes", "a.geojson", "0" * 64, 10, "Bộ Nội vụ", "CC BY 4.0", "2025-07-01", NOW.isoformat()
)
DESCRIBED = {
    name: {"schematic": False, "source": "Bộ Nội vụ", "built_on": "2025-07-01"} for name in ("province", "communes")
}


def written(data_dir: Path, content: bytes, later_s: int = 0) -> versions.Version:
    """Write a version with one layer."""
    directory = data_dir / versions.FOLDER
    with versions.locked(directory):
        return versions.write_version(
            directory, versions.active_version(directory), RECORD, {"communes.geojson": content}, DESCRIBED,
            NOW + timedelta(seconds=later_s),
        )  # fmt: skip


def test_an_imported_layer_is_read_instead_of_the_shipped_one(tmp_path: Path) -> None:
    """The map changes, says whom it is from, and stops saying that it is schematic."""
    shipped = layer("communes")
    assert storage.use_directory(tmp_path) == ""
    assert layer("communes") == shipped
    assert is_schematic()
    version = written(tmp_path, b'{"features":[]}')
    assert storage.refresh()
    assert not storage.refresh()
    assert layer("communes") == b'{"features":[]}'
    assert layer("border")
    assert known_layers()["communes"].licence == "ODbL 1.0"
    assert not is_schematic()
    assert attribution() == "Bộ Nội vụ (2025-07-01) · © OpenStreetMap contributors"
    assert version.last("communes") == RECORD
    assert version.last("sites") is None


def test_going_back_restores_what_was_in_use(tmp_path: Path) -> None:
    """A wrong import is undone by one word, step by step to the shipped layers."""
    first, second = written(tmp_path, b"{}"), written(tmp_path, b"[]", 1)
    directory = tmp_path / versions.FOLDER
    assert (second.parent, first.parent) == (first.name, "")
    assert [each.name for each in versions.list_versions(directory)] == [first.name, second.name]
    assert len(second.imports) == 2
    versions.activate(directory, second.parent)
    assert storage.use_directory(tmp_path) == first.name
    versions.activate(directory, "")
    assert storage.use_directory(tmp_path) == ""
    with pytest.raises(LayerError, match=r"no complete imported version '../x'.*--to shipped"):
        versions.activate(directory, "../x")


def test_a_version_changed_by_hand_is_not_used(tmp_path: Path) -> None:
    """Layers whose checksum is another are named, with what to do; the former ones stay in use."""
    version = written(tmp_path, b"{}")
    storage.use_directory(tmp_path)
    second = written(tmp_path, b"[]", 1)
    (second.path / "communes.geojson").write_bytes(b"x")
    with pytest.raises(LayerError, match=r"'communes.geojson'.*geodata revert"):
        storage.refresh()
    assert storage.active_name() == version.name
    (second.path / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(LayerError, match="no complete imported version"):
        storage.use_directory(tmp_path)
    assert [each.name for each in versions.list_versions(tmp_path / versions.FOLDER)] == [version.name]


def test_one_import_at_a_time(tmp_path: Path) -> None:
    """Two operators cannot overwrite each other."""
    with (
        versions.locked(tmp_path),
        pytest.raises(ImportRefusedError, match="Another import"),
        versions.locked(tmp_path),
    ):
        raise AssertionError


def test_an_import_that_died_half_way_leaves_no_trace_in_use(tmp_path: Path) -> None:
    """A draft folder is no version, and the oldest versions are cleared away in the end."""
    directory = tmp_path / versions.FOLDER
    (directory / ".20261123T030000-000000-communes").mkdir(parents=True)
    (directory / ".20261123T030000-000000-communes" / "manifest.json").write_text("{}", encoding="utf-8")
    assert versions.list_versions(directory) == []
    names = [written(tmp_path, b"{}", second).name for second in range(1, versions.KEPT + 3)]
    assert [each.name for each in versions.list_versions(directory)] == names[-versions.KEPT :]
    assert versions.active_name(directory) == names[-1]
