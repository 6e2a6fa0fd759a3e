"""A tile to be cited: its number, what it is, what stands beside it, and the figure. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.exports.fonts import printable, width
from dashboard.exports.maps import marker
from dashboard.exports.marks import Box, Frame, Mark, Stroke, Text
from dashboard.exports.setting import LEADING, Setting, fit
from layouts.slides.model import Figure, Urgency
from layouts.wording import say

ROW: Final = 98.0
LEAST_ROW: Final = 72.0
BADGE: Final = 56.0
GAP: Final = 14.0
VALUES: Final = (50.0, 42.0, 36.0, 32.0)
"""Sizes of a cited figure: smaller only where its words would have no room else, and 32 wherever that fits at all."""
READABLE: Final = 22.0
"""Words of this size let the figure keep its own."""
SIGN: Final = 40.0
"""Room for the sign of an urgency before the figure."""
UNIT: Final = 26.0
SIZES: Final = tuple(
    (large, small) for large in (28.0, 26.0, 24.0, 22.0, 20.0, 18.0, 16.0) for small in (26.0, 24.0, 22.0, 20.0, 18.0)
    if large - 6 <= small <= large
)  # fmt: skip
"""Of label and note, the best first."""


def tile_marks(figure: Figure, frame: Frame, lang: str, said: Urgency = None) -> Iterator[Mark]:
    """Yield a tile; all of it lies within the frame. `said` is the urgency whose word the page's head tells already."""
    urgent = figure.priority if figure.state == "live" else None
    middle = frame.y + frame.height / 2
    badge = Frame(frame.x, middle - 19, BADGE, 36)
    yield Box(badge, f"{urgent}-text" if urgent else "text-2", 6.0)
    number = fit(str(figure.number), BADGE - 8, 36, UNIT, 12, "bold", 1)
    yield Text(badge, number.lines, number.size, "bold", "panel", "center", middle=True, name="number")
    left = frame.x + BADGE + GAP
    room = frame.right - left
    for size in VALUES if frame.height >= 88 else VALUES[1:]:
        shown, used = _value(figure, frame, room, urgent, size)
        words = _words(figure, Frame(left, frame.y + 2, room - used - GAP, frame.height - 6), lang, urgent, said)
        if all(text.size >= READABLE for text in words):
            break
    yield from shown
    yield from words
    yield Box(Frame(frame.x, frame.bottom - 2, frame.width, 2), "line")


def _value(figure: Figure, frame: Frame, room: float, urgent: Urgency, size: float) -> tuple[list[Mark], float]:
    """Return the figure with its unit, right-aligned, and the width it takes."""
    most = room * 0.62 - (SIGN if urgent else 0.0)
    unit = fit(figure.unit, most * 0.5, UNIT * LEADING, UNIT, 18, most_lines=1)
    beside = max((width(line, unit.size) for line in unit.lines), default=0.0)
    beside += 8 if unit.lines else 0
    said = fit(figure.value, most - beside, size * LEADING, size, min(size, VALUES[-1]), "bold", 1)
    if not said.whole:
        said = fit(figure.value, most - beside, frame.height - 6, VALUES[-1] - 4, 12, "bold")
    if not said.lines:
        return [], 0.0
    live = figure.state == "live"
    colour = f"{urgent}-text" if urgent else "text" if live else "text-4"
    wide = max(width(line, said.size, "bold") for line in said.lines) + 1
    right = frame.right - beside
    high = said.height
    top = frame.y + (frame.height - high) / 2
    place = Frame(right - wide, top, wide, high)
    marks: list[Mark] = [Text(place, said.lines, said.size, "bold", colour, "right", middle=True, name="value")]
    if unit.lines:
        # On one baseline with the figure: what is below the line is a quarter of the size.
        drop = high / 2 + (said.size - unit.size) * 0.36
        spot = Frame(right + 8, top + drop - unit.height / 2, beside - 8 + 1, unit.height)
        marks.append(Text(spot, unit.lines, unit.size, colour="text-2", name="unit"))
    if not live:
        # A dashed edge: late, stale and lost figures have it on every screen.
        y = min(top + high - 2, frame.bottom - 5)
        marks.append(Stroke(((place.x, y), (place.right, y)), "text-4", 2.0, (6.0, 5.0), name=figure.state))
    if urgent:
        marks.extend(marker(place.x - SIGN / 2 - 2, frame.y + frame.height / 2, urgent, 14))
    return marks, wide + beside + (SIGN if urgent else 0.0)


def _words(figure: Figure, frame: Frame, lang: str, urgent: Urgency, said: Urgency) -> list[Text]:
    """Return label and note, as large as both fit."""
    note = printable(figure.note if urgent == said else _note(figure, lang, urgent))
    label, below = _fitting(printable(figure.label), note, frame)
    top = frame.y + (frame.height - label.height - below.height) / 2
    texts = []
    if label.lines:
        texts.append(Text(Frame(frame.x, top, frame.width, label.height), label.lines, label.size, name="label"))
    if below.lines:
        place = Frame(frame.x, top + label.height, frame.width, below.height)
        colour = f"{urgent}-text" if urgent else "text-2"
        texts.append(Text(place, below.lines, below.size, colour=colour, name="note"))
    return texts


def _fitting(label: str, note: str, frame: Frame) -> tuple[Setting, Setting]:
    for large, small in SIZES:
        first = fit(label, frame.width, frame.height, large, large, most_lines=2)
        second = fit(note, frame.width, frame.height - first.height, small, small, most_lines=2)
        if first.whole and second.whole and first.height + second.height <= frame.height:
            return first, second
    half = frame.height / 2 if note else frame.height
    return fit(label, frame.width, half, 16, 12, most_lines=2), fit(note, frame.width, half, 16, 12, most_lines=2)


def _note(figure: Figure, lang: str, urgent: Urgency) -> str:
    # Colour alone says nothing: the word of the urgency stands in the note.
    if urgent is None:
        return figure.note
    word = say(lang, f"priority.{urgent}")
    if word.lower() in figure.note.lower():
        return figure.note
    return f"{word} · {figure.note}" if figure.note else word
