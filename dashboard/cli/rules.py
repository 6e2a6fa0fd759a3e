"""`rules`: what is wrong with rule files, each error with its file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Alert rules."""


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Rule files, or directories of them.")]) -> None:
    """Explain every error in rule files; ends with 1 when there is one."""
    from alerts.check import check as check_rules

    console = Console(highlight=False)
    paths = [found for path in files for found in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])]
    errors = check_rules(paths)
    for error in errors:
        console.print(str(error), markup=False, soft_wrap=True)
    if errors:
        console.print(f"{len(errors)} errors in {len(paths)} files")
        raise typer.Exit(1)
    console.print(f"{len(paths)} files, no errors")
