"""Charts as marks: what the PDF draws, with the values as texts that can be read and searched. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from dashboard.exports.fonts import Weight, printable, width
from dashboard.exports.marks import Box, ChartMark, Frame, Mark, Stroke, Text
from dashboard.exports.setting import LEADING, fit
from layouts.formats import number
from layouts.slides.model import Chart, Series

TITLE: Final = 28.0
WORDS: Final = 26.0
LEAST: Final = 16.0
ROW: Final = 46.0
LEAST_ROW: Final = 30.0
TICK_ROOM: Final = 30.0
GAP: Final = 12.0
LEGEND: Final = (26.0, 24.0, 22.0, 20.0, 18.0, 16.0)
LINES: Final[dict[str, tuple[str, float, tuple[float, ...]]]] = {
    "now": ("data", 4.0, ()),
    "before": ("ghost", 3.0, ()),
    "usual": ("fill", 3.0, (10.0, 7.0)),
    "target": ("act", 3.0, (3.0, 6.0)),
}
"""Role → colour, width, dash: today strong, yesterday a ghost behind it."""


def finite(value: float | None) -> float | None:
    """Return the value when it can be drawn, else None."""
    return value if value is not None and math.isfinite(value) else None


def highest(chart: Chart) -> float:
    """Return the top of the scale of a chart: its highest value or limit, at least a little above zero."""
    values = [abs(v) for row in chart.series for each in row.values if (v := finite(each)) is not None]
    limit = finite(chart.limit)
    return max([*values, *([abs(limit)] if limit is not None else []), 1e-9])


def bars_that_fit(height: float) -> int:
    """Return how many bars fit below a title."""
    return max(1, int((height - TITLE * LEADING - 4) / LEAST_ROW))


def marks_of(mark: ChartMark) -> Iterator[Mark]:
    """Yield what a chart is drawn with; all of it lies within its frame."""
    title = fit(_title(mark.chart), mark.frame.width, TITLE * LEADING, TITLE, LEAST, "semibold", 1)
    used = 0.0
    if title.lines:
        used = TITLE * LEADING + 4
        yield Text(
            Frame(mark.frame.x, mark.frame.y, mark.frame.width, TITLE * LEADING), title.lines, title.size, "semibold"
        )
    area = mark.frame.below(used)
    if mark.chart.kind == "bars":
        yield from _bars(mark, area)
    else:
        yield from _lines(mark, area)


def _title(chart: Chart) -> str:
    # Bars carry their unit in their texts.
    return f"{chart.title} ({chart.unit})" if chart.unit and chart.title and chart.kind == "line" else chart.title


def _bars(mark: ChartMark, area: Frame) -> Iterator[Mark]:
    chart = mark.chart
    count = len(chart.categories)
    if not count:
        return
    row = min(ROW, area.height / count)
    size = max(LEAST, min(WORDS, row / LEADING))
    texts = tuple(chart.texts[at] if at < len(chart.texts) else "" for at in range(count))
    label_room = min(max(width(printable(c), size, "semibold") for c in chart.categories) + 1, area.width * 0.5)
    text_room = min(max([*(width(printable(t), size, "semibold") for t in texts), 0.0]) + 1, area.width * 0.34)
    # Measured in the bolder cut, in which the finding is set.
    labels = [fit(label, label_room, row, size, LEAST, "semibold") for label in chart.categories]
    size = min(each.size for each in labels)
    left = area.x + label_room + GAP
    room = max(area.width - label_room - text_room - 2 * GAP, 4.0)
    now = next((each for each in chart.series if each.role == "now"), chart.series[0] if chart.series else None)
    for at, (label, text) in enumerate(zip(chart.categories, texts, strict=True)):
        top = area.y + at * row
        told = mark.priority if at == chart.highlight else None
        words = fit(label, label_room, row, size, size, "semibold")
        weight: Weight = "semibold" if at == chart.highlight else "regular"
        yield Text(Frame(area.x, top, label_room, row), words.lines, words.size, weight, middle=True)
        value = finite(now.values[at]) if now and at < len(now.values) else None
        if value:
            length = max(3.0, room * min(abs(value) / mark.top, 1.0))
            fill = told or ("text-2" if at == chart.highlight else "fill")
            yield Box(Frame(left, top + row * 0.17, length, row * 0.66), fill)
        for series in chart.series:
            other = finite(series.values[at]) if series is not now and at < len(series.values) else None
            if other is not None:
                x = left + room * min(abs(other) / mark.top, 1.0)
                colour, thick, _ = LINES[series.role]
                yield Stroke(((x, top + row * 0.06), (x, top + row * 0.94)), colour, thick)
        said = fit(text, text_room, row, size, 12.0, "semibold", 1)
        if said.lines:
            colour = f"{told}-text" if told else "text"
            frame = Frame(area.right - text_room, top, text_room, row)
            yield Text(frame, said.lines, said.size, "semibold", colour, "right", middle=True)
    limit = finite(chart.limit)
    if limit is not None:
        x = left + room * min(abs(limit) / mark.top, 1.0)
        yield Stroke(((x, area.y), (x, area.y + row * count)), "text-3", 2.0, (6.0, 5.0))


def _lines(mark: ChartMark, area: Frame) -> Iterator[Mark]:
    chart = mark.chart
    lowest = min([0.0, *(v for row in chart.series for each in row.values if (v := finite(each)) is not None)])
    ticks = ticks_between(lowest, mark.top)
    labels = [printable(axis_text(tick, mark.lang, ticks)) for tick in ticks]
    size = 22.0
    axis = min(max(width(text, size) for text in labels) + GAP, area.width * 0.3)
    legend = 34.0 if len(chart.series) > 1 else 0.0
    plot = Frame(area.x + axis, area.y + legend + 10, area.width - axis - 8, max(area.height - legend - 60, 20.0))
    yield from _legend(chart.series, Frame(area.x, area.y, area.width, legend))
    low, high = ticks[0], ticks[-1]

    def up(value: float) -> float:
        return plot.bottom - plot.height * (min(max(value, low), high) - low) / (high - low)

    # A low plot writes only as many values as stand apart.
    every = max(1, math.ceil(TICK_ROOM * (len(ticks) - 1) / plot.height))
    for at, (tick, label) in enumerate(zip(ticks, labels, strict=True)):
        y = up(tick)
        yield Stroke(((plot.x, y), (plot.right, y)), "line-strong" if tick == 0 else "line", 2.0)
        if at % every:
            continue
        said = fit(label, axis - GAP, 30, size, 10.0, most_lines=1)
        yield Text(
            Frame(area.x, y - 15, axis - GAP, 30), said.lines, said.size, "regular", "text-3", "right", middle=True
        )
    count = len(chart.categories)
    step = plot.width / max(count - 1, 1)
    yield from _times(chart.categories, plot, step, size)
    for series in sorted(chart.series, key=lambda each: list(LINES).index(each.role), reverse=True):
        colour, thick, dash = LINES[series.role]
        for run in runs(series.values[:count]):
            points = tuple((plot.x + step * at, up(value)) for at, value in run)
            if len(points) == 1:
                x, y = points[0]
                yield Box(Frame(x - 4, y - 4, 8, 8), colour, 4.0)
            else:
                yield Stroke(points, colour, thick, dash, name=series.name)
    limit = finite(chart.limit)
    if limit is not None and low <= limit <= high:
        y = up(limit)
        yield Stroke(((plot.x, y), (plot.right, y)), mark.priority or "text-3", 2.0, (8.0, 6.0))


def _legend(series: Sequence[Series], frame: Frame) -> Iterator[Mark]:
    if not frame.height:
        return
    names = [printable(each.name) for each in series]
    room = max(frame.width - len(series) * 60, 20.0)
    size = next((each for each in LEGEND if sum(width(name, each) + 1 for name in names) <= room), LEGEND[-1])
    x = frame.x
    for each, name in zip(series, names, strict=True):
        colour, thick, dash = LINES[each.role]
        y = frame.y + frame.height / 2
        yield Stroke(((x, y), (x + 32, y)), colour, thick, dash)
        wide = width(name, size) + 1
        if size == LEGEND[-1]:
            wide = min(wide, room / len(series))
        words = fit(name, wide, frame.height, size, size, most_lines=1)
        yield Text(Frame(x + 40, frame.y, wide, frame.height), words.lines, words.size, colour="text-2", middle=True)
        x += 40 + wide + 20


def _times(categories: Sequence[str], plot: Frame, step: float, size: float) -> Iterator[Mark]:
    """Yield as many labels below the axis as stand apart; the first and the last stay within the frame."""
    texts = [printable(text) for text in categories]
    widest = min(max((width(text, size) for text in texts), default=0.0) + 16, plot.width * 0.5)
    every = max(1, math.ceil(widest / step)) if step else 1
    free_from = plot.x - 40
    for at in range(0, len(texts), every):
        x = min(max(plot.x + step * at - widest / 2, plot.x - 40), plot.right + 8 - widest)
        if x < free_from - 1e-6:
            continue  # moved in from the edge, it would stand on its neighbour
        free_from = x + widest
        text = fit(texts[at], widest, 34, size, 10.0, most_lines=1)
        frame = Frame(x, plot.bottom + 14, widest, 34)
        yield Text(frame, text.lines, text.size, colour="text-3", align="center", middle=True)


def runs(values: Sequence[float | None]) -> Iterator[list[tuple[int, float]]]:
    """Yield the stretches without a gap as (index, value)."""
    run: list[tuple[int, float]] = []
    for at, each in enumerate(values):
        value = finite(each)
        if value is not None:
            run.append((at, value))
        elif run:
            yield run
            run = []
    if run:
        yield run


def ticks_between(low: float, high: float) -> list[float]:
    """Return three to six round values that enclose low and high. Source: Heckbert, "Nice numbers", Graphics Gems 1."""
    span = max(high - low, 1e-9)
    rough = span / 4
    power = 10.0 ** math.floor(math.log10(rough))
    unit = next(each for each in (1, 2, 2.5, 5, 10) if rough <= each * power * (1 + 1e-9)) * power
    first, last = math.floor(low / unit + 1e-9), math.ceil(high / unit - 1e-9)
    return [at * unit for at in range(first, max(last, first + 1) + 1)]


def axis_text(value: float, lang: str, ticks: Sequence[float]) -> str:
    """Write a value of an axis with as many decimals as the steps need."""
    unit = ticks[1] - ticks[0]
    if abs(value) >= 1e12 or (value and unit < 1e-4):
        return f"{value:.1e}"
    decimals = next((d for d in range(4) if math.isclose(unit * 10**d, round(unit * 10**d), rel_tol=1e-6)), 4)
    return number(value, lang, decimals)
