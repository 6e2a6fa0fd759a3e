"""Read GeoJSON strictly enough to refuse with a place and a reason, and no more.

Source: RFC 7946. Bounded by the size of the file and by the parser's depth (1,024). Deliberately not here: whether the
shapes make sense on the ground.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import ImportRefusedError
from geodata.imports.features import Feature, FeatureFile

MOST_FEATURES: Final = 50_000
# RFC 7946 has no other system than this; the member `crs` is of the 2008 draft and still written.
_CRS84: Final = "OGC:CRS84"
_SIMPLE: Final = frozenset({"Point", "MultiPoint", "LineString", "MultiLineString"})

Position = tuple[float, float]


def read_geojson(path: Path) -> FeatureFile:
    """Return the features of a GeoJSON file.

    Raises:
        ImportRefusedError: It is no GeoJSON; the message says where.
    """
    try:
        content = orjson.loads(_utf8(path.read_bytes()))
    except orjson.JSONDecodeError as error:
        raise ImportRefusedError(f"The file {path.name!r} is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise ImportRefusedError(f"The file {path.name!r} holds {_kind(content)}. Expected a GeoJSON object.")
    read = FeatureFile([], _crs(content))
    rows = _rows(content)
    if len(rows) > MOST_FEATURES:
        raise ImportRefusedError(f"The file {path.name!r} holds {len(rows):,} features; at most {MOST_FEATURES:,}.")
    for number, row in enumerate(rows, start=1):
        read.features.append(_feature(number, row, read.warnings))
    return read


def _utf8(raw: bytes) -> bytes:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise ImportRefusedError(f"The file begins as UTF-16 and is not: {error.reason}.") from error
    return raw.removeprefix(b"\xef\xbb\xbf")


def _crs(content: Mapping[str, Any]) -> str:
    crs = content.get("crs")
    if not isinstance(crs, dict):
        return _CRS84
    properties = crs.get("properties")
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) and name else _CRS84


def _rows(content: Mapping[str, Any]) -> list[Any]:
    kind = content.get("type")
    if not isinstance(kind, str):
        raise ImportRefusedError(
            f"The object's `type` is {_shown(kind)}. Expected FeatureCollection, Feature or a geometry."
        )
    if kind == "FeatureCollection":
        features = content.get("features")
        if not isinstance(features, list):
            raise ImportRefusedError(f"The collection's `features` is {_kind(features)}. Expected a list.")
        return features
    if kind == "Feature":
        return [content]
    if kind in _SIMPLE | {"Polygon", "MultiPolygon", "GeometryCollection"}:
        return [{"type": "Feature", "properties": {}, "geometry": content}]
    if kind == "Topology":
        raise ImportRefusedError("The file is TopoJSON. Expected GeoJSON; any GIS program converts it.")
    raise ImportRefusedError(
        f"The object's `type` is {_shown(kind)}. Expected FeatureCollection, Feature or a geometry."
    )


def _feature(number: int, row: object, warnings: list[str]) -> Feature:
    where = f"Feature {number}"
    if not isinstance(row, dict) or row.get("type") != "Feature":
        kind = row.get("type") if isinstance(row, dict) else row
        raise ImportRefusedError(f"{where} has the `type` {_shown(kind)}. Expected Feature.")
    properties = row.get("properties")
    if properties is not None and not isinstance(properties, dict):
        raise ImportRefusedError(f"{where}: `properties` is {_kind(properties)}. Expected an object or null.")
    if "geometry" not in row:
        raise ImportRefusedError(f"{where} has no `geometry`. Expected one, or null.")
    geometry = row["geometry"]
    shape = None if geometry is None else _geometry(where, geometry, warnings, 0)
    flat = dict(properties or {})
    if "id" in row and "id" not in flat:
        flat["id"] = row["id"]
    return Feature(number, flat, shape)


def _geometry(where: str, geometry: object, warnings: list[str], depth: int) -> BaseGeometry:
    if not isinstance(geometry, dict):
        raise ImportRefusedError(f"{where}: `geometry` is {_kind(geometry)}. Expected an object or null.")
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        members = geometry.get("geometries")
        # RFC 7946 §3.1.8 asks not to nest collections; a deep nest is an attack and not a map.
        if not isinstance(members, list) or depth > 3:
            raise ImportRefusedError(
                f"{where}: a GeometryCollection needs `geometries`, a list, not nested deeper than 3."
            )
        return shapely.GeometryCollection([_geometry(where, each, warnings, depth + 1) for each in members])
    builders: dict[object, Callable[[object], BaseGeometry]] = {
        "Polygon": lambda c: _polygon(where, c, warnings),
        "MultiPolygon": lambda c: shapely.MultiPolygon([_polygon(where, part, warnings) for part in _list(where, c)]),
        "Point": lambda c: shapely.Point(_position(where, c)),
        "MultiPoint": lambda c: shapely.MultiPoint(_positions(where, c, 0)),
        "LineString": lambda c: shapely.LineString(_positions(where, c, 2)),
        "MultiLineString": lambda c: shapely.MultiLineString([_positions(where, part, 2) for part in _list(where, c)]),
    }
    build = builders.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise ImportRefusedError(f"{where}: the geometry's `type` is {_shown(kind)}. Expected Polygon or MultiPolygon.")
    try:
        return build(geometry.get("coordinates"))
    except shapely.errors.ShapelyError as error:
        raise ImportRefusedError(f"{where}: the {kind} cannot be built: {error}.") from error


def _polygon(where: str, rings: object, warnings: list[str]) -> BaseGeometry:
    closed = []
    for ring in _list(where, rings):
        positions = _positions(where, ring, 3)
        if positions[0] != positions[-1]:
            warnings.append(f"{where}: a ring did not end where it began; it was closed.")
            positions.append(positions[0])
        if len(positions) < 4:
            raise ImportRefusedError(
                f"{where}: a ring has {len(positions)} positions. Expected 4 or more, the last as the first."
            )
        closed.append(positions)
    return shapely.Polygon(closed[0], closed[1:]) if closed else shapely.Polygon()


def _list(where: str, value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise ImportRefusedError(f"{where}: `coordinates` holds {_kind(value)}. Expected a list.")
    return value


def _positions(where: str, value: object, least: int) -> list[Position]:
    positions = [_position(where, each) for each in _list(where, value)]
    if len(positions) < least:
        raise ImportRefusedError(f"{where}: a line or ring has {len(positions)} positions. Expected {least} or more.")
    return positions


def _position(where: str, value: object) -> Position:
    # A third number is a height, which a boundary does not need; more are not GeoJSON but harmless.
    if not isinstance(value, list) or len(value) < 2:
        raise ImportRefusedError(f"{where}: a position is {_shown(value)}. Expected [longitude, latitude].")
    for number in value:
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise ImportRefusedError(f"{where}: a coordinate is {_shown(number)}. Expected a number.")
    return float(value[0]), float(value[1])


def _kind(value: object) -> str:
    names = {type(None): "null", bool: "true or false", str: "a text", list: "a list", dict: "an object"}
    return names.get(type(value), "a number")


def _shown(value: object) -> str:
    return repr(value)[:60] if isinstance(value, str | int | float) or value is None else _kind(value)
