"""The middle of a page: tiles to be cited, beside them a chart, a map or a table, below them sentences. Pure.

`fill` puts on one page what fits there and returns the rest for the next one; it always takes something.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dashboard.exports.charts import bars_that_fit, highest
from dashboard.exports.fonts import printable
from dashboard.exports.maps import marker
from dashboard.exports.marks import Box, ChartMark, Frame, MapMark, Mark, Text
from dashboard.exports.setting import fit
from dashboard.exports.tables import table_marks
from dashboard.exports.tiles import LEAST_ROW, ROW, tile_marks
from layouts.slides.model import Chart, Figure, Slide, SlideMap, Table, Urgency

COLUMN: Final = 556.0
"""Width of the tiles beside a chart, as on the screen."""
GAP: Final = 34.0
ALONE_ROW: Final = 80.0
"""Tiles with nothing beside them stand in one column while each has this much height."""
SENTENCE: Final = 34.0
LEAST_SENTENCE: Final = 26.0


@dataclass(frozen=True, slots=True)
class Rest:
    """What of a slide is not on a page yet; false when nothing is left."""

    lang: str
    priority: Urgency
    figures: tuple[Figure, ...] = ()
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    top: float = 1.0
    table: Table | None = None
    map: SlideMap | None = None

    @classmethod
    def of(cls, slide: Slide, lang: str) -> Rest:
        """Return everything of a slide; empty parts count as none."""
        chart = slide.chart if slide.chart and slide.chart.categories and slide.chart.series else None
        return cls(
            lang,
            slide.priority,
            slide.figures,
            tuple(text for text in slide.sentences if printable(text)),
            chart,
            highest(chart) if chart else 1.0,
            slide.table if slide.table and slide.table.rows and slide.table.columns else None,
            slide.map if slide.map and slide.map.shapes else None,
        )

    def __bool__(self) -> bool:
        return bool(self.figures or self.sentences or self.chart or self.table or self.map)


def fill(rest: Rest, body: Frame) -> tuple[list[Mark], Rest]:
    """Return the marks of one page and what is left for the next."""
    if not rest:
        return [], rest
    beside = rest.chart or rest.map or rest.table
    if rest.sentences and not rest.figures and not beside:
        return _sentences_alone(rest, body)
    marks: list[Mark] = []
    if rest.sentences:
        strip = _strip(rest.sentences, body)
        if strip:
            high = sum(setting.frame.height + 4 for setting in strip) + 10
            marks.extend(_placed(strip, body.bottom - high + 10))
            body = Frame(body.x, body.y, body.width, body.height - high)
            rest = dataclasses.replace(rest, sentences=())
    if rest.figures and beside:
        taken, rest = _tiles(rest, Frame(body.x, body.y, COLUMN, body.height), columns=1)
        marks.extend(taken)
        right = Frame(body.x + COLUMN + GAP, body.y, body.width - COLUMN - GAP, body.height)
        taken, rest = _beside(rest, right, stacked=True)
        marks.extend(taken)
    elif rest.figures:
        taken, rest = _tiles(rest, body, columns=1 if len(rest.figures) * ALONE_ROW <= body.height else 2)
        marks.extend(taken)
    else:
        taken, rest = _beside(rest, body, stacked=False)
        marks.extend(taken)
    return marks, rest


def _tiles(rest: Rest, area: Frame, columns: int) -> tuple[list[Mark], Rest]:
    rows = max(1, int(area.height // LEAST_ROW))
    taken = rest.figures[: rows * columns]
    rows = -(-len(taken) // columns)
    high = min(ROW, area.height / rows)
    wide = (area.width - (columns - 1) * GAP) / columns
    marks: list[Mark] = []
    for at, figure in enumerate(taken):
        column, row = divmod(at, rows)
        frame = Frame(area.x + column * (wide + GAP), area.y + row * high, wide, high)
        marks.extend(tile_marks(figure, frame, rest.lang, said=rest.priority))
    return marks, dataclasses.replace(rest, figures=rest.figures[len(taken) :])


def _beside(rest: Rest, area: Frame, *, stacked: bool) -> tuple[list[Mark], Rest]:
    """Place map and chart, together where both are there; a table only when they are gone."""
    if rest.map and rest.chart:
        if stacked:
            upper = Frame(area.x, area.y, area.width, area.height * 0.56)
            lower = area.below(area.height * 0.56 + 14)
        else:
            upper = Frame(area.x, area.y, area.width / 2 - GAP / 2, area.height)
            lower = Frame(area.x + area.width / 2 + GAP / 2, area.y, area.width / 2 - GAP / 2, area.height)
        mark = MapMark(upper, rest.map)
        chart, rest = _chart(dataclasses.replace(rest, map=None), lower)
        return [mark, chart], rest
    if rest.map:
        return [MapMark(area, rest.map)], dataclasses.replace(rest, map=None)
    if rest.chart:
        chart, rest = _chart(rest, area)
        return [chart], rest
    if rest.table:
        marks, left = table_marks(rest.table, area)
        return marks, dataclasses.replace(rest, table=left)
    return [], rest


def _chart(rest: Rest, area: Frame) -> tuple[ChartMark, Rest]:
    chart = rest.chart
    assert chart is not None
    if chart.kind == "line":
        return ChartMark(area, chart, rest.priority, rest.lang, rest.top), dataclasses.replace(rest, chart=None)
    count = bars_that_fit(area.height)
    left = part_of(chart, count, len(chart.categories)) if len(chart.categories) > count else None
    mark = ChartMark(area, part_of(chart, 0, count), rest.priority, rest.lang, rest.top)
    return mark, dataclasses.replace(rest, chart=left)


def part_of(chart: Chart, start: int, stop: int) -> Chart:
    """Return some categories of a chart of bars."""
    highlight = chart.highlight
    inside = highlight is not None and start <= highlight < stop
    return dataclasses.replace(
        chart,
        categories=chart.categories[start:stop],
        series=tuple(dataclasses.replace(each, values=each.values[start:stop]) for each in chart.series),
        texts=chart.texts[start:stop],
        highlight=highlight - start if highlight is not None and inside else None,
    )


def _strip(sentences: tuple[str, ...], body: Frame) -> list[Text]:
    """Return the sentences for the foot of the body, or nothing when they ask for more than a third of it."""
    found = []
    used = 0.0
    for sentence in sentences:
        said = fit(sentence, body.width, 26 * 1.3 * 2.05, 28, 24, most_lines=2)
        used += said.height + 4
        if not said.whole or used > body.height * 0.34:
            return []
        found.append(Text(Frame(body.x, 0, body.width, said.height), said.lines, said.size, name="sentence"))
    return found


def _placed(texts: list[Text], top: float) -> Iterator[Text]:
    for text in texts:
        yield dataclasses.replace(text, frame=dataclasses.replace(text.frame, y=top))
        top += text.frame.height + 4


def _sentences_alone(rest: Rest, body: Frame) -> tuple[list[Mark], Rest]:
    """Place sentences as a list, each with a line below it, as large as all of them fit."""
    room = body.width - 44
    marks: list[Mark] = []
    size = SENTENCE
    while size > LEAST_SENTENCE and sum(_height(text, room, size) for text in rest.sentences) > body.height:
        size -= 2
    top = body.y
    taken = 0
    for sentence in rest.sentences:
        said = fit(sentence, room, body.height - 28, size, 18, "semibold")
        high = said.height + 26
        if taken and top + high > body.bottom:
            break
        marks.extend(
            marker(body.x + 14, top + 12 + said.size * 0.65, rest.priority if len(rest.sentences) == 1 else None)
        )
        marks.append(
            Text(Frame(body.x + 44, top + 12, room, said.height), said.lines, said.size, "semibold", name="sentence")
        )
        top += high
        marks.append(Box(Frame(body.x, top - 2, body.width, 2), "line"))
        taken += 1
    return marks, dataclasses.replace(rest, sentences=rest.sentences[taken:])


def _height(text: str, room: float, size: float) -> float:
    return fit(text, room, 10_000, size, size, "semibold").height + 26
