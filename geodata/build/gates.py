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
from shapely.ops import substring

from geodata import storage
from geodata.build.frame import DECIMALS, geometry_to_degrees, geometry_to_metres, to_degrees, to_metres
from geodata.geodesy import LonLat

# A dot this far inside stays inside after every rounding and simplification.
INSIDE_M: Final = 40.0
# Bends that are smaller are left out of a way along the border.
SIMPLIFY_M: Final = 5.0


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
    """Return a line that goes along the border where it would lead through the other country.

    A schematic road that runs along the border cuts its bends; drawn as entered it would lead
    abroad and back. Lines that stay inside are returned as they are.

    Args:
        line: Vertices as (longitude, latitude).
        china: China's area in degrees.
    """
    china_m = geometry_to_metres(china)
    drawn_m = shapely.LineString(np.column_stack(to_metres(*np.array(line).T)))
    if not drawn_m.intersects(china_m):
        return list(line)
    forbidden_m = china_m.buffer(INSIDE_M)
    edge = max((part.exterior for part in shapely.get_parts(forbidden_m)), key=lambda ring: float(ring.length))
    crossings = shapely.get_parts(shapely.line_merge(drawn_m.intersection(forbidden_m)))
    spans = sorted(
        (drawn_m.project(shapely.Point(part.coords[0])), drawn_m.project(shapely.Point(part.coords[-1])))
        for part in crossings
        if part.intersects(china_m)
    )
    points: list[tuple[float, float]] = []
    reached_m = 0.0
    for leaves_m, returns_m in spans:
        points += substring(drawn_m, reached_m, leaves_m).coords
        points += _along(edge, drawn_m.interpolate(leaves_m), drawn_m.interpolate(returns_m))
        reached_m = returns_m
    if reached_m < drawn_m.length:
        points += substring(drawn_m, reached_m, drawn_m.length).coords
    # A few metres decide nothing on a schematic line.
    around = geometry_to_degrees(shapely.LineString(points).simplify(SIMPLIFY_M))
    return [(round(lon, DECIMALS), round(lat, DECIMALS)) for lon, lat in around.coords]


def _along(edge: BaseGeometry, start: BaseGeometry, end: BaseGeometry) -> list[tuple[float, float]]:
    """Return the shorter way along a ring between the points of it nearest to two others."""
    start_m, end_m = edge.project(start), edge.project(end)
    low_m, high_m = min(start_m, end_m), max(start_m, end_m)
    way = list(substring(edge, low_m, high_m).coords)
    if high_m - low_m > edge.length / 2:
        way = [*substring(edge, high_m, edge.length).coords, *substring(edge, 0.0, low_m).coords]
        low_m = high_m
    return way if low_m == start_m else way[::-1]
