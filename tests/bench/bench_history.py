"""A history query over seven days against a raw SQL scan of the same rows, on SQLite."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from feeds.history import History, open_history
from feeds.model import Reading
from tests.bench.report import Line, percentile

SERIES = 40
DAYS = 7
QUERIES = 120
POINTS = 1_000


def _fill(history: History, end: datetime) -> float:
    """Store a reading a minute of each series; return the rate."""
    dice = random.Random(7)
    begun = time.perf_counter()
    total = 0
    for hour in range(DAYS * 24):
        start = end - timedelta(days=DAYS) + timedelta(hours=hour)
        batch = [
            Reading("queue_length_vehicles", "huu-nghi", float(dice.randrange(900)), at, at, f"bench-{number}")
            for number in range(SERIES)
            for at in (start + timedelta(minutes=minute) for minute in range(60))
        ]
        total += len(batch)
        history.record_readings(batch)
    return total / (time.perf_counter() - begun)


def measure() -> list[Line]:
    """Return p95 of the query as a ratio to the scan's p95, and the recording rate's share of bare inserts."""
    end = datetime.now(UTC).replace(second=0, microsecond=0)
    with tempfile.TemporaryDirectory() as directory:
        history = open_history(f"sqlite:///{Path(directory) / 'history.sqlite'}")
        try:
            rate = _fill(history, end)
            answered, scanned = [], []
            for number in range(QUERIES):
                source = f"bench-{number % SERIES}"
                begun = time.perf_counter()
                [series] = history.series(
                    "queue_length_vehicles", "huu-nghi", {}, source,
                    start=end - timedelta(days=DAYS), end=end, points=POINTS,
                )  # fmt: skip
                answered.append(1_000 * (time.perf_counter() - begun))
                assert 0 < len(series.points) <= POINTS
                begun = time.perf_counter()
                with history.engine.connect() as connection:
                    rows = connection.execute(
                        text("SELECT observed_at, value FROM raw JOIN series ON id = series_id WHERE source = :source"),
                        {"source": source},
                    ).all()
                scanned.append(1_000 * (time.perf_counter() - begun))
                assert len(rows) == DAYS * 1_440
        finally:
            history.close()
    p95, floor = percentile(answered, 0.95), percentile(scanned, 0.95)
    detail = (
        f"{p95:.1f} ms against {floor:.1f} ms for the scan of its rows; median {statistics.median(answered):.1f} ms; "
        f"recorded at {rate:,.0f} readings/s"
    )
    return [Line("history over 7 days, p95 ÷ raw scan p95", p95 / floor, "×", "p95 ≤ 100 ms", detail)]
