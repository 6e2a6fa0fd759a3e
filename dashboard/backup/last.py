"""The note of the newest backup, wherever its archive was written to: for `/metrics` and its alert."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

NOTE: Final = "last-backup.json"


class LastBackup(msgspec.Struct, frozen=True):
    """When the newest archive was made (Unix time), where it lies and how large it is."""

    at_s: float
    file: str
    size_bytes: int


def note(data_dir: Path, file: Path, now: datetime) -> None:
    """Note that an archive was made."""
    data_dir.mkdir(parents=True, exist_ok=True)
    fresh = data_dir / f"{NOTE}.new"
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
        opened.write(msgspec.json.encode(LastBackup(now.timestamp(), str(file), file.stat().st_size)))
    fresh.replace(data_dir / NOTE)


def read(data_dir: Path) -> LastBackup | None:
    """Return the note, None when no backup was ever made here or the note cannot be read."""
    try:
        return msgspec.json.decode((data_dir / NOTE).read_bytes(), type=LastBackup)
    except (OSError, msgspec.DecodeError):
        return None
