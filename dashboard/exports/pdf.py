"""A book as PDF: vector marks, real text in embedded Inter, one bookmark a page. The same book gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dashboard.exports import charts, maps
from dashboard.exports.fonts import FACES, font_bytes
from dashboard.exports.marks import HEIGHT, WIDTH, Book, Box, ChartMark, MapMark, Mark, Page, Stroke, Text
from layouts.theme import LIGHT

if TYPE_CHECKING:
    from reportlab.lib.colors import Color
    from reportlab.pdfgen.canvas import Canvas

Progress = Callable[[int, int], None]
ASCENT: Final = 0.968
DESCENT: Final = 0.241
"""Of Inter, in ems: where the baseline stands within a line. Source: the font's `hhea`."""


def write_pdf(book: Book, progress: Progress) -> bytes:
    """Return the PDF; progress is told after each page."""
    from reportlab.pdfgen.canvas import Canvas

    _register()
    out = io.BytesIO()
    # Without a first font of ours the file would name Helvetica, which is not in it.
    face = FACES["regular"].name
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1, invariant=1, lang=book.lang, initialFontName=face)
    canvas.setTitle(book.title)
    canvas.setSubject(book.subject)
    canvas.setAuthor(book.author)
    canvas.setCreator(book.author)
    canvas.setProducer("reportlab")
    made = datetime.fromtimestamp(book.at_ms / 1000, UTC)
    canvas.setKeywords(made.strftime("%Y-%m-%dT%H:%M:%SZ"))
    for at, page in enumerate(book.pages):
        key = f"page-{at + 1}"
        canvas.bookmarkPage(key)
        canvas.addOutlineEntry(page.title, key)
        draw_page(canvas, page)
        canvas.showPage()
        progress(at + 1, len(book.pages))
    canvas.save()
    return out.getvalue()


def draw_page(canvas: Canvas, page: Page) -> None:
    """Draw a page: its ground, then its marks."""
    canvas.setFillColor(_colour("panel"))
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    for mark in plain(page.marks):
        if isinstance(mark, Text):
            _text(canvas, mark)
        elif isinstance(mark, Box):
            _box(canvas, mark)
        else:
            _stroke(canvas, mark)


def plain(marks: tuple[Mark, ...]) -> Iterator[Text | Box | Stroke]:
    """Yield marks with charts and maps taken apart."""
    for mark in marks:
        if isinstance(mark, ChartMark):
            yield from plain(tuple(charts.marks_of(mark)))
        elif isinstance(mark, MapMark):
            yield from plain(tuple(maps.marks_of(mark)))
        else:
            yield mark


def _register() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    known = set(pdfmetrics.getRegisteredFontNames())
    for weight, face in FACES.items():
        if face.name not in known:
            pdfmetrics.registerFont(TTFont(face.name, io.BytesIO(font_bytes(weight)), shapable=False))


def _colour(token: str) -> Color:
    from reportlab.lib.colors import HexColor

    return HexColor(LIGHT[token])


def _text(canvas: Canvas, mark: Text) -> None:
    face = FACES[mark.weight].name
    canvas.setFillColor(_colour(mark.colour))
    canvas.setFont(face, mark.size)
    step = mark.size * mark.leading
    drop = (step - (ASCENT + DESCENT) * mark.size) / 2 + ASCENT * mark.size
    frame = mark.frame
    for at, line in enumerate(mark.lines):
        y = HEIGHT - (mark.top + at * step + drop)
        if mark.align == "right":
            canvas.drawRightString(frame.right, y, line)
        elif mark.align == "center":
            canvas.drawCentredString(frame.x + frame.width / 2, y, line)
        else:
            canvas.drawString(frame.x, y, line)


def _box(canvas: Canvas, mark: Box) -> None:
    canvas.setFillColor(_colour(mark.fill))
    frame = mark.frame
    radius = min(mark.radius, frame.width / 2, frame.height / 2)
    if radius:
        canvas.roundRect(frame.x, HEIGHT - frame.bottom, frame.width, frame.height, radius, stroke=0, fill=1)
    else:
        canvas.rect(frame.x, HEIGHT - frame.bottom, frame.width, frame.height, stroke=0, fill=1)


def _stroke(canvas: Canvas, mark: Stroke) -> None:
    path = canvas.beginPath()
    (x, y), *others = mark.points
    path.moveTo(x, HEIGHT - y)
    for x, y in others:
        path.lineTo(x, HEIGHT - y)
    if mark.points[0] == mark.points[-1]:
        path.close()
    if mark.colour:
        canvas.setStrokeColor(_colour(mark.colour))
        canvas.setLineWidth(mark.width)
        canvas.setDash(*([list(mark.dash)] if mark.dash else [[]]))
        canvas.setLineJoin(1)
        canvas.setLineCap(0 if mark.dash else 1)
    if mark.fill:
        canvas.setFillColor(_colour(mark.fill))
    canvas.drawPath(path, stroke=1 if mark.colour else 0, fill=1 if mark.fill else 0)
