"""One script and one style sheet a screen: our assets joined, so that a page needs a dozen requests and not a hundred.

The files keep their order and their names (as comments), and lie beside the single ones under `/assets`, so that
addresses in style sheets go on leading to the same fonts. What is not here: which files are whose (see `bundles`).
"""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Final

from dashboard.assets import ASK, FOREVER, StaticFile, prepare
from dashboard.bundles import asset_belongs
from dashboard.screens import SCREENS

ALONE: Final = frozenset({"43-wall-watch.js"})
"""Files that stay their own: the watch runs a second time as a Worker, by its own address."""

_NAMED: Final = re.compile(r"([a-z]+)\.([0-9a-f]{12})\.(css|js)")


class JoinedAssets:
    """The joined files of all screens; each is made when it is first asked for and again after a file was edited.

    Args:
        folder: our scripts and styles. Threads may use the object.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, str], tuple[tuple[tuple[str, int], ...], StaticFile]] = {}
        self._lock = threading.Lock()

    def address(self, screen: str, kind: str) -> tuple[str, str]:
        """Return name and hash of a screen's joined file, for example `wall.0123456789ab.js` and `0123456789ab`."""
        digest = self._file(screen, kind).etag.strip('"')[:12]
        return f"{screen}.{digest}.{kind}", digest

    def read(self, name: str) -> tuple[StaticFile, str] | None:
        """Return a joined file by its name with how long it may be kept; None for a name of another kind; blocks.

        A page that was drawn before an upgrade and asks after it is given the new file, to be kept for this once.
        """
        match = _NAMED.fullmatch(name)
        if match is None or match[1] not in SCREENS:
            return None
        file = self._file(match[1], match[3])
        return file, FOREVER if file.etag.startswith(f'"{match[2]}') else ASK

    def _file(self, screen: str, kind: str) -> StaticFile:
        paths = sorted(self._folder.glob(f"*.{kind}"))
        own = [path for path in paths if asset_belongs(path.name, screen) and path.name not in ALONE]
        state = tuple((path.name, path.stat().st_mtime_ns) for path in own)
        with self._lock:
            made = self._made.get((screen, kind))
            if made is None or made[0] != state:
                made = (state, prepare(join(own), f"{screen}.{kind}"))
                self._made[screen, kind] = made
        return made[1]


def join(paths: list[Path]) -> bytes:
    """Return files of one kind one after the other: each told by its name, each script ended before the next."""
    return b"".join(
        b"/* %s */\n%s\n%s" % (path.name.encode(), path.read_bytes(), b";\n" if path.suffix == ".js" else b"")
        for path in paths
    )
