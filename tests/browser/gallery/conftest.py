"""A stage with an administrator signed in, and the gallery of each look, drawn once for all tests."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.auth.model import Role
from tests.browser.chromium import find
from tests.browser.screens.stage import Stage


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Stage, Browser]]:
    """The stage and the browser. A module's own: an open Playwright keeps asyncio tests from running."""
    stage = Stage()
    stage.role = Role.ADMIN
    stage.start()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield stage, browser
        browser.close()
    stage.stop()


def drawn(theatre: tuple[Stage, Browser], query: str, errors: list[str]) -> Page:
    """Open the gallery and wait until all of it is drawn; errors in its scripts are noted."""
    stage, browser = theatre
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{stage.url}/gallery?{query}")
    # A bound for hangs, not a promise: machines that run the suite are busy.
    page.wait_for_function("document.querySelector('main')?.dataset.drawn", timeout=120_000)
    return page


@pytest.fixture(scope="module")
def whole(theatre: tuple[Stage, Browser]) -> Iterator[Callable[[str], Page]]:
    """Open the whole gallery in a look, once for all tests that only look at it: it has four hundred specimens."""
    errors: list[str] = []
    pages: dict[str, Page] = {}

    def go(look: str) -> Page:
        if look not in pages:
            pages[look] = drawn(theatre, look, errors)
        return pages[look]

    yield go
    for page in pages.values():
        page.close()
    assert errors == []


@pytest.fixture
def gallery(theatre: tuple[Stage, Browser]) -> Iterator[Callable[[str], Page]]:
    """Open a part of the gallery for one test; an error in its scripts fails the test."""
    errors: list[str] = []
    pages: list[Page] = []

    def go(query: str) -> Page:
        pages.append(drawn(theatre, query, errors))
        return pages[-1]

    yield go
    for page in pages:
        page.close()
    assert errors == []
