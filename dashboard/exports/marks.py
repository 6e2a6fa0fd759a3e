"""What a page is made of before it is a file: texts that are already broken into lines, boxes, strokes, charts, a map.

All lengths are pixels of a page of 1280×720, y downwards. Colours are names of design tokens. PDF draws every mark;
PowerPoint makes text boxes, shapes, and native charts of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from dashboard.exports.fonts import Weight
from layouts.slides.model import Chart, SlideMap, Urgency

WIDTH: Final = 1280.0
HEIGHT: Final = 720.0

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Return the x of its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Return the y of its lower edge."""
        return self.y + self.height

    def below(self, height: float) -> Frame:
        """Return what is left when so much is taken off its top."""
        return Frame(self.x, self.y + height, self.width, max(self.height - height, 0.0))


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of text in a frame, as large as they may be there.

    Attributes:
        frame: everything printed lies within.
        lines: none wider than the frame.
        size: of the type.
        weight: of the type.
        colour: a token.
        align: within the frame.
        leading: distance of two lines, in sizes.
        middle: whether the lines stand in the middle of the frame's height, not at its top.
        name: what it is, for the outline of a PowerPoint page.
    """

    frame: Frame
    lines: tuple[str, ...]
    size: float
    weight: Weight = "regular"
    colour: str = "text"
    align: Align = "left"
    leading: float = 1.3
    middle: bool = False
    name: str = ""

    @property
    def top(self) -> float:
        """Return the y where its first line begins."""
        spare = self.frame.height - len(self.lines) * self.size * self.leading
        return self.frame.y + (spare / 2 if self.middle else 0.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle, with round corners where a radius is given."""

    frame: Frame
    fill: str
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points, or an area when it is filled.

    Attributes:
        points: at least two.
        colour: token of the line, "" for none.
        width: of the line.
        dash: lengths of dash and gap, empty for a whole line.
        fill: token of the area, "" for none.
        name: what it is.
    """

    points: tuple[tuple[float, float], ...]
    colour: str = ""
    width: float = 1.0
    dash: tuple[float, ...] = ()
    fill: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChartMark:
    """A chart in a frame; `top` is the highest value of its scale, so that its parts on several pages compare."""

    frame: Frame
    chart: Chart
    priority: Urgency
    lang: str
    top: float


@dataclass(frozen=True, slots=True)
class MapMark:
    """A map in a frame; it keeps its shape and stands in the middle."""

    frame: Frame
    map: SlideMap


Mark = Text | Box | Stroke | ChartMark | MapMark


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        marks: in drawing order.
        title: of the page, for outlines.
        notes: for the speaker.
    """

    marks: tuple[Mark, ...]
    title: str
    notes: str


@dataclass(frozen=True, slots=True)
class Book:
    """All pages of a deck, with what a file says about itself."""

    pages: tuple[Page, ...]
    title: str
    subject: str
    author: str
    lang: str
    at_ms: int
