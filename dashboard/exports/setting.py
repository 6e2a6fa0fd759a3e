"""Setting text: breaking it into lines that fit, smaller before shorter. Pure.

The order of concessions: more lines, smaller type, and only when the least size is reached an ellipsis. What the page
shows is never wider or higher than its frame.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final

from dashboard.exports.fonts import Weight, printable, width

ELLIPSIS: Final = "…"
LEADING: Final = 1.3
"""Stacked Vietnamese diacritics (Ữ, Ậ) collide below this."""
STEP: Final = 2.0
"""Sizes are tried two pixels apart; finer steps cannot be seen beside each other."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Lines and the size they fit at."""

    lines: tuple[str, ...]
    size: float
    whole: bool
    """Whether nothing was left out."""

    @property
    def height(self) -> float:
        """Return the height of all lines."""
        return len(self.lines) * self.size * LEADING


def fit(
    text: str,
    room: float,
    height: float,
    size: float,
    least: float,
    weight: Weight = "regular",
    most_lines: int = 99,
) -> Setting:
    """Set a text as large as it fits.

    Args:
        text: any text; what cannot be printed is replaced.
        room: width of the frame.
        height: of the frame.
        size: wished for.
        least: smallest size to try.
        weight: of the type.
        most_lines: at most so many lines.

    Returns:
        The lines; at the least size with an ellipsis when they do not fit even there. An empty text has no line.
    """
    words = printable(text)
    room += 1e-6  # sums in another order end in other last digits
    if not words:
        return Setting((), size, whole=True)
    tried = size
    while True:
        lines = wrap(words, room, tried, weight)
        fitting = min(most_lines, int(height / (tried * LEADING) + 1e-6))
        if len(lines) <= fitting:
            return Setting(lines, tried, whole=True)
        if tried <= least:
            kept = max(fitting, 1)
            return Setting(
                (*lines[: kept - 1], _cut(" ".join(lines[kept - 1 :]), room, tried, weight)), tried, whole=False
            )
        tried = max(least, tried - STEP)


@functools.lru_cache(maxsize=4_096)
def wrap(text: str, room: float, size: float, weight: Weight = "regular") -> tuple[str, ...]:
    """Break printable text at its spaces; a word wider than the room is broken within."""
    lines: list[str] = []
    line, used = "", 0.0
    space = width(" ", size, weight)
    for word in text.split(" "):
        wide = width(word, size, weight)
        if line and used + space + wide <= room:
            line, used = f"{line} {word}", used + space + wide
            continue
        if line:
            lines.append(line)
        line, used = word, wide
        while used > room and len(line) > 1:
            taken = _fitting(line, room, size, weight)
            lines.append(line[:taken])
            line = line[taken:]
            used = width(line, size, weight)
    if line:
        lines.append(line)
    return tuple(lines)


def _cut(text: str, room: float, size: float, weight: Weight) -> str:
    if width(text, size, weight) <= room:
        return text
    taken = _fitting(text, room - width(ELLIPSIS, size, weight), size, weight)
    return text[:taken].rstrip(" ·,;—–") + ELLIPSIS


def _fitting(text: str, room: float, size: float, weight: Weight) -> int:
    """Return how many of the first letters fit, at least one."""
    used = 0.0
    for count, letter in enumerate(text):
        used += width(letter, size, weight)
        if used > room:
            return max(count, 1)
    return len(text)
