"""The tablet opened without a network: until figures with their age stand there, beside what the browser itself needs.

The house is stopped, so nothing answers; each opening is a new tab of the browser in which the app was used before. The
floor is the finished picture as a static page of the same bytes (page, styles, scripts read but not run), opened by the
same worker from the same kept shell.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import BrowserContext, sync_playwright

from tests.bench.report import Line, spread
from tests.browser.chromium import find
from tests.house import House

RUNS = 5
PASSWORD = "một mật khẩu dài"
KEPT = "() => window.LSO?.tabletApp?.shell?.kept"
WRITTEN = """async () => {
  dispatchEvent(new Event('pagehide'));  // what leaving the app does: the newest figures are kept
  while (!(await caches.match('/tablet-kept/about'))) await new Promise((go) => setTimeout(go, 50));
}"""
SHOWN = """() => {
  const seen = (part) => part && part.checkVisibility() && /\\d/.test(part.textContent);
  const look = () => {
    const aged = (e) => /số liệu lúc \\d\\d:\\d\\d/.test(e.textContent);
    const says = [...document.querySelectorAll('[role=status]')].some(aged);
    const shown = [...document.querySelectorAll('[data-tile] [data-part=queue]')].some(seen);
    if (!says || !shown) return requestAnimationFrame(look);
    // The frame in which they stand is on the glass when the next one begins.
    requestAnimationFrame(() => (window.shownMs = performance.now()));
  };
  look();
}"""
"""Runs before the page's own scripts; writes down when the figures with their age were on the glass."""
STILL = """async () => {
  const name = (await caches.keys()).find((one) => one.startsWith('lso-shell-'));
  const cache = await caches.open(name);
  const html = await (await cache.match('/tablet')).text();
  const styles = [...html.matchAll(/<link[^>]+stylesheet[^>]*>/g)].map((found) => found[0]);
  const scripts = [...html.matchAll(/<script[^>]+src="([^"]+)"/g)].map((found) => found[1]);
  const reads = scripts.map((url) => `<link rel="preload" as="script" href="${url}">`);
  const body = document.querySelector('main').outerHTML;
  const page = `<!DOCTYPE html><html data-theme="${document.documentElement.dataset.theme}" data-screen="tablet"><head>`
    + `<meta charset="utf-8">${styles.join('')}${reads.join('')}</head><body>${body}</body></html>`;
  await cache.put('/tablet', new Response(page, { headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
}"""
"""Puts the finished picture in the place of the kept page."""


def measure() -> list[Line]:
    """Return seconds, and the ratio to the floor."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory)).start()
        try:
            house.cli("user", "add", "minh", "--role", "leader", PASSWORD=PASSWORD)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                try:
                    context = browser.new_context(viewport={"width": 1024, "height": 768}, has_touch=True)
                    _use(context, house)
                    house.stop()
                    context.add_init_script(f"({SHOWN})()")
                    opened = _openings(context, house)
                    page = _open(context, house)
                    page.evaluate(STILL)
                    page.close()
                    floor = _openings(context, house)
                finally:
                    browser.close()
        finally:
            house.stop()
    return [
        Line("tablet opens without a network", median(opened), "s", "< 1 s", spread(opened)),
        Line("… over a static page of its bytes", median(opened) / median(floor), "×", "", f"floor: {spread(floor)}"),
    ]


def _use(context: BrowserContext, house: House) -> None:
    """Sign in and look at the tablet until the app is kept with its figures."""
    page = context.new_page()
    page.goto(f"{house.url}/sign-in?next=/tablet")
    page.fill("input[name=name]", "minh")
    page.fill("input[type=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_function(KEPT, timeout=120_000)
    page.evaluate(WRITTEN)
    page.close()


def _open(context: BrowserContext, house: House):
    page = context.new_page()
    page.goto(f"{house.url}/tablet", wait_until="commit")
    page.wait_for_function("() => window.shownMs", timeout=60_000)
    return page


def _openings(context: BrowserContext, house: House) -> list[float]:
    """Return seconds from the beginning of the navigation, of several openings after one that is not counted."""
    seconds = []
    for _ in range(RUNS + 1):
        page = _open(context, house)
        seconds.append(page.evaluate("() => window.shownMs / 1000"))
        page.close()
    return seconds[1:]
