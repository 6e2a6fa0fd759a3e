"""Hours of accelerated time: memory, descriptors and the bus stay flat, the database grows as its rows say.

`LSO_SOAK_MINUTES` says how long (120); the simulated past goes by as fast as that takes, 5 days in two hours. The
report is written to `var/soak/report.md`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from feeds.recorder import KEPT_ENTRIES
from tests.browser.chromium import find
from tests.house import ROOT, House
from tests.ledger import Sender
from tests.soak.gauges import PROCESSES, STREAMS, Gauges

MINUTES = float(os.environ.get("LSO_SOAK_MINUTES", "120"))
WARM = 0.4
"""Share of the run that is warm-up: caches fill, the first garbage is collected."""
EVERY_S = max(5.0, MINUTES * 60 / 240)
PAST_H = 7 * 24
SPEED = min(600.0, 0.8 * PAST_H * 60 / MINUTES)
"""The past must not be used up before the end."""
STREAM_BOUND = KEPT_ENTRIES + 1_500
"""What is kept, and what comes in between two trims (10 s) while a past is filled in."""

pytestmark = [
    pytest.mark.soak, pytest.mark.service, pytest.mark.browser, pytest.mark.timeout(int(MINUTES * 60 + 900)),
]  # fmt: skip

ALLOWED = {
    **{f"{name} RSS MB": (0.12, 24.0) for name in PROCESSES if name != "valkey"},
    **{f"{name} descriptors": (0.0, 8.0) for name in PROCESSES},
    **{f"{name} threads": (0.0, 8.0) for name in PROCESSES},
    "bus besides streams MB": (0.10, 12.0),
    "bus keys": (0.0, 5.0),
    "wall heap MB": (0.15, 6.0),
    "wall nodes": (0.10, 500.0),
    "wall listeners": (0.10, 50.0),
    "history WAL MB": (0.5, 64.0),
}
"""How much a figure may drift over the run after warm-up: a share of its median, and at least so much."""
BYTES_PER_ROW = (20.0, 400.0)
"""What a stored row may take, its share of indexes and rollups included; see docs/ledger.md."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose simulator lets the past go by quickly."""
    made = House(tmp_path / "house")
    feeds = tmp_path / "house" / "config" / "feeds.yaml"
    feeds.write_text(re.sub(r"speed: 1 .*", f"speed: {SPEED:.0f}", feeds.read_text()))
    assert f"speed: {SPEED:.0f}" in feeds.read_text()
    running = made.start()
    yield running
    assert running.stop() == 0


def test_hours_of_accelerated_time(house: House) -> None:
    """After warm-up nothing grows but the database, and that as its rows say."""
    sender = Sender(house, house.token("machine", "ledger"), 1, batches_per_s=2)
    kiosk = house.token("viewer", "wall")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"{house.url}/kiosk?token={kiosk}&next=/wall")
        expect(page.locator("[data-gate=huu-nghi] [data-part=queue]")).to_have_text(re.compile(r"\d"), timeout=90_000)
        wall = page.context.new_cdp_session(page)
        wall.send("Performance.enable")
        gauges = Gauges(house, wall)
        sender.start()
        until = time.monotonic() + MINUTES * 60
        while time.monotonic() < until:  # the run itself, not a wait for something
            gauges.measure()
            page.wait_for_timeout(EVERY_S * 1_000)
        gauges.measure()
        sender.stop()
        browser.close()
    assert sender.unexpected == []
    warm_s = MINUTES * 60 * WARM
    report = f"# {MINUTES:.0f} minutes at {SPEED:.0f}×\n\n{gauges.table(warm_s)}\n"
    target = ROOT / "var" / "soak" / "report.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(report)
    target.with_name("samples.tsv").write_text(gauges.lines())
    print(report)
    assert faults(gauges, warm_s) == []


def faults(gauges: Gauges, warm_s: float) -> list[str]:
    """Return every figure that grew without reason."""
    found = []
    for name, (share, least) in ALLOWED.items():
        values = sorted(value for _, value in gauges.series(name, warm_s))
        assert values, f"{name} was never measured"
        allowed, grew = max(least, share * values[len(values) // 2]), gauges.growth(name, warm_s)
        if grew > allowed:
            found.append(f"{name} grew by {grew:.1f}; {allowed:.1f} is allowed")
    most = max(value for _, value in gauges.series("bus memory MB"))
    if gauges.series("valkey RSS MB")[-1][1] > 1.5 * most + 40.0:
        found.append(f"Valkey keeps much more memory than the {most:.0f} MB it ever used")
    for stream in STREAMS:
        longest = max(value for _, value in gauges.series(f"{stream} entries", warm_s))
        if longest > STREAM_BOUND:
            found.append(f"{stream} had {longest:.0f} entries; {STREAM_BOUND} is the bound")
    found += [
        f"{name} was restarted" for name in PROCESSES if len({pid for _, pid in gauges.series(f"{name} pid")}) != 1
    ]
    rows = sum(gauges.growth(f"rows {table}", warm_s) for table in ("raw", "passages"))
    grew_bytes = gauges.growth("history MB", warm_s) * (1 << 20)
    if not BYTES_PER_ROW[0] <= grew_bytes / max(rows, 1.0) <= BYTES_PER_ROW[1]:
        found.append(f"the history grew by {grew_bytes:.0f} bytes for {rows:.0f} rows")
    return found
