"""The measuring script: no screen, page or scene overlaps, cuts, scrolls or shrinks its text, in any state.

A part of the matrix in every run of the suite; with `-m soak` (`make pictures`) the whole of it: every view at its real
sizes, both themes, both languages, the four states, and axe at its usual size; pictures are then written to
var/pictures.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.screens.podium import Podium, opened
from tests.browser.screens.views import STATES, VIEWS, View, show
from tests.browser.wcag import violations

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[3]
MEASURE = (ROOT / "tests" / "browser" / "measure.js").read_text(encoding="utf-8")
LOOKS = [(lang, theme) for lang in ("vi", "en") for theme in ("dark", "light")]
TIGHT = """() => [...document.querySelectorAll("main *")]
  .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .filter((e) => /[ẤẦẨẪẬẮẰẲẴẶẾỀỂỄỆỐỒỔỖỘỚỜỞỠỢỨỪỬỮỰ]/.test(e.textContent.normalize("NFC")))
  .filter((e) => { const s = getComputedStyle(e), size = parseFloat(s.fontSize), line = parseFloat(s.lineHeight);
    const box = e.getBoundingClientRect();
    // Several lines one under the other: the marks of one must not stand in the tails of the one above.
    return line && line < 1.15 * size && box.height > 1.6 * line; })
  .map((e) => `tight: ${e.className} "${e.textContent.slice(0, 40)}"`)"""
"""Lines of text whose stacked diacritics (Ấ, Ễ) would run into the line above."""


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The podium and the browser."""
    with opened() as both:
        yield both


@pytest.fixture(scope="module")
def page(theatre: tuple[Podium, Browser]) -> Iterator[Page]:
    """One tab for all: what a view has fetched serves the next."""
    context = theatre[1].new_context(service_workers="block")
    yield context.new_page()
    context.close()


def faults(page: Page, view: View, size: tuple[int, int]) -> list[str]:
    """Return what the eye would trip over in the page as it stands."""
    found = [*page.evaluate(MEASURE, view.least * size[1]), *page.evaluate(TIGHT)]
    if view.scrolls:
        # Up and down by design, never sideways.
        found = [row for row in found if not row.startswith(("scrolls", "outside"))]
        if not page.evaluate("document.scrollingElement.scrollWidth <= innerWidth + 1"):
            found.append("scrolls sideways")
    return sorted(set(found))


def looked(
    stage: Podium, page: Page, view: View, size: tuple[int, int], state: str, look: tuple[str, str]
) -> list[str]:
    """Open a view, and return its faults with where they were seen."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    show(page, stage, view, state, *look)
    where = f"{view.name} {size[0]}x{size[1]} {state} {'-'.join(look)}"
    return [f"{where}: {row}" for row in faults(page, view, size)]


def some() -> list[tuple[View, tuple[int, int], str, tuple[str, str]]]:
    """Return each view once, with sizes, states and looks in turn."""
    states = list(STATES)
    return [
        (view, view.sizes[number % len(view.sizes)], states[number % 4], LOOKS[(number // 2) % 4])
        for number, view in enumerate(VIEWS)
    ]


def all_of_it(view: View) -> list[tuple[View, tuple[int, int], str, tuple[str, str]]]:
    """Return one view in everything."""
    return [(view, size, state, look) for size in view.sizes for state in STATES for look in LOOKS]


@pytest.mark.parametrize(("view", "size", "state", "look"), some(), ids=lambda one: getattr(one, "name", None))
def test_nothing_overlaps_is_cut_or_scrolls(theatre, page, view, size, state, look) -> None:
    """Each view once, in one of its sizes, languages, themes and states."""
    assert looked(theatre[0], page, view, size, state, look) == []


@pytest.mark.parametrize(
    ("name", "size", "look"),
    [
        ("briefing-programme", (1280, 720), ("en", "dark")),  # a sentence lay over the last row
        ("wall-left", (1920, 1080), ("vi", "dark")),  # the hours of a chart lay under its key
    ],
)
def test_where_there_was_too_little_room(theatre, page, name, size, look) -> None:
    """Crowded moments of the recorded December in which something was once cut or covered."""
    [view] = [view for view in VIEWS if view.name == name]
    assert looked(theatre[0], page, view, size, "crisis", look) == []


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_the_whole_matrix(theatre, page, view) -> None:
    """Every size, language, theme and state of a view; each is kept as a picture to be judged by eye."""
    folder = ROOT / "var" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for _, size, state, look in all_of_it(view):
        found += looked(theatre[0], page, view, size, state, look)
        name = f"{view.name}-{size[0]}x{size[1]}-{state}-{'-'.join(look)}.jpg"
        page.screenshot(path=folder / name, type="jpeg", quality=80)
        if size == view.sizes[0]:
            found += [f"{name}: {line}" for line in violations(page)]
    assert found == []
