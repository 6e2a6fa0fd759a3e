"""`token` and `user` on the command line: what they print, and who may come in afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.settings import load_settings
from dashboard.wiring import open_users


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The variables of an installation that has just been unpacked."""
    return {"LSO_DATA_DIR": str(tmp_path / "var"), "COLUMNS": "200"}


def said(environment: dict[str, str], *words: str, code: int = 0) -> str:
    """Return what a verb printed; it must end with this code."""
    done = CliRunner().invoke(app, list(words), env=environment)
    assert done.exit_code == code, done.output
    return done.output.strip()


def comes_in(environment: dict[str, str], token: str) -> str:
    """Return the name under which a token is let in by a process that has just started, "" when it is not."""
    users = open_users(load_settings(environment))
    try:
        principal = users.authenticate({"authorization": f"Bearer {token}"})
        return principal.name if principal else ""
    finally:
        users.close()


def test_a_token_is_made_listed_and_taken_back(environment):
    """The one line printed is the token; its list shows number, name and role, never the secret."""
    token = said(environment, "token", "create", "--role", "viewer", "--name", "wall-1")
    assert len(token.splitlines()) == 1
    assert comes_in(environment, token) == "wall-1"
    listed = said(environment, "token", "list")
    number, name, role, _, state = listed.split("\t")
    assert (name, role, state) == ("wall-1", "viewer", "good")
    assert token not in listed
    said(environment, "token", "revoke", number)
    assert comes_in(environment, token) == ""
    assert said(environment, "token", "list").endswith("revoked")


def test_a_person_is_added_and_may_sign_in(environment):
    """The password comes from the variable, never from the command line."""
    added = said({**environment, "PASSWORD": "một mật khẩu dài"}, "user", "add", "lan", "--role", "duty")
    assert "lan (duty)" in added
    assert "mật khẩu" not in added
