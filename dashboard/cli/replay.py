"""`replay`: a recorded file played through the door, with the ledger printed at the end."""

from __future__ import annotations

import asyncio
import math
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dashboard.logs import configure_logs
from dashboard.settings import Settings, load_settings
from feeds.errors import MappingError
from feeds.sources.delivery import Tally

SETTLE_S = 100.0
"""How long to wait for the recorder to have stored what was sent."""


def replay(
    files: Annotated[list[Path], typer.Argument(help="Recorded files: CSV, JSON, lines of JSON or XML.")],
    mapping: Annotated[Path, typer.Option(help="How they become readings: config/mappings/*.yaml.")],
    speed: Annotated[str, typer.Option(help="How many recorded seconds go by in one; `max` sends at once.")] = "max",
    as_live: Annotated[bool, typer.Option(help="Observed now instead of then: screens move.")] = False,
) -> None:
    """Play recorded files through the door. Produced = stored + duplicates + refused is printed at the end."""
    settings = load_settings()
    configure_logs(settings.log, "replay")
    raise typer.Exit(asyncio.run(_replay(settings, files, mapping, _speed(speed), as_live=as_live)))


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(replay)


def _speed(text: str) -> float:
    if text == "max":
        return math.inf
    try:
        speed = float(text.removesuffix("x"))
    except ValueError:
        speed = 0.0
    if not 0 < speed < math.inf:
        raise MappingError(f"--speed {text!r}: expected a number above 0, or max")
    return speed


async def _replay(settings: Settings, files: list[Path], mapping_file: Path, speed: float, *, as_live: bool) -> int:
    from dashboard.wiring import open_base, open_history
    from feeds.mapping import load_mapping
    from feeds.sources.replay import Replay, replayed

    console = Console(stderr=True, highlight=False)
    async with open_base(settings) as base:
        mapping = replayed(load_mapping(mapping_file, base.catalogue))
        history = open_history(settings)
        try:
            await base.registry.refresh()
            before = _ledger(history, mapping.source)
            player = Replay(base.door, base.registry, base.catalogue, mapping, speed=speed, as_live=as_live)
            names = ", ".join(path.name for path in files)
            with console.status(f"{names} → {settings.public_url}/crossings"):
                produced = await player.run(files)
                after = await _settled(history, mapping.source, before, produced.produced)
        finally:
            history.close()
    stored, duplicates, refused = (now - then for now, then in zip(after, before, strict=True))
    _print(console, produced, stored, duplicates, refused)
    if stored + duplicates + refused != produced.produced:
        console.print(
            "The ledger is not complete: is the recorder running? What was sent waits on the bus and is kept."
        )
        return 1
    return 0


def _ledger(history: object, source: str) -> tuple[int, int, int]:
    from feeds.history import History

    assert isinstance(history, History)
    rows = [row for row in history.ledger() if row.source == source]
    return (
        sum(row.stored for row in rows),
        sum(row.duplicates for row in rows),
        sum(row.refused for row in rows),
    )


async def _settled(history: object, source: str, before: tuple[int, int, int], produced: int) -> tuple[int, int, int]:
    deadline = time.monotonic() + SETTLE_S
    while True:
        after = await asyncio.to_thread(_ledger, history, source)
        if sum(after) - sum(before) >= produced or time.monotonic() > deadline:
            return after
        await asyncio.sleep(0.1)


def _print(console: Console, produced: Tally, stored: int, duplicates: int, refused: int) -> None:
    table = Table(show_header=False, box=None)
    table.add_row("rows", str(produced.rows), "in the files")
    table.add_row(
        "produced",
        str(produced.produced),
        f"{produced.readings} readings ({produced.missing} of a missing count) + {produced.passages} passages"
        f" + {produced.refused_rows} rows",
    )
    table.add_row("stored", str(stored), "new to history")
    table.add_row("duplicates", str(duplicates), "known already, nothing changed")
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(produced.reasons.items())) or "none"
    table.add_row("refused", str(refused), f"in the dead letters: {reasons}")
    table.add_row("clock ahead", str(produced.clock_ahead_rows), "rows flagged: estimated")
    console.print(table)
