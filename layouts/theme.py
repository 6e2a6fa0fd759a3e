"""The design tokens: colours by name, for the dark and the light theme.

`assets/00-tokens.css` carries the same values for the browser; a test keeps the two equal and checks the contrast of
every pair in `TEXT_PAIRS`. Deliberately not here: sizes and spaces, which only the style sheets use.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from layouts.view import Theme

DARK: Final[Mapping[str, str]] = {
    "base": "#0e1318",
    "panel": "#151c23",
    "raised": "#1c2630",
    "line": "#222d37",
    "line-strong": "#3d4b58",
    "text": "#eef3f7",
    "text-2": "#d5dde4",
    "text-3": "#a3afba",
    "text-4": "#8b98a4",
    "act": "#7cc4ab",
    "on-act": "#0e1318",
    "critical": "#ff5d52",
    "critical-text": "#ff8078",
    "critical-ground": "#2a191c",
    "high": "#ffb02e",
    "high-text": "#ffcf7d",
    "high-ground": "#272118",
    "data": "#c9d4dd",
    "ghost": "#5a6874",
    "track": "#2a3641",
    "fill": "#7f8f9c",
    "sim": "#eef3f7",
    "on-sim": "#0e1318",
    "land": "#1b242d",
    "land-edge": "#2b3843",
    "province-edge": "#5d6b78",
    "cover": "#2d3b48",
    "cover-strong": "#44586a",
    "road": "#485764",
    "rail": "#5a6874",
    "border": "#8b98a4",
    "site": "#71818e",
}

LIGHT: Final[Mapping[str, str]] = {
    "base": "#eef1f3",
    "panel": "#ffffff",
    "raised": "#f5f7f8",
    "line": "#dfe5e9",
    "line-strong": "#b4bfc8",
    "text": "#1b242c",
    "text-2": "#33404a",
    "text-3": "#4f5d68",
    "text-4": "#5a6873",
    "act": "#045557",
    "on-act": "#ffffff",
    "critical": "#b91c1c",
    "critical-text": "#b3221a",
    "critical-ground": "#fdeceb",
    "high": "#b87400",
    "high-text": "#8a5700",
    "high-ground": "#fdf3e1",
    "data": "#222c35",
    "ghost": "#b4bfc8",
    "track": "#dfe5e9",
    "fill": "#7d8b97",
    "sim": "#1b242c",
    "on-sim": "#ffffff",
    "land": "#e7ebee",
    "land-edge": "#d3dae0",
    "province-edge": "#8b98a4",
    "cover": "#dbe2e7",
    "cover-strong": "#c3ced6",
    "road": "#a9b5bf",
    "rail": "#97a4ae",
    "border": "#5a6873",
    "site": "#8b98a4",
}

TOKENS: Final[Mapping[Theme, Mapping[str, str]]] = {"dark": DARK, "light": LIGHT}

DEFAULT_THEME: Final[Mapping[str, Theme]] = {
    "wall": "dark",
    "duty": "dark",
    "crossings": "dark",
    "feeds": "dark",
    "mapping": "dark",
    "tablet": "light",
    "briefing": "light",
    "start": "light",
}
"""Dark where a room is dim and the screen is on all day, light where it is read in daylight or compressed."""

TEXT_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    *((text, ground) for text in ("text", "text-2", "text-3", "text-4") for ground in ("base", "panel", "raised")),
    *(("text", ground) for ground in ("critical-ground", "high-ground", "land")),
    *(("text-3", ground) for ground in ("critical-ground", "high-ground", "land")),
    *(("critical-text", ground) for ground in ("base", "panel", "raised", "critical-ground", "land")),
    *(("high-text", ground) for ground in ("base", "panel", "raised", "high-ground", "land")),
    *(("act", ground) for ground in ("base", "panel", "raised")),
    ("on-act", "act"),
    ("on-sim", "sim"),
)
"""Text token and the ground it stands on: each reaches 4.5:1 (WCAG 2.2, 1.4.3)."""

MARK_PAIRS: Final[tuple[tuple[str, str], ...]] = (
    *((mark, ground) for mark in ("critical", "high", "fill", "data") for ground in ("base", "panel")),
)
"""Marks that carry meaning without being text: each reaches 3:1 (WCAG 2.2, 1.4.11)."""


TOLD_APART: Final = ("critical", "high", "data", "act", "text-4")
"""Colours that mean different things: critical, high, a live line, what one can act on, a stale figure (`text-4`)."""

LEAST_DIFFERENCE: Final = 0.08
"""How far apart any two of them are, in OKLab, for normal sight and for each of `BLINDNESS`; several times a just
noticeable difference (about 0.02). Shape and word say the same beside them: colour is never alone."""

Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]

BLINDNESS: Final[Mapping[str, Matrix]] = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""What linear red, green and blue become for an eye without one kind of cone. Source: Machado, Oliveira, Fernandes, "A
physiologically-based model for simulation of color vision deficiency" (2009), severity 1.0."""


def theme_of(screen: str, wanted: Theme | None) -> Theme:
    """Return the theme a screen is drawn in: the wanted one, else the screen's own, else dark."""
    return wanted or DEFAULT_THEME.get(screen, "dark")


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio (1–21) of two `#rrggbb` colours. Source: WCAG 2.2, relative luminance."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def difference(first: str, second: str, blindness: str = "") -> float:
    """Return how far apart two `#rrggbb` colours are in OKLab, as an eye with a blindness of `BLINDNESS` sees them.

    Source: Ottosson, "A perceptual color space for image processing" (2020).
    """
    return math.dist(_oklab(first, blindness), _oklab(second, blindness))


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _unbent(red), _unbent(green), _unbent(blue)


def _unbent(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _oklab(colour: str, blindness: str) -> tuple[float, float, float]:
    seen = _linear(colour)
    if blindness:
        # What a screen cannot show is cut off, as the screen would.
        red, green, blue = (min(1.0, max(0.0, _dot(row, seen))) for row in BLINDNESS[blindness])
        seen = red, green, blue
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    long, medium, short = (_dot(row, seen) ** (1 / 3) for row in cones)
    bent = (long, medium, short)
    return (
        _dot((0.2104542553, 0.7936177850, -0.0040720468), bent),
        _dot((1.9779984951, -2.4285922050, 0.4505937099), bent),
        _dot((0.0259040371, 0.7827717662, -0.8086757660), bent),
    )


def _dot(row: tuple[float, float, float], seen: tuple[float, float, float]) -> float:
    return row[0] * seen[0] + row[1] * seen[1] + row[2] * seen[2]
