"""Secrets by name: what a feed authenticates with never stands in feeds.yaml, in a log, a state or an address.

`secret: PORTAL_KEY` is the environment variable `LSO_SECRET_PORTAL_KEY`, else the file `secrets/PORTAL_KEY` in the data
directory. Read again each time it is needed, so that a changed file works at the next attempt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from feeds.errors import SourceError

VARIABLE: Final = "LSO_SECRET_"
DIRECTORY: Final = "secrets"
RESERVED: Final = frozenset({"KEY"})
"""LSO_SECRET_KEY signs the house's own sessions; no provider may ever be sent it."""
LONGEST: Final = 16_384
_NAME: Final = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)


def check_secret_name(name: str) -> str:
    """Return the name.

    Raises:
        ValueError: when it cannot name a secret.
    """
    if not _NAME.fullmatch(name) or name in RESERVED:
        raise ValueError(
            f"secret: expected a name of capital letters, digits and _ such as PORTAL_KEY (not KEY), got {name[:64]!r}"
        )
    return name


class Secrets:
    """Looks secrets up.

    Args:
        variables: environment variables that begin with LSO_SECRET_.
        data_dir: holds the directory `secrets`.
    """

    def __init__(self, variables: Mapping[str, str], data_dir: Path) -> None:
        self._variables = variables
        self._directory = data_dir / DIRECTORY

    def value(self, name: str) -> str:
        """Return a secret.

        Raises:
            SourceError: when it is not there, is empty, or could break out of a header; its value is never told.
        """
        check_secret_name(name)
        text = self._variables.get(VARIABLE + name, "")
        if not text:
            path = self._directory / name
            try:
                with path.open("rb") as file:
                    text = file.read(LONGEST + 1).decode("utf-8")
            except (OSError, UnicodeDecodeError):
                text = ""
        text = text.strip("\r\n")
        if not text:
            raise SourceError(
                f"Chưa có khóa {name}: đặt biến {VARIABLE}{name} hoặc tệp secrets/{name} trong thư mục dữ liệu.",
                f"The secret {name} is not there: set {VARIABLE}{name}, or write the file secrets/{name} in the data "
                "directory.",
            )
        if len(text) > LONGEST or any(ord(letter) < 32 or ord(letter) == 127 for letter in text):
            raise SourceError(
                f"Khóa {name} có ký tự điều khiển hoặc quá dài.",
                f"The secret {name} holds control characters or is too long.",
            )
        return text
