"""A running house and a Chromium that looks at its screens; nothing may leave the machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import find
from tests.house import House, wait_for

MEASURE = (Path(__file__).parents[1] / "measure.js").read_text(encoding="utf-8")
HISTORY_DONE = "the seven days of history to be filled in"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Start the whole house with the simulator, and end it as Ctrl-C does."""
    running = House(tmp_path_factory.mktemp("house")).start()
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


class Visit:
    """One page in a context of its own, and what went wrong in it."""

    def __init__(self, browser: Browser, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page = self.context.new_page()
        self.left: list[str] = []
        self.console: list[str] = []
        self.page.on("request", lambda request: self._note_request(request.url))
        self.page.on("console", lambda message: self._note_console(message.type, message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

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


@pytest.fixture
def visit(house: House, chromium: Browser, kiosk: str) -> Iterator[Open]:
    """Open a screen as a kiosk does, at a size; closed after the test."""
    opened: list[Visit] = []

    def open_screen(path: str, width: int = 1920, height: int = 1080, token: str = "") -> Visit:
        one = Visit(chromium, width, height)
        opened.append(one)
        one.page.goto(f"{house.url}/kiosk?token={token or kiosk}&next={path}")
        return one

    yield open_screen
    for one in opened:
        one.context.close()


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
