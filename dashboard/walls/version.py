"""The version of what this process serves: a hash of the screens' files, by which a page knows that it is old."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

import layouts

ROOM: Final = Path(layouts.__file__).parent
SERVED: Final = frozenset({".py", ".js", ".css", ".po", ".svg", ".woff2"})
"""Kinds of files that make a page what it is."""


@cache
def served_version() -> str:
    """Return the version as 12 hexadecimal digits; it is that of the files at the first call and stays so."""
    told = hashlib.sha256()
    for path in sorted(ROOM.rglob("*")):
        if path.suffix in SERVED:
            told.update(str(path.relative_to(ROOM)).encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]
