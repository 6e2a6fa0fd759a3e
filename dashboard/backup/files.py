"""The files a backup takes along: the configuration, imported geodata, and secrets only when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from dashboard.backup.manifest import LARGEST_FILE, Area
from dashboard.errors import BackupError
from dashboard.settings import Settings

KEY_FILE: Final = "secret.key"
_LEFT_OUT: Final = frozenset({"lock"})
"""Files of a moment, which mean nothing elsewhere."""


def roots(settings: Settings) -> dict[Area, Path]:
    """Return where the files of each area lie."""
    return {"config": settings.config_dir, "geodata": settings.data_dir / "geodata", "secrets": settings.data_dir}


def collect(settings: Settings, *, secrets: bool) -> Iterator[tuple[Area, str, Path]]:
    """Yield (area, path inside it, file), ordered.

    Hidden files and links are left out: an editor's leftovers, and what may lead anywhere.

    Raises:
        BackupError: when a file is larger than any of ours.
    """
    places = roots(settings)
    for area in ("config", "geodata"):
        yield from _below(area, places[area], places[area])
    if secrets:
        yield from _secrets(places["secrets"])


def _secrets(data_dir: Path) -> Iterator[tuple[Area, str, Path]]:
    if (data_dir / KEY_FILE).is_file():
        yield "secrets", KEY_FILE, data_dir / KEY_FILE
    yield from _below("secrets", data_dir, data_dir / "secrets")


def _below(area: Area, root: Path, folder: Path) -> Iterator[tuple[Area, str, Path]]:
    if not folder.is_dir():
        return
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(root)
        if path.is_symlink() or not path.is_file() or path.name in _LEFT_OUT:
            continue
        if any(part.startswith(".") or part == "__pycache__" for part in inside.parts):
            continue
        if path.stat().st_size > LARGEST_FILE:
            raise BackupError(f"{path}: larger than {LARGEST_FILE} bytes; it does not belong in {area}")
        yield area, inside.as_posix(), path
