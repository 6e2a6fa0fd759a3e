"""The ground in use, read back as shapes, and every file that follows from it when a part of it changes.

Districts and outline follow from the communes; gates are kept inside the outline; sites stand in the commune around
them; planned coverage is counted anew. Deliberately not here: reading what an operator gives.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import shapely
from shapely.geometry.base import BaseGeometry

from geodata import storage
from geodata.build import coverage, footprints, gates
from geodata.build.features import area_km2, collection, feature, label_point
from geodata.coverage import COVERAGE_TECHNOLOGIES
from geodata.footprints import load_footprints
from geodata.imports.clean import fitted
from geodata.imports.matching import Unit
from geodata.imports.zoom import DETAIL_BYTES, OVERVIEW_BYTES, OVERVIEW_M, corridor, simplified
from geodata.layers import Layer, inset_bounds, known_layers, layer
from geodata.population import population_by_commune
from geodata.sites import parse_sites

# Layers that only imported boundaries have: for the province at a look, and for the corridor's inset.
ZOOMED: Final = ("communes-overview", "province-overview", "communes-corridor", "province-corridor")
# A modelled site this far outside new boundaries still belongs to the commune beside it; beyond it is said.
NEAR_DEGREES: Final = 0.01

Areas = Mapping[str, BaseGeometry]


@dataclass(frozen=True, slots=True)
class Ground:
    """What an import may change; everything else follows.

    Attributes:
        communes: Area in degrees by code, a clean coverage on the grid.
        districts: Area in degrees by code, on the same ground; None to derive them from the communes.
        units: Content of units.json.
        sites: Content of sites.json.
        population: People by commune code.
        population_note: How the population is known, "" for our own estimate.
    """

    communes: Areas
    districts: Areas | None
    units: Mapping[str, Any]
    sites: Mapping[str, Any]
    population: Mapping[str, int]
    population_note: str = ""


def ground_in_use() -> Ground:
    """Return the ground as the layers in use have it.

    Raises:
        LayerError: A file is missing or damaged.
    """
    derived = known_layers()["districts"].schematic
    return Ground(
        communes=read_areas("communes"),
        districts=None if derived else read_areas("districts"),
        units=storage.read_json("units.json"),
        sites=storage.read_json("sites.json"),
        population={key.removeprefix("commune."): people for key, people in population_by_commune().items()},
        population_note=storage.read_json("coverage.json").get("population_note", ""),
    )


def read_areas(name: str) -> dict[str, BaseGeometry]:
    """Return the areas of a layer in use, in degrees, by code without the kind before it."""
    return {
        each["properties"]["id"].partition(".")[2]: shapely.geometry.shape(each["geometry"])
        for each in json.loads(layer(name))["features"]
    }


def expected_communes() -> list[Unit]:
    """Return the 65 units since 1 July 2025."""
    return [Unit(row["code"], row["name_vi"]) for row in storage.read_json("units.json")["communes"]]


def expected_districts() -> list[Unit]:
    """Return the 11 units until 30 June 2025."""
    return [Unit(row["code"], row["name_vi"]) for row in storage.read_json("units.json")["districts"]]


def outline_of(areas: Areas) -> BaseGeometry:
    """Return the outline of a clean coverage."""
    return shapely.coverage_union_all(list(areas.values()))


def weigh(areas: Areas) -> int:
    """Return about the bytes that areas take as they are written: a vertex is `[106.12345,21.12345],`."""
    return sum(20 * int(shapely.get_num_coordinates(area)) + 250 for area in areas.values())


def boundary_files(ground: Ground, described: Mapping[str, Layer], finest: Areas) -> tuple[dict[str, bytes], list[str]]:
    """Return every file that follows from new boundaries, and what is doubtful.

    Args:
        ground: The ground from now on.
        described: The layers' descriptions from now on, by name; those of `ZOOMED` among them.
        finest: The communes in full detail, for the corridor.
    """
    warnings: list[str] = []
    outline = outline_of(ground.communes)
    units = _placed_units(ground)
    shown, moved = gates.shown_positions(outline)
    sites = _resettled(ground.sites, ground.communes, warnings)
    districts = _districts(ground, outline)
    overview = simplified(ground.communes, OVERVIEW_M, OVERVIEW_BYTES, weigh).areas
    near = corridor(finest, inset_bounds())
    files: dict[str, Any] = {
        "units.json": units,
        "positions.json": moved,
        "gates.geojson": collection(described["gates"], gates.gate_features(shown)),
        "province.geojson": collection(described["province"], [feature({"id": "lang-son"}, outline)]),
        "communes.geojson": collection(described["communes"], _commune_features(ground, units)),
        **_zoomed("overview", overview, outline_of(overview), described),
        # Cut pieces need not share every vertex: their outline is a plain union.
        **_zoomed("corridor", near, shapely.union_all(list(near.values())), described),
        "districts.geojson": collection(described["districts"], _district_features(districts, units)),
    }
    written = {name: _bytes(content) for name, content in files.items()}
    return {**written, **site_files(replace(ground, sites=sites), described, outline)}, warnings


def site_files(ground: Ground, described: Mapping[str, Layer], outline: BaseGeometry) -> dict[str, bytes]:
    """Return the files that follow from sites, people or boundaries: sites, cells and planned coverage."""
    known = load_footprints()
    parsed = parse_sites(ground.sites)
    files: dict[str, Any] = {"sites.json": ground.sites}
    files |= footprints.rebuilt(parsed, ground.communes, ground.population, outline, known)
    # The raster's rounding must not change a figure that was stated.
    plan = files["coverage.json"]
    for code, row in plan["communes"].items():
        row["population"] = ground.population[code]
    plan["province"]["population"] = sum(ground.population.values())
    if ground.population_note:
        plan["population_note"] = ground.population_note
    built_up = footprints.built_up_area(known.built_up)
    for tech in COVERAGE_TECHNOLOGIES:
        name = f"coverage-{tech}"
        reached = coverage.reach(parsed, tech, outline, built_up)
        files[f"{name}.geojson"] = collection(described[name], [feature({"id": name, "technology": tech}, reached)])
    return {name: _bytes(content) for name, content in files.items()}


def commune_file(ground: Ground, described: Mapping[str, Layer]) -> dict[str, bytes]:
    """Return the communes' layer alone, as when only the people have changed."""
    content = collection(described["communes"], _commune_features(ground, ground.units))
    return {"communes.geojson": _bytes(content)}


def detail(areas: Areas, tolerance_m: float) -> tuple[dict[str, BaseGeometry], float]:
    """Return a coverage simplified for the corridor's zoom, and the tolerance in metres it took."""
    found = simplified(areas, tolerance_m, DETAIL_BYTES, weigh)
    return dict(found.areas), found.tolerance_m


def _bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode() + b"\n"


def _zoomed(zoom: str, areas: Areas, outline: BaseGeometry, described: Mapping[str, Layer]) -> dict[str, Any]:
    communes, province = f"communes-{zoom}", f"province-{zoom}"
    features = [feature({"id": f"commune.{code}"}, area) for code, area in areas.items()]
    return {
        f"{communes}.geojson": collection(described[communes], features),
        f"{province}.geojson": collection(described[province], [feature({"id": "lang-son"}, outline)]),
    }


def _placed_units(ground: Ground) -> dict[str, Any]:
    communes = []
    for row in ground.units["communes"]:
        area = ground.communes[row["code"]]
        lon, lat = label_point(area, row["lon"], row["lat"])
        communes.append({**row, "lon": lon, "lat": lat, "area_km2": area_km2(area)})
    return {**ground.units, "communes": communes}


def _commune_features(ground: Ground, units: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        feature(
            {
                "id": f"commune.{row['code']}",
                "name_vi": row["name_vi"],
                "name_en": row["name_en"],
                "label": [row["lon"], row["lat"]],
                "area_km2": area_km2(ground.communes[row["code"]]),
                "population" if ground.population_note else "population_estimate": ground.population[row["code"]],
            },
            ground.communes[row["code"]],
        )
        for row in units["communes"]
    ]


def _district_features(districts: Areas, units: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        feature(
            {
                "id": f"district.{row['code']}",
                "name_vi": row["name_vi"],
                "name_en": row["name_en"],
                "label": label_point(districts[row["code"]]),
                "area_km2": area_km2(districts[row["code"]]),
            },
            districts[row["code"]],
        )
        for row in units["districts"]
    ]


def _districts(ground: Ground, outline: BaseGeometry) -> Areas:
    if ground.districts is not None:
        return fitted(ground.districts, outline)
    return {
        district: shapely.coverage_union_all([ground.communes[code] for code in codes])
        for district, codes in communes_by_district(ground.units).items()
    }


def communes_by_district(units: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the new communes by the district most of their parts came from; a tie goes to the lower code.

    A commune joined from two districts cannot be cut without the former communes' own boundaries.
    """
    parts: dict[str, dict[str, float]] = {}
    for former in units["former_communes"]:
        for code in former["communes"]:
            weights = parts.setdefault(code, {})
            weights[former["district"]] = weights.get(former["district"], 0.0) + 1.0 / len(former["communes"])
    found: dict[str, list[str]] = {row["code"]: [] for row in units["districts"]}
    for code, weights in sorted(parts.items()):
        found[max(sorted(weights), key=lambda district: weights[district])].append(code)
    return found


def _resettled(sites: Mapping[str, Any], communes: Areas, warnings: list[str]) -> dict[str, Any]:
    """Return the sites with the commune each stands in now; outside, the nearest one."""
    codes = list(communes)
    tree = shapely.STRtree([communes[code] for code in codes])
    at = {name: index for index, name in enumerate(sites["columns"])}
    points = shapely.points([[row[at["lon"]], row[at["lat"]]] for row in sites["rows"]])
    rows = [list(row) for row in sites["rows"]]
    nearest, distances = tree.query_nearest(points, all_matches=False, return_distance=True)
    for site, area in zip(nearest[0].tolist(), nearest[1].tolist(), strict=True):
        rows[site][at["commune"]] = codes[area]
    far = int((distances > NEAR_DEGREES).sum())
    if far:
        warnings.append(
            f"{far} sites stand more than a kilometre outside the boundaries; they count to the nearest commune."
        )
    return {**sites, "rows": rows}
