"""Settings: the one place that reads the environment (prefix `LSO_`).

A wrong value stops the start with the variable, the value and what was expected. Every variable stands in
`docs/operations.md`; a test keeps the two equal.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from dashboard.errors import SettingError

PREFIX: Final = "LSO_"
LANGUAGES: Final = ("vi", "en")
PLACEHOLDERS: Final = frozenset({"changeme", "change-me", "secret", "password", "secret_key"})

DATABASE_SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg", "sqlite")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides.

    Attributes:
        redis_url: the bus; "" starts the embedded Valkey.
        database_url: PostgreSQL (or another SQLite) for history and desk; "" keeps two SQLite files in data_dir.
        host: address the web process listens on.
        port: its port.
        data_dir: everything that is kept: `var`.
        config_dir: what an operator edits: `config`.
        public_url: how browsers reach us, scheme and host; allowed as Origin of `/live`.
        secret_key: signs sessions; kept in data_dir/secret.key when not given.
        lang: language of a screen that asks for none.
        fsync: `everysec` (survives kill −9) or `always` (survives power loss).
        log: `console` or `json`.
    """

    redis_url: str
    database_url: str
    host: str
    port: int
    data_dir: Path
    config_dir: Path
    public_url: str
    secret_key: str
    lang: str
    fsync: str
    log: str

    @property
    def history_url(self) -> str:
        """SQLAlchemy URL of the history database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'history.sqlite'}"

    @property
    def desk_url(self) -> str:
        """SQLAlchemy URL of the desk database: users, tokens, alert journal."""
        return self.database_url or f"sqlite:///{self.data_dir / 'desk.sqlite'}"

    @property
    def embedded_bus_dir(self) -> Path:
        """Where the embedded Valkey keeps its append-only file."""
        return self.data_dir / "valkey"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment.

    Raises:
        SettingError: on the first value that cannot be used, and on an unknown `LSO_` variable (a typing error would
            otherwise change nothing in silence).
    """
    env = os.environ if environ is None else environ
    unknown = sorted(
        name for name in env if name.startswith(PREFIX) and name not in VARIABLES and not _names_secret(name)
    )
    if unknown:
        # A secret under a mistyped name is still a secret.
        value = "***" if "SECRET" in unknown[0] else env[unknown[0]]
        raise SettingError(f"{unknown[0]}={value!r} is not a setting; known are {', '.join(VARIABLES)}")
    data_dir = Path(_get(env, "LSO_DATA_DIR", "var"))
    host = _get(env, "LSO_HOST", "127.0.0.1")
    port = _port(env)
    return Settings(
        redis_url=_url(env, "LSO_REDIS_URL", ("redis", "rediss", "unix")),
        database_url=_url(env, "LSO_DATABASE_URL", DATABASE_SCHEMES),
        host=host,
        port=port,
        data_dir=data_dir,
        config_dir=_directory(env),
        public_url=_url(env, "LSO_PUBLIC_URL", ("http", "https")).rstrip("/") or f"http://{host}:{port}",
        secret_key=_secret(env, data_dir),
        lang=_choice(env, "LSO_LANG", LANGUAGES),
        fsync=_choice(env, "LSO_FSYNC", ("everysec", "always")),
        log=_choice(env, "LSO_LOG", ("console", "json")),
    )


VARIABLES: Final = (
    "LSO_REDIS_URL",
    "LSO_DATABASE_URL",
    "LSO_HOST",
    "LSO_PORT",
    "LSO_DATA_DIR",
    "LSO_CONFIG_DIR",
    "LSO_PUBLIC_URL",
    "LSO_SECRET_KEY",
    "LSO_LANG",
    "LSO_FSYNC",
    "LSO_LOG",
)


SECRET_PREFIX: Final = "LSO_SECRET_"  # noqa: S105 (a prefix of names)
"""`LSO_SECRET_PORTAL_KEY` is the secret PORTAL_KEY of a feed; LSO_SECRET_KEY is a setting and no feed's."""


def feed_secrets(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables that hold feeds' secrets."""
    env = os.environ if environ is None else environ
    return {name: value for name, value in env.items() if _names_secret(name)}


def _names_secret(name: str) -> bool:
    return name.startswith(SECRET_PREFIX) and name not in VARIABLES and len(name) > len(SECRET_PREFIX)


def database_url(text: str, name: str) -> str:
    """Return the URL of a database that was given as `name`.

    Raises:
        SettingError: when it cannot be one.
    """
    return _url({name: text}, name, DATABASE_SCHEMES)


def _get(env: Mapping[str, str], name: str, default: str) -> str:
    return env.get(name, "").strip() or default


def _port(env: Mapping[str, str]) -> int:
    text = _get(env, "LSO_PORT", "8050")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65_535:
        raise SettingError(f"LSO_PORT={text!r}: expected a port number from 1 to 65535")
    return int(text)


def _url(env: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str:
    text = _get(env, name, "")
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        scheme, _port_number = parts.scheme, parts.port
    except ValueError as error:
        raise SettingError(f"{name}={_hidden(text)!r}: not a URL ({error})") from error
    if scheme not in schemes:
        raise SettingError(
            f"{name}={_hidden(text)!r}: expected a URL that begins with {' or '.join(f'{s}://' for s in schemes)}"
        )
    return text


def _hidden(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.partition('://')[0]}://***@{tail}" if at else url


def _directory(env: Mapping[str, str]) -> Path:
    path = Path(_get(env, "LSO_CONFIG_DIR", "config"))
    if not path.is_dir():
        raise SettingError(
            f"LSO_CONFIG_DIR={str(path)!r}: expected a directory that exists (run from the project root)"
        )
    return path


def _choice(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    text = _get(env, name, allowed[0])
    if text not in allowed:
        raise SettingError(f"{name}={text!r}: expected one of {', '.join(allowed)}")
    return text


def _secret(env: Mapping[str, str], data_dir: Path) -> str:
    text = env.get("LSO_SECRET_KEY", "").strip()
    if text:
        if text.lower() in PLACEHOLDERS or len(text) < 32:
            raise SettingError(
                f"LSO_SECRET_KEY: expected at least 32 random characters, got {len(text)}; "
                "`python -c 'import secrets; print(secrets.token_urlsafe(48))'` makes one"
            )
        return text
    path = data_dir / "secret.key"
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
        return path.read_text().strip()
    except OSError as error:
        raise SettingError(f"LSO_DATA_DIR={str(data_dir)!r}: expected a directory we may write to ({error})") from error
