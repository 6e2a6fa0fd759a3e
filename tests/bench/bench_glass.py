"""From XADD to pixels: how long a pushed queue takes to stand on the wall in Chromium, under load."""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright

from feeds.bus.redis import RedisBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.registry import Registry
from feeds.validation import RawReading
from geodata.places import Places
from tests.bench.report import Line, percentile
from tests.browser.chromium import find
from tests.house import House

RATE = 2_000
SECONDS = 30
TICK_S = 0.05
SOURCE = "bench"
EVERY_TICKS = 10
"""A queue to be watched for is sent twice a second."""

WATCH = """(card) => {
  window.seen = [];
  const figure = document.querySelector(`#${card} [data-part=queue]`);
  const note = () => {
    const text = figure.textContent.replace(/[^0-9]/g, '');
    // Two frames on, what was changed now has been painted.
    requestAnimationFrame(() => requestAnimationFrame(() => window.seen.push([Number(text), Date.now()])));
  };
  new MutationObserver(note).observe(figure, {childList: true, characterData: true, subtree: true});
}"""


async def measure() -> list[Line]:
    """Return p50 and p95 in milliseconds, with a wall open and the load running."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory), simulator=False).start()
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                try:
                    page = await browser.new_page(viewport={"width": 1920, "height": 1080})
                    token = house.token("viewer")
                    await page.goto(f"{house.url}/kiosk?token={token}&next=/wall%3Fscene%3Doverview")
                    return await _measure(house, page)
                finally:
                    await browser.close()
        finally:
            house.stop()


async def _measure(house: House, page: Page) -> list[Line]:
    with house.bus() as client:
        known = client.connection_pool.connection_kwargs
    bus = RedisBus(f"redis://:{known['password']}@127.0.0.1:{known['port']}/0")
    places = Places.load()
    door = Door(bus, Registry(bus, places), Catalogue())
    await door.readings([_queue(0)], SOURCE)
    card = page.locator("[data-gate=chi-ma]")
    await card.wait_for()
    await page.wait_for_timeout(2_000)
    await page.evaluate(WATCH, await card.get_attribute("id"))
    sites = [place.id for place in places.all("site")]
    sent: dict[int, float] = {}
    begun = time.time()
    for tick in range(int(SECONDS / TICK_S)):
        now = datetime.now(UTC)
        batch = [
            RawReading(
                "site_on_air", sites[(tick * 100 + k) % len(sites)], now, 1.0, SOURCE, {"technology": "4g"}, "sensor"
            )
            for k in range(int(RATE * TICK_S))
        ]
        if tick % EVERY_TICKS == 0:
            number = 100 + tick
            batch.append(_queue(number))
            sent[number] = time.time()
        await door.readings(batch, SOURCE)
        await asyncio.sleep(max(0.0, begun + (tick + 1) * TICK_S - time.time()))
    await page.wait_for_timeout(2_000)
    seen: dict[int, float] = {}
    for number, at_ms in await page.evaluate("window.seen"):
        seen.setdefault(number, at_ms / 1_000)
    await bus.aclose()
    delays = [1_000 * (seen[number] - at) for number, at in sent.items() if number in seen]
    detail = (
        f"{len(delays)} of {len(sent)} queues seen; max {max(delays, default=float('nan')):.0f} ms; {RATE:,} readings/s"
    )
    return [
        Line("XADD → pixel, p50", percentile(delays, 0.5), "ms", "—", detail),
        Line("XADD → pixel, p95", percentile(delays, 0.95), "ms", "≤ 300 ms", detail),
    ]


def _queue(number: int) -> RawReading:
    return RawReading(
        "queue_length_vehicles", "chi-ma", datetime.now(UTC), float(number), SOURCE, {"queue": "physical"}, "count"
    )
