"""Import boundaries: communes, districts or the outline, from a file of shapes to the files of a new version.

Deliberately not here: whether the version is written (`intake`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import geometry_to_degrees, geometry_to_metres
from geodata.errors import ImportRefusedError
from geodata.imports.archive import Opened
from geodata.imports.clean import Flaws, clean, fitted
from geodata.imports.crs import to_wgs84
from geodata.imports.features import Feature, FeatureFile
from geodata.imports.geojson import read_geojson
from geodata.imports.ground import (
    ZOOMED,
    Ground,
    boundary_files,
    communes_by_district,
    detail,
    expected_communes,
    expected_districts,
    ground_in_use,
    outline_of,
)
from geodata.imports.matching import Unit, match
from geodata.imports.repair import polygons_of, repaired, wrong_winding
from geodata.imports.request import ImportRequest, Taken
from geodata.imports.vector import read_vector
from geodata.imports.zoom import DETAIL_M
from geodata.layers import Layer, known_layers
from geodata.storage import read_json

# Source: General Statistics Office, Statistical Yearbook 2023, area of the province; the file of the national merger
# map has 8,307 km².
OFFICIAL_KM2: Final = 8_310.0
# Farther off it is another province, or half of this one; up to a hundredth is surveying.
REFUSED_DIFFERENCE: Final = 0.05
DOUBTFUL_DIFFERENCE: Final = 0.01
# Of the outline in use; the shipped schematic one agrees with the true one by 0.93.
LEAST_AGREEMENT: Final = 0.5
# The border from the time-zone data is right to 14 m in the median; VN-2000 without its shift stands 200 m off.
BORDER_NEAR_M: Final = 600.0
BORDER_DOUBTFUL_M: Final = 100.0
# A unit whose label point lies this far from where we know it is another unit, or stands under a wrong code.
CENTRE_FAR_M: Final = 12_000.0
_KM2: Final = 1e6


@dataclass(slots=True)
class _Read:
    """Areas in UTM metres by code, with what was found on the way."""

    areas_m: dict[str, BaseGeometry]
    crs: str
    warnings: list[str] = field(default_factory=list)


def import_communes(opened: Opened, request: ImportRequest) -> Taken:
    """Return the files of a version whose communes come from a file.

    Raises:
        ImportRefusedError: The file cannot be used; the message says why.
    """
    units = expected_communes()
    read = _read_units(opened, request, units)
    ground = ground_in_use()
    covered = clean(read.areas_m, {unit.code: f"{unit.name_vi} ({unit.code})" for unit in units})
    _check_place(outline_of(covered.areas), read.warnings)
    _check_centres(covered.areas, ground, units, read.warnings)
    areas, tolerance_m = detail(covered.areas, DETAIL_M)
    described = _described(request, ("province", "communes", *ZOOMED, *(() if ground.districts else ("districts",))))
    if ground.districts is None:
        mixed = _mixed(ground.units)
        if mixed:
            read.warnings.append(
                f"{mixed} communes were joined from two districts; the districts until 2025 count each to one of them."
            )
    files, doubts = boundary_files(replace(ground, communes=areas), described, covered.areas)
    return _taken(read, doubts, files, described, covered.flaws, areas, tolerance_m)


def import_districts(opened: Opened, request: ImportRequest) -> Taken:
    """Return the files of a version whose districts (until 30 June 2025) come from a file.

    Raises:
        ImportRefusedError: The file cannot be used; the message says why.
    """
    units = expected_districts()
    read = _read_units(opened, request, units)
    ground = ground_in_use()
    covered = clean(read.areas_m, {unit.code: f"{unit.name_vi} ({unit.code})" for unit in units})
    outline = outline_of(ground.communes)
    _check_place(outline_of(covered.areas), read.warnings)
    areas, tolerance_m = detail(covered.areas, DETAIL_M)
    areas = fitted(areas, outline)
    described = _described(request, ("districts",))
    files, doubts = boundary_files(replace(ground, districts=areas), described, ground.communes)
    return _taken(read, doubts, files, described, covered.flaws, areas, tolerance_m)


def import_province(opened: Opened, request: ImportRequest) -> Taken:
    """Return the files of a version whose outline comes from a file; the communes in use are fitted into it.

    Raises:
        ImportRefusedError: The file cannot be used; the message says why.
    """
    read = _read_shapes(opened, request)
    parts = [repaired(f"Feature {f.number}", geometry_to_metres(f.geometry), read[1]) for f in read[0]]
    outline_m = shapely.union_all(parts)
    found = _Read({"lang-son": outline_m}, read[2], read[1])
    _check_place(geometry_to_degrees(outline_m), found.warnings)
    covered = clean(found.areas_m, {"lang-son": "The province"})
    (outline,) = covered.areas.values()
    ground = ground_in_use()
    whole = fitted(ground.communes, outline)
    areas, tolerance_m = detail(whole, DETAIL_M)
    described = _described(request, ("province", "province-overview", "province-corridor"))
    files, doubts = boundary_files(replace(ground, communes=areas), described, whole)
    return _taken(found, doubts, files, described, covered.flaws, areas, tolerance_m)


def read_shapes(opened: Opened, layer: str = "") -> FeatureFile:
    """Return the features of a file of shapes, whichever form it has.

    Raises:
        ImportRefusedError: It cannot be read, or is none.
    """
    if opened.form == "geojson":
        return read_geojson(opened.path)
    if opened.form in {"gpkg", "shapefile"}:
        return read_vector(opened, layer)
    raise ImportRefusedError("The file is a table. Expected shapes: GeoJSON, GeoPackage, a shapefile or a zip of one.")


def read_units(opened: Opened, request: ImportRequest, units: list[Unit]) -> dict[str, BaseGeometry]:
    """Return the valid area of each unit in UTM metres, by code, as for comparing files.

    Raises:
        ImportRefusedError: The file does not hold the units.
    """
    return _read_units(opened, request, units).areas_m


def _read_shapes(opened: Opened, request: ImportRequest) -> tuple[list[Feature], list[str], str]:
    """Return the features with areas in WGS 84, warnings, and the system they were in."""
    read = read_shapes(opened, request.layer)
    warnings = list(dict.fromkeys(read.warnings))
    areas = [polygons_of(feature.geometry) for feature in read.features]
    if not any(area is not None for area in areas):
        kinds = sorted({f.geometry.geom_type for f in read.features if f.geometry is not None})
        raise ImportRefusedError(f"The file holds no polygons, only {', '.join(kinds) or 'features without a shape'}.")
    without = sum(area is None for area in areas)
    if without:
        warnings.append(f"{without} features without an area were left out.")
    if any(area is not None and shapely.has_z(area) for area in areas):
        warnings.append("Heights were left out; a boundary has none.")
        areas = [None if area is None else shapely.force_2d(area) for area in areas]
    if opened.form == "geojson":
        wound = sum(area is not None and wrong_winding(area) for area in areas)
        if wound:
            warnings.append(f"{wound} features have rings that run the wrong way round; they were turned.")
    located = to_wgs84(areas, read.crs, request.crs)
    features = [
        Feature(feature.number, feature.properties, area)
        for feature, area in zip(read.features, located.shapes, strict=True)
        if area is not None
    ]
    return features, warnings + located.warnings, located.crs


def _read_units(opened: Opened, request: ImportRequest, units: list[Unit]) -> _Read:
    features, warnings, crs = _read_shapes(opened, request)
    matched = match(
        features, units, code_field=request.code_field, name_field=request.name_field, only_ours=request.only_ours
    )
    called = {unit.code: f"{unit.name_vi} ({unit.code})" for unit in units}
    read = _Read({}, crs, warnings + matched.warnings)
    for code, feature in matched.features.items():
        read.areas_m[code] = repaired(called[code], geometry_to_metres(feature.geometry), read.warnings)
    return read


def _check_place(outline: BaseGeometry, warnings: list[str]) -> None:
    """Refuse an outline that is not the province's, and say when it is doubtful."""
    outline_m = geometry_to_metres(outline)
    known_m = geometry_to_metres(shapely.geometry.shape(read_json("province.geojson")["features"][0]["geometry"]))
    km2 = float(outline_m.area) / _KM2
    both = float(shapely.make_valid(outline_m).intersection(known_m).area)
    agreement = both / (float(outline_m.area) + float(known_m.area) - both)
    if agreement < LEAST_AGREEMENT:
        raise ImportRefusedError(
            f"The shapes cover the province in use by {agreement:.0%} only (common ground of all ground). "
            "Is it another province, or another coordinate system?"
        )
    if abs(km2 / OFFICIAL_KM2 - 1.0) > REFUSED_DIFFERENCE:
        raise ImportRefusedError(f"The shapes cover {km2:,.0f} km²; the province has {OFFICIAL_KM2:,.0f} km².")
    if abs(km2 / OFFICIAL_KM2 - 1.0) > DOUBTFUL_DIFFERENCE:
        warnings.append(f"The shapes cover {km2:,.0f} km²; the province has {OFFICIAL_KM2:,.0f} km².")
    border_m = geometry_to_metres(shapely.geometry.shape(read_json("border.geojson")["features"][0]["geometry"]))
    points = shapely.points(shapely.get_coordinates(outline_m))
    away_m = shapely.distance(points, border_m)
    near_m = away_m[away_m < BORDER_NEAR_M]
    if near_m.size and float(np.median(near_m)) > BORDER_DOUBTFUL_M:
        warnings.append(
            f"The outline stands {float(np.median(near_m)):,.0f} m from the national border in the median. "
            "Is the coordinate system right, VN-2000 with its shift?"
        )


def _check_centres(areas: Mapping[str, BaseGeometry], ground: Ground, units: list[Unit], warnings: list[str]) -> None:
    far = []
    for unit in units:
        held_m = geometry_to_metres(ground.communes[unit.code])
        if geometry_to_metres(areas[unit.code]).distance(held_m.centroid) > CENTRE_FAR_M:
            far.append(unit.name_vi)
    if len(far) > len(units) // 4:
        raise ImportRefusedError(
            f"{len(far)} of {len(units)} units lie far from where they are known ({', '.join(far[:5])} …). "
            "Do the codes belong to the shapes?"
        )
    warnings.extend(f"{name} lies more than {CENTRE_FAR_M / 1_000:.0f} km from where it is known." for name in far)


def _mixed(units: Mapping[str, Any]) -> int:
    chosen = {code: district for district, codes in communes_by_district(units).items() for code in codes}
    return len(
        {
            code
            for former in units["former_communes"]
            for code in former["communes"]
            if former["district"] != chosen[code]
        }
    )


_TITLES: Final = {
    "province": ("Ranh giới tỉnh", "Province outline"),
    "communes": ("65 xã, phường từ 01/07/2025", "65 communes since 1 July 2025"),
    "districts": ("11 huyện, thành phố đến 30/06/2025", "11 districts until 30 June 2025"),
}


def _described(request: ImportRequest, names: tuple[str, ...]) -> dict[str, Layer]:
    """Return every layer's description from now on: those named come from the file."""
    described = dict(known_layers())
    for name in ZOOMED:
        if name not in described:
            described[name] = replace(described[name.partition("-")[0]], name=name, file=f"{name}.geojson")
    for name in names:
        vi, en = _TITLES[name.partition("-")[0]]
        # Districts dissolved from new communes are nearly, and not, the former ones.
        derived = name == "districts" and request.kind != "districts"
        described[name] = replace(
            described[name],
            title_vi=f"{vi} (gộp từ xã mới)" if derived else vi,
            title_en=f"{en} (joined from new communes)" if derived else en,
            source=request.source,
            licence=request.licence,
            built_on=request.date,
            schematic=derived,
        )
    return described


def _taken(
    read: _Read, doubts: list[str], files: dict[str, bytes], described: Mapping[str, Layer], flaws: Flaws,
    areas: Mapping[str, BaseGeometry], tolerance_m: float,
) -> Taken:  # fmt: skip
    if flaws.overlaps:
        read.warnings.append(
            f"{flaws.overlaps} pairs of units overlapped by {flaws.overlap_m2:,.0f} m²; each part went to one."
        )
    if flaws.gaps:
        read.warnings.append(f"{flaws.gaps} gaps of together {flaws.gap_m2:,.0f} m² were closed.")
    counts = {
        "units": len(read.areas_m),
        "area_km2": round(sum(float(geometry_to_metres(area).area) for area in areas.values()) / _KM2, 3),
        "tolerance_m": round(tolerance_m, 1),
        "overlaps": flaws.overlaps, "overlap_m2": round(flaws.overlap_m2, 1),
        "gaps": flaws.gaps, "gap_m2": round(flaws.gap_m2, 1),
    }  # fmt: skip
    return Taken(files, described, [*read.warnings, *doubts], counts, read.crs)
