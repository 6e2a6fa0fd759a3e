"""One stage and one Chromium for the screens' tests; each test opens its screens anew on a quiet day."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import find
from tests.browser.screens.stage import Stage
from tests.browser.tabs import Tabs


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Stage, Browser]]:
    """The stage and the browser. A module's own: an open Playwright keeps asyncio tests from running."""
    stage = Stage()
    stage.start()
    # A bound for hangs, not a promise: machines that run the suite are busy.
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield stage, browser
        browser.close()
    stage.stop()


@pytest.fixture
def stage(theatre: tuple[Stage, Browser]) -> Stage:
    """The stage on a quiet day, with a duty officer signed in."""
    theatre[0].reset()
    return theatre[0]


@pytest.fixture(scope="module")
def tabs(theatre: tuple[Stage, Browser]) -> dict[bool, Tabs]:
    """Tabs for mice and tabs for fingers: what a page has fetched serves the next test too.

    Without service workers: what one test's tablet keeps must not open in the next one.
    """
    return {touch: Tabs(theatre[1].new_context(has_touch=touch, service_workers="block")) for touch in (False, True)}


@pytest.fixture
def open_page(tabs: dict[bool, Tabs], stage: Stage) -> Iterator[Callable[..., Page]]:
    """Open a page that is no live screen in a tab of its own; an error in its scripts fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def go(address: str, size: tuple[int, int] = (1920, 1080)) -> Page:
        page = tabs[False].take(*size)
        pages.append(page)
        tabs[False].listen(page, "pageerror", lambda error: errors.append(str(error)))
        page.goto(stage.url + address)
        page.locator("main[data-screen]").wait_for()
        return page

    yield go
    for page in pages:
        tabs[False].give_back(page, f"{stage.url}/healthz")
    assert errors == []


@pytest.fixture
def open_screen(tabs: dict[bool, Tabs], stage: Stage) -> Iterator[Callable[..., Page]]:
    """Open a screen in a tab of its own; an error in its console fails the test."""
    opened: list[tuple[bool, Page]] = []
    errors: list[str] = []

    def go(address: str, size: tuple[int, int] = (1920, 1080), *, touch: bool = False, quiet: bool = True) -> Page:
        page = tabs[touch].take(*size)
        opened.append((touch, page))
        page.set_default_timeout(20_000)
        tabs[touch].listen(page, "pageerror", lambda error: errors.append(str(error)))
        if quiet:
            tabs[touch].listen(
                page,
                "console",
                lambda line: errors.append(f"{line.text} {line.location}") if line.type == "error" else None,
            )
        page.goto(stage.url + address)
        page.wait_for_function(
            "window.LSO && LSO.screen"
            " && LSO.screen.live.status.frames > Number(!/^(brief|pres|mapp)/.test(LSO.page.screen))"
        )
        return page

    yield go
    for touch, page in opened:
        tabs[touch].give_back(page, f"{stage.url}/healthz")
    assert errors == []
