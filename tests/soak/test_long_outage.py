"""Four minutes without a bus, under load, with a wall that watches: nothing acknowledged is lost, all come back."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from dashboard.valkey import EmbeddedValkey
from tests.browser.chromium import find
from tests.house import House, wait_for
from tests.load import SOURCE, Producer

pytestmark = [pytest.mark.soak, pytest.mark.service, pytest.mark.browser, pytest.mark.timeout(1_200)]

OUTAGE_S = 240


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[EmbeddedValkey]:
    """Start a Valkey of its own, which nobody restarts but this test."""
    server = EmbeddedValkey(tmp_path / "valkey")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def house(tmp_path: Path, bus: EmbeddedValkey) -> Iterator[House]:
    """Start the house on that Valkey."""
    running = House(tmp_path / "house", redis_url=bus.url).start()
    yield running
    assert running.stop() == 0


def stored(house: House) -> dict[int, float]:
    """Return the producer's readings in history: instant in ms → value."""
    with sqlite3.connect(f"file:{house.directory / 'var' / 'history.sqlite'}?mode=ro", uri=True) as history:
        rows = history.execute(
            "SELECT observed_at, value FROM raw JOIN series ON series.id = series_id WHERE source = ?", (SOURCE,)
        ).fetchall()
    return {round(at / 1_000): value for at, value in rows}


def healthy(house: House) -> bool:
    """Tell whether every component says that it is well."""
    try:
        return house.request("GET", "/healthz")[0] == 200
    except OSError:
        return False


def test_four_minutes_without_a_bus(house: House, bus: EmbeddedValkey) -> None:
    """The wall's numbers age and say so, pushes are refused, and afterwards everything is as if nothing had been."""
    producer = Producer(house, house.token("machine", "ledger"), patience_s=3 * OUTAGE_S)
    kiosk = house.token("viewer", "wall")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{house.url}/kiosk?token={kiosk}&next=/wall%3Fscene%3Doverview")
        queue = page.locator("[data-gate=huu-nghi] [data-part=queue]")
        expect(queue).to_have_text(re.compile(r"\d"), timeout=60_000)
        producer.start()
        wait_for("some readings to be stored", lambda: len(stored(house)) > 500, 120)
        bus.stop()
        until = time.monotonic() + OUTAGE_S  # the outage itself, not a wait for something
        expect(page.get_by_text("Kênh dữ liệu ngừng")).to_be_visible(timeout=60_000)
        assert not healthy(house)
        while time.monotonic() < until:
            time.sleep(1)
        # Four minutes are more than three cadences of a queue: its card says in words that it is old.
        expect(page.locator("[data-gate=huu-nghi]").first).to_have_attribute("data-state", re.compile("stale|lost"))
        refused_before = producer.refusals
        bus.start()
        wait_for("health to be good again", lambda: healthy(house), 120)
        expect(page.get_by_text("Kênh dữ liệu ngừng")).not_to_be_visible(timeout=60_000)
        expect(page.locator("[data-gate=huu-nghi]").first).to_have_attribute("data-state", "live", timeout=120_000)
        browser.close()
    assert refused_before > 0
    acknowledged = len(producer.acknowledged)
    wait_for("pushes to be acknowledged again", lambda: len(producer.acknowledged) > acknowledged)
    producer.stop()
    assert producer.unexpected == []
    expected = {
        int(producer.observed_at(number).timestamp() * 1_000): value for number, value in producer.acknowledged.items()
    }
    wait_for("history to hold them all", lambda: len(stored(house)) >= len(expected), 180)
    assert stored(house) == expected
