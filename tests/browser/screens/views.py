"""Every screen, page and scene by its address, its real sizes, and the states in which it is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from dashboard.auth.model import Role
from tests.browser.screens.podium import Podium, busy_day
from tests.browser.screens.stage import cell, quiet

WALL = ((1920, 1080), (1366, 768), (3840, 2160))
TABLET = ((1024, 768), (768, 1024))
DESK = ((1920, 1080),)
BRIEFING = ((1280, 720), (640, 360))


@dataclass(frozen=True)
class View:
    """One view.

    Attributes:
        name: short, for a picture's file.
        address: path with query and fragment, without language and theme.
        sizes: real sizes of the window; the first is the usual one.
        scrolls: whether it may be longer than the window.
        least: smallest type, as a share of the window's height.
        reach: what a person does to get there from the address.
    """

    name: str
    address: str
    sizes: tuple[tuple[int, int], ...]
    scrolls: bool = True
    least: float = 0.0
    reach: Callable[[Page], None] | None = None

    def look(self, lang: str, theme: str) -> str:
        """Return the address in a language and a theme."""
        path, mark, place = self.address.partition("#")
        return f"{path}{'&' if '?' in path else '?'}lang={lang}&theme={theme}{mark}{place}"


def _ask(page: Page) -> None:
    page.keyboard.press("/")
    page.locator(".ask[open]").wait_for()


def _detail(page: Page) -> None:
    page.keyboard.press("Home")


SCENES = ("overview", "gates", "gate", "services", "network", "programme", "alerts")
PAGES = ("", "/gate/tan-thanh", "/services", "/network", "/programme", "/alerts")
SLIDES = (
    "title", "province", "gate-tan-thanh", "gate-huu-nghi", "services", "network", "programme", "alerts", "decisions",
)  # fmt: skip
VIEWS = (
    *(View(f"wall-{name}", f"/wall?scene={name}", WALL, scrolls=False) for name in SCENES),
    View("wall-self-test", "/wall/self-test", WALL[:1]),
    *(View(f"tablet{path.replace('/', '-')}", f"/tablet#{path}", TABLET) for path in PAGES),
    View("tablet-ask", "/tablet", TABLET, reach=_ask),
    View("duty", "/duty", DESK, reach=_detail),
    View("duty-ask", "/duty", DESK, reach=_ask),
    *(View(f"briefing-{name}", f"/briefing?slide={name}", BRIEFING, False, 26 / 720) for name in SLIDES),
    View("presenter", "/briefing/presenter", DESK),
    View("crossings", "/crossings", DESK),
    View("entry", "/entry", (*DESK, *TABLET)),
)


def crisis(stage: Podium) -> None:
    """Tân Thanh is congested, two alerts are open, every figure is there."""
    busy_day(stage)


def normal(stage: Podium) -> None:
    """The same province with nothing wrong."""
    busy_day(stage)
    stage.topics["alerts"] = {"items": {}, "counts": {}}
    stage.topics["gates"]["gates"]["tan-thanh"] |= {"queue": cell(146), "priority": None, "alert": None}


def stale(stage: Podium) -> None:
    """Everything has stood still for an hour and a half."""
    busy_day(stage)
    _age(stage.topics, 5_400_000)


def first_minute(stage: Podium) -> None:
    """Right after the installation: gates are known, figures are not."""
    empty = quiet()
    for gate in empty["gates"]["gates"].values():
        gate["queue"] = None
    empty["services"] = {"province": {}, "communes": {}}
    empty["network"] = {"province": {}, "communes": {}, "silent": {}}
    stage.topics = empty


STATES: dict[str, Callable[[Podium], None]] = {
    "normal": normal, "crisis": crisis, "stale": stale, "first-minute": first_minute,
}  # fmt: skip


def _age(node: Any, by_ms: int) -> None:
    if isinstance(node, dict):
        if "v" in node and "at" in node:
            node["at"] -= by_ms
        if "last_at" in node:
            node["last_at"] -= by_ms
        for each in node.values():
            _age(each, by_ms)
    elif isinstance(node, list):
        for each in node:
            _age(each, by_ms)


FRAMES = "async (count) => { for (let i = 0; i < count; i++) await new Promise(requestAnimationFrame); }"
DRAWN = """() => window.LSO && LSO.page
  && (!LSO.screen || LSO.screen.live.status.frames > Number(!/^(brief|pres)/.test(LSO.page.screen)))"""


def show(page: Page, stage: Podium, view: View, state: str, lang: str, theme: str) -> None:
    """Open a view as somebody who may do everything, in a state of the province, and return once it is drawn."""
    stage.reset()
    stage.role = Role.ADMIN
    STATES[state](stage)
    page.goto("about:blank")  # so that an address that differs only behind its # is loaded anew
    page.goto(stage.url + view.look(lang, theme))
    page.locator("main[data-screen]").wait_for()
    page.wait_for_function(DRAWN)
    if re.match(r"/(briefing)", view.address):
        page.locator("[data-slide], .slide").first.wait_for(state="attached")
    # Three pictures on, what came first has been laid out, and what was laid out has been measured by the scripts.
    page.evaluate("document.fonts.ready")
    page.evaluate(FRAMES, 6)
    if view.reach:
        view.reach(page)
        page.evaluate(FRAMES, 3)
