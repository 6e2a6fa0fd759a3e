"""One Chromium for the scripts' tests; each test gets an empty page with the scripts it names."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

import layouts
from layouts.wording import catalogue
from tests.browser.chromium import find

ASSETS = Path(layouts.__file__).parent / "assets"


# A module and not the session: while Playwright's sync side is open, no asyncio test can run in this process.
@pytest.fixture(scope="module")
def script_browser() -> Iterator[Browser]:
    """Chromium of this machine, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def script_page(script_browser: Browser) -> Iterator[Page]:
    """One tab for all; a visit to about:blank gives each test fresh globals."""
    page = script_browser.new_page(viewport={"width": 1920, "height": 1080})
    yield page
    page.close()


@pytest.fixture
def scripts(script_page: Page) -> Iterator[Callable[..., Page]]:
    """Open an empty page with some of our scripts; an error in the page fails the test."""
    errors: list[str] = []

    def note(error: object) -> None:
        errors.append(str(error))

    script_page.on("pageerror", note)

    def load(*names: str, extra: str = "", lang: str = "vi") -> Page:
        script_page.goto("about:blank")
        # Signs and units are words of the page; all other sentences show their keys.
        words = {key: words for key, words in catalogue(lang).items() if key.startswith("format.")}
        script_page.evaluate("(words) => (window.LSO = { page: { lang: 'vi', words, layers: {} } })", words)
        text = "\n".join((ASSETS / name).read_text("utf-8") for name in names)
        script_page.add_script_tag(content=text)
        script_page.evaluate("(words) => Object.assign(LSO.page.words, words)", words)
        if extra:
            script_page.add_script_tag(content=extra)
        return script_page

    yield load
    script_page.remove_listener("pageerror", note)
    assert errors == []
