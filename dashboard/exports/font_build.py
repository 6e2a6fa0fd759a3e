"""Makes the three static cuts of Inter that exports embed, from the variable subsets that browsers get.

PDF and PowerPoint know no variable fonts and no division into subsets. The cuts are committed (`fonts/*.ttf`), so that
running needs no font tools; a test builds one anew and compares. Run `python -m dashboard.exports.font_build` after the
browser's fonts have changed. Figures are tabular by default, as on the screens. Signs that Inter's subsets lack and
people write (arrows, at least, ticks) are drawn here; Inter's licence (OFL 1.1, no reserved name) allows it.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.exports.fonts import FACES, FOLDER, Face

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

SOURCES: Final = Path(__file__).parent.parent.parent / "layouts" / "assets" / "fonts"
SUBSETS: Final = ("latin", "vietnamese", "latin-ext")
"""Where a letter is in several, the first has it."""
DIGITS: Final = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
LIGATURES: Final = ("GSUB", "GPOS", "GDEF", "STAT", "MVAR", "HVAR")
"""Tables nobody who reads an export uses."""
EPOCH_2001: Final = 3_061_065_600
"""`head.modified`, seconds since 1904: fixed, so that the same sources give the same bytes."""

Contour = tuple[tuple[float, float], ...]


def build(face: Face) -> bytes:
    """Return one static cut as a TrueType font."""
    from fontTools.merge import Merger, Options

    taken: set[int] = set()
    parts = []
    for name in SUBSETS:
        font = _static(SOURCES / f"inter-{name}-wght-normal.woff2", face.weight, taken)
        taken |= set(font.getBestCmap())
        parts.append(_saved(font))
    merged: TTFont = Merger(options=Options(drop_tables=[*LIGATURES, "gasp", "prep"])).merge(
        [io.BytesIO(p) for p in parts]
    )
    cmap = merged.getBestCmap()
    for table in merged["cmap"].tables:
        for digit, glyph in enumerate(DIGITS):
            table.cmap[ord("0") + digit] = f"{glyph}.tf"
    for sign, contours in signs(face.stem).items():
        if ord(sign) not in cmap:
            _draw(merged, sign, contours)
    _name(merged, face)
    merged.recalcTimestamp = False
    merged["head"].modified = merged["head"].created = EPOCH_2001
    return _saved(merged)


def _static(path: Path, weight: int, taken: set[int]) -> TTFont:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(path)
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = True
    options.name_IDs = ["*"]
    options.drop_tables += LIGATURES
    subsetter = Subsetter(options)
    wanted = set(font.getBestCmap()) - taken
    tabular = [f"{digit}.tf" for digit in DIGITS if f"{digit}.tf" in font.getGlyphOrder()]
    subsetter.populate(unicodes=wanted, glyphs=tabular)
    subsetter.subset(font)
    instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
    return font


def _saved(font: TTFont) -> bytes:
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _name(font: TTFont, face: Face) -> None:
    names = font["name"]
    for record in list(names.names):
        # Copyright and licence stay; the rest is said anew below.
        if record.nameID not in {0, 8, 9, 11, 12, 13, 14}:
            names.removeNames(nameID=record.nameID)
    for name_id, text in (
        (1, face.family),
        (2, face.style),
        (3, f"Lang Son export cut: {face.name}"),
        (4, face.family if face.style == "Regular" else f"{face.family} {face.style}"),
        (5, "Version 4.0; static cut"),
        (6, face.name),
    ):
        names.setName(text, name_id, 3, 1, 0x409)
    bold = face.style == "Bold"
    font["OS/2"].usWeightClass = face.weight
    font["OS/2"].fsType = 0  # embedding is allowed without restriction (OFL 1.1, §1)
    font["OS/2"].fsSelection = 0x20 if bold else 0x40
    font["head"].macStyle = 1 if bold else 0


def _draw(font: TTFont, sign: str, contours: tuple[Contour, ...]) -> None:
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    name = f"uni{ord(sign):04X}"
    pen = TTGlyphPen(None)
    for contour in contours:
        pen.moveTo(contour[0])
        for point in contour[1:]:
            pen.lineTo(point)
        pen.closePath()
    glyph = pen.glyph()
    font.setGlyphOrder([*font.getGlyphOrder(), name])
    font["glyf"][name] = glyph
    glyph.recalcBounds(font["glyf"])
    font["hmtx"][name] = (ADVANCE, glyph.xMin)
    for table in font["cmap"].tables:
        table.cmap[ord(sign)] = name


ADVANCE: Final = 1_500
"""Width of a drawn sign, of 2,048 units an em."""


def signs(stem: int) -> Mapping[str, tuple[Contour, ...]]:
    """Return the drawn signs: closed polygons, clockwise, in font units; `stem` is the width of a stroke."""
    half = stem / 2
    arrow = (
        (
            (150, 700 + half),
            (150, 700 - half),
            (1000, 700 - half),
            (1000, 420),
            (1350, 700),
            (1000, 980),
            (1000, 700 + half),
        ),
    )
    more = ((250, 1250), (1250, 880), (1250, 760), (250, 390), (250, 390 + stem), (950, 820), (250, 1250 - stem))
    bar = ((250, 60), (250, 60 + stem), (1250, 60 + stem), (1250, 60))
    equals = tuple(_box(250, at, 1250, at + stem) for at in (380, 380 + 2.2 * stem))
    return {
        "→": arrow,
        "←": _mirrored(arrow),
        "≥": (more, bar),
        "≤": _mirrored((more, bar)),
        "≈": equals,
        "≠": (*equals, ((560, 150), (900, 1250), (900 + stem, 1250), (560 + stem, 150))),
        "◆": (((750, 60), (150, 700), (750, 1340), (1350, 700)),),
        "▲": (((150, 120), (750, 1300), (1350, 120)),),
        "▼": (((150, 1300), (1350, 1300), (750, 120)),),
        "■": (_box(200, 150, 1300, 1250),),
        "●": (_round(750, 700, 560),),
        "✓": (((150, 640), (280, 640 + stem), (580, 300 + stem), (1200, 1240), (1350, 1240 - stem), (580, 100)),),
        "\u2011": (_box(300, 620, 1000, 620 + stem),),
        # The replacement character: an empty box, for what has no letter here.
        "\ufffd": (_box(200, 0, 1300, 1400), tuple(reversed(_box(200 + half, half, 1300 - half, 1400 - half)))),
    }


def _box(left: float, bottom: float, right: float, top: float) -> Contour:
    return ((left, bottom), (left, top), (right, top), (right, bottom))


def _mirrored(contours: tuple[Contour, ...]) -> tuple[Contour, ...]:
    return tuple(tuple((ADVANCE - x, y) for x, y in reversed(contour)) for contour in contours)


def _round(x: float, y: float, radius: float) -> Contour:
    from math import cos, pi, sin

    return tuple((round(x + radius * sin(pi * k / 24)), round(y + radius * cos(pi * k / 24))) for k in range(48))


def build_all() -> Iterator[tuple[Path, bytes]]:
    """Yield each cut with the file it is kept in."""
    for face in FACES.values():
        yield FOLDER / f"{face.name}.ttf", build(face)


if __name__ == "__main__":
    for file, data in build_all():
        file.write_bytes(data)
        sys.stdout.write(f"{file.name}: {len(data):,} bytes\n")
