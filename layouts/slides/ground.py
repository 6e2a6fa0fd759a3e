"""The ground of a slide's map: the layers' shapes, projected into the map's box and thinned to what a slide can show.

Equirectangular about the province's middle: over 130 km the error of any length is below 1 %. Pure: the layers come in
as GeoJSON, the topics put their figures on top (see `compose_map`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from layouts.slides.model import Shape, ShapeKind
from layouts.view import Bounds

Point = tuple[float, float]

THIN: Final = 0.0016
"""Points nearer than this to the line that is drawn are left out: one pixel of a map 600 pixels wide."""
DIGITS: Final = 4
MARGIN: Final = 0.02
LABEL_ROOM: Final = 0.28
"""Room to the east of the province for the gates' labels, in widths of the province: there lies the other country."""
LAYERS: Final[tuple[tuple[str, ShapeKind], ...]] = (
    ("province", "land"),
    ("communes", "commune"),
    ("roads", "road"),
    ("border", "border"),
)
"""Layers in drawing order, and what they are on the map."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What lies under the figures of a map.

    Attributes:
        shapes: land, communes, roads, border; in drawing order.
        aspect: width of the box ÷ its height.
        west: longitude of the left edge.
        north: latitude of the upper edge.
        width_deg: degrees of longitude from the left to the right edge.
        height_deg: degrees of latitude from the upper to the lower edge.
        labels_from: x at which labels may begin: east of all gates.
    """

    shapes: tuple[Shape, ...]
    aspect: float
    west: float
    north: float
    width_deg: float
    height_deg: float
    labels_from: float

    def at(self, lon: float, lat: float) -> Point:
        """Return where a place lies in the box."""
        return round((lon - self.west) / self.width_deg, DIGITS), round((self.north - lat) / self.height_deg, DIGITS)


def build(layers: Mapping[str, Mapping[str, Any]], bounds: Bounds) -> Ground:
    """Return the ground from GeoJSON layers by name; a layer that is not there is left out.

    Args:
        layers: `province`, `communes`, `roads`, `border`.
        bounds: south-west and north-east corner of the province as (latitude, longitude).
    """
    (south, west), (north, east) = bounds
    width, height = east - west, north - south
    frame = Ground(
        (),
        width
        * (1 + LABEL_ROOM + 2 * MARGIN)
        * math.cos(math.radians((south + north) / 2))
        / (height * (1 + 2 * MARGIN)),
        west - width * MARGIN,
        north + height * MARGIN,
        width * (1 + LABEL_ROOM + 2 * MARGIN),
        height * (1 + 2 * MARGIN),
        0.56,
    )
    shapes = [
        Shape(kind, tuple(thinned([frame.at(lon, lat) for lon, lat in line])))
        for name, kind in LAYERS
        if name in layers
        for line in _lines(layers[name])
    ]
    kept = tuple(shape for shape in shapes if len(shape.points) > 1)
    return Ground(kept, frame.aspect, frame.west, frame.north, frame.width_deg, frame.height_deg, frame.labels_from)


def _lines(layer: Mapping[str, Any]) -> Iterator[list[Point]]:
    """Yield every line of a layer, of areas their outer edges."""
    for feature in layer.get("features", ()):
        geometry = feature.get("geometry") or {}
        kind, coordinates = geometry.get("type"), geometry.get("coordinates", [])
        if kind == "LineString":
            yield [(point[0], point[1]) for point in coordinates]
        elif kind == "MultiLineString":
            yield from ([(point[0], point[1]) for point in line] for line in coordinates)
        elif kind == "Polygon":
            yield [(point[0], point[1]) for point in coordinates[0]]
        elif kind == "MultiPolygon":
            yield from ([(point[0], point[1]) for point in area[0]] for area in coordinates)


def thinned(points: Sequence[Point], tolerance: float = THIN) -> list[Point]:
    """Return a line without the points that nobody would see missing; its ends stay.

    Source: Douglas and Peucker, 1973; kept on a stack, since an imported border may have a hundred thousand points.
    """
    if len(points) < 3:
        return list(points)
    keep = [False] * len(points)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        far, at = tolerance, -1
        for i in range(first + 1, last):
            off = _distance(points[i], points[first], points[last])
            # `>`: what lies exactly as far as may be left out is left out.
            if off > far:
                far, at = off, i
        if at >= 0:
            keep[at] = True
            stack += [(first, at), (at, last)]
    return [point for point, kept in zip(points, keep, strict=True) if kept]


def _distance(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    # A ring begins where it ends: then the distance is that to this one point.
    share = (
        0.0 if length == 0 else max(0.0, min(1.0, ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length))
    )
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)
