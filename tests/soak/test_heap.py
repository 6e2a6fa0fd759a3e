"""A wall that hangs for months: its heap does not grow with time, nor with lost lines.

`LSO_HEAP_MINUTES` says how long (60), `LSO_HEAP_RECONNECTS` how often the line is cut (1,000). The heap is measured
after a forced collection; its trend is the slope of least squares with its 95 % interval, and an interval that reaches
0 says that nothing grows. The numbers are written to `var/soak/heap-*.md`.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from statistics import fmean

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.screens.podium import Podium, busy_day, opened
from tests.house import ROOT

MINUTES = float(os.environ.get("LSO_HEAP_MINUTES", "60"))
RECONNECTS = int(os.environ.get("LSO_HEAP_RECONNECTS", "1000"))
WARM = 0.25
"""Share of the samples that is warm-up: caches fill, code is compiled."""
KB = 1_024.0
SLIGHT_KB = 40.0
"""Growth over a whole run that is no growth: a wall that gains so much an hour gains a gigabyte in three years."""
DATA_ONLY = "--js-flags=--no-opt --no-maglev --no-sparkplug --no-flush-bytecode"
"""What V8 compiles anew, better or on demand lies in the same heap as the page's data: some 25 kB now and then, for as
long as it finds something to do. Here each function is compiled once, so that what grows is what the page holds."""

pytestmark = [
    pytest.mark.soak, pytest.mark.browser, pytest.mark.timeout(int(MINUTES * 60 + RECONNECTS * 2 + 600)),
]  # fmt: skip


def trend(points: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope of least squares and the half of its 95 % interval, in the points' units.

    Source: Student's t for 95 % is below 2.1 from 18 degrees of freedom on, 2.6 for five.
    """
    if len(points) < 4:
        raise ValueError(f"got {len(points)} points; a trend needs four")
    x0, y0 = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - x0) ** 2 for x, _ in points)
    slope = sum((x - x0) * (y - y0) for x, y in points) / spread
    free = len(points) - 2
    left = sum((y - y0 - slope * (x - x0)) ** 2 for x, y in points)
    return slope, (2.0 + 4.0 / free) * math.sqrt(left / free / spread)


class Heap:
    """A tab's heap, nodes and listeners after a forced collection."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")
        self.samples: list[tuple[float, dict[str, float]]] = []

    def measure(self, at: float) -> None:
        """Take one sample, at a minute or a count."""
        # Twice: the first lets go of what finalisers hold.
        for _ in range(2):
            self._session.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in self._session.send("Performance.getMetrics")["metrics"]}
        self.samples.append(
            (
                at,
                {"heap kB": told["JSHeapUsedSize"] / KB, "nodes": told["Nodes"], "listeners": told["JSEventListeners"]},
            )
        )

    def report(self, title: str, unit: str) -> tuple[str, list[str]]:
        """Return a table, and every figure that grows."""
        kept = self.samples[int(len(self.samples) * WARM) :]
        lines = [
            f"# {title}",
            "",
            "| figure | first | least | most | last | slope | ± |",
            "|---|--:|--:|--:|--:|--:|--:|",
        ]
        grown = []
        span = kept[-1][0] - kept[0][0]
        for name in kept[0][1]:
            points = [(at, figures[name]) for at, figures in kept]
            slope, half = trend(points)
            values = [value for _, value in points]
            numbers = (values[0], min(values), max(values), values[-1], slope, half)
            lines.append(f"| {name} per {unit} | " + " | ".join(f"{one:,.2f}" for one in numbers) + " |")
            if slope - half > 0 and slope * span > (SLIGHT_KB if name == "heap kB" else 8):
                grown.append(f"{name} grows by {slope:.2f} ± {half:.2f} per {unit}")
        return "\n".join(lines) + "\n", grown


@pytest.fixture(scope="module")
def theatre() -> Iterator[tuple[Podium, Browser]]:
    """The stage and the browser."""
    with opened(DATA_ONLY) as both:
        yield both


@pytest.fixture
def wall(theatre: tuple[Podium, Browser]) -> Iterator[Page]:
    """A wall in a tab of its own, with figures."""
    stage, browser = theatre
    stage.reset()
    busy_day(stage)
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{stage.url}/wall")
    page.wait_for_function("window.LSO && LSO.screen && LSO.screen.live.status.frames > 1 && window.Plotly")
    yield page
    page.close()


def keep(name: str, text: str) -> None:
    """Write a report beside the others."""
    target = ROOT / "var" / "soak" / f"{name}.md"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(text)


def test_the_heap_is_flat_over_time(theatre: tuple[Podium, Browser], wall: Page) -> None:
    """Figures change each second, scenes turn; what a collection leaves does not grow."""
    stage, _ = theatre
    heap = Heap(wall)
    begun = time.monotonic()
    number = 0
    every_s = min(60.0, MINUTES * 60 / 20)
    next_at = 0.0
    while (passed := time.monotonic() - begun) < MINUTES * 60:  # the run itself, not a wait for something
        number += 1
        stage.topics["gates"]["gates"]["tan-thanh"]["queue"]["v"] = 1_000 + number % 700
        stage.tell("gates", "services", "network", "programme", "feeds", "alerts")
        if passed >= next_at:
            heap.measure(passed / 60)
            next_at += every_s
        wall.wait_for_timeout(1_000)
    text, grown = heap.report(f"{MINUTES:.0f} minutes of a wall, 1 Hz", "minute")
    keep("heap-time", text)
    assert grown == []


def test_the_heap_is_flat_after_a_thousand_lost_lines(theatre: tuple[Podium, Browser], wall: Page) -> None:
    """Each time the line drops and is taken up anew, all that hung on the old one is let go."""
    stage, _ = theatre
    heap = Heap(wall)
    # Waiting grows with each failure by design; here the server is there at once, so time between two goes by faster.
    wall.evaluate("const late = window.setTimeout; window.setTimeout = (f, ms, ...more) => late(f, ms / 50, ...more)")
    every = max(1, RECONNECTS // 25)
    for number in range(RECONNECTS):
        # Nothing is asked of the page in between: each question of a debugger leaves a compiled script in its heap.
        stage.cut_once()
        if number % every == 0:
            heap.measure(number)
    heap.measure(RECONNECTS)
    text, grown = heap.report(f"{RECONNECTS} reconnects of a wall", "reconnect")
    keep("heap-reconnects", text)
    assert grown == []
