"""What a wall costs its machine: the processor time of its tab while figures change once a second."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.bench.report import Line
from tests.bench.settled import settle
from tests.browser.chromium import find
from tests.house import House

SECONDS = 30
GOAL = 15.0
SCENES = ("overview", "gates", "gate", "network")


def measure() -> list[Line]:
    """Return the share of a core that each scene's tab takes: thread time, so that the load of others is not in it."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory)).start()
        try:
            token = house.token("viewer")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                try:
                    settle(browser, house, token)
                    page = browser.new_page(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
                    page.goto(f"{house.url}/kiosk?token={token}&next=/wall")
                    page.wait_for_function("window.LSO && LSO.screen && LSO.screen.live.status.frames > 5")
                    return [_scene(page, house, scene) for scene in SCENES]
                finally:
                    browser.close()
        finally:
            house.stop()


def _scene(page, house: House, scene: str) -> Line:
    page.goto(f"{house.url}/wall?scene={scene}")
    page.wait_for_function("window.LSO && LSO.screen && LSO.screen.live.status.frames > 5")
    page.wait_for_timeout(10_000)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def task_s() -> float:
        told = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
        return told["TaskDuration"]

    before, begun = task_s(), time.monotonic()
    page.wait_for_timeout(SECONDS * 1_000)
    share = 100 * (task_s() - before) / (time.monotonic() - begun)
    session.detach()
    return Line(
        f"wall tab, scene {scene}", share, "% of a core", f"≤ {GOAL:.0f} %", f"{SECONDS} s at 1 Hz, 2,818 sites"
    )
