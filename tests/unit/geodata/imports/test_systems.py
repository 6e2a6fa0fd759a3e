"""Coordinate systems, encodings and formats: the same shapes, however they come."""

from __future__ import annotations

import json
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from pyproj import Transformer

from geodata.build.frame import geometry_to_metres
from geodata.errors import ImportRefusedError
from geodata.imports.archive import opened
from geodata.imports.boundaries import read_units
from geodata.imports.crs import LANG_SON_VN2000, to_wgs84
from geodata.imports.ground import expected_communes
from geodata.imports.request import ImportRequest

ESRI_VN2000 = (
    'PROJCS["VN2000_LangSon",GEOGCS["GCS_VN_2000",DATUM["VN_2000_LS",SPHEROID["WGS_1984",6378137.0,298.257223563]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["False_Easting",500000.0],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",107.25],'
    'PARAMETER["Scale_Factor",0.9999],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


def areas_of(path: Path, **said: Any) -> dict[str, Any]:
    """Return what is read from a file, in metres."""
    request = ImportRequest(path, "communes", **said)
    with opened(path) as file:
        return read_units(file, request, expected_communes())


def expected(rows: Any) -> dict[str, Any]:
    """Return what must be read, in metres."""
    return {row["properties"]["code"]: geometry_to_metres(shapely.geometry.shape(row["geometry"])) for row in rows}


def away_m(found: dict[str, Any], rows: Any) -> float:
    """Return the largest distance of a vertex from where it belongs."""
    truth = expected(rows)
    assert set(found) == set(truth)
    return max(
        float(shapely.hausdorff_distance(found[code].boundary, truth[code].boundary)) for code in list(truth)[:6]
    )


def projected(rows: Any, crs: str) -> list[Any]:
    """Return the shapes in another system."""
    move = Transformer.from_crs("EPSG:4326", crs, always_xy=True)

    def to(array: Any) -> Any:
        return np.column_stack(move.transform(array[:, 0], array[:, 1]))

    return [shapely.transform(shapely.geometry.shape(row["geometry"]), to) for row in rows]


def _without_marks(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))


def as_1258(text: str) -> str:
    """Return text as GDAL hands on the bytes of Windows-1258: its letters carry their tone as a mark of their own."""
    raw = b""
    for char in unicodedata.normalize("NFC", text):
        try:
            raw += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            (tone,) = (part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323")
            raw += unicodedata.normalize("NFC", parts.replace(tone, "")).encode("cp1258") + tone.encode("cp1258")
    return raw.decode("latin-1")


def shapefile(folder: Path, rows: Any, shapes: list[Any], names: list[str], prj: str = "", cpg: str = "") -> Path:
    """Write a shapefile with its names as bytes."""
    folder.mkdir()
    path = folder / "xa.shp"
    codes = np.array([row["properties"]["code"] for row in rows], dtype=object)
    with pytest.warns(UserWarning, match="crs"):
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes)), [codes, np.array(names, dtype=object)], ["MA_XA", "TEN_XA"],
            geometry_type="MultiPolygon", encoding="ISO-8859-1", promote_to_multi=True,
        )  # fmt: skip
    for suffix, text in ((".prj", prj), (".cpg", cpg)):
        path.with_suffix(suffix).unlink(missing_ok=True)
        if text:
            path.with_suffix(suffix).write_text(text, encoding="ascii")
    return path


@pytest.mark.parametrize(("prj", "said"), [(ESRI_VN2000, ""), ("", "vn2000-langson")])
def test_a_zipped_shapefile_in_the_provinces_own_system(rows: Any, tmp_path: Path, prj: str, said: str) -> None:
    """VN-2000 without its shift, names in Windows-1258 without a .cpg: the shapes stand within a metre."""
    names = [as_1258(row["properties"]["name"]) for row in rows]
    path = shapefile(tmp_path / "a", rows, projected(rows, LANG_SON_VN2000), names, prj)
    with zipfile.ZipFile(tmp_path / "xa.zip", "w") as made:
        for part in path.parent.iterdir():
            made.write(part, f"Ranh gioi/{part.name}")
    assert away_m(areas_of(tmp_path / "xa.zip", crs=said), rows) < 1.0
    assert away_m(areas_of(tmp_path / "xa.zip", crs=said, name_field="TEN_XA", code_field="MA_XA"), rows) < 1.0


def test_a_shapefile_that_states_nothing_is_refused_with_a_hint(rows: Any, tmp_path: Path) -> None:
    """Guessing among systems would be wrong by 200 m in silence; the fitting ones are named instead."""
    path = shapefile(tmp_path / "a", rows, projected(rows, "EPSG:32648"), ["x"] * len(rows))
    with pytest.raises(ImportRefusedError, match=r"--crs EPSG:32648"):
        areas_of(path)
    plain = shapefile(
        tmp_path / "b", rows, [shapely.geometry.shape(row["geometry"]) for row in rows], ["x"] * len(rows)
    )
    with pytest.raises(ImportRefusedError, match=r"--crs EPSG:4326"):
        areas_of(plain)
    assert away_m(areas_of(plain, crs="EPSG:4326"), rows) < 0.1


def test_names_alone_match_in_every_spelling(rows: Any, write: Callable[..., Path]) -> None:
    """NFD, upper case, no diacritics, no word for the kind of unit: the same 65 units."""
    spellings: list[Callable[[str], str]] = [
        lambda name: unicodedata.normalize("NFD", name),
        str.upper,
        lambda name: name.removeprefix("Xã ").removeprefix("Phường "),
        lambda name: "".join(
            c
            for c in unicodedata.normalize("NFD", name.replace("Đ", "D").replace("đ", "d"))
            if not unicodedata.combining(c)
        ),
    ]
    for index, spell in enumerate(spellings):
        named = [{**row, "properties": {"ten": spell(row["properties"]["name"])}} for row in rows]
        assert set(areas_of(write(named, f"{index}.geojson"))) == set(expected(rows))


def test_a_geopackage_with_several_layers_asks_for_one(rows: Any, tmp_path: Path) -> None:
    """The layer is the operator's choice; then numbers lose no leading zero and heights no sleep."""
    path = tmp_path / "a.gpkg"
    shapes = [shapely.force_3d(shapely.geometry.shape(row["geometry"]), 300.0) for row in rows]
    codes = np.array([float(row["properties"]["code"]) for row in rows])
    for layer in ("xa", "xa_cu"):
        pyogrio.raw.write(
            path, shapely.to_wkb(np.array(shapes), output_dimension=3), [codes], ["code"], layer=layer,
            geometry_type="MultiPolygon Z", crs="EPSG:4326", append=path.exists(), promote_to_multi=True,
        )  # fmt: skip
    with pytest.raises(ImportRefusedError, match="xa, xa_cu"):
        areas_of(path)
    with pytest.raises(ImportRefusedError, match="no layer 'huyen'"):
        areas_of(path, layer="huyen")
    assert away_m(areas_of(path, layer="xa"), rows) < 0.1


def test_swapped_coordinates_are_noticed(rows: Any) -> None:
    """Latitude before longitude, northing before easting: put right and said."""
    shapes: list[Any] = [shapely.geometry.shape(row["geometry"]) for row in rows]
    turned = [shapely.transform(each, lambda a: a[:, ::-1]) for each in shapes]
    found = to_wgs84(turned, "OGC:CRS84")
    assert "swapped" in found.warnings[0]
    assert found.shapes[0] is not None
    assert found.shapes[0].equals_exact(shapes[0], 1e-9)
    metres = [shapely.transform(each, lambda a: a[:, ::-1]) for each in projected(rows, "EPSG:32648")]
    assert "swapped" in to_wgs84(metres, "EPSG:32648").warnings[0]


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        ("EPSG:32648", "coordinates are no degrees"),
        ("EPSG:32648", "--crs EPSG:32648"),
        ("EPSG:3405", "--crs EPSG:3405"),
    ],
)
def test_projected_coordinates_that_claim_to_be_degrees_are_refused(rows: Any, crs: str, said: str) -> None:
    """GeoJSON with metres in it is common; the refusal names the systems in which it would fit."""
    with pytest.raises(ImportRefusedError, match=said):
        to_wgs84(list(projected(rows, crs)), "OGC:CRS84")


def test_another_province_and_nonsense_systems_are_refused(rows: Any) -> None:
    """A file of Hanoi, an unknown code and a system without a place on Earth end in a sentence."""
    hanoi = [shapely.box(105.3, 20.6, 105.4, 20.7)]
    with pytest.raises(ImportRefusedError, match="outside the province by far"):
        to_wgs84(hanoi, "OGC:CRS84")
    shapes = [shapely.geometry.shape(rows[0]["geometry"])]
    for crs in ("EPSG:1", "vn-3000", 'LOCAL_CS["grid"]'):
        with pytest.raises(ImportRefusedError, match="coordinate system"):
            to_wgs84(shapes, "", crs)
    with pytest.raises(ImportRefusedError, match="no shape"):
        to_wgs84([None], "EPSG:4326")


def test_a_damaged_shapefile_is_refused(rows: Any, tmp_path: Path) -> None:
    """A .dbf that ends in the middle, or a .shp cut off, is no crash."""
    path = shapefile(tmp_path / "a", rows, projected(rows, "EPSG:32648"), ["x"] * len(rows), cpg="no-such-page")
    for suffix in (".shp", ".shx", ".dbf"):
        copy = tmp_path / f"cut{suffix[1:]}"
        shutil.copytree(path.parent, copy)
        part = (copy / path.name).with_suffix(suffix)
        part.write_bytes(part.read_bytes()[:150])
        with pytest.raises(ImportRefusedError):
            areas_of(copy / path.name, crs="EPSG:32648")


def test_a_stated_system_of_the_old_draft_is_read(rows: Any, write: Callable[..., Path]) -> None:
    """The member `crs` of the 2008 draft is still written by every GIS program."""
    shapes = [shapely.geometry.mapping(each) for each in projected(rows, "EPSG:32648")]
    moved = [{**row, "geometry": json.loads(json.dumps(shape))} for row, shape in zip(rows, shapes, strict=True)]
    path = write(moved, crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32648"}})
    assert away_m(areas_of(path), rows) < 0.1
