"""One stage and one Chromium for the screens' tests; each test opens its screens anew on a quiet day."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import find
from tests.browser.screens.stage import Stage


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
def contexts(theatre: tuple[Stage, Browser]) -> dict[bool, BrowserContext]:
    """One context for mice and one for fingers: what a page has fetched serves the next test too.

    Without service workers: what one test's tablet keeps must not open in the next one.
    """
    return {touch: theatre[1].new_context(has_touch=touch, service_workers="block") for touch in (False, True)}


@pytest.fixture
def open_page(contexts: dict[bool, BrowserContext], stage: Stage) -> Iterator[Callable[..., Page]]:
    """Open a page that is no live screen in a tab of its own; an error in its scripts fails the test."""
    pages: list[Page] = []
    errors: list[str] = []

    def go(address: str, size: tuple[int, int] = (1920, 1080)) -> Page:
        page = contexts[False].new_page()
        pages.append(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(stage.url + address)
        page.locator("main[data-screen]").wait_for()
        return page

    yield go
    for page in pages:
        page.close()
    assert errors == []


@pytest.fixture
def open_screen(contexts: dict[bool, BrowserContext], stage: Stage) -> Iterator[Callable[..., Page]]:
    """Open a screen in a tab of its own; an error in its console fails the test."""
    pages = []
    errors: list[str] = []

    def go(address: str, size: tuple[int, int] = (1920, 1080), *, touch: bool = False, quiet: bool = True) -> Page:
        page = contexts[touch].new_page()
        pages.append(page)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        if quiet:
            page.on(
                "console", lambda line: errors.append(f"{line.text} {line.location}") if line.type == "error" else None
            )
        page.goto(stage.url + address)
        page.wait_for_function(
            "window.LSO && LSO.screen && LSO.screen.live.status.frames > Number(!/^(brief|pres)/.test(LSO.page.screen))"
        )
        return page

    yield go
    for page in pages:
        page.close()
    assert errors == []
