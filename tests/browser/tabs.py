"""Tabs that serve one test after the other: a new one costs a process and a second of a processor each time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import BrowserContext, Page


class Tabs:
    """The tabs of one browser context; a test gets one as if it were new, and hands it back when it is done."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._free: list[Page] = []
        self._heard: dict[Page, list[tuple[str, Callable[[Any], None]]]] = {}

    def take(self, width: int, height: int) -> Page:
        """Return a tab of this size."""
        page = self._free.pop() if self._free else self._context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        return page

    def listen(self, page: Page, event: str, hear: Callable[[Any], None]) -> None:
        """Be told of a tab's events until it is handed back."""
        page.on(event, hear)  # type: ignore[call-overload]
        self._heard.setdefault(page, []).append((event, hear))

    def give_back(self, page: Page, quiet_url: str) -> None:
        """Take a tab back: it forgets what only it knew and waits at `quiet_url`, a page without scripts of that site.

        Of the same site, because another one would cost the process that is saved here.
        """
        for event, hear in self._heard.pop(page, ()):
            page.remove_listener(event, hear)
        if page.is_closed():
            return
        if self._free:
            page.close()
            return
        page.unroute_all(behavior="ignoreErrors")
        page.mouse.move(-10, -10)  # nothing of the next page lies under it
        page.goto(quiet_url)
        page.evaluate("sessionStorage.clear()")
        self._free.append(page)
