"""The version of the tablet's shell: another one whenever anything it is made of is another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import dash

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCES: Final = ("layouts/**/*.py", "layouts/locale/*.po", "layouts/assets/**/*", "dashboard/pwa/*")
"""What the page, its words, its scripts and the worker are made of."""


def shell_version(layers: Mapping[str, str], root: Path = ROOT, sources: Iterable[str] = SOURCES) -> str:
    """Return twelve hexadecimal digits that change with any file of the shell; reads some 200 small files.

    Args:
        layers: addresses of the map's layers, which carry their own hashes.
        root: the project's folder.
        sources: patterns below it.
    """
    digest = hashlib.sha256(dash.__version__.encode())
    files = sorted({path for pattern in sources for path in root.glob(pattern) if path.is_file()})
    for path in files:
        # Compiled Python follows from its source and differs from machine to machine.
        if path.suffix != ".pyc":
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    for name in sorted(layers):
        digest.update(f"{name} {layers[name]}".encode())
    return digest.hexdigest()[:12]


def named_files(root: Path = ROOT) -> list[str]:
    """Return the addresses of the fonts and icons, which style sheets name and no page does."""
    assets = root / "layouts" / "assets"
    files = [path for pattern in ("fonts/*.woff2", "icons/*.svg", "icons/app-*.png") for path in assets.glob(pattern)]
    return sorted(f"/assets/{path.relative_to(assets).as_posix()}" for path in files)
