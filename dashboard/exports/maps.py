"""The map of a slide as marks: areas, roads, queues, gates with their labels. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.exports.fonts import width
from dashboard.exports.marks import Box, Frame, MapMark, Mark, Stroke, Text
from dashboard.exports.setting import LEADING, fit
from layouts.slides.model import Shape

LABEL: Final = 26.0
LEAST_LABEL: Final = 18.0
ROOM: Final = 300.0
"""A label wider than this is set smaller."""
AREAS: Final = {
    "land": ("land", "province-edge", 2.0),
    "commune": ("land", "land-edge", 1.0),
    "lost": ("line-strong", "text-4", 1.5),
}
LINES: Final = {"border": ("border", 3.0, (9.0, 5.0)), "road": ("road", 3.0, ()), "queue": ("text-2", 8.0, ())}


def box_of(mark: MapMark) -> Frame:
    """Return where the map lies in its frame: as large as it fits, in the middle."""
    frame = mark.frame
    aspect = mark.map.aspect if mark.map.aspect > 0 else 1.0
    wide = min(frame.width, frame.height * aspect)
    high = wide / aspect
    return Frame(frame.x + (frame.width - wide) / 2, frame.y + (frame.height - high) / 2, wide, high)


def marks_of(mark: MapMark) -> Iterator[Mark]:
    """Yield what a map is drawn with, areas and lines first, then gates, then labels; labels stay in the frame."""
    box = box_of(mark)
    gates = []
    for shape in mark.map.shapes:
        points = tuple((box.x + box.width * x, box.y + box.height * y) for x, y in shape.points)
        if not points:
            continue
        if shape.kind == "gate":
            gates.append((shape, points))
        elif shape.kind in AREAS and len(points) > 2:
            fill, edge, thick = AREAS[shape.kind]
            dash = (6.0, 4.0) if shape.kind == "lost" else ()
            yield Stroke((*points, points[0]), edge, thick, dash, fill=fill, name=shape.label)
        elif shape.kind in LINES and len(points) > 1:
            colour, thick, dashes = LINES[shape.kind]
            yield Stroke(points, shape.priority or colour, thick, dashes, name=shape.label)
    for shape, points in gates:
        yield from _gate(shape, points, mark.frame)
    for shape in mark.map.shapes:
        if shape.kind != "gate" and shape.label and shape.points:
            xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
            middle = (box.x + box.width * (min(xs) + max(xs)) / 2, box.y + box.height * (min(ys) + max(ys)) / 2)
            yield from _label(shape, middle, mark.frame, centred=True)


def _gate(shape: Shape, points: tuple[tuple[float, float], ...], frame: Frame) -> Iterator[Mark]:
    x, y = points[0]
    if len(points) > 1:
        yield Stroke((points[0], (points[1][0] - 4, points[1][1])), "text-3", 1.5)
    yield from marker(x, y, shape.priority)
    if shape.label:
        yield from _label(shape, points[1] if len(points) > 1 else (x + 16, y), frame, centred=False)


def marker(x: float, y: float, priority: str | None, half: float = 11.0) -> Iterator[Mark]:
    """Yield the sign of an urgency around a point: diamond, triangle, or a dot for the rest."""
    if priority == "critical":
        yield Stroke(
            ((x, y - half), (x + half, y), (x, y + half), (x - half, y), (x, y - half)), "panel", 2.0, (), "critical"
        )
    elif priority == "high":
        yield Stroke(
            ((x, y - half), (x + half, y + half), (x - half, y + half), (x, y - half)), "panel", 2.0, (), "high"
        )
    else:
        yield Box(Frame(x - 8, y - 8, 16, 16), "text-2", 8.0)


def _label(shape: Shape, at: tuple[float, float], frame: Frame, *, centred: bool) -> Iterator[Mark]:
    words = fit(shape.label, min(ROOM, frame.width), LABEL * LEADING * 2, LABEL, LEAST_LABEL, "semibold", 2)
    if not words.lines:
        return
    wide = min(max(width(line, words.size, "semibold") for line in words.lines) + 1, frame.width)
    high = words.height
    left = at[0] - (wide / 2 if centred else 0.0)
    x = min(max(left, frame.x), frame.right - wide)
    y = min(max(at[1] - high / 2, frame.y), max(frame.bottom - high, frame.y))
    colour = f"{shape.priority}-text" if shape.priority else "text"
    yield Text(Frame(x, y, wide, high), words.lines, words.size, "semibold", colour, middle=True)
