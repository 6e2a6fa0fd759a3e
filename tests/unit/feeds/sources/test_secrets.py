"""Secrets: from the environment or a file, never shown, never the house's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import SettingError
from dashboard.settings import feed_secrets, load_settings
from feeds.errors import SourceError
from feeds.sources.secrets import Secrets


def test_the_environment_comes_before_the_file(tmp_path: Path) -> None:
    """Both work; a file's last line break does not count."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "PORTAL").write_text("from-file\n")
    assert Secrets({}, tmp_path).value("PORTAL") == "from-file"
    assert Secrets({"LSO_SECRET_PORTAL": "from-env"}, tmp_path).value("PORTAL") == "from-env"


def test_a_missing_secret_says_where_to_put_it(tmp_path: Path) -> None:
    """The sentence names the variable and the file."""
    with pytest.raises(SourceError, match=r"LSO_SECRET_PORTAL.*secrets/PORTAL"):
        Secrets({}, tmp_path).value("PORTAL")


def test_a_secret_cannot_break_out_of_a_header(tmp_path: Path) -> None:
    """A line break inside would begin a header of its own; its value is not repeated."""
    with pytest.raises(SourceError) as caught:
        Secrets({"LSO_SECRET_PORTAL": "abc\r\nX-Evil: 1"}, tmp_path).value("PORTAL")
    assert "abc" not in caught.value.en + caught.value.vi


@pytest.mark.parametrize("name", ["KEY", "portal", "../../etc/passwd", "A/B", "", "A" * 65])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    """No path can be smuggled in, and no provider is sent the house's own signing key."""
    with pytest.raises(ValueError, match="secret: "):
        Secrets({"LSO_SECRET_KEY": "k" * 40}, tmp_path).value(name)


def test_the_settings_know_feeds_secrets(tmp_path: Path) -> None:
    """LSO_SECRET_… is no unknown setting; a mistyped one is refused without telling its value."""
    env = {"LSO_DATA_DIR": str(tmp_path), "LSO_SECRET_PORTAL": "abc", "LSO_SECRET_KEY": "k" * 40}
    load_settings(env)
    assert feed_secrets(env) == {"LSO_SECRET_PORTAL": "abc"}
    with pytest.raises(SettingError) as caught:
        load_settings({**env, "LSO_SECRETS_PORTAL": "hunter2"})
    assert "LSO_SECRETS_PORTAL" in str(caught.value)
    assert "hunter2" not in str(caught.value)
