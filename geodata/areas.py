"""Which commune (or, before July 2025, district) a point lies in.

Pure Python over the built shapes: a bounding box first, then ray casting with holes.
Deliberately not here: distances to an area; a point outside every area has none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from geodata import storage
from geodata.geodesy import LonLat

Ring = tuple[LonLat, ...]
Polygon = tuple[Ring, ...]
Box = tuple[float, float, float, float]


def commune_at(lon: float, lat: float) -> str | None:
    """Return the `commune.<code>` a point lies in, or None outside the province."""
    return _find("communes.geojson", lon, lat)


def district_at(lon: float, lat: float) -> str | None:
    """Return the `district.<code>` a point lay in until 30 June 2025, or None outside."""
    return _find("districts.geojson", lon, lat)


def is_inside(polygon: Sequence[Sequence[LonLat]], lon: float, lat: float) -> bool:
    """Say whether a point lies in a polygon: an outer ring followed by its holes.

    A point exactly on an edge belongs to the area to its right, so that of two neighbours
    sharing the edge exactly one contains it.
    """
    return sum(_crosses_odd(ring, lon, lat) for ring in polygon) % 2 == 1


def _crosses_odd(ring: Sequence[LonLat], lon: float, lat: float) -> bool:
    odd = False
    previous_lon, previous_lat = ring[-1]
    for this_lon, this_lat in ring:
        # Half-open in latitude: a vertex at the ray's height counts for one of its edges only.
        if (this_lat > lat) != (previous_lat > lat):
            fraction = (lat - this_lat) / (previous_lat - this_lat)
            if lon < this_lon + fraction * (previous_lon - this_lon):
                odd = not odd
        previous_lon, previous_lat = this_lon, this_lat
    return odd


def _find(file: str, lon: float, lat: float) -> str | None:
    for place_id, (west, south, east, north), polygons in _areas(file):
        if not (west <= lon <= east and south <= lat <= north):
            continue
        if any(is_inside(polygon, lon, lat) for polygon in polygons):
            return place_id
    return None


@storage.cached
def _areas(file: str) -> tuple[tuple[str, Box, tuple[Polygon, ...]], ...]:
    return tuple(_area(feature) for feature in storage.read_json(file)["features"])


def _area(feature: Mapping[str, Any]) -> tuple[str, Box, tuple[Polygon, ...]]:
    geometry = feature["geometry"]
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    polygons = tuple(tuple(tuple((float(lon), float(lat)) for lon, lat in ring) for ring in part) for part in parts)
    points = [point for polygon in polygons for point in polygon[0]]
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return feature["properties"]["id"], (min(lons), min(lats), max(lons), max(lats)), polygons
