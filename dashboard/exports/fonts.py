"""The faces exports are set in: Inter in three cuts, with their widths, and what to do with letters they lack.

Measuring reads three tables of the font by itself, so that laying out pages needs no font library. What this module
does not do: shape scripts that need it; text in them is replaced, and the page says so (`printable`).
"""

from __future__ import annotations

import functools
import struct
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

FOLDER: Final = Path(__file__).parent / "fonts"
Weight = Literal["regular", "semibold", "bold"]
REPLACEMENT: Final = "\ufffd"


@dataclass(frozen=True, slots=True)
class Face:
    """One cut.

    Attributes:
        name: PostScript name, and the name of its file.
        family: how PowerPoint asks for it.
        style: `Regular` or `Bold` within the family.
        weight: 100–900.
        stem: width of a stroke in font units, for the signs that are drawn.
    """

    name: str
    family: str
    style: str
    weight: int
    stem: int


FACES: Final[Mapping[Weight, Face]] = {
    "regular": Face("Inter-Regular", "Inter", "Regular", 400, 190),
    "semibold": Face("Inter-SemiBold", "Inter SemiBold", "Regular", 600, 260),
    "bold": Face("Inter-Bold", "Inter", "Bold", 700, 300),
}


@functools.cache
def font_bytes(weight: Weight) -> bytes:
    """Return the TrueType font of a weight."""
    return (FOLDER / f"{FACES[weight].name}.ttf").read_bytes()


@functools.cache
def advances(weight: Weight) -> Mapping[str, float]:
    """Return the width of each letter of a weight, in ems. Source: OpenType 1.9.1, `cmap` format 4, `hhea`, `hmtx`."""
    data = font_bytes(weight)
    tables = _tables(data)
    em = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    metrics = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    widths = struct.unpack_from(f">{metrics * 2}H", data, tables["hmtx"])[::2]
    return {letter: widths[min(glyph, metrics - 1)] / em for letter, glyph in _letters(data, tables["cmap"]).items()}


def width(text: str, size: float, weight: Weight = "regular") -> float:
    """Return how wide a line of printable text is, in the unit of `size`; nothing is kerned."""
    table = advances(weight)
    return size * sum(table.get(letter, 1.0) for letter in text)


@functools.lru_cache(maxsize=4_096)
def printable(text: str) -> str:
    """Return a text as the cuts can set it: composed, on one direction, in one line.

    Every run of letters they lack (emoji, other scripts) becomes one replacement sign; control characters become
    spaces, and what has no width vanishes.
    """
    known = advances("regular")
    letters: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(letter)
        if letter in "\u202f\u2007":
            letters.append("\u00a0")
        elif kind in {"Cc", "Zl", "Zp"}:
            letters.append(" ")
        elif kind == "Cf" or letter in "\ufe0e\ufe0f":
            continue
        elif letter in known and letter != REPLACEMENT:
            letters.append(letter)
        elif not letters or letters[-1] != REPLACEMENT:
            letters.append(REPLACEMENT)
    return " ".join("".join(letters).split(" ")).strip(" ")


def _tables(data: bytes) -> dict[str, int]:
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sIII", data, 12 + 16 * at) for at in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _letters(data: bytes, cmap: int) -> dict[str, int]:
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    for at in range(count):
        offset = cmap + struct.unpack_from(">HHI", data, cmap + 4 + 8 * at)[2]
        if struct.unpack_from(">H", data, offset)[0] == 4:
            return _format_4(data, offset)
    raise ValueError("the font has no character map of format 4; build it anew with dashboard.exports.font_build")


def _format_4(data: bytes, offset: int) -> dict[str, int]:
    segments = struct.unpack_from(">H", data, offset + 6)[0] // 2
    row = f">{segments}H"
    ends = struct.unpack_from(row, data, offset + 14)
    starts = struct.unpack_from(row, data, offset + 16 + 2 * segments)
    deltas = struct.unpack_from(row, data, offset + 16 + 4 * segments)
    at_ranges = offset + 16 + 6 * segments
    ranges = struct.unpack_from(row, data, at_ranges)
    found: dict[str, int] = {}
    for at, (start, end, delta, distance) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if distance:
                glyph = struct.unpack_from(">H", data, at_ranges + 2 * at + distance + 2 * (code - start))[0]
                if not glyph:
                    continue
            glyph = (glyph + delta) & 0xFFFF
            if glyph:
                found[chr(code)] = glyph
    return found
