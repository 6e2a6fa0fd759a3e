"""What a deck of slides is made of: texts ready to be read, numbered figures, charts and a map as data.

The browser draws it, the exports print it; neither formats a number. Deliberately not here: colours, sizes, and where
the data comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["title", "province", "gate", "services", "network", "programme", "alerts", "decisions"]
State = Literal["live", "late", "stale", "lost", "missing"]
Urgency = Literal["critical", "high"] | None
"""Only these two have a colour; whatever has one also has a shape and a word."""
Simulated = Literal["none", "partly", "all"]
ShapeKind = Literal["land", "commune", "border", "road", "queue", "gate", "lost"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One tile: a figure to be cited by its number.

    Attributes:
        number: unique in the deck, from 1.
        label: what it is.
        value: the figure, formatted; with its unit where the unit is part of how it is written (`87,8 %`).
        unit: what it counts, "" where the value says it.
        note: what stands beside it: the limit, the change, its age when it is not live; "" for nothing.
        state: how far it can be trusted now.
        priority: urgency of the alert it belongs to.
        source: names of its sources.
        at_ms: when it was observed, None where that is unknown.
        cell: topic and path of the cell it shows, "" for a sum that is made here.
    """

    number: int
    label: str
    value: str
    unit: str = ""
    note: str = ""
    state: State = "live"
    priority: Urgency = None
    source: str = ""
    at_ms: int | None = None
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values of a chart; None where there is no figure."""

    name: str
    role: Literal["now", "before", "usual", "target"]
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data.

    Attributes:
        kind: `line` over categories, or horizontal `bars`, one a category.
        title: what it shows.
        unit: of the values.
        categories: names of the bars, or times of the line (for the axis, formatted).
        series: each with one value for each category.
        limit: value at which a line is drawn, None for none.
        texts: the bars' values as people read them; empty for a line.
        highlight: the category that is the finding, None for none.
    """

    kind: Literal["line", "bars"]
    title: str
    unit: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    limit: float | None = None
    texts: tuple[str, ...] = ()
    highlight: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts; every row has one text for each column."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Something on a slide's map.

    Attributes:
        kind: what it is; `land` and `commune` are areas, `lost` an area without coverage, the others lines, `gate` a
            point.
        points: x to the right and y downwards, 0..1 of the box. A gate's first point is where it lies, its second
            where its label begins (left edge, middle of the line); a leader joins the two.
        label: text to print, "" for none.
        priority: urgency of the alert it belongs to.
    """

    kind: ShapeKind
    points: tuple[tuple[float, float], ...]
    label: str = ""
    priority: Urgency = None


@dataclass(frozen=True, slots=True)
class SlideMap:
    """A map: shapes in drawing order, in a box whose width is `aspect` times its height."""

    shapes: tuple[Shape, ...]
    aspect: float


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide.

    Attributes:
        id: unique in the deck and stable between decks: `province`, `gate-tan-thanh`.
        kind: decides how it is drawn.
        headline: the finding, as a sentence.
        subtitle: whose slide it is, "" where the headline says it.
        priority: urgency of the finding.
        figures: tiles to be cited.
        chart: beside the figures.
        table: instead of a chart.
        sentences: to be read as they are.
        map: beside the figures.
        notes: what the speaker may say; not shown to the audience.
        sources: names of the sources of everything on it.
        simulated: whether any figure on it is simulated.
    """

    id: str
    kind: Kind
    headline: str
    subtitle: str = ""
    priority: Urgency = None
    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    sentences: tuple[str, ...] = ()
    map: SlideMap | None = None
    notes: str = ""
    sources: str = ""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Deck:
    """A whole deck, at one instant.

    Attributes:
        title: of the deck.
        subtitle: for whom or by whom, "" for nothing.
        at_ms: the instant of all its figures.
        at_text: the instant as it is printed on every slide, in Hanoi and Beijing.
        live: whether the figures go on changing; False for a frozen moment.
        simulated: whether what it stands on is simulated.
        lang: language of all texts.
        slides: in their order.
        code: the code of the frozen moment, "" for a live deck.
        scenario: what is being simulated, "" for the ordinary province.
    """

    title: str
    subtitle: str
    at_ms: int
    at_text: str
    live: bool
    simulated: Simulated
    lang: str
    slides: tuple[Slide, ...]
    code: str = ""
    scenario: str = ""
