"""Roads drawn through the entered waypoints, and the approach road of each gate.

Waypoints are kilometres apart; a curve through them looks like a road and claims no more than
they do — the layer stays schematic. Where a road has no line of its own yet, a straight piece
joins it to the nearest one. Deliberately not here: reading at run time (`geodata.roads`).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from shapely.geometry.base import BaseGeometry

from geodata import storage
from geodata.build.frame import DECIMALS
from geodata.build.gates import kept_inside
from geodata.geodesy import LonLat, cumulative_m, distance_m, interpolate
from geodata.roads import Road

# Points put between two waypoints; 8 keeps the bend smooth at the scale of the inset.
CURVE_POINTS: Final = 8
# Every approach ends near the provincial seat: queues longer than that have never been seen.
INLAND_END: Final[LonLat] = (106.76101, 21.85264)
# Waypoints this close to a gate are the gate.
SAME_POINT_M: Final = 30.0


def build_roads(shown: Mapping[str, LonLat], china: BaseGeometry) -> list[Road]:
    """Return the roads of roads.csv as curves.

    Args:
        shown: Position of every gate and route as displayed, inside Vietnam; a waypoint that
            is a gate's entered position follows it.
        china: China's area in degrees, which no road may lead through.
    """
    entered = {(float(row["lon"]), float(row["lat"])): shown[row["id"]] for row in storage.read_facts("places.csv")}
    waypoints: dict[str, list[LonLat]] = {}
    names: dict[str, str] = {}
    for row in storage.read_facts("roads.csv"):
        point = (float(row["lon"]), float(row["lat"]))
        waypoints.setdefault(row["road"], []).append(_moved(point, entered))
        names[row["road"]] = row["name"]
    return [_road(road_id, names[road_id], kept_inside(_curve(points), china)) for road_id, points in waypoints.items()]


def build_approaches(roads: Sequence[Road], shown: Mapping[str, LonLat], china: BaseGeometry) -> list[dict[str, Any]]:
    """Return the approach roads as GeoJSON features, each starting at its gate, on this side."""
    by_id = {road.id: road for road in roads}
    places = {row["id"]: row for row in storage.read_facts("places.csv")}
    steps: dict[str, list[str]] = {}
    for row in storage.read_facts("approaches.csv"):
        steps.setdefault(row["place"], []).append(row["value"])
    features: list[dict[str, Any]] = []
    for place_id, followed in steps.items():
        line, via, joined_m = _approach(shown[place_id], [by_id[road_id] for road_id in followed], china)
        properties = {
            "id": place_id,
            "name": places[place_id]["name_vi"],
            "gate": places[place_id]["parent"] or place_id,
            "via": via,
            "joined_m": round(joined_m),
            "length_m": round(cumulative_m(line)[-1]),
            "schematic": True,
        }
        geometry = {"type": "LineString", "coordinates": line}
        features.append({"type": "Feature", "properties": properties, "geometry": geometry})
    return features


def _approach(
    start: LonLat, followed: Sequence[Road], china: BaseGeometry
) -> tuple[list[LonLat], list[list[Any]], float]:
    line: list[LonLat] = [start]
    via: list[list[Any]] = []
    joined_m = 0.0
    for index, road in enumerate(followed):
        here_m, off_m = road.nearest(*line[-1])
        joined_m += off_m
        via.append([road.id, round(cumulative_m(line)[-1])])
        if off_m > SAME_POINT_M:
            # The straight piece, without its start, which is drawn already.
            line.extend(kept_inside((line[-1], road.point_at(here_m)), china)[1:])
        ahead = followed[index + 1] if index + 1 < len(followed) else None
        there_m = _leaving_m(road, ahead)
        points = road.stretch(min(here_m, there_m), max(here_m, there_m))
        line.extend(points if here_m < there_m else reversed(points))
    return _rounded(line), via, joined_m


def _leaving_m(road: Road, ahead: Road | None) -> float:
    """Return where along a road the way leaves it: nearest to the next road, or to the seat."""
    if ahead is None:
        return road.nearest_distance(*INLAND_END)
    return min((ahead.nearest(*point)[1], at_m) for point, at_m in zip(road.coordinates, road.cumulative, strict=True))[
        1
    ]


def _moved(point: LonLat, entered: Mapping[LonLat, LonLat]) -> LonLat:
    for place, shown in entered.items():
        if distance_m(point, place) < SAME_POINT_M:
            return shown
    return point


def _road(road_id: str, name: str, line: Sequence[LonLat]) -> Road:
    coordinates = tuple(_rounded(line))
    return Road(road_id, name, coordinates, cumulative_m(coordinates))


def _rounded(line: Sequence[LonLat]) -> list[LonLat]:
    rounded: list[LonLat] = []
    for lon, lat in line:
        point = (round(lon, DECIMALS), round(lat, DECIMALS))
        # Two equal vertices would make a segment without length.
        if not rounded or rounded[-1] != point:
            rounded.append(point)
    return rounded


def _curve(points: Sequence[LonLat]) -> list[LonLat]:
    """Return a centripetal Catmull-Rom curve through the points, ends included.

    Source: Yuksel, Schaefer and Keyser, *Parameterization and applications of Catmull-Rom
    curves* (2011): the exponent 1/2 is the one without cusps and loops.
    """
    ghosts = [_mirror(points[1], points[0]), *points, _mirror(points[-2], points[-1])]
    line: list[LonLat] = []
    for index in range(len(points) - 1):
        p0, p1, p2, p3 = ghosts[index : index + 4]
        knots = [0.0]
        for a, b in ((p0, p1), (p1, p2), (p2, p3)):
            knots.append(knots[-1] + math.sqrt(distance_m(a, b)))
        line.extend(_blend((p0, p1, p2, p3), knots, step / CURVE_POINTS) for step in range(CURVE_POINTS))
    return [*line, points[-1]]


def _mirror(inner: LonLat, end: LonLat) -> LonLat:
    return 2 * end[0] - inner[0], 2 * end[1] - inner[1]


def _blend(p: tuple[LonLat, LonLat, LonLat, LonLat], t: Sequence[float], fraction: float) -> LonLat:
    at = t[1] + (t[2] - t[1]) * fraction

    def between(a: LonLat, b: LonLat, start: float, end: float) -> LonLat:
        return interpolate(a, b, (at - start) / (end - start))

    a1, a2, a3 = (between(p[i], p[i + 1], t[i], t[i + 1]) for i in range(3))
    b1, b2 = between(a1, a2, t[0], t[2]), between(a2, a3, t[1], t[3])
    return between(b1, b2, t[1], t[2])
