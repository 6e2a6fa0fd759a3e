"""The whole chain at 5,000 readings a second: how far history, alerts and screens lag behind the bus."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
import time
from bisect import bisect_left
from datetime import UTC, datetime
from pathlib import Path

import websockets

from feeds.bus.codec import ALERTS
from feeds.bus.redis import RedisBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.registry import Registry
from feeds.validation import RawReading
from geodata.places import Places
from tests.bench.report import Line, percentile
from tests.house import House

RATE = 5_000
SECONDS = 20
TICK_S = 0.1
EVERY_TICKS = 5
"""A breach every second, its end half a second later."""
SOURCE = "bench"


async def measure() -> list[Line]:
    """Return the largest lag in seconds, as p95 over the run."""
    with tempfile.TemporaryDirectory() as directory:
        house = House(Path(directory), simulator=False).start()
        try:
            return await _measure(house)
        finally:
            house.stop()


async def _measure(house: House) -> list[Line]:
    token = house.token("viewer")
    with house.bus() as client:
        url = f"redis://:{client.connection_pool.connection_kwargs['password']}@127.0.0.1:{client.connection_pool.connection_kwargs['port']}/0"
    bus = RedisBus(url)
    places = Places.load()
    door = Door(bus, Registry(bus, places), Catalogue())
    sites = [place.id for place in places.all("site")]
    sent: list[tuple[float, int]] = [(time.time(), 0)]
    stored: list[float] = []
    shown: list[float] = []
    alerts: list[float] = []
    breaches: dict[int, float] = {}
    done = asyncio.Event()
    watchers = [
        asyncio.create_task(_watch_history(house, sent, stored, done)),
        asyncio.create_task(_watch_screen(house, token, shown, done)),
        asyncio.create_task(_watch_alerts(bus, breaches, alerts, done)),
    ]
    count = 0
    begun = time.time()
    for tick in range(int(SECONDS / TICK_S)):
        now = datetime.now(UTC)
        batch = [
            RawReading("site_on_air", sites[(count + k) % len(sites)], now, float((count + k) % 7 > 0), SOURCE,
                       {"technology": ("3g", "4g", "5g")[(count + k) // len(sites) % 3]}, "sensor")
            for k in range(int(RATE * TICK_S) - 1)
        ]  # fmt: skip
        batch.append(RawReading("queue_length_vehicles", "chi-ma", now, float(tick), SOURCE, {"queue": "physical"}))
        if tick % EVERY_TICKS == 0:
            # Breach and end in turn, each breach with a number of its own.
            turned_back = float(1_000 + tick) if tick % (2 * EVERY_TICKS) == 0 else 0.0
            batch.append(RawReading("diverted_vehicles", "chi-ma", now, turned_back, SOURCE))
            if turned_back:
                breaches[int(turned_back)] = time.time()
        await door.readings(batch, SOURCE)
        count += len(batch)
        sent.append((time.time(), count))
        await asyncio.sleep(max(0.0, begun + (tick + 1) * TICK_S - time.time()))
    achieved = count / (time.time() - begun)
    await asyncio.sleep(3)
    done.set()
    await asyncio.gather(*watchers)
    await bus.aclose()
    detail = f"{achieved:,.0f} readings/s sent; max {{:.2f}} s"
    return [
        Line(
            f"lag of {name}, p95",
            percentile(lags, 0.95),
            "s",
            "≤ 2 s",
            detail.format(max(lags, default=float("nan"))) + f"; {len(lags)} looks",
        )
        for name, lags in (("history", stored), ("screens", shown), ("alerts, breach → stream", alerts))
    ]


def _age(sent: list[tuple[float, int]], done_count: int, now: float) -> float:
    """Return how long ago the first reading that is not done yet was sent; 0 when all is done."""
    index = bisect_left(sent, done_count + 1, key=lambda pair: pair[1])
    return now - sent[index][0] if index < len(sent) else 0.0


async def _watch_history(house: House, sent: list[tuple[float, int]], lags: list[float], done: asyncio.Event) -> None:
    path = house.directory / "var" / "history.sqlite"
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        while not done.is_set():
            row = connection.execute(
                "SELECT stored + duplicates FROM ledger WHERE source = ? AND kind = 'reading'", (SOURCE,)
            ).fetchone()
            lags.append(_age(sent, row[0] if row else 0, time.time()))
            await asyncio.sleep(0.05)


async def _watch_alerts(bus: RedisBus, breaches: dict[int, float], lags: list[float], done: asyncio.Event) -> None:
    """Note how long each breach took to become an alert on the stream that screens follow."""
    after = "0-0"
    while not done.is_set():
        for entry in await bus.read(ALERTS, after, 100, 100):
            after = entry.id
            for alert in json.loads(entry.data):
                sent_at = breaches.get(int(alert["value"])) if alert["place"] == "chi-ma" else None
                if sent_at is not None and alert["state"] == "UNACK":
                    lags.append(time.time() - sent_at)
                    del breaches[int(alert["value"])]


async def _watch_screen(house: House, token: str, lags: list[float], done: asyncio.Event) -> None:
    url = house.url.replace("http", "ws") + "/live?topics=gates"
    headers = {"Authorization": f"Bearer {token}"}
    async with websockets.connect(url, additional_headers=headers, max_size=None) as socket:
        while not done.is_set():
            try:
                async with asyncio.timeout(1):
                    frame = json.loads(await socket.recv())
            except TimeoutError:
                continue
            cell = frame.get("data", {}).get("gates/chi-ma/queue") if frame.get("type") == "delta" else None
            if cell and cell["src"] == SOURCE:
                lags.append(time.time() - cell["at"] / 1_000)
