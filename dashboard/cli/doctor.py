"""`doctor`: what is wrong with this machine and installation, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from dashboard.doctor.model import Finding

SIGNS = {"ok": "[green]ok  [/green]", "warn": "[yellow]warn[/yellow]", "fail": "[red]FAIL[/red]"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Every finding as JSON.")] = False,
) -> None:
    """Check versions, clocks, disk, bus, databases, secrets, certificates and configuration; say what to do.

    Ends with 0 when all is well, 1 when something warns, 2 when something fails.
    """
    from rich.markup import escape

    from dashboard.doctor.model import exit_code

    console = Console(highlight=False)
    findings = []
    for finding in _findings():
        findings.append(finding)
        if not as_json:
            console.print(f"{SIGNS[finding.state]} {escape(f'{finding.check}: {finding.found}')}", soft_wrap=True)
            if finding.do:
                console.print(f"     → {escape(finding.do)}", soft_wrap=True)
    code = exit_code(findings)
    if as_json:
        typer.echo(json.dumps({"exit": code, "findings": [one.to_json() for one in findings]}, ensure_ascii=False))
    else:
        counts = {state: sum(one.state == state for one in findings) for state in SIGNS}
        console.print(f"\n{counts['ok']} well, {counts['warn']} to look at, {counts['fail']} to mend")
    raise typer.Exit(code)


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command()(doctor)


def _findings() -> Iterator[Finding]:
    from dashboard.doctor.examine import examine
    from dashboard.doctor.model import Finding
    from dashboard.errors import SettingError
    from dashboard.settings import load_settings

    try:
        settings = load_settings()
    except SettingError as error:
        yield Finding("settings", "fail", str(error), "Set it right; docs/operations.md lists every variable.")
        return
    yield Finding("settings", "ok", "every variable can be used")
    yield from examine(settings)
