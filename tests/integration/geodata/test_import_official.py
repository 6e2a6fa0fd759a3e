"""The official boundaries as an operator imports them: command line, layers, and everything that follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from dashboard.assets import CurrentLayers
from dashboard.cli import app
from geodata import storage, versions
from geodata.areas import commune_at
from geodata.coverage import planned_coverage
from geodata.imports import ImportRequest, ImportResult, import_file
from geodata.layers import attribution, is_schematic, known_layers, layer, province_bounds
from geodata.places import Places
from geodata.population import population
from geodata.sites import load_sites
from geodata.verify import BYTES_LIMIT, verify

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def official(shared: Path) -> Path:
    """Return the file of official boundaries, or skip."""
    path = shared / "geodata" / "lang_son_communes_2025.geojson"
    if not path.is_file():
        pytest.skip("the official-boundary example is not beside this checkout")
    return path


@pytest.fixture(scope="module")
def house(official: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ImportResult]:
    """Import the official file into a house of its own, once."""
    data_dir = tmp_path_factory.mktemp("house")
    request = ImportRequest(official, source="Bản đồ sáp nhập", licence="MIT", date="2025-07-01")
    result = import_file(request, data_dir, NOW)
    storage.use_directory(None)
    return data_dir, result


@pytest.fixture
def imported(house: tuple[Path, ImportResult]) -> Iterator[ImportResult]:
    """Have the imported layers in use, and the shipped ones again afterwards."""
    storage.use_directory(house[0])
    yield house[1]
    storage.use_directory(None)


def test_the_result_is_clean_and_has_the_provinces_area(imported: ImportResult, official: Path) -> None:
    """65 units, 8,307 km², no overlap, no gap, all valid, light enough, and where the file has them."""
    report = verify(official)
    assert report.faults == ()
    assert report.units == {"province": 1, "communes": 65, "districts": 11}
    assert report.areas_km2["communes"] == pytest.approx(8_307, rel=0.005)
    assert report.overlap_counts == report.gap_counts == {"communes": 0, "districts": 0}
    assert set(report.invalid.values()) == {0}
    assert report.neighbours["communes"] > 130
    assert sum(report.sizes.values()) < BYTES_LIMIT
    assert report.sizes["communes-overview"] < report.sizes["communes"] / 2
    assert report.agreement["lang-son"] > 0.999
    assert min(report.agreement.values()) > 0.99
    assert "overlaps 0 (0 m²), gaps 0 (0 m²)" in str(report)


def test_what_was_wrong_is_told_and_kept(imported: ImportResult, official: Path) -> None:
    """The manifest answers for years whose data this is, and what was done to it."""
    record = imported.record
    assert (record.kind, record.licence, record.date, record.size) == (
        "communes", "MIT", "2025-07-01", official.stat().st_size,
    )  # fmt: skip
    assert any("overlapped by" in each for each in record.warnings)
    assert any("gaps of together" in each for each in record.warnings)
    version = storage.active()
    assert version is not None
    assert version.last("communes") == record


def test_the_map_stops_saying_schematic(imported: ImportResult) -> None:
    """The word goes, the source comes; what is still modelled says so in its layer."""
    assert not is_schematic()
    assert attribution() == "Bản đồ sáp nhập (2025-07-01) · © OpenStreetMap contributors"
    known = known_layers()
    for name in ("communes", "province", "communes-overview", "province-overview", "communes-corridor"):
        assert json.loads(layer(name))["schematic"] is known[name].schematic is False
        assert "sơ đồ" not in known[name].title_vi
        assert known[name].source == "Bản đồ sáp nhập"
    assert known["sites"].schematic
    assert known["districts"].schematic
    (south, west), (north, east) = province_bounds()
    assert (round(south, 2), round(west, 2), round(north, 2), round(east, 2)) == (21.33, 106.1, 22.46, 107.36)


def test_everything_follows_the_imported_ground(imported: ImportResult) -> None:
    """Points, sites, label points, gates and coverage stand on the new boundaries; ids and people stay."""
    places = Places.load()
    features = {each["properties"]["id"]: each["properties"] for each in json.loads(layer("communes"))["features"]}
    assert len(features) == 65
    for place_id, properties in features.items():
        place = places.get(place_id)
        assert place is not None
        assert [place.lon, place.lat] == properties["label"]
        assert commune_at(*properties["label"]) == place_id
    strays = [site for site in load_sites() if commune_at(site.lon, site.lat) not in {site.commune, None}]
    assert strays == []
    for gate in ("tan-thanh", "coc-nam", "huu-nghi", "chi-ma"):
        shown = places.get(gate)
        assert shown is not None
        assert commune_at(shown.lon or 0, shown.lat or 0) is not None
    plan = planned_coverage()
    assert plan.province.area_km2 == pytest.approx(8_307, rel=0.01)
    assert plan.province.population == population("lang-son") == 809_000
    assert 90 < plan.province.technologies["4g"].area_pct <= 100


def test_a_running_web_process_serves_the_new_layers(house: tuple[Path, ImportResult]) -> None:
    """Screens get the imported map within a second, pages still open keep theirs, and a revert goes back."""
    directory = house[0] / versions.FOLDER
    versions.activate(directory, "")
    storage.use_directory(house[0])
    try:
        served = CurrentLayers()
        before = served.urls["communes"]
        versions.activate(directory, house[1].version)
        served._looked_at = float("-inf")
        after = served.urls
        assert after["communes"] != before
        assert "communes-overview" in after
        for url in (before, after["communes"]):
            assert served.read(url.removeprefix("/layers/")) is not None
        (directory / "current").write_text("no-such-version\n", encoding="utf-8")
        served._looked_at = float("-inf")
        assert served.urls == after
    finally:
        versions.activate(directory, house[1].version)
        storage.use_directory(None)


def _run(data_dir: Path, *arguments: str) -> Result:
    """Run a verb as the command line does, and leave the shipped layers in use."""
    try:
        return CliRunner().invoke(app, ["geodata", *arguments], env={"LSO_DATA_DIR": str(data_dir)})
    finally:
        storage.use_directory(None)


def test_the_command_line_lists_reverts_and_verifies(house: tuple[Path, ImportResult]) -> None:
    """An operator sees what is in use, goes back by one word, and reads a sentence when something cannot be done."""
    data_dir, result = house
    listed = _run(data_dir, "import", "--list")
    assert f"* {result.version}" in listed.stdout
    assert "Bản đồ sáp nhập" in listed.stdout
    reverted = _run(data_dir, "revert")
    try:
        assert "the shipped layers" in reverted.stdout
        again = _run(data_dir, "revert")
        assert (again.exit_code, again.stdout) == (2, "")
        assert "nothing to go back to" in again.stderr
    finally:
        versions.activate(data_dir / versions.FOLDER, result.version)
    verified = _run(data_dir, "verify")
    assert verified.exit_code == 0
    assert "65 units, 8,307" in verified.stdout
    refused = _run(data_dir, "import", "gone.geojson")
    assert (refused.exit_code, "Traceback" in refused.stderr) == (2, False)
    assert "no file 'gone.geojson'" in refused.stderr


def test_verify_ends_with_1_when_the_layers_are_faulty(house: tuple[Path, ImportResult], tmp_path: Path) -> None:
    """A check in a script can tell a sound map from a faulty one."""
    features: dict[str, Any] = json.loads(layer("communes"))
    directory = tmp_path / versions.FOLDER
    features["features"] = features["features"][1:]
    with versions.locked(directory):
        versions.write_version(
            directory, None, house[1].record, {"communes.geojson": json.dumps(features).encode()}, {}, NOW
        )
    found = _run(tmp_path, "verify")
    assert found.exit_code == 1
    assert "commune.05977 Phường Đông Kinh is missing from communes." in found.stdout
    assert "differ from the province by" in found.stdout
