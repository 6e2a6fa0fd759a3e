"""`targets`: what is wrong with a file of targets, each fault with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Targets of the province's programme."""


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Files such as config/targets.yaml.")]) -> None:
    """Explain every fault in files of targets; ends with 1 when there is one."""
    from feeds.programme.targetfile import TargetFileError, read_file

    console = Console(highlight=False)
    faults = targets = 0
    for file in files:
        try:
            targets += len(read_file(file).targets)
        except TargetFileError as error:
            faults += len(error.faults)
            for fault in error.faults:
                console.print(str(fault), markup=False, soft_wrap=True)
    if faults:
        console.print(f"{faults} faults in {len(files)} files")
        raise typer.Exit(1)
    console.print(f"{len(files)} files, {targets} targets, no faults")
