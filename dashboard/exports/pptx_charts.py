"""Charts of a PowerPoint page: native ones, whose figures can be edited, in our colours and with our texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dashboard.exports.charts import LINES, finite
from dashboard.exports.fonts import FACES, printable
from dashboard.exports.marks import ChartMark
from layouts.formats import number
from layouts.slides.model import Chart, Series
from layouts.theme import LIGHT
from layouts.wording import say

if TYPE_CHECKING:
    from pptx.chart.chart import Chart as NativeChart
    from pptx.chart.plot import _BasePlot as Plot
    from pptx.dml.color import RGBColor
    from pptx.shapes.shapetree import SlideShapes
    from pptx.text.text import Font

PX: Final = 9_525
"""English metric units a pixel: 1280 pixels are 13⅓ inches, PowerPoint's own 16:9."""
PT: Final = 0.75
FAMILY: Final = FACES["regular"].family


def add_chart(shapes: SlideShapes, mark: ChartMark) -> None:
    """Add a chart as a native one."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE

    chart = mark.chart
    data = CategoryChartData()
    data.categories = [printable(text) or " " for text in chart.categories]
    for series in _series(chart, mark.lang):
        data.add_series(printable(series.name), [finite(value) for value in series.values])
    kind = XL_CHART_TYPE.BAR_CLUSTERED if chart.kind == "bars" else XL_CHART_TYPE.LINE
    frame = mark.frame
    holder = shapes.add_chart(
        kind, round(frame.x * PX), round(frame.y * PX), round(frame.width * PX), round(frame.height * PX), data
    )
    holder.name = printable(chart.title) or say(mark.lang, "print.chart")
    holder._element._nvXxPr.cNvPr.set("descr", _described(chart))  # noqa: SLF001 (python-pptx 1.0 has no way to set it)
    native = holder.chart
    _title(native, mark)
    native.has_legend = len(native.plots[0].series) > 1
    if native.has_legend:
        _legend(native)
    _font(native.font, 26 if chart.kind == "line" or len(chart.categories) <= 10 else 16)
    native.font.color.rgb = rgb("text")
    if chart.kind == "bars":
        _bars(native, mark)
    else:
        _lines(native, chart)


def _series(chart: Chart, lang: str) -> tuple[Series, ...]:
    """Return the rows to draw: a line's limit is a row of its own, so that it stands in the chart's data too."""
    limit = finite(chart.limit)
    if chart.kind == "bars" or limit is None:
        return chart.series
    name = say(lang, "duty.limit", limit=number(limit, lang))
    return (*chart.series, Series(name, "target", (limit,) * len(chart.categories)))


def _described(chart: Chart) -> str:
    if not chart.texts:
        return printable(chart.title)
    told = (f"{label}: {text}" for label, text in zip(chart.categories, chart.texts, strict=False))
    return printable(f"{chart.title}. " + "; ".join(told))


def _title(native: NativeChart, mark: ChartMark) -> None:
    chart = mark.chart
    title = f"{chart.title} ({chart.unit})" if chart.unit and chart.title and chart.kind == "line" else chart.title
    limit = finite(chart.limit)
    if chart.kind == "bars" and limit is not None and title:
        title += " · " + say(mark.lang, "duty.limit", limit=number(limit, mark.lang))
    native.has_title = bool(printable(title))
    if native.has_title:
        frame = native.chart_title.text_frame
        frame.text = printable(title)
        font = frame.paragraphs[0].runs[0].font
        _font(font, 28 if len(title) < 40 else 20)
        font.bold = True
        font.color.rgb = rgb("text")
        native.chart_title.include_in_layout = False


def _legend(native: NativeChart) -> None:
    from pptx.enum.chart import XL_LEGEND_POSITION

    native.legend.position = XL_LEGEND_POSITION.TOP
    native.legend.include_in_layout = False
    _font(native.legend.font, 22)


def _bars(native: NativeChart, mark: ChartMark) -> None:
    from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK

    plot = native.plots[0]
    plot.gap_width = 50
    native.value_axis.visible = False
    native.value_axis.has_major_gridlines = False
    native.value_axis.minimum_scale = 0
    # Room for the texts behind the longest bar.
    native.value_axis.maximum_scale = mark.top * 1.3
    axis = native.category_axis
    axis.reverse_order = True
    axis.format.line.fill.background()
    axis.major_tick_mark = XL_TICK_MARK.NONE
    axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    for at, series in enumerate(plot.series):
        role = mark.chart.series[at].role
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = rgb("fill" if role == "now" else LINES[role][0])
    _bar_texts(plot, mark)


def _bar_texts(plot: Plot, mark: ChartMark) -> None:
    from pptx.enum.chart import XL_LABEL_POSITION

    chart = mark.chart
    first = next((at for at, each in enumerate(chart.series) if each.role == "now"), 0)
    for at, text in enumerate(chart.texts[: len(chart.categories)]):
        told = mark.priority if at == chart.highlight else None
        point = plot.series[first].points[at]
        if at == chart.highlight:
            point.format.fill.solid()
            point.format.fill.fore_color.rgb = rgb(told or "text-2")
        words = printable(text)
        if words and finite(chart.series[first].values[at]) is not None:
            frame = point.data_label.text_frame
            frame.text = words
            font = frame.paragraphs[0].runs[0].font
            _font(font, 26 if len(chart.categories) <= 10 else 16)
            font.bold = True
            font.color.rgb = rgb(f"{told}-text" if told else "text")
            point.data_label.position = XL_LABEL_POSITION.OUTSIDE_END


def _lines(native: NativeChart, chart: Chart) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Pt

    value = native.value_axis
    value.has_major_gridlines = True
    value.major_gridlines.format.line.color.rgb = rgb("line")
    value.format.line.fill.background()
    value.tick_labels.number_format = "#,##0.##" if _fine(chart) else "#,##0"
    value.tick_labels.number_format_is_linked = False
    for axis in (value, native.category_axis):
        _font(axis.tick_labels.font, 20)
        axis.tick_labels.font.color.rgb = rgb("text-3")
        axis.major_tick_mark = XL_TICK_MARK.NONE
    native.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    native.category_axis.format.line.color.rgb = rgb("line-strong")
    _thin(native, len(chart.categories))
    for at, series in enumerate(native.plots[0].series):
        role = chart.series[at].role if at < len(chart.series) else "limit"
        colour, thick, dash = LINES.get(role, ("text-3", 2.0, (8.0, 6.0)))
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        series.format.line.color.rgb = rgb(colour)
        series.format.line.width = Pt(thick * PT)
        if dash:
            series.format.line.dash_style = MSO_LINE.DASH if dash[0] > 5 else MSO_LINE.ROUND_DOT


def _fine(chart: Chart) -> bool:
    values = [abs(v) for row in chart.series for each in row.values if (v := finite(each)) is not None]
    return max(values, default=0.0) < 4


def _thin(native: NativeChart, count: int) -> None:
    """Let only some labels of the axis be written, as many as stand apart."""
    from pptx.oxml import parse_xml
    from pptx.oxml.ns import nsdecls

    every = max(1, -(-count // 7))
    axis = native.category_axis._element  # noqa: SLF001 (python-pptx 1.0 has no such property)
    skip = parse_xml(f'<c:tickLblSkip {nsdecls("c")} val="{every}"/>')
    # Its place in the sequence of c:catAx (ISO/IEC 29500-1, 21.2.2.25) is before noMultiLvlLbl, which ends it.
    end = axis.find("{http://schemas.openxmlformats.org/drawingml/2006/chart}noMultiLvlLbl")
    if end is not None:
        end.addprevious(skip)
    # Upright would be its own idea of what stands apart.
    axis.txPr.bodyPr.set("rot", "0")
    axis.txPr.bodyPr.set("vert", "horz")


def _font(font: Font, size: float) -> None:
    from pptx.util import Pt

    font.name = FAMILY
    font.size = Pt(size * PT)


def rgb(token: str) -> RGBColor:
    """Return the colour of a design token."""
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(LIGHT[token][1:].upper())
