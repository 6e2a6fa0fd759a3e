"""What is measured during a long run: memory, descriptors, the bus, the database, the wall's heap; and their trends."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psutil
from playwright.sync_api import CDPSession

from tests.house import House
from tests.ledger import Reader

PROCESSES = ("web", "recorder", "alerts", "feeds", "valkey")
STREAMS = ("lso:readings", "lso:passages", "lso:dead", "lso:alerts")
MB = 1 << 20


@dataclass(frozen=True)
class Sample:
    """Everything measured at one moment; `figures` by name."""

    at_s: float
    figures: dict[str, float]


class Gauges:
    """Measures a house and the wall that watches it."""

    def __init__(self, house: House, wall: CDPSession) -> None:
        self.samples: list[Sample] = []
        self._house = house
        self._wall = wall
        self._begun = time.monotonic()
        self._processes: dict[str, psutil.Process] = {}

    def measure(self) -> None:
        """Take one sample."""
        figures: dict[str, float] = {}
        for name in PROCESSES:
            self._process(name, figures)
        self._bus(figures)
        self._database(figures)
        self._browser(figures)
        self.samples.append(Sample(time.monotonic() - self._begun, figures))

    def _process(self, name: str, figures: dict[str, float]) -> None:
        with suppress(psutil.Error):
            known = self._processes.get(name)
            if known is None or not known.is_running():
                pid = self._house.pid(name)
                if pid is None:
                    return
                known = self._processes[name] = psutil.Process(pid)
            figures[f"{name} RSS MB"] = known.memory_info().rss / MB
            figures[f"{name} descriptors"] = known.num_fds()
            figures[f"{name} threads"] = known.num_threads()
            figures[f"{name} pid"] = known.pid

    def _bus(self, figures: dict[str, float]) -> None:
        with self._house.bus() as bus:
            info: dict[str, Any] = bus.info()
            figures["bus memory MB"] = info["used_memory"] / MB
            figures["bus AOF MB"] = info.get("aof_current_size", 0) / MB
            figures["bus keys"] = sum(int(db["keys"]) for name, db in info.items() if name.startswith("db"))
            streams = 0
            for stream in STREAMS:
                figures[f"{stream} entries"] = bus.xlen(stream)
                streams += int(bus.memory_usage(stream, samples=0) or 0)
            figures["streams MB"] = streams / MB
            figures["bus besides streams MB"] = figures["bus memory MB"] - figures["streams MB"]

    def _database(self, figures: dict[str, float]) -> None:
        data = self._house.directory / "var"
        with Reader(f"sqlite:///{data / 'history.sqlite'}") as history:
            figures["history MB"] = history.size_bytes() / MB
            for name, count in history.rows().items():
                figures[f"rows {name}"] = count
        for name in ("history", "desk"):
            figures[f"{name} WAL MB"] = _size(data / f"{name}.sqlite-wal") / MB
        figures["desk MB"] = _size(data / "desk.sqlite") / MB

    def _browser(self, figures: dict[str, float]) -> None:
        self._wall.send("HeapProfiler.collectGarbage")
        told = {one["name"]: one["value"] for one in self._wall.send("Performance.getMetrics")["metrics"]}
        figures["wall heap MB"] = told["JSHeapUsedSize"] / MB
        figures["wall nodes"] = told["Nodes"]
        figures["wall listeners"] = told["JSEventListeners"]

    # ---------------------------------------------------------------- trends

    def series(self, name: str, from_s: float = 0.0) -> list[tuple[float, float]]:
        """Return a figure's values from an instant on, as (s, value)."""
        return [(one.at_s, one.figures[name]) for one in self.samples if one.at_s >= from_s and name in one.figures]

    def growth(self, name: str, from_s: float) -> float:
        """Return how much a figure grew from an instant to the end, by the median of all slopes (Theil–Sen).

        Robust against single peaks, as a garbage collection or a checkpoint makes them.
        """
        found = self.series(name, from_s)
        slopes = [(b - a) / (t - s) for i, (s, a) in enumerate(found) for t, b in found[i + 1 :] if t > s]
        return median(slopes) * (found[-1][0] - found[0][0]) if slopes else 0.0

    def lines(self) -> str:
        """Return every sample as a line of a table with tabs, the names first."""
        names = list(self.samples[-1].figures)
        rows = [
            [f"{one.at_s:.0f}", *(f"{one.figures.get(name, float('nan')):.2f}" for name in names)]
            for one in self.samples
        ]
        return "\n".join("\t".join(row) for row in [["s", *names], *rows]) + "\n"

    def table(self, from_s: float) -> str:
        """Return a table of all figures: at the warm-up's end, least, most, last, and the trend from there on."""
        lines = ["| figure | warm | least | most | last | trend |", "|---|---:|---:|---:|---:|---:|"]
        for name in self.samples[-1].figures:
            values = [value for _, value in self.series(name, from_s)]
            if values:
                cells = (values[0], min(values), max(values), values[-1], self.growth(name, from_s))
                lines.append(f"| {name} | " + " | ".join(f"{cell:,.1f}" for cell in cells) + " |")
        return "\n".join(lines)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
