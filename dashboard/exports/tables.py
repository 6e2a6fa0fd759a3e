"""A table on a page: as many rows as fit, in the largest type that does; the rest for the next page. Pure."""

from __future__ import annotations

import dataclasses
from typing import Final

from dashboard.exports.fonts import printable, width
from dashboard.exports.marks import Align, Box, Frame, Mark, Text
from dashboard.exports.setting import fit
from layouts.slides.model import Table

SIZES: Final = (26.0, 24.0, 22.0, 20.0)
LEAST: Final = 12.0
GAP: Final = 20.0
ROW: Final = 1.5
"""Height of a row, in sizes."""


def table_marks(table: Table, area: Frame) -> tuple[list[Mark], Table | None]:
    """Return the marks of a table's first rows and the table of its further rows, None when all are there."""
    columns = tuple(printable(text) for text in table.columns)
    rows = tuple(tuple(printable(row[at]) if at < len(row) else "" for at in range(len(columns))) for row in table.rows)
    size = next((each for each in SIZES if _fits(columns, rows, area, each)), SIZES[-1])
    high = size * ROW
    taken = max(1, int((area.height - high) // high))
    widths = _widths(columns, rows, area.width, size)
    marks: list[Mark] = []
    left = area.x
    for at, (head, wide) in enumerate(zip(columns, widths, strict=True)):
        cells = [row[at] for row in rows]
        align: Align = "right" if at and all(_is_number(cell) for cell in cells) else "left"
        room = max(wide - GAP, 4.0) if at < len(columns) - 1 else wide
        said = fit(head, room, high, size - 2, LEAST, "semibold", 2)
        if said.lines:
            frame = Frame(left, area.y, room, high)
            marks.append(Text(frame, said.lines, said.size, "semibold", "text-3", align, middle=True, name="column"))
        for row, cell in enumerate(cells[:taken]):
            words = fit(cell, room, high, size, LEAST, most_lines=2)
            if words.lines:
                frame = Frame(left, area.y + high * (row + 1), room, high)
                marks.append(Text(frame, words.lines, words.size, align=align, middle=True, name="cell"))
        left += wide
    for row in range(min(taken, len(rows)) + 1):
        strong = row == 0
        y = area.y + high * (row + 1) - 2
        marks.append(Box(Frame(area.x, y, area.width, 2), "line-strong" if strong else "line"))
    rest = dataclasses.replace(table, rows=table.rows[taken:]) if len(rows) > taken else None
    return marks, rest


def _fits(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], area: Frame, size: float) -> bool:
    return (len(rows) + 1) * size * ROW <= area.height and sum(_natural(columns, rows, size)) <= area.width


def _natural(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], size: float) -> list[float]:
    found = []
    for at, head in enumerate(columns):
        widest = max([width(head, size, "semibold"), *(width(row[at], size) for row in rows)])
        found.append(widest + (GAP if at < len(columns) - 1 else 1))
    return found


def _widths(columns: tuple[str, ...], rows: tuple[tuple[str, ...], ...], room: float, size: float) -> list[float]:
    """Return the widths of the columns: what they need, narrow ones first when there is not enough for all."""
    natural = _natural(columns, rows, size)
    spare = room - sum(natural)
    if spare >= 0:
        # What is left over goes between the columns, so that figures stand under each other near the right edge.
        share = spare / (len(natural) - 1) if len(natural) > 1 else spare
        return [*(each + share for each in natural[:-1]), natural[-1]] if len(natural) > 1 else [room]
    given = [0.0] * len(natural)
    left, open_ = room, sorted(range(len(natural)), key=lambda at: natural[at])
    for count, at in enumerate(open_):
        given[at] = min(natural[at], left / (len(open_) - count))
        left -= given[at]
    return given


def _is_number(cell: str) -> bool:
    return not cell or cell[0] in "+−-—0123456789<"
