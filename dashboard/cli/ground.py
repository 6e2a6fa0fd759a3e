"""`geodata`: build the shipped layers anew, and verify them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="Where the layers go.")] = Path("geodata/data"),
) -> None:
    """Derive the shipped layers from the open packages (needs requirements-dev.txt)."""
    from geodata.build import build_all

    console = Console(highlight=False)
    with console.status("geodata build"):
        report = build_all(out)
    console.print(report, markup=False)


@app.command()
def verify() -> None:
    """Print area, validity, overlaps and gaps of the shipped layers."""
    from geodata.verify import verify as verify_layers

    Console(highlight=False).print(verify_layers(), markup=False)
