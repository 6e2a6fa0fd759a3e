"""The layers as they are served."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from geodata import storage
from geodata.errors import LayerError
from geodata.layers import LAYERS, inset_bounds, layer, province_bounds
from geodata.places import Places
from geodata.verify import BYTES_LIMIT, VerifyReport, verify

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_is_compact_and_says_that_it_is_schematic(name: str) -> None:
    """The browser gets small JSON which carries the word that the map must show."""
    content = layer(name)
    parsed = json.loads(content)
    assert parsed["schematic"] is LAYERS[name].schematic is True
    assert json.dumps(parsed, ensure_ascii=False, separators=(",", ":")).encode() == content.strip()
    assert len(content) < 300_000


def test_the_coordinates_have_at_most_five_decimals() -> None:
    """No layer pretends to know centimetres."""

    def numbers(value: object) -> list[float]:
        if isinstance(value, list):
            return [number for each in value for number in numbers(each)]
        return [value] if isinstance(value, float) else []

    for name in ("communes", "border", "roads", "approaches", "gates", "coverage-4g"):
        for feature in json.loads(layer(name))["features"]:
            assert all(round(number, 5) == number for number in numbers(feature["geometry"]["coordinates"]))


def test_all_layers_together_stay_within_their_budget() -> None:
    """The repository and the first load stay small."""
    assert sum(path.stat().st_size for path in storage.DATA_DIR.iterdir()) < BYTES_LIMIT


def test_the_shapes_are_valid_without_gaps_or_overlaps() -> None:
    """No sliver of the map belongs to two communes or to none."""
    report = verify()
    assert report.faults == ()
    assert report.is_sound
    # The province's official area is 8,310 km².
    assert report.areas_km2["province"] == pytest.approx(8_310, rel=0.02)
    assert "Nothing is wrong." in str(report)


def test_a_fault_is_printed_as_a_sentence() -> None:
    """What `geodata verify` found wrong is what the operator reads."""
    report = VerifyReport({}, {"province": 1.0}, {}, {}, ("The areas of communes overlap by 3.0000 km².",))
    assert not report.is_sound
    assert "overlap by 3.0000" in str(report)
    assert report.__rich__() == str(report)


def test_every_commune_of_the_layer_is_a_place() -> None:
    """A click on the map leads to a place that readings can name."""
    places = Places.load()
    for name in ("communes", "districts", "gates"):
        for feature in json.loads(layer(name))["features"]:
            place = places.get(feature["properties"]["id"])
            assert place is not None
            assert place.name_vi == feature["properties"]["name_vi"]


def test_the_corridor_lies_in_the_inset_and_the_inset_in_the_province() -> None:
    """All four gates of the corridor are inside the inset that the wall draws."""
    (south, west), (north, east) = inset_bounds()
    places = Places.load()
    for gate in ("tan-thanh", "coc-nam", "huu-nghi", "dong-dang"):
        place = places.get(gate)
        assert place is not None
        assert south < (place.lat or 0) < north
        assert west < (place.lon or 0) < east
    (p_south, p_west), (p_north, p_east) = province_bounds()
    assert p_south < south < north < p_north
    assert p_west < west < east < p_east


def test_titles_exist_in_both_languages_with_source_and_licence() -> None:
    """The map can name what it shows and whom it has it from."""
    for each in LAYERS.values():
        assert each.title == each.title_vi != each.title_en
        assert each.licence
        assert each.source
    assert "© OpenStreetMap contributors" in LAYERS["border"].source


def test_an_unknown_layer_is_named_in_the_error() -> None:
    """A wrong address says which layers there are."""
    with pytest.raises(LayerError, match=r"'comunes'.*communes"):
        layer("comunes")


def test_a_missing_or_damaged_file_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever deleted a built file is told how to build it again."""
    monkeypatch.setattr(storage, "DATA_DIR", tmp_path)
    monkeypatch.setattr(storage, "FACTS_DIR", tmp_path)
    (tmp_path / "odd.json").write_text("{", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    with pytest.raises(LayerError, match="geodata build"):
        storage.read_json("gone.json")
    with pytest.raises(LayerError, match="damaged"):
        storage.read_json("odd.json")
    with pytest.raises(LayerError, match="no JSON object"):
        storage.read_json("list.json")
    with pytest.raises(LayerError, match="facts"):
        storage.read_facts("gone.csv")


def test_starting_needs_no_geometry_library() -> None:
    """The command centre starts on a machine without GeoPandas, Shapely, pyproj or NumPy."""
    code = (
        "import sys\n"
        "for name in ('shapely','geopandas','pyproj','numpy','pandas','vietnamadminunits','timezonefinder_data'):\n"
        "    sys.modules[name] = None\n"
        "from geodata import areas, coverage, gates, layers, places, population, roads, sites, units, verify\n"
        "places.Places.load(); roads.approach_road('chi-ma'); coverage.planned_coverage(); gates.all_gate_facts()\n"
        "assert areas.commune_at(106.76, 21.85); population.population('lang-son'); units.former_communes()\n"
        "print(len(layers.layer('sites')) > 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.stdout.strip(), done.stderr) == ("True", "")
