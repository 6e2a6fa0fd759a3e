"""Bytes of the first load of each screen, as they cross the wire, with a cold cache."""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.report import Line
from tests.browser.chromium import find
from tests.house import House

SCREENS = ("wall", "tablet", "duty", "briefing")
GOALS_MB = {"tablet": 0.9}
GOAL_MB = 2.2
"""For every screen that has no goal of its own."""


def measure() -> list[Line]:
    """Return megabytes a screen."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory)).start()
        try:
            token = house.token("viewer")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                try:
                    return [_load(browser, house, token, screen) for screen in SCREENS]
                finally:
                    browser.close()
        finally:
            house.stop()


def _load(browser, house: House, token: str, screen: str) -> Line:
    context = browser.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    session = context.new_cdp_session(page)
    received: dict[str, float] = {}
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda e: received.__setitem__(e["requestId"], e["encodedDataLength"]))
    page.goto(f"{house.url}/kiosk?token={token}&next=/{screen}")
    page.locator(f"main[data-screen={screen}]").wait_for()
    page.wait_for_load_state("load")
    page.wait_for_timeout(4_000)
    megabytes = sum(received.values()) / 1e6
    context.close()
    return Line(
        f"first load of /{screen}",
        megabytes,
        "MB",
        f"≤ {GOALS_MB.get(screen, GOAL_MB)} MB",
        f"{len(received)} requests, compressed",
    )
