"""A third language is one file: with a catalogue of marked sentences, every word on every screen is a marked one.

What shows without the marks is either data (names of places and sources, texts of alerts) or a sentence that stands
outside the catalogues.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import polib
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard import wording as plain
from dashboard.auth.model import Role
from dashboard.pages import shipped_screens
from dashboard.screens import address_of
from dashboard.walls.version import served_version
from layouts import formats, wording
from layouts.theme import TOKENS
from tests.browser.chromium import find
from tests.browser.screens.stage import Stage, alert, cell, gate

pytestmark = pytest.mark.browser

OPEN, CLOSE = "⟦", "⟧"
DATA = re.compile(
    r"Tan Thanh has [\d.,]+ vehicles waiting \(\w\)|Tan Thanh|Huu Nghi|Chi Ma|Coc Nam|Dong Dang( rail)?|Tân Thanh"
    r"|Hữu Nghị|[Ss]imulator|Mô phỏng|Trực ban 2|/wall/\w+|(Main|Left|Centre|Right) panel|ẮẰẲẴẶ ỨỪỬỮỰ"
    r"|[Ss]evere congestion|OpenStreetMap|contributors|QL\d+[A-Z]?|Arrivals\.|Yards fill\.|Open lanes\.|Duty\b"
    r"|xe\b|km²?|VND|₫|Mbit/s|dBm|Tiếng Việt|English|\b[A-Z]{2,5}\b|p90|[2345]G\b"
)
"""What is data or a name in every language: places, sources, people, texts of alerts, units of the metric system."""
TEXTS = """() => {
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const shown = (one) => one && !one.closest("script, style, noscript, [hidden]") && one.checkVisibility();
  for (let node = walk.nextNode(); node; node = walk.nextNode())
    if (shown(node.parentElement)) found.add(node.textContent.trim());
  for (const element of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    if (shown(element)) for (const name of ["aria-label", "title", "placeholder", "alt"])
      if (element.getAttribute(name)) found.add(element.getAttribute(name).trim());
  return [...found].filter(Boolean);
}"""


@pytest.fixture(scope="module")
def third(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A catalogue xx.po beside the shipped ones: every sentence of the English one between two brackets."""
    folder = tmp_path_factory.mktemp("locale")
    for path in wording.LOCALE_DIR.glob("*.po"):
        (folder / path.name).write_bytes(path.read_bytes())
    book = polib.pofile(str(folder / "en.po"))
    for entry in book:
        if entry.msgid in {"format.weekdays", "format.months"}:
            entry.msgstr = " ".join(f"{OPEN}{word}{CLOSE}" for word in entry.msgstr.split())
        elif entry.msgid not in {"format.group", "format.point", "format.days", "format.date", "format.percent"}:
            entry.msgstr = f"{OPEN}{entry.msgstr}{CLOSE}"
    book.save(str(folder / "xx.po"))
    patch = pytest.MonkeyPatch()
    patch.setattr(wording, "LOCALE_DIR", folder)
    for cached in (wording.catalogue, formats._words, plain.texts):
        cached.cache_clear()
    yield
    patch.undo()
    for cached in (wording.catalogue, formats._words, plain.texts):
        cached.cache_clear()


@pytest.fixture(scope="module")
def theatre(third: None) -> Iterator[tuple[Stage, Browser]]:
    """A stage that knows the third language, and a browser."""
    stage = Stage()
    stage.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield stage, browser
        browser.close()
    stage.stop()


@pytest.fixture
def open_page(theatre: tuple[Stage, Browser]) -> Iterator[Callable[[str], Page]]:
    """Open an address in the third language on a day with alerts."""
    stage, browser = theatre
    stage.reset()
    stage.topics["alerts"]["items"] = {
        "A": alert("A", "critical"),
        "B": alert("B", "high", state="ACKED", acked_by="Trực ban 2"),
    }
    stage.topics["gates"]["gates"]["tan-thanh"] = gate("tan-thanh", "Tân Thanh", 1604, priority="critical", alert="A")
    stage.topics["gates"]["gates"]["chi-ma"] = gate("chi-ma", "Chi Ma", 41) | {
        "queue": cell(41, age_s=4_000, sim=False)
    }
    context = browser.new_context(viewport={"width": 1920, "height": 1080})

    def go(address: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.goto(f"{stage.url}{address}?lang=xx")
        page.wait_for_selector("main[data-screen]")
        return page

    yield go
    context.close()


def foreign(texts: list[str]) -> list[str]:
    """Return what shows letters outside of the marks and is no data."""
    found = []
    for text in texts:
        rest = text
        # Marks may stand inside one another: a sentence that takes another one in.
        while (shorter := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", " ", rest)) != rest:
            rest = shorter
        rest = DATA.sub(" ", rest)
        if re.search(r"[^\W\d_]{2,}", rest):
            found.append(text)
    return found


@pytest.mark.parametrize("screen", shipped_screens())
def test_no_sentence_stands_outside_the_catalogues(theatre, open_page, screen):
    """A screen in a language that nobody has written a line of code for."""
    stage, _ = theatre
    stage.role = Role.ADMIN
    page = open_page(address_of(screen))
    page.wait_for_function("window.LSO && LSO.page.lang === 'xx'")
    if screen not in {"entry", "mapping", "gallery", "selftest", "briefing", "presenter"}:
        page.wait_for_function(
            "LSO.screen && LSO.screen.live.status.frames > Number(!/^(brief|pres|mapp)/.test(LSO.page.screen))"
        )
    texts = page.evaluate(TEXTS)
    assert any(OPEN in text for text in texts)
    # The self-test names tokens and versions as they are written in the program.
    exact = {*TOKENS["dark"], served_version()} if screen == "selftest" else set()
    assert foreign([text for text in texts if text not in exact]) == []
