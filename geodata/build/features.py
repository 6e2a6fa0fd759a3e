"""Shapes as they are written: features with five decimals, label points and areas.

Deliberately not here: which layers there are, and files.
"""

from collections.abc import Sequence
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.build.frame import DECIMALS, geometry_to_degrees, geometry_to_metres
from geodata.layers import Layer


def collection(layer: Layer, features: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a layer as GeoJSON that carries its title, source and licence."""
    written: dict[str, Any] = {
        "type": "FeatureCollection",
        "name": layer.name,
        "title_vi": layer.title_vi,
        "title_en": layer.title_en,
        "schematic": layer.schematic,
        "source": layer.source,
        "licence": layer.licence,
        "built_on": layer.built_on,
        "features": features,
    }
    if layer.name == "province":
        shape = shapely.geometry.shape(features[0]["geometry"])
        written["bbox"] = [round(value, DECIMALS) for value in shape.bounds]
    return written


def feature(properties: dict[str, Any], geometry: BaseGeometry) -> dict[str, Any]:
    """Return a feature with five decimals; areas are normalised, so that the same shape is the same bytes."""
    mapping = shapely.geometry.mapping(shapely.normalize(geometry) if geometry.area else geometry)
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": mapping["type"], "coordinates": _rounded(mapping["coordinates"])},
    }


def label_point(area: BaseGeometry, lon: float | None = None, lat: float | None = None) -> tuple[float, float]:
    """Return (longitude, latitude) of the published centre if it lies inside, else of the middle."""
    if lon is not None and lat is not None and area.contains(shapely.Point(lon, lat)):
        return round(lon, DECIMALS), round(lat, DECIMALS)
    middle = geometry_to_degrees(
        shapely.Point(shapely.maximum_inscribed_circle(geometry_to_metres(area), 50.0).coords[0])
    )
    return round(middle.x, DECIMALS), round(middle.y, DECIMALS)


def area_km2(area: BaseGeometry) -> float:
    """Return the area in km², two decimals, as measured in UTM 48N."""
    return round(float(geometry_to_metres(area).area) / 1e6, 2)


def _rounded(value: float | Sequence[Any]) -> float | list[Any]:
    if isinstance(value, float):
        return round(value, DECIMALS)
    return [_rounded(each) for each in value]
