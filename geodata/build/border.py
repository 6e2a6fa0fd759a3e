"""The Vietnam–China border, read from the time-zone polygon of Asia/Shanghai.

China and Vietnam keep different clocks, so the edge of that polygon is the border (median
14 m from the official line). The package stores it bit-packed; only the few blocks near
Lạng Sơn are unpacked here. Deliberately not here: looking up a time zone.
"""

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon, box
from shapely.validation import make_valid

ZONE: Final = "Asia/Shanghai"
# A ring is cut into blocks of this many vertices. Source: timezonefinder 9.0.0, configs.py,
# POLYGON_BLOCK_SIZE, the layout 3 that timezonefinder-data 3.2026.3 is written in.
BLOCK_VERTICES: Final = 128
LAYOUT_VERSION: Final = 3
# Coordinates are stored in 1e-7 degree, residuals in steps of ten of them (SOURCE_COORD_STEP).
DEGREES_PER_UNIT: Final = 1e-7
RESIDUAL_STEP: Final = 10
WORD_BITS: Final = 32


class BorderError(RuntimeError):
    """The time-zone package is not in the layout that this reader knows."""


def china_near(west: float, south: float, east: float, north: float) -> Polygon | MultiPolygon:
    """Return the part of China inside a box of degrees, WGS 84.

    Raises:
        BorderError: The package's layout is another one, or nothing of China is in the box.
    """
    from timezonefinder_data import DATA_DIR

    data_dir = Path(DATA_DIR)
    names = (data_dir / "timezone_names.txt").read_text(encoding="utf-8").split()
    zone_ids = np.load(data_dir / "zone_ids.npy")
    boundaries = data_dir / "boundaries"
    box_units = [round(value / DEGREES_PER_UNIT) for value in (west, south, east, north)]
    area = box(west, south, east, north)
    found: list[Any] = []
    for polygon_id in np.flatnonzero(zone_ids == names.index(ZONE)):
        if _bounds_meet(boundaries, int(polygon_id), box_units):
            ring = _ring(boundaries, int(polygon_id)) * DEGREES_PER_UNIT
            found.append(make_valid(Polygon(ring.T)).intersection(area))
    if not found:
        raise BorderError(f"No polygon of {ZONE} lies in the box {west}, {south}, {east}, {north}.")
    merged = found[0]
    for part in found[1:]:
        merged = merged.union(part)
    if not isinstance(merged, Polygon | MultiPolygon):
        raise BorderError(f"The part of {ZONE} in the box is a {merged.geom_type}, not an area.")
    return merged


def border_line(china: Polygon | MultiPolygon, frame: Polygon) -> LineString:
    """Return the longest piece of China's edge that is not the edge of the frame."""
    inner = china.boundary.difference(frame.boundary.buffer(1e-6))
    parts = list(getattr(inner, "geoms", [inner]))
    from shapely.ops import linemerge

    merged = linemerge(parts)
    lines = list(getattr(merged, "geoms", [merged]))
    return max(lines, key=lambda line: float(line.length))


def _bounds_meet(boundaries: Path, polygon_id: int, box_units: list[int]) -> bool:
    west, south, east, north = box_units
    xmin, xmax, ymin, ymax = (
        int(np.load(boundaries / f"{name}.npy")[polygon_id]) for name in ("xmin", "xmax", "ymin", "ymax")
    )
    return xmin <= east and xmax >= west and ymin <= north and ymax >= south


def _ring(boundaries: Path, polygon_id: int) -> NDArray[np.int64]:
    """Return a ring in storage units, shape (2, n): longitudes, then latitudes."""
    vertices = int(np.load(boundaries / "nr_vertices.npy")[polygon_id])
    blocks = slice(*np.load(boundaries / "block_offsets.npy")[polygon_id : polygon_id + 2])
    bases_x = np.load(boundaries / "block_bases.npy")[blocks].astype(np.int64)
    bases_y = np.load(boundaries / "block_ranges.npy")[blocks][:, 0].astype(np.int64)
    widths = np.load(boundaries / "block_widths.npy")[blocks].astype(np.int64)
    words = _payload((boundaries / "coordinates.bin").read_bytes(), polygon_id)
    ring = np.empty((2, vertices), dtype=np.int64)
    at = 0
    for block in range(len(bases_x)):
        start = block * BLOCK_VERTICES
        count = min(BLOCK_VERTICES, vertices - start)
        for axis, base in ((0, bases_x[block]), (1, bases_y[block])):
            # Every block also stores the first vertex of the next one, which is skipped here.
            width = int(widths[block, axis])
            used = -(-(count + 1) * width // WORD_BITS)
            residuals = _unpack(words[at : at + used], width, count)
            ring[axis, start : start + count] = residuals * RESIDUAL_STEP + base
            at += used
    return ring


def _unpack(words: NDArray[np.uint32], width: int, count: int) -> NDArray[np.int64]:
    """Return `count` numbers of `width` bits each from a little-endian bit stream."""
    if width == 0:
        return np.zeros(count, dtype=np.int64)
    bits = np.unpackbits(words.view(np.uint8), bitorder="little")[: count * width]
    weights = np.int64(1) << np.arange(width, dtype=np.int64)
    unpacked: NDArray[np.int64] = bits.reshape(count, width).astype(np.int64) @ weights
    return unpacked


def _payload(buffer: bytes, polygon_id: int) -> NDArray[np.uint32]:
    """Return the packed words of one polygon from the FlatBuffers file.

    Three tables deep the whole FlatBuffers library is not worth a dependency. Source:
    FlatBuffers internals (offsets are relative, a table starts with the signed distance back
    to its vtable); schema polygons.fbs in the package.
    """
    if buffer[4:8] != b"TZFP":
        raise BorderError("coordinates.bin does not carry the identifier TZFP.")

    def number(at: int, size: int, *, signed: bool = False) -> int:
        return int.from_bytes(buffer[at : at + size], "little", signed=signed)

    def field(table: int, index: int) -> int:
        vtable = table - number(table, 4, signed=True)
        offset = number(vtable + 4 + 2 * index, 2) if 4 + 2 * index < number(vtable, 2) else 0
        return table + offset if offset else 0

    root = number(0, 4)
    layout_at = field(root, 1)
    layout = number(layout_at, 2) if layout_at else 0
    if layout != LAYOUT_VERSION:
        raise BorderError(
            f"coordinates.bin has the layout {layout}, expected {LAYOUT_VERSION}. "
            "Install the pinned timezonefinder-data."
        )
    vector_at = field(root, 0)
    vector = vector_at + number(vector_at, 4)
    entry = vector + 4 + 4 * polygon_id
    payload_at = field(entry + number(entry, 4), 0)
    payload = payload_at + number(payload_at, 4)
    return np.frombuffer(buffer, dtype="<u4", count=number(payload, 4), offset=payload + 4)
