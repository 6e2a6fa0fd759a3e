"""Validated ingest against the raw pipelined XADD of the same client, on the same server, in turn."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dashboard.valkey import EmbeddedValkey
from feeds.bus.redis import RedisBus
from feeds.catalogue import Catalogue
from feeds.door import Door
from feeds.registry import Registry
from geodata.places import Places
from tests.bench.report import Line, spread

READINGS = 20_000
CALL = 1_000
ROUNDS = 7


def _bodies() -> list[bytes]:
    now = datetime.now(UTC)
    rows = [
        {
            "metric": "queue_length_vehicles", "place": "huu-nghi.1119-1120",
            "dims": {"direction": "export", "step": "quarantine", "queue": "physical"}, "value": number % 900,
            "observed_at": (now - timedelta(milliseconds=number)).isoformat(), "source": "border-gate-platform",
            "method": "count", "quality": "good",
        }
        for number in range(READINGS)
    ]  # fmt: skip
    return [json.dumps(rows[start : start + CALL]).encode() for start in range(0, READINGS, CALL)]


async def measure() -> list[Line]:
    """Return the ratio validated ÷ raw, both in readings a second."""
    with tempfile.TemporaryDirectory() as directory:
        server = EmbeddedValkey(Path(directory) / "valkey")
        bus = RedisBus(server.start())
        try:
            return [await _measure(bus)]
        finally:
            await bus.aclose()
            server.stop()


async def _measure(bus: RedisBus) -> Line:
    registry = Registry(bus, Places.load())
    door = Door(bus, registry, Catalogue())
    bodies = _bodies()
    singles = [[json.dumps(row).encode() for row in json.loads(body)] for body in bodies]
    ratios, raw_rates, door_rates = [], [], []
    for number in range(ROUNDS):
        begun = time.perf_counter()
        for call in singles:
            await bus.publish(f"floor-{number}", call)
        raw = READINGS / (time.perf_counter() - begun)
        begun = time.perf_counter()
        for body in bodies:
            receipt = await door.readings_json(body, "bench")
            assert receipt.accepted == CALL
        checked = READINGS / (time.perf_counter() - begun)
        ratios.append(100 * checked / raw)
        raw_rates.append(raw)
        door_rates.append(checked)
    detail = (
        f"raw {statistics.median(raw_rates):,.0f}/s, validated {statistics.median(door_rates):,.0f}/s; {spread(ratios)}"
    )
    return Line("validated ingest ÷ raw pipelined XADD", statistics.median(ratios), "%", "≥ 50 %", detail)
