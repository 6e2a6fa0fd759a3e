"""A book as a PowerPoint file: text boxes, native charts and shapes that can be edited, notes, and the font with it."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dashboard.exports import maps
from dashboard.exports.eot import to_eot
from dashboard.exports.fonts import FACES, Weight, font_bytes, printable, width
from dashboard.exports.marks import HEIGHT, WIDTH, Book, Box, ChartMark, Frame, MapMark, Mark, Stroke, Text
from dashboard.exports.pdf import Progress
from dashboard.exports.pptx_charts import PT, PX, add_chart, rgb
from layouts.theme import LIGHT
from layouts.wording import say

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.shapetree import GroupShapes, SlideShapes

TITLE_ONLY: Final = 5
"""Layout of python-pptx's own template whose only text is the title: outlines and screen readers find it there."""
SLACK: Final = 0.05
"""Share of a line's width given on top: others space letters a little differently, and a line must not break."""
CUTS: Final[tuple[Weight, ...]] = ("regular", "bold")
"""A family of PowerPoint has no third weight; a family of its own would be lost where the fonts cannot be read."""
FONT_TYPE: Final = "application/x-fontdata"
FONT_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"


def write_pptx(book: Book, progress: Progress) -> bytes:
    """Return the file; progress is told after each page."""
    from pptx import Presentation

    deck = Presentation()
    deck.slide_width, deck.slide_height = round(WIDTH * PX), round(HEIGHT * PX)
    _describe(deck, book)
    _set_theme(deck)
    for at, page in enumerate(book.pages):
        slide = deck.slides.add_slide(deck.slide_layouts[TITLE_ONLY])
        title = slide.shapes.title
        for mark in page.marks:
            if isinstance(mark, Text) and mark.name == "headline":
                _fill_text(title, mark, book.lang)
                title = None
            else:
                _add(slide.shapes, mark, book.lang)
        if title is not None:
            title._element.getparent().remove(title._element)  # noqa: SLF001 (the way python-pptx documents)
        if page.notes:
            slide.notes_slide.notes_text_frame.text = printable_lines(page.notes)
        progress(at + 1, len(book.pages))
    _embed_fonts(deck)
    out = io.BytesIO()
    deck.save(out)
    return out.getvalue()


def printable_lines(text: str) -> str:
    """Return notes with their lines kept."""
    return "\n".join(printable(line) for line in text.splitlines())


def _add(shapes: SlideShapes, mark: Mark, lang: str) -> None:
    if isinstance(mark, ChartMark):
        add_chart(shapes, mark)
    elif isinstance(mark, MapMark):
        group = shapes.add_group_shape()
        group.name = say(lang, "print.map")
        for part in maps.marks_of(mark):
            _add_plain(group.shapes, part, lang)
    else:
        _add_plain(shapes, mark, lang)


def _add_plain(shapes: SlideShapes | GroupShapes, mark: Mark, lang: str) -> None:
    if isinstance(mark, Text):
        if mark.lines:
            _fill_text(shapes.add_textbox(0, 0, 0, 0), mark, lang)
    elif isinstance(mark, Box):
        _add_box(shapes, mark)
    elif isinstance(mark, Stroke):
        _add_stroke(shapes, mark)


def _fill_text(shape: Shape, mark: Text, lang: str) -> None:
    from pptx.enum.lang import MSO_LANGUAGE_ID
    from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
    from pptx.util import Pt

    frame = _with_slack(mark)
    shape.left, shape.top = round(frame.x * PX), round(frame.y * PX)
    shape.width, shape.height = round(frame.width * PX), round(frame.height * PX)
    shape.name = mark.name or "text"
    text = shape.text_frame
    text.margin_left = text.margin_right = text.margin_top = text.margin_bottom = 0
    text.word_wrap = True
    text.auto_size = MSO_AUTO_SIZE.NONE
    text.vertical_anchor = MSO_ANCHOR.MIDDLE if mark.middle else MSO_ANCHOR.TOP
    paragraph = text.paragraphs[0]
    paragraph.alignment = {"left": PP_ALIGN.LEFT, "right": PP_ALIGN.RIGHT, "center": PP_ALIGN.CENTER}[mark.align]
    paragraph.line_spacing = Pt(round(mark.size * mark.leading * PT, 1))
    run = paragraph.add_run()
    run.text = " ".join(mark.lines)
    run.font.name = FACES["regular"].family
    run.font.bold = mark.weight != "regular"
    run.font.size = Pt(round(mark.size * PT * 2) / 2)
    run.font.color.rgb = rgb(mark.colour)
    run.font.language_id = MSO_LANGUAGE_ID.VIETNAMESE if lang == "vi" else MSO_LANGUAGE_ID.ENGLISH_US


def _with_slack(mark: Text) -> Frame:
    """Return the frame, wider on the side where the text ends if the text nearly fills it, and never off the page."""
    frame = mark.frame
    longest = max((width(line, mark.size, mark.weight) for line in mark.lines), default=0.0)
    more = max(longest * (1 + SLACK) + 2 - frame.width, 0.0) if len(mark.lines) == 1 else 0.0
    left = frame.x - (more if mark.align == "right" else more / 2 if mark.align == "center" else 0.0)
    return Frame(left, frame.y, min(frame.width + more, WIDTH - left), frame.height)


def _add_box(shapes: SlideShapes | GroupShapes, mark: Box) -> None:
    from pptx.enum.shapes import MSO_SHAPE

    frame = mark.frame
    round_all = mark.radius * 2 >= min(frame.width, frame.height)
    kind = MSO_SHAPE.OVAL if round_all else MSO_SHAPE.ROUNDED_RECTANGLE if mark.radius else MSO_SHAPE.RECTANGLE
    shape = shapes.add_shape(
        kind, round(frame.x * PX), round(frame.y * PX), round(frame.width * PX), round(frame.height * PX)
    )
    if mark.radius and not round_all:
        shape.adjustments[0] = mark.radius / min(frame.width, frame.height)
    shape.fill.solid()
    shape.fill.fore_color.rgb = rgb(mark.fill)
    shape.line.fill.background()
    _without_style(shape)


def _add_stroke(shapes: SlideShapes | GroupShapes, mark: Stroke) -> None:
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    points = [(round(x * PX), round(y * PX)) for x, y in mark.points]
    closed = points[0] == points[-1]
    builder = shapes.build_freeform(*points[0], scale=1.0)
    builder.add_line_segments(points[1:-1] if closed else points[1:], close=closed)
    shape = builder.convert_to_shape()
    shape.name = printable(mark.name) or "line"
    _without_style(shape)
    if mark.fill:
        shape.fill.solid()
        shape.fill.fore_color.rgb = rgb(mark.fill)
    else:
        shape.fill.background()
    if mark.colour:
        shape.line.color.rgb = rgb(mark.colour)
        shape.line.width = Pt(mark.width * PT)
        if mark.dash:
            shape.line.dash_style = MSO_LINE.DASH
    else:
        shape.line.fill.background()


def _without_style(shape: Shape) -> None:
    """Take the theme's style off: its shadow is drawn by LibreOffice even where the shape says there is none."""
    from pptx.oxml.ns import qn

    style = shape._element.find(qn("p:style"))  # noqa: SLF001 (python-pptx 1.0 has no such property)
    if style is not None:
        shape._element.remove(style)  # noqa: SLF001


def _describe(deck: Deck, book: Book) -> None:
    made = datetime.fromtimestamp(book.at_ms / 1000, UTC).replace(tzinfo=None)
    facts = deck.core_properties
    facts.title, facts.subject, facts.author = book.title[:255], book.subject[:255], book.author[:255]
    facts.last_modified_by, facts.language = book.author[:255], book.lang
    facts.created = facts.modified = made


def _set_theme(deck: Deck) -> None:
    """Make Inter and our colours those of the file, so that what a user adds looks like the rest."""
    from lxml import etree
    from pptx.opc.constants import RELATIONSHIP_TYPE
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import qn

    part = deck.slide_masters[0].part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    for font in theme.iter(qn("a:latin")):
        font.set("typeface", FACES["regular"].family)
    colours = dict(
        zip(
            ("dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6"),
            ("text", "panel", "text-2", "base", "act", "fill", "critical", "high", "ghost", "data"),
            strict=True,
        )
    )
    scheme = next(theme.iter(qn("a:clrScheme")))
    for name, token in colours.items():
        slot = scheme.find(qn(f"a:{name}"))
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", LIGHT[token][1:].upper())
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001 (1.0 has no setter)


def _embed_fonts(deck: Deck) -> None:
    """Put the fonts into the file. Source: ISO/IEC 29500-1, 19.2.1.9 (embeddedFontLst); EOT as PowerPoint writes it."""
    from pptx.opc.package import Part
    from pptx.opc.packuri import PackURI
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls, qn

    families: dict[str, str] = {}
    for at, weight in enumerate(CUTS, 1):
        face = FACES[weight]
        data = to_eot(font_bytes(weight), face)
        part = Part(PackURI(f"/ppt/fonts/font{at}.fntdata"), FONT_TYPE, deck.part.package, data)
        relation = deck.part.relate_to(part, FONT_RELATION)
        tag = "bold" if face.style == "Bold" else "regular"
        families[face.family] = families.get(face.family, "") + f'<p:{tag} r:id="{relation}"/>'
    entries = "".join(
        f'<p:embeddedFont><p:font typeface="{family}"/>{files}</p:embeddedFont>' for family, files in families.items()
    )
    root = deck.part._element  # noqa: SLF001 (python-pptx 1.0 knows no fonts)
    root.find(qn("p:notesSz")).addnext(
        parse_xml(f"<p:embeddedFontLst {nsdecls('p', 'r')}>{entries}</p:embeddedFontLst>")
    )
    root.set("saveSubsetFonts", "1")
