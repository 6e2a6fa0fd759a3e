"""`make bench`: every benchmark in turn; prints ratios, stores them under var/bench with the machine named."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.bench.report import Line

BENCHES = (
    "bench_ingest",
    "bench_fanout",
    "bench_history",
    "bench_ask",
    "bench_first_load",
    "bench_first_picture",
    "bench_chain",
    "bench_glass",
    "bench_wall_cpu",
    "bench_offline",
)


def run(name: str) -> list[Line]:
    """Run one benchmark."""
    measured = importlib.import_module(f"tests.bench.{name}").measure()
    return asyncio.run(measured) if inspect.isawaitable(measured) else measured


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all."""
    console = Console(highlight=False)
    lines: list[Line] = []
    for name in names or BENCHES:
        with console.status(name):
            lines += run(name)
    table = Table("figure", "value", "goal", "detail")
    for line in lines:
        table.add_row(line.name, f"{line.value:,.3g} {line.unit}", line.goal, line.detail)
    console.print(table)
    machine = {"machine": platform.platform(), "cores": os.cpu_count(), "python": platform.python_version()}
    out = Path("var/bench") / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({**machine, "lines": [line.as_json() for line in lines]}, indent=1, ensure_ascii=False))
    console.print(f"{out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
