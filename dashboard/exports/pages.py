"""A deck as pages: the frame of each (headline, instant, simulation mark, foot) and what goes on to a next. Pure.

Drawn for 1280×720 like the screen, everything inside its middle 90 %. A slide that holds more than a page takes goes on
on a further page of the same number ("7 / 9 · tiếp 2/3"), so that numbers cited aloud stay those of the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dashboard.exports.body import Rest, fill
from dashboard.exports.fonts import REPLACEMENT, printable, width
from dashboard.exports.maps import marker
from dashboard.exports.marks import Book, Box, ChartMark, Frame, MapMark, Mark, Page, Text
from dashboard.exports.setting import LEADING, fit
from layouts.slides.model import Deck, Slide
from layouts.wording import say

LEFT: Final = 64.0
ROOM: Final = 1152.0
HEAD_TOP: Final = 34.0
EDGE: Final = 6.0
RULE: Final = 618.0
"""Top of the line above the foot."""
FOOT: Final = Frame(LEFT, 624.0, ROOM, 62.5)


def lay_out(deck: Deck) -> Book:
    """Return all pages of a deck, at least one."""
    pages: list[Page] = []
    total = len(deck.slides)
    for at, slide in enumerate(deck.slides):
        pages.extend(_pages(deck, slide, at + 1, total))
    if not pages:
        empty = Slide("empty", "title", deck.title, simulated=deck.simulated != "none")
        pages.extend(_pages(deck, empty, 1, 1))
    return Book(
        tuple(pages),
        printable(deck.title),
        printable(" · ".join(text for text in (deck.subtitle, deck.at_text) if text)),
        say(deck.lang, "app.name"),
        deck.lang,
        deck.at_ms,
    )


def _pages(deck: Deck, slide: Slide, number: int, total: int) -> Iterator[Page]:
    head, used = _head(deck, slide)
    body = Frame(LEFT, used, ROOM, RULE - 10 - used)
    parts: list[list[Mark]] = []
    rest = Rest.of(slide, deck.lang)
    while rest or not parts:
        marks, rest = fill(rest, body)
        parts.append(marks)
    title = printable(slide.headline) or printable(deck.title)
    for at, marks in enumerate(parts):
        page = f"{number} / {total}"
        if len(parts) > 1:
            page += " · " + say(deck.lang, "print.part", part=at + 1, parts=len(parts))
        inner = [*head, *marks]
        notes = slide.notes if at == 0 else ""
        yield Page((*inner, *_foot(deck, slide, page, inner)), title if at == 0 else f"{title} ({at + 1})", notes)


def _head(deck: Deck, slide: Slide) -> tuple[list[Mark], float]:
    """Return the marks of the head and the y where it ends."""
    if slide.kind == "title":
        return _title_head(deck, slide)
    marks: list[Mark] = []
    right = _sim_mark(deck, slide, marks)
    left = LEFT
    if slide.priority:
        marks.extend(marker(left + 16, HEAD_TOP + 30, slide.priority, 16))
        left += 46
    words = fit(slide.headline, right - left, 96, 46, 24, "bold", 2)
    if len(words.lines) > 1:
        words = fit(slide.headline, right - left, 100, 38, 24, "bold", 2)
    high = max(words.height, 46 * LEADING)
    marks.append(
        Text(Frame(left, HEAD_TOP, right - left, high), words.lines, words.size, "bold", middle=True, name="headline")
    )
    below = HEAD_TOP + high
    whose = " · ".join(text for text in (_urgency(deck, slide), slide.subtitle) if text)
    for said in _instant_lines(whose, deck.at_text):
        words = fit(said, ROOM, 34, 26, 16, most_lines=1)
        marks.append(Text(Frame(LEFT, below, ROOM, 34), words.lines, words.size, colour="text-2", name="instant"))
        below += 34
    return marks, below + 10


def _instant_lines(whose: str, at_text: str) -> tuple[str, ...]:
    """Return whose slide it is and its instant: in one line when both fit at full size."""
    one = " · ".join(text for text in (whose, at_text) if text)
    return (one,) if not whose or fit(one, ROOM, 34, 26, 26, most_lines=1).whole else (whose, at_text)


def _title_head(deck: Deck, slide: Slide) -> tuple[list[Mark], float]:
    marks: list[Mark] = []
    _sim_mark(deck, slide, marks)
    long = bool(slide.sentences or slide.figures or slide.table or slide.chart or slide.map)
    top = 96.0 if long else 190.0
    words = fit(slide.headline or deck.title, ROOM, 190, 68, 32, "bold", 2)
    marks.append(Text(Frame(LEFT, top, ROOM, words.height), words.lines, words.size, "bold", name="headline"))
    top += words.height + 8
    for text, size, colour in ((slide.subtitle or deck.subtitle, 34.0, "text-2"), (deck.at_text, 30.0, "text-2")):
        said = fit(text, ROOM, size * LEADING * 2, size, 20, most_lines=2)
        if said.lines:
            marks.append(
                Text(Frame(LEFT, top, ROOM, said.height), said.lines, said.size, colour=colour, name="instant")
            )
            top += said.height + 6
    return marks, top + 16


def _urgency(deck: Deck, slide: Slide) -> str:
    if slide.priority is None:
        return ""
    word = say(deck.lang, f"priority.{slide.priority}")
    return word[:1].upper() + word[1:]


def _sim_mark(deck: Deck, slide: Slide, marks: list[Mark]) -> float:
    """Add the mark of simulated figures where it belongs; return where the headline has to end."""
    if not slide.simulated and deck.simulated == "none":
        return LEFT + ROOM
    word = say(deck.lang, "sim.mark")
    if deck.simulated == "partly":
        word += " " + say(deck.lang, "sim.partly")
    named = f"{word} · {deck.scenario}"
    # A scenario's name gives way where it would leave the headline no room; the mark itself never does.
    if deck.scenario and width(named, 28, "bold") < ROOM / 2:
        word = named
    wide = width(word, 28, "bold") + 32
    frame = Frame(LEFT + ROOM - wide - EDGE, HEAD_TOP + 6 + EDGE, wide, 40)
    # The inverse of the page in a double frame: no colour of severity, and yet like nothing else on it.
    for grown, ground in ((EDGE, "sim"), (EDGE / 2, "on-sim"), (0.0, "sim")):
        marks.append(Box(_grown(frame, grown), ground, 3.0 + grown / 2))
    marks.append(Text(frame, (word,), 28, "bold", "on-sim", "center", middle=True, name="simulated"))
    return frame.x - EDGE - 24


def _grown(frame: Frame, by: float) -> Frame:
    return Frame(frame.x - by, frame.y - by, frame.width + 2 * by, frame.height + 2 * by)


def _foot(deck: Deck, slide: Slide, page: str, inner: list[Mark]) -> Iterator[Mark]:
    yield Box(Frame(LEFT, RULE, ROOM, 4.0), "text")
    code = say(deck.lang, "print.code", code=deck.code) + " · " if deck.code else ""
    told = fit(code + page, 420, FOOT.height, 26, 16, most_lines=1)
    wide = max((width(line, told.size) for line in told.lines), default=0.0) + 1
    said = [say(deck.lang, "app.name")]
    if slide.sources:
        said.append(say(deck.lang, "briefing.source", names=slide.sources))
    if any(REPLACEMENT in text for mark in inner for text in _texts(mark)) or REPLACEMENT in printable(slide.sources):
        said.append(say(deck.lang, "print.replaced", sign=REPLACEMENT))
    room = ROOM - wide - 24
    words = fit(" · ".join(said), room, FOOT.height, 26, 26, most_lines=1)
    if not words.whole:
        words = fit(" · ".join(said), room, FOOT.height, 24, 14, most_lines=3)
    yield Text(
        Frame(LEFT, FOOT.y, room, FOOT.height), words.lines, words.size, colour="text-2", middle=True, name="source"
    )
    frame = Frame(FOOT.right - wide, FOOT.y, wide, FOOT.height)
    yield Text(frame, told.lines, told.size, colour="text-2", align="right", middle=True, name="page")


def _texts(mark: Mark) -> Iterator[str]:
    if isinstance(mark, Text):
        yield from mark.lines
    elif isinstance(mark, ChartMark):
        chart = mark.chart
        for text in (chart.title, *chart.categories, *chart.texts, *(each.name for each in chart.series)):
            yield printable(text)
    elif isinstance(mark, MapMark):
        for shape in mark.map.shapes:
            yield printable(shape.label)
