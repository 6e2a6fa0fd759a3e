"""A running house and a Chromium that looks at its screens; nothing may leave the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import find
from tests.browser.tabs import Tabs
from tests.house import House, wait_for

MEASURE = (Path(__file__).parents[1] / "measure.js").read_text(encoding="utf-8")
HISTORY_DONE = "the days of history to be filled in"


@pytest.fixture(scope="module")
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the whole house with the simulator, and end it as Ctrl-C does.

    With a past of two days, so that yesterday's figures stand on the screens; a module's HISTORY_DAYS says another one.
    """
    days = getattr(request.module, "HISTORY_DAYS", 2)
    running = House(tmp_path_factory.mktemp("house"), history_days=days).start()
    yield running
    assert running.stop() == 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium of this machine, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def kiosk(house: House) -> str:
    """Return a token that a wall signs in with."""
    return house.token("viewer", "wall")


DRAWN = """async (rounds) => {
  const frame = () => new Promise(requestAnimationFrame);
  while (document.readyState !== 'complete') await frame();
  const screen = document.getElementById('react-entry-point');
  while (screen && !(window.LSO && LSO.screen && LSO.screen.live.status.frames > rounds)) await frame();
  await document.fonts.ready;
  for (let i = 0; i < 3; i++) await frame();  // drawn, laid out, and what was laid out measured by the scripts
}"""
"""Waits for live frames of the screen's topics, the first of which are the snapshots; at once for a page without."""
DISMISSED = """async () => {
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}"""
"""The tablet's worker serves no visit after the one that hired it: that would be another language's page."""


class Visit:
    """One page as a kiosk sees it, and what went wrong in it."""

    def __init__(self, tabs: Tabs, width: int, height: int) -> None:
        self.page = tabs.take(width, height)
        self.left: list[str] = []
        self.console: list[str] = []
        tabs.listen(self.page, "request", lambda request: self._note_request(request.url))
        tabs.listen(self.page, "console", lambda message: self._note_console(message.type, message.text))
        tabs.listen(self.page, "pageerror", lambda error: self.console.append(str(error)))

    def drawn(self, rounds: int = 8) -> Visit:
        """Return it once so many live frames have been drawn: snapshots of all topics, and what changed after them."""
        self.page.evaluate(DRAWN, rounds)
        return self

    def _note_request(self, url: str) -> None:
        parts = urlparse(url)
        if parts.scheme not in {"data", "blob", "about"} and parts.hostname != "127.0.0.1":
            self.left.append(url)

    def _note_console(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.console.append(f"{kind}: {text}")

    def measure(self, min_px: float) -> list[str]:
        """Return what the eye would trip over."""
        return self.page.evaluate(MEASURE, min_px)


Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def tabs(chromium: Browser) -> Iterator[Tabs]:
    """Tabs of one browser: what a screen has fetched serves its next visit, as on a wall."""
    context = chromium.new_context()
    yield Tabs(context)
    context.close()


@pytest.fixture
def visit(house: House, tabs: Tabs, kiosk: str) -> Iterator[Open]:
    """Open a screen as a kiosk does, at a size."""
    opened: list[Visit] = []

    def open_screen(path: str, width: int = 1920, height: int = 1080, token: str = "") -> Visit:
        one = Visit(tabs, width, height)
        opened.append(one)
        one.page.goto(f"{house.url}/kiosk?token={token or kiosk}&next={path}")
        return one

    yield open_screen
    for one in opened:
        one.page.evaluate(DISMISSED)
        tabs.give_back(one.page, f"{house.url}/healthz")


@pytest.fixture(scope="module")
def filled(house: House) -> House:
    """Return the house once its history is filled in and recorded."""
    token = house.token("viewer", "reader")

    def done() -> bool:
        status, health = house.request("GET", "/healthz")
        if status != 200 or health["components"]["recorder"]["lag_entries"] > 5:
            return False
        _, latest = house.request("GET", "/api/v1/latest?metric=queue_length_vehicles&place=tan-thanh", token)
        return any(reading["freshness"] == "live" for reading in latest["readings"])

    wait_for(HISTORY_DONE, done, 240)
    return house


def text_of(page: Page, selector: str) -> str:
    """Return the visible text of an element, "" when it is not there."""
    found = page.query_selector(selector)
    return found.inner_text().strip() if found and found.is_visible() else ""
