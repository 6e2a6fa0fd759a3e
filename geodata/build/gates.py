"""Positions of the gates as displayed: those that plot outside Vietnam are moved to the border.

The entered positions are right to within hundreds of metres; a dot in the other country would
still look wrong. Only such dots are moved, and by how much is kept. The facts stay as entered.
Deliberately not here: correcting the facts.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import storage
from geodata.build.frame import DECIMALS, GRID_DEGREES, geometry_to_metres, to_degrees, to_metres
from geodata.geodesy import LonLat

# A dot this far inside stays inside after every rounding and simplification.
INSIDE_M: Final = 40.0
# A line is pulled back at points this far apart.
STEP_M: Final = 120.0


def shown_positions(province: BaseGeometry) -> tuple[dict[str, LonLat], dict[str, dict[str, float]]]:
    """Return every gate's and route's displayed position, and those that were moved.

    Args:
        province: Outline in degrees.

    Returns:
        (longitude, latitude) by id; and by id of a moved place `lat`, `lon` and `moved_m`.
    """
    province_m = geometry_to_metres(province)
    safe_m = province_m.buffer(-INSIDE_M)
    shown: dict[str, LonLat] = {}
    moved: dict[str, dict[str, float]] = {}
    for row in storage.read_facts("places.csv"):
        lon, lat = float(row["lon"]), float(row["lat"])
        point = shapely.Point(*(float(value) for value in to_metres(lon, lat)))
        if not province_m.contains(point):
            inside = shapely.shortest_line(safe_m, point).coords[0]
            new_lon, new_lat = (round(float(value), DECIMALS) for value in to_degrees(*inside))
            moved_m = round(point.distance(shapely.Point(inside)))
            moved[row["id"]] = {"lat": new_lat, "lon": new_lon, "moved_m": moved_m}
            lon, lat = new_lon, new_lat
        shown[row["id"]] = (lon, lat)
    return shown, moved


def gate_features(shown: dict[str, LonLat]) -> list[dict[str, Any]]:
    """Return the gates and routes as GeoJSON features."""
    return [
        {
            "type": "Feature",
            "properties": {
                "id": row["id"],
                "kind": row["kind"],
                "gate": row["parent"] or row["id"],
                "name_vi": row["name_vi"],
                "name_en": row["name_en"],
                "markers": row["markers"],
                "accuracy_m": int(row["accuracy_m"]),
            },
            "geometry": {"type": "Point", "coordinates": shown[row["id"]]},
        }
        for row in storage.read_facts("places.csv")
    ]


def kept_inside(line: Sequence[LonLat], china: BaseGeometry) -> list[LonLat]:
    """Return a line whose points beyond the border are pulled back to this side of it.

    A schematic road that runs along the border cuts its bends; drawn as entered it would lead
    through the other country. Lines that stay inside are returned as they are.

    Args:
        line: Vertices as (longitude, latitude).
        china: China's area in degrees.
    """
    china_m = geometry_to_metres(china)
    forbidden_m = china_m.buffer(INSIDE_M)
    drawn_m = shapely.LineString(np.column_stack(to_metres(*np.array(line).T)))
    # The ends may touch the border: there is the gate. What lies between may not cross it.
    if not drawn_m.intersects(china_m):
        return list(line)
    points = shapely.get_coordinates(shapely.segmentize(drawn_m, STEP_M))
    edge = forbidden_m.boundary
    pulled: list[LonLat] = []
    for x_m, y_m in points:
        point = shapely.Point(x_m, y_m)
        if forbidden_m.contains(point):
            x_m, y_m = shapely.shortest_line(edge, point).coords[0]  # noqa: PLW2901 - pulled back
        lon, lat = to_degrees(x_m, y_m)
        pulled.append((round(float(lon), DECIMALS), round(float(lat), DECIMALS)))
    # Points pulled from a bend crowd on its edge; a few metres decide nothing on a schematic line.
    simplified = shapely.LineString(pulled).simplify(4 * GRID_DEGREES)
    return [(lon, lat) for lon, lat in simplified.coords]
