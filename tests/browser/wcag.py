"""What axe finds on a page at WCAG 2.2 AA: the one measure that every test of accessibility uses."""

from __future__ import annotations

from collections.abc import Sequence

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page, within: str | None = None, *, without: Sequence[str] = ()) -> list[str]:
    """Return a line for each violation: its rule and the first elements it was found at; empty when there is none.

    Args:
        page: the page as it stands.
        within: selector of the elements that are looked at, all of the page when None.
        without: rules that are not asked.
    """
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "resultTypes": ["violations"],
        "rules": {rule: {"enabled": False} for rule in without},
    }
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [f"{one['id']}: {[node['html'][:110] for node in one['nodes'][:3]]}" for one in found]
