"""The verbs of `python -m dashboard`; one module a group of verbs, imported when used so that help is quick."""

from __future__ import annotations

import typer

from dashboard.cli import (
    access,
    backup,
    doctor,
    export,
    ground,
    mapping,
    processes,
    replay,
    rules,
    scenario,
    targets,
    up,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The command centre of Lạng Sơn: run it, feed it, look after it.",
)
up.register(app)
processes.register(app)
replay.register(app)
scenario.register(app)
backup.register(app)
doctor.register(app)
export.register(app)
app.add_typer(mapping.app, name="mapping", help="Mappings: try one on a payload.")
app.add_typer(rules.app, name="rules", help="Alert rules: check them.")
app.add_typer(targets.app, name="targets", help="Targets of the province's programme: check them.")
app.add_typer(ground.app, name="geodata", help="Places and layers: build and verify them.")
app.add_typer(access.users, name="user", help="People who sign in.")
app.add_typer(access.tokens, name="token", help="Bearer tokens for machines and kiosks.")
