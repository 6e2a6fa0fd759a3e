"""The map of a slide as marks: areas, roads, queues, gates with their labels. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dashboard.exports.fonts import width
from dashboard.exports.marks import Box, Frame, MapMark, Mark, Stroke, Text
from dashboard.exports.setting import LEADING, Setting, fit
from layouts.slides.model import Shape

Points = tuple[tuple[float, float], ...]

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
    yield from _gates(gates, mark.frame)
    for shape in mark.map.shapes:
        if shape.kind != "gate" and shape.label and shape.points:
            xs, ys = [x for x, _ in shape.points], [y for _, y in shape.points]
            middle = (box.x + box.width * (min(xs) + max(xs)) / 2, box.y + box.height * (min(ys) + max(ys)) / 2)
            words = _words(shape, mark.frame)
            yield from _label(shape, words, middle[0] - _wide(words, mark.frame) / 2, middle[1], mark.frame)


def _gates(gates: Sequence[tuple[Shape, Points]], frame: Frame) -> Iterator[Mark]:
    """Yield the gates. Labels in one column move together when one would leave the frame."""
    starts = [(points[1] if len(points) > 1 else (points[0][0] + 16, points[0][1])) for _, points in gates]
    words = [_words(shape, frame) for shape, _ in gates]
    moved = {}
    for column in {round(start[0]) for start in starts}:
        rights = [s[0] + _wide(w, frame) for s, w in zip(starts, words, strict=True) if round(s[0]) == column]
        moved[column] = max(max(rights) - frame.right, 0.0)
    for (shape, points), start, said in zip(gates, starts, words, strict=True):
        x = start[0] - moved[round(start[0])]
        if len(points) > 1:
            yield Stroke((points[0], (x - 6, start[1])), "text-3", 1.5)
        yield from marker(*points[0], shape.priority)
        yield from _label(shape, said, x, start[1], frame)


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


def _words(shape: Shape, frame: Frame) -> Setting:
    return fit(shape.label, min(ROOM, frame.width), LABEL * LEADING * 2, LABEL, LEAST_LABEL, "semibold", 2)


def _wide(words: Setting, frame: Frame) -> float:
    return min(max((width(line, words.size, "semibold") for line in words.lines), default=0.0) + 1, frame.width)


def _label(shape: Shape, words: Setting, left: float, middle: float, frame: Frame) -> Iterator[Mark]:
    if not words.lines:
        return
    wide, high = _wide(words, frame), words.height
    x = min(max(left, frame.x), frame.right - wide)
    y = min(max(middle - high / 2, frame.y), max(frame.bottom - high, frame.y))
    colour = f"{shape.priority}-text" if shape.priority else "text"
    yield Text(Frame(x, y, wide, high), words.lines, words.size, "semibold", colour, middle=True)
