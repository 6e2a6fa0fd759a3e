"""Pages: nothing overlaps, nothing leaves the safe area, and nothing of a slide is lost on the way."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.exports.charts import LINES, runs, ticks_between
from dashboard.exports.fonts import printable, width
from dashboard.exports.marks import HEIGHT, WIDTH, Book, Box, ChartMark, MapMark, Page, Stroke, Text
from dashboard.exports.pages import lay_out
from dashboard.exports.pdf import plain
from layouts.slides.model import Chart, Deck, Figure, Series, Slide, Table
from layouts.theme import LIGHT
from tests.unit.dashboard.exports.decks import crisis, deck, wild

SAFE = 0.05
"""Conference systems crop: everything stands inside the middle 90 %."""


def lines_of(page: Page) -> Iterator[tuple[str, float, float, float, float]]:
    """Yield each line of text outside of maps with its left, top, right, bottom."""
    for mark in plain(tuple(each for each in page.marks if not isinstance(each, MapMark))):
        if not isinstance(mark, Text):
            continue
        for at, line in enumerate(mark.lines):
            wide = width(line, mark.size, mark.weight)
            spare = mark.frame.width - wide
            left = mark.frame.x + {"left": 0.0, "center": spare / 2, "right": spare}[mark.align]
            top = mark.top + at * mark.size * mark.leading
            # Letters with two marks above and a hook below fill this much of their line.
            yield line, left, top + mark.size * 0.1, left + wide, top + mark.size * (mark.leading - 0.1)


def faults(book: Book) -> list[str]:
    """Return what is wrong with the pages."""
    found = []
    for number, page in enumerate(book.pages, 1):
        lines = list(lines_of(page))
        for line, left, top, right, bottom in lines:
            if (
                left < WIDTH * SAFE - 1
                or right > WIDTH * (1 - SAFE) + 1
                or top < HEIGHT * 0.04
                or bottom > HEIGHT * 0.96
            ):
                found.append(f"{number}: {line!r} leaves the page")
        for one, other in itertools.combinations(lines, 2):
            across = min(one[3], other[3]) - max(one[1], other[1])
            down = min(one[4], other[4]) - max(one[2], other[2])
            if across > 1 and down > 1:
                found.append(f"{number}: {one[0]!r} lies on {other[0]!r}")
    return found


@pytest.mark.parametrize("whole", [crisis(), wild(), wild("en")], ids=["crisis", "wild", "wild-en"])
def test_no_text_lies_on_another_or_leaves_the_safe_area(whole: Deck) -> None:
    """Sixty-five rows, endless names and figures of forty digits stay each in its place."""
    assert faults(lay_out(whole)) == []


WORDS = st.text(st.characters(codec="utf-8"), max_size=60) | st.text("ăệỬW đ1.", max_size=150)
VALUES = st.none() | st.floats(allow_nan=True, allow_infinity=True, width=32)
FIGURES = st.builds(
    Figure, st.integers(1, 10**6), WORDS, WORDS, WORDS, WORDS,
    st.sampled_from(["live", "late", "stale", "lost", "missing"]), st.sampled_from(["critical", "high", None]),
)  # fmt: skip
CHARTS = st.integers(0, 40).flatmap(
    lambda count: st.builds(
        Chart, st.sampled_from(["line", "bars"]), WORDS, WORDS, st.tuples(*[WORDS] * count),
        st.lists(
            st.builds(Series, WORDS, st.sampled_from(sorted(LINES)), st.tuples(*[VALUES] * count)), max_size=4
        ).map(tuple),
        VALUES, st.tuples(*[WORDS] * count), st.none() | st.integers(0, 50),
    )
)  # fmt: skip
TABLES = st.integers(1, 6).flatmap(
    lambda count: st.builds(
        Table, st.tuples(*[WORDS] * count), st.lists(st.tuples(*[WORDS] * count), max_size=30).map(tuple)
    )
)
SLIDES = st.builds(
    Slide, WORDS, st.sampled_from(["title", "province", "gate", "alerts"]), WORDS, WORDS,
    st.sampled_from(["critical", "high", None]), st.lists(FIGURES, max_size=20).map(tuple), st.none() | CHARTS,
    st.none() | TABLES, st.lists(WORDS, max_size=9).map(tuple), simulated=st.booleans(), sources=WORDS,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SLIDES, st.sampled_from(["none", "partly", "all"]), st.sampled_from(["vi", "en"]))
def test_whatever_a_slide_holds_nothing_overlaps(slide: Slide, simulated: str, lang: str) -> None:
    """No deck an operator or a feed can make spoils a page, and laying out comes to an end."""
    assert faults(lay_out(deck(slide, simulated=simulated, lang=lang))) == []


def texts_of(book: Book) -> str:
    """Return all texts of all pages as one."""
    return " ".join(" ".join(mark.lines) for page in book.pages for mark in plain(page.marks) if isinstance(mark, Text))


def said_by(whole: Deck) -> Iterator[str]:
    """Yield every text of a deck that an audience reads."""
    for slide in whole.slides:
        yield from (slide.headline, *slide.sentences)
        for figure in slide.figures:
            yield from (str(figure.number), figure.label, figure.value, figure.unit, figure.note)
        if slide.chart:
            yield from (*slide.chart.texts, *(each.name for each in slide.chart.series if slide.chart.kind == "line"))
        if slide.table:
            yield from itertools.chain(slide.table.columns, *slide.table.rows)
        if slide.map:
            yield from (shape.label for shape in slide.map.shapes)


def test_everything_a_slide_says_stands_on_its_pages() -> None:
    """A leader finds in the file what was on the screen, to the last note."""
    text = texts_of(lay_out(crisis()))
    assert [each for each in said_by(crisis()) if printable(each) not in text] == []


def test_every_page_has_its_instant_its_number_and_the_mark_of_simulation() -> None:
    """A page torn out of its file still says when it was true and that it is an exercise."""
    whole = crisis()
    for at, page in enumerate(lay_out(whole).pages, 1):
        said = [" ".join(mark.lines) for mark in page.marks if isinstance(mark, Text)]
        assert any(whole.at_text in text for text in said)
        assert f"mã {whole.code} · {at} / {len(whole.slides)}" in said
        assert any(text.startswith("MÔ PHỎNG") for text in said)


def test_real_figures_carry_no_mark_of_simulation() -> None:
    """The mark means something because it is not always there."""
    book = lay_out(deck(Slide("a", "gate", "Chi Ma: 20 xe"), simulated="none"))
    assert "MÔ PHỎNG" not in texts_of(book)


def test_a_slide_that_holds_too_much_goes_on_under_its_own_number() -> None:
    """Numbers cited aloud stay those of the screen, however long the list is."""
    rows = tuple((f"Xã {at}", f"{at}") for at in range(65))
    book = lay_out(
        deck(Slide("a", "programme", "Theo xã", table=Table(("Xã", "Hồ sơ"), rows)), Slide("b", "alerts", "Hết"))
    )
    text = texts_of(book)
    assert len(book.pages) > 3
    assert all(re.search(rf"\bXã {at}\b", text) for at in range(65))
    assert f"1 / 2 · tiếp 2/{len(book.pages) - 1}" in text
    assert "2 / 2" in text


def test_a_deck_without_slides_is_a_title_page() -> None:
    """The first minute after install gives a page, not an error."""
    book = lay_out(deck(simulated="none"))
    assert len(book.pages) == 1
    assert "Giao ban trực tuyến" in texts_of(book)


def test_what_could_not_be_printed_is_confessed() -> None:
    """An empty box on the page is explained at its foot."""
    assert "ký tự không in được" in texts_of(lay_out(deck(Slide("a", "alerts", "Xe 🚚"))))
    assert "ký tự không in được" not in texts_of(lay_out(deck(Slide("a", "alerts", "Xe"))))


def test_only_tokens_are_colours() -> None:
    """The file looks like the screens, after every change of theirs."""
    used = set()
    for page in lay_out(crisis()).pages:
        for mark in plain(page.marks):
            used |= (
                {mark.colour}
                if isinstance(mark, Text)
                else {mark.fill}
                if isinstance(mark, Box)
                else {mark.colour, mark.fill}
            )
    assert used - {""} <= set(LIGHT)


def test_an_urgent_tile_has_a_sign_and_a_word() -> None:
    """Who cannot tell red from grey sees the same."""
    tile = Figure(1, "Xe chờ", "1.604", priority="critical")
    book = lay_out(deck(Slide("a", "gate", "Tân Thanh", figures=(tile,))))
    assert any(isinstance(mark, Stroke) and mark.fill == "critical" for mark in book.pages[0].marks)
    assert "nguy cấp" in texts_of(book)


def test_an_urgent_figure_that_is_old_is_grey_and_dashed() -> None:
    """An old alarm does not look like a new one."""
    tile = Figure(1, "Xe chờ", "1.604", note="chậm 14 ph", state="late", priority="critical")
    marks = lay_out(deck(Slide("a", "gate", "Tân Thanh", figures=(tile,)))).pages[0].marks
    assert next(mark for mark in marks if isinstance(mark, Text) and mark.name == "value").colour == "text-4"
    assert any(isinstance(mark, Stroke) and mark.dash for mark in marks)


def test_bars_on_several_pages_have_one_scale() -> None:
    """Half as long means half as much, also on the next page."""
    names = tuple(f"Xã {at}" for at in range(50))
    chart = Chart(
        "bars", "Theo xã", "", names, (Series("nay", "now", tuple(float(50 - at) for at in range(50))),), texts=names
    )
    tops = {
        mark.top
        for page in lay_out(deck(Slide("a", "services", "x", chart=chart))).pages
        for mark in page.marks
        if isinstance(mark, ChartMark)
    }
    assert tops == {50.0}


def test_a_low_plot_writes_only_values_that_stand_apart() -> None:
    """A chart squeezed in beside much else stays legible; values near nothing are not all written as 0."""
    chart = Chart(
        "line", "x", "", ("a", "b"), (Series("nay", "now", (1e-7, 3e-7)), Series("trước", "before", (0.0, 1e-7)))
    )
    slide = Slide("a", "title", "Tựa " * 40, "Phụ đề " * 60, chart=chart, sentences=("câu " * 30, "câu"))
    assert faults(lay_out(deck(slide))) == []


def test_a_gap_in_a_line_stays_a_gap() -> None:
    """Missing is not zero and is not bridged."""
    assert [[value for _, value in run] for run in runs((1.0, None, 2.0, 3.0, None))] == [[1.0], [2.0, 3.0]]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0, 1737), (-3, 8), (0, 0.02), (0, 1e15)])
def test_axes_have_round_steps_that_hold_all_values(low: float, high: float) -> None:
    """People read an axis at a glance."""
    ticks = ticks_between(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 2 <= len(ticks) <= 7
