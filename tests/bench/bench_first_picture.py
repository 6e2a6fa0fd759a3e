"""The first useful picture of each screen with a cold cache: figures on the glass, beside the plainest page we have."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from tests.bench.report import Line, spread
from tests.bench.settled import settle
from tests.browser.chromium import find
from tests.house import House

RUNS = 5
GOAL = "≤ 1.5 s"
USEFUL = {
    "/wall": "[data-gate] [data-part=queue]",
    "/tablet": "[data-tile] [data-part=queue]",
    "/duty": "[data-part=freshness]",
    "/briefing?slide=province": "[data-slide] .slide-cited, .slide .slide-cited",
}
"""Address → what must stand there with a number in it."""
FLOOR = "/sign-in"
SHOWN = """(selector) => {
  const look = () => {
    const found = [...document.querySelectorAll(selector)].filter((part) => part.checkVisibility());
    const said = found.length && (selector === 'h1' || found.every((part) => /\\d/.test(part.textContent)));
    if (!said) return requestAnimationFrame(look);
    // The frame in which they stand is on the glass when the next one begins.
    requestAnimationFrame(() => (window.shownMs = performance.now()));
  };
  look();
}"""
"""Runs before the page's own scripts; writes down when every such part had a number and had been painted."""


def measure() -> list[Line]:
    """Return seconds a screen and the ratio to the floor: the sign-in page, one style sheet and no script."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory)).start()
        try:
            token = house.token("viewer")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                try:
                    settle(browser, house, token)
                    floor = [_opened(browser, house, token, FLOOR, "h1") for _ in range(RUNS)]
                    return [_line(browser, house, token, address, floor) for address in USEFUL]
                finally:
                    browser.close()
        finally:
            house.stop()


def _line(browser: Browser, house: House, token: str, address: str, floor: list[float]) -> Line:
    seconds = [_opened(browser, house, token, address, USEFUL[address]) for _ in range(RUNS)]
    ratio = median(seconds) / median(floor)
    detail = f"{spread(seconds)}; {ratio:.1f} × the sign-in page ({spread(floor)})"
    return Line(f"first useful picture of {address}", median(seconds), "s", GOAL, detail)


def _opened(browser: Browser, house: House, token: str, address: str, selector: str) -> float:
    # A context of its own has a cache of its own, which is empty.
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    try:
        page = context.new_page()
        if address != FLOOR:
            context.request.get(f"{house.url}/kiosk?token={token}&next=/healthz")
        context.add_init_script(f"({SHOWN})({selector!r})")
        page.goto(house.url + address)
        while (shown := page.evaluate("() => window.shownMs || 0")) == 0:
            page.wait_for_timeout(50)
        return float(shown) / 1_000
    finally:
        context.close()
