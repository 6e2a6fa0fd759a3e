"""`user` and `token`: who may come in. Passwords are asked for, never given on the command line."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

users = typer.Typer(no_args_is_help=True)
tokens = typer.Typer(no_args_is_help=True)

ROLES = "viewer, leader, duty, supervisor, admin"


@users.callback()
def _users() -> None:
    """People who sign in."""


@tokens.callback()
def _tokens() -> None:
    """Bearer tokens."""


@users.command("add")
def user_add(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Option(help=f"One of {ROLES}.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="PASSWORD")],
) -> None:
    """Add a person. The password is asked for (or taken from the variable PASSWORD)."""
    from dashboard.settings import load_settings
    from dashboard.wiring import open_users

    directory = open_users(load_settings())
    try:
        directory.add(name, password, role)
    finally:
        directory.close()
    Console().print(f"{name} ({role}) may sign in now.", markup=False)


@tokens.command("create")
def token_create(
    role: Annotated[str, typer.Option(help=f"machine (may push), or one of {ROLES}.")],
    name: Annotated[str, typer.Option(help="Who uses it; the default source of what it pushes.")] = "",
) -> None:
    """Create a bearer token and print it once; only its hash is kept."""
    from dashboard.settings import load_settings
    from dashboard.wiring import open_users

    directory = open_users(load_settings())
    try:
        token = directory.create_token(name or role, role)
    finally:
        directory.close()
    typer.echo(token)


@tokens.command("list")
def token_list() -> None:
    """List every token without its secret: its number, name, role, when it was made, and whether it is revoked."""
    from datetime import UTC, datetime

    from dashboard.settings import load_settings
    from dashboard.wiring import open_users

    directory = open_users(load_settings())
    try:
        for token in directory.tokens():
            made = datetime.fromtimestamp(token.created_at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%MZ")
            state = "revoked" if token.revoked_at_ms else "good"
            typer.echo(f"{token.id}\t{token.name}\t{token.role}\t{made}\t{state}")
    finally:
        directory.close()


@tokens.command("revoke")
def token_revoke(number: Annotated[int, typer.Argument(help="The token's number; `token list` tells it.")]) -> None:
    """Take a token back, and with it every display that was started with it; they say so within seconds."""
    from dashboard.settings import load_settings
    from dashboard.wiring import open_users

    directory = open_users(load_settings())
    try:
        directory.revoke_token(number)
    finally:
        directory.close()
    Console().print(f"The token {number} is revoked; what was signed in with it is signed out.", markup=False)
