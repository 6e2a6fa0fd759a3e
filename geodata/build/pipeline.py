"""All layers, from packages and facts to the files in geodata/data.

The order is that of dependence: shapes, then positions inside them, roads, sites, coverage.
Nothing depends on the day or the machine, so a rebuild gives the same bytes.
Deliberately not here: any geometry of its own.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely

from geodata import storage
from geodata.build import coverage, footprints, gates, people, roads, sites
from geodata.build.features import area_km2, collection, feature, label_point
from geodata.build.frame import FloatArray, geometry_to_degrees
from geodata.build.partition import CELL_M
from geodata.build.shapes import Shapes, build_shapes
from geodata.build.units import to_english
from geodata.coverage import COVERAGE_TECHNOLOGIES
from geodata.footprints import parse_footprints
from geodata.geodesy import LonLat
from geodata.layers import LAYERS
from geodata.sites import parse_sites

# A settlement's sites spread over this part of its commune's radius.
SETTLEMENT_SPREAD: Final = 0.3

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote.

    Attributes:
        out_dir: Where.
        sizes: Bytes by file name.
    """

    out_dir: Path
    sizes: Mapping[str, int]

    @property
    def total_bytes(self) -> int:
        """Bytes of all files together."""
        return sum(self.sizes.values())

    def __str__(self) -> str:
        lines = [f"{size:>10,}  {name}" for name, size in self.sizes.items()]
        total = f"{self.total_bytes:>10,}  bytes in {len(self.sizes)} files, written to {self.out_dir}"
        return "\n".join([*lines, total])

    def __rich__(self) -> str:
        return str(self)


def build_all(out_dir: Path, progress: Progress | None = None) -> BuildReport:
    """Build every layer into a directory, which is made if it is missing.

    Args:
        out_dir: Where to write; existing files of the same names are replaced.
        progress: Called with a sentence before each stage.
    """
    say = progress or (lambda _sentence: None)
    say("Fitting the communes to their published areas and centres")
    shapes = build_shapes()
    say("Placing gates and drawing roads")
    shown, moved = gates.shown_positions(shapes.province)
    drawn = roads.build_roads(shown, shapes.china)
    say("Estimating the population")
    former_people = people.former_populations(shapes.former, shapes.cells)
    cells = people.people_on_cells(shapes.former, shapes.cells, former_people)
    population = people.commune_populations(shapes.communes, cells)
    say("Placing the sites")
    settlements = _settlements(shapes, former_people)
    built_sites = sites.build_sites(settlements, [each for each in drawn if each.id != "RAIL"], shapes.communes)
    say("Computing the planned coverage")
    known_sites = parse_sites(built_sites)
    centres = _built_up_centres(shapes)
    built_up = footprints.built_up_area(centres)
    ground = footprints.build_footprints(shapes.communes, population, cells, centres, CELL_M)
    reached = {tech: coverage.reach(known_sites, tech, shapes.province, built_up) for tech in COVERAGE_TECHNOLOGIES}
    files: dict[str, Any] = {
        "units.json": _units(shapes),
        "positions.json": moved,
        "sites.json": built_sites,
        "footprints.json": ground,
        "coverage.json": footprints.plan(parse_footprints(ground, ()), known_sites, shapes.province),
        "province.geojson": collection(LAYERS["province"], [feature({"id": "lang-son"}, shapes.province)]),
        "communes.geojson": collection(LAYERS["communes"], _commune_features(shapes, population)),
        "districts.geojson": collection(LAYERS["districts"], _district_features(shapes)),
        "border.geojson": collection(LAYERS["border"], [feature({"id": "border-vn-cn"}, shapes.border)]),
        "roads.geojson": collection(
            LAYERS["roads"],
            [
                feature(
                    {"id": each.id, "name": each.name, "length_m": round(each.length_m), "rail": each.id == "RAIL"},
                    shapely.LineString(each.coordinates),
                )
                for each in drawn
            ],
        ),
        "approaches.geojson": collection(LAYERS["approaches"], roads.build_approaches(drawn, shown, shapes.china)),
        "gates.geojson": collection(LAYERS["gates"], gates.gate_features(shown)),
    }
    for tech, area in reached.items():
        name = f"coverage-{tech}"
        files[f"{name}.geojson"] = collection(LAYERS[name], [feature({"id": name, "technology": tech}, area)])
    say("Writing the files")
    return _write(out_dir, files)


def _write(out_dir: Path, files: Mapping[str, Any]) -> BuildReport:
    out_dir.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, int] = {}
    for name, content in files.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        payload = text.encode() + b"\n"
        (out_dir / name).write_bytes(payload)
        sizes[name] = len(payload)
    return BuildReport(out_dir, sizes)


def _commune_features(shapes: Shapes, population: Mapping[str, int]) -> list[dict[str, Any]]:
    features = []
    for code, area in shapes.communes.items():
        unit = shapes.new_units[code]
        properties = {
            "id": f"commune.{code}",
            "name_vi": unit.name_vi,
            "name_en": to_english(unit.name_vi),
            "label": label_point(area, unit.lon, unit.lat),
            "area_km2": area_km2(area),
            "population_estimate": population[code],
        }
        features.append(feature(properties, area))
    return features


def _district_features(shapes: Shapes) -> list[dict[str, Any]]:
    facts = {row["code"]: row for row in storage.read_facts("districts.csv")}
    return [
        feature(
            {
                "id": f"district.{code}",
                "name_vi": facts[code]["name"],
                "name_en": to_english(facts[code]["name"]),
                "label": label_point(area),
                "area_km2": area_km2(area),
            },
            area,
        )
        for code, area in shapes.districts.items()
    ]


def _units(shapes: Shapes) -> dict[str, Any]:
    communes = []
    for code, area in shapes.communes.items():
        unit = shapes.new_units[code]
        lon, lat = label_point(area, unit.lon, unit.lat)
        communes.append(
            {
                "code": code, "name_vi": unit.name_vi, "name_en": to_english(unit.name_vi),
                "kind": "ward" if unit.kind == "Phường" else "commune", "lat": lat, "lon": lon,
                "published_area_km2": unit.area_km2,
            }
        )  # fmt: skip
    districts = [
        {
            "code": row["code"], "name_vi": row["name"], "name_en": to_english(row["name"]),
            "seat": row["seat"], "lat": float(row["seat_lat"]), "lon": float(row["seat_lon"]),
        }
        for row in storage.read_facts("districts.csv")
    ]  # fmt: skip
    former = [
        {
            "code": unit.code, "name_vi": unit.name_vi, "district": unit.district_code,
            "communes": list(unit.new_codes),
        }
        for unit in shapes.former
    ]  # fmt: skip
    return {"communes": communes, "districts": districts, "former_communes": former}


def _settlements(shapes: Shapes, former_people: FloatArray) -> list[sites.Settlement]:
    counts = np.bincount(shapes.cells.labels[shapes.cells.labels >= 0], minlength=len(shapes.former))
    found = []
    for index, unit in enumerate(shapes.former):
        centre = geometry_to_degrees(shapely.Point(unit.x_m, unit.y_m))
        radius_m = float(np.sqrt(max(int(counts[index]), 25) * CELL_M * CELL_M / np.pi))
        found.append(sites.Settlement(centre.x, centre.y, float(former_people[index]), SETTLEMENT_SPREAD * radius_m))
    return found


def _built_up_centres(shapes: Shapes) -> list[LonLat]:
    centres = [shapely.Point(u.x_m, u.y_m) for u in shapes.former if u.kind in {"Phường", "Thị trấn"}]
    return [(point.x, point.y) for point in map(geometry_to_degrees, centres)]
