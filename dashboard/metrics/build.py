"""Which version this is: from the project file and, where there is one, from git or the bundle's own note."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NOTE: Final = "REVISION"
"""File that a bundle carries in place of git."""
SHOWN: Final = 12
UNKNOWN: Final = "unknown"


def version(root: Path = ROOT) -> str:
    """Return the project's version."""
    try:
        return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, ValueError, KeyError):
        return UNKNOWN


def revision(root: Path = ROOT) -> str:
    """Return the commit the files were taken from, shortened; `unknown` where nothing says it."""
    try:
        return (root / NOTE).read_text(encoding="ascii").strip()[:SHOWN] or UNKNOWN
    except (OSError, UnicodeDecodeError):
        pass
    try:
        git = root / ".git"
        head = (git / "HEAD").read_text(encoding="utf-8").strip()
        if not head.startswith("ref: "):
            return head[:SHOWN] or UNKNOWN
        name = head.removeprefix("ref: ")
        loose = git / name
        if loose.is_file():
            return loose.read_text(encoding="ascii").strip()[:SHOWN]
        packed = (git / "packed-refs").read_text(encoding="utf-8").splitlines()
        return next((line.split(" ")[0][:SHOWN] for line in packed if line.endswith(f" {name}")), UNKNOWN)
    except OSError:
        return UNKNOWN
