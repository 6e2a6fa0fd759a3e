"""A house whose first minute is over: the seven simulated days are filled in, and what is measured is everyday life."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.house import House

FILLED = """() => window.LSO && LSO.screen && LSO.screen.store.has('feeds')
  && Object.values(LSO.screen.store.get('feeds').progress || {}).every((each) => !each || each.done >= each.total)
  && Object.values(LSO.screen.store.get('gates').gates || {}).length > 4"""
PATIENCE_MS = 600_000
"""A bound for hangs: a busy machine fills for minutes."""


def settle(browser: Browser, house: House, token: str) -> None:
    """Return once the wall's figures stand and nothing is being filled in."""
    # Our policy forbids `eval`, by which Playwright polls a condition.
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{house.url}/kiosk?token={token}&next=/wall")
    page.wait_for_function(FILLED, timeout=PATIENCE_MS)
    # The recorder told its last batch a moment before.
    page.wait_for_timeout(5_000)
    page.wait_for_function(FILLED, timeout=PATIENCE_MS)
    context.close()
