"""`mapping`: what a mapping makes of a payload, before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from feeds.errors import MappingError

if TYPE_CHECKING:
    from feeds.mapping import Trial

app = typer.Typer(no_args_is_help=True)

CLEAN, REFUSED, UNUSABLE = 0, 1, 2


@app.callback()
def _group() -> None:
    """How payloads of others become readings and passages."""


@app.command("try")
def try_file(
    file: Annotated[Path, typer.Argument(help="A payload: CSV, JSON, lines of JSON or XML.")],
    mapping: Annotated[Path, typer.Option(help="The mapping: config/mappings/*.yaml.")],
    limit: Annotated[int, typer.Option(min=0, help="How many readings and refusals are shown; all are counted.")] = 20,
    content_type: Annotated[str, typer.Option(help="As a web service would send it, with its charset.")] = "",
    json: Annotated[bool, typer.Option("--json", help="The whole answer as JSON.")] = False,
) -> None:
    """Print what would be stored, what refused and why. Nothing is sent, and no house needs to run.

    Ends with 0 when nothing was refused, with 1 when something was, with 2 when the file or the mapping cannot be used.
    """
    import msgspec

    from feeds.catalogue import Catalogue
    from feeds.mapping import load_mapping, try_mapping
    from geodata.places import Places

    catalogue = Catalogue()
    rules = load_mapping(mapping, catalogue)
    try:
        with file.open("rb") as payload:
            trial = try_mapping(
                payload,
                rules,
                catalogue,
                Places.load(),
                datetime.now(UTC),
                origin=file.name,
                content_type=content_type,
                limit=limit,
            )
    except OSError as error:
        raise MappingError(f"{file}: cannot be read ({error.strerror})") from error
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(trial)).decode())
    else:
        _print(Console(highlight=False), trial)
    raise typer.Exit(UNUSABLE if trial.unreadable else REFUSED if trial.refused_rows or trial.rejected else CLEAN)


def _print(console: Console, trial: Trial) -> None:
    if trial.readings:
        console.print(_readings(trial))
    if trial.passages:
        console.print(_passages(trial))
    if trial.refused:
        console.print(_refused(trial))
    for note in trial.notes:
        console.print(note.message, markup=False)
    console.print(_totals(trial))


def _readings(trial: Trial) -> Table:
    table = _table(f"Readings of {trial.source}: {len(trial.readings)} of {trial.accepted_readings}")
    for name in ("where", "metric", "place", "dims", "value", "observed at", "quality"):
        table.add_column(name, justify="right" if name == "value" else "left", overflow="fold")
    for reading, origin in zip(trial.readings, trial.origins, strict=True):
        dims = " ".join(f"{key}={value}" for key, value in sorted(reading.dims.items()))
        value = "missing" if reading.value is None else f"{reading.value:g}"
        at = f"{reading.observed_at:%Y-%m-%d %H:%M:%S}Z"
        _add(table, _place_in(origin, trial), reading.metric, reading.place, dims, value, at, reading.quality)
    return table


def _passages(trial: Trial) -> Table:
    table = _table(f"Passages of {trial.source}: {len(trial.passages)} of {trial.accepted_passages}")
    for name in ("vehicle", "place", "direction", "goods", "step", "phase", "at", "tonnes", "fee"):
        table.add_column(name, overflow="fold")
    for one in trial.passages:
        tonnes = "" if one.goods_tonnes is None else f"{one.goods_tonnes:g}"
        fee = "" if one.fee_vnd is None else f"{one.fee_vnd}"
        at = f"{one.at:%Y-%m-%d %H:%M:%S}Z"
        step = f"{one.step} (turned back)" if one.diverted else one.step
        _add(table, one.vehicle, one.place, one.direction, one.goods_class, step, one.phase, at, tonnes, fee)
    return table


def _refused(trial: Trial) -> Table:
    table = _table(f"Refused: {len(trial.refused)} of {trial.refused_rows + trial.rejected}")
    for name in ("where", "what", "reason", "why"):
        table.add_column(name, overflow="fold")
    for refusal in trial.refused:
        _add(table, _place_in(refusal.origin, trial), refusal.kind, refusal.reason, refusal.message)
    return table


def _totals(trial: Trial) -> Table:
    table = Table(show_header=False, box=None)
    _add(table, "rows", str(trial.rows), f"in {trial.origin}, read as {trial.format}")
    _add(table, "readings", str(trial.accepted_readings), f"{trial.missing} of them of a missing count")
    _add(table, "passages", str(trial.accepted_passages), "")
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(trial.reasons.items())) or "nothing"
    _add(table, "refused", str(trial.refused_rows + trial.rejected), reasons)
    _add(table, "clock ahead", str(trial.clock_ahead_rows), "rows flagged: estimated")
    return table


def _table(title: str) -> Table:
    return Table(title=escape(title), title_justify="left", header_style="bold", expand=False)


def _add(table: Table, *cells: str) -> None:
    # What a payload holds is shown as it is: control characters must not move a cursor, brackets are not markup.
    table.add_row(*(escape("".join(c if c.isprintable() else " " for c in cell)) for cell in cells))


def _place_in(origin: str, trial: Trial) -> str:
    return origin.removeprefix(f"{trial.origin}:")
