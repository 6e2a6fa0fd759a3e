"""A wrong setting stops the start with the variable, the value and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.errors import SettingError
from dashboard.settings import load_settings


def load(tmp_path: Path, **values: str):
    """Load settings with a data directory of the test's own."""
    return load_settings({"LSO_DATA_DIR": str(tmp_path / "var"), **values})


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    """The defaults are the embedded ones, on this machine only."""
    settings = load(tmp_path)
    assert (settings.host, settings.port, settings.redis_url, settings.lang) == ("127.0.0.1", 8050, "", "vi")
    assert settings.public_url == "http://127.0.0.1:8050"
    assert settings.history_url.startswith("sqlite:///")
    assert settings.history_url != settings.desk_url


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("LSO_PORT", "0", "1 to 65535"),
        ("LSO_PORT", "65536", "1 to 65535"),
        ("LSO_PORT", "eighty", "1 to 65535"),
        ("LSO_REDIS_URL", "http://here", "redis://"),
        ("LSO_REDIS_URL", "redis://here:port", "not a URL"),
        ("LSO_DATABASE_URL", "mysql://here", "postgresql"),
        ("LSO_PUBLIC_URL", "here", "http"),
        ("LSO_LANG", "fr", "vi, en"),
        ("LSO_FSYNC", "sometimes", "everysec, always"),
        ("LSO_LOG", "xml", "console, json"),
        ("LSO_CONFIG_DIR", "/nowhere/at/all", "exists"),
        ("LSO_SECRET_KEY", "changeme", "32 random"),
        ("LSO_PROT", "8051", "is not a setting"),
    ],
)
def test_a_wrong_value_is_named_with_what_was_expected(tmp_path: Path, name: str, value: str, expected: str) -> None:
    """The message is enough to mend it."""
    with pytest.raises(SettingError, match=expected) as caught:
        load(tmp_path, **{name: value})
    assert name in str(caught.value)


@pytest.mark.parametrize("port", ["1", "65535"])
def test_the_bounds_belong_to_what_is_allowed(tmp_path: Path, port: str) -> None:
    """The first and the last port are ports."""
    assert load(tmp_path, LSO_PORT=port).port == int(port)


def test_a_password_in_a_url_is_not_printed(tmp_path: Path) -> None:
    """A log is no place for a secret."""
    with pytest.raises(SettingError) as caught:
        load(tmp_path, LSO_DATABASE_URL="mysql://me:hunter2@here/db")
    assert "hunter2" not in str(caught.value)


def test_the_secret_is_made_once_and_is_ours_alone(tmp_path: Path) -> None:
    """Sessions survive a restart; nobody else on the machine can read the key."""
    first, second = load(tmp_path).secret_key, load(tmp_path).secret_key
    assert first == second
    assert len(first) >= 32
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0
    assert (tmp_path / "var").stat().st_mode & 0o077 == 0
