"""Static files: component bundles, our assets and the map layers, compressed once and cached by browsers for good.

Dash serves plotly.min.js (4.8 MB) uncompressed and without cache headers, and mounts the assets folder as it is; so
the app serves all of them from here. A file is read, hashed and compressed when it is first asked for (the lifespan
asks for the large ones), never per request. What is not here: deciding who may have them (see `auth.gate`).
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from time import monotonic
from typing import Final

import structlog
from dash.fingerprint import build_fingerprint, check_fingerprint
from starlette.datastructures import Headers
from starlette.responses import Response

from geodata import storage
from geodata.errors import LayerError
from geodata.layers import known_layers, layer

FOREVER: Final = "private, max-age=31536000, immutable"
"""For addresses that carry a hash or version: another content has another address."""
A_WEEK: Final = "private, max-age=604800"
"""For fonts: named by the style sheet without a version, and they change with years."""
ASK: Final = "private, no-cache"
"""For everything else: kept, but asked about each time (304 by ETag)."""
AT_ONCE: Final = b"//# allFunctionsCalledOnLoad\n"
"""Before the script of a library that comes when the page stands already: the browser compiles all of it beside the
page while it loads, instead of piece by piece when it runs. Plotly held the wall up for 250 ms without it, and for less
than 90 with it. What the page waits for (React, Leaflet) only came later with it."""
SMALLEST: Final = 512
"""Bytes below which compression saves less than its header costs."""
GZIP_LEVEL: Final = 9
LOOK_S: Final = 1.0
"""Seconds between looks for an import."""
KEPT_SHELVES: Final = 3
"""Sets of layers that are still served: a page keeps the addresses it was drawn with."""
COMPRESSED_TYPES: Final = ("text/", "application/json", "application/javascript", "image/svg+xml", "application/geo")

log = structlog.get_logger("web")

_TYPES: Final[Mapping[str, str]] = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".ico": "image/x-icon",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file ready to be sent.

    Attributes:
        body: its bytes.
        packed: the same, gzipped; None where that saves nothing.
        media_type: with charset where it is text.
        etag: hash of the bytes, quoted.
    """

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


def prepare(body: bytes, name: str) -> StaticFile:
    """Return bytes as a file ready to be sent; blocks for up to half a second on the largest bundle."""
    suffix = Path(name).suffix.lower()
    media_type = _TYPES.get(suffix) or mimetypes.types_map.get(suffix, "application/octet-stream")
    packed = None
    if len(body) >= SMALLEST and media_type.startswith(COMPRESSED_TYPES):
        # mtime 0: the same content gives the same bytes on every machine and day.
        packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
    return StaticFile(body, packed, media_type, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def respond(file: StaticFile, headers: Headers, cache: str) -> Response:
    """Return the answer to one request: 304 where the browser has it, packed where it can unpack."""
    shared = {"ETag": file.etag, "Cache-Control": cache, "Vary": "Accept-Encoding"}
    if file.etag in headers.get("if-none-match", ""):
        return Response(status_code=304, headers=shared)
    if file.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**shared, "Content-Encoding": "gzip"}, media_type=file.media_type)
    return Response(file.body, headers=shared, media_type=file.media_type)


class Shelf:
    """Files that were asked for, ready to be sent. Threads may use it; each file is prepared once."""

    def __init__(self) -> None:
        self._files: dict[tuple[str, ...], StaticFile] = {}
        self._locks: dict[tuple[str, ...], threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> StaticFile | None:
        """Return a file that is ready, or None."""
        return self._files.get(key)

    def take(self, key: tuple[str, ...], read: Callable[[], bytes]) -> StaticFile:
        """Return a file, reading and preparing it the first time; blocks then."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._files:
                self._files[key] = prepare(read(), key[-1])
            return self._files[key]


BUNDLES: Final = Shelf()
"""Bundles of installed packages: they cannot change while a process lives, so all apps of a process share them."""


def read_bundle(registered: Mapping[str, set[str]], package: str, path: str) -> tuple[StaticFile, bool] | None:
    """Return a component bundle and whether its address carries a fingerprint; None when there is none.

    Args:
        registered: what Dash's component libraries have registered: package → paths. Nothing else is served.
        package: the package's name.
        path: the path in the package, with or without fingerprint.
    """
    plain, fingerprinted = check_fingerprint(path)  # type: ignore[no-untyped-call]
    if plain not in registered.get(package, ()):
        return None

    def read() -> bytes:
        return resources.files(package).joinpath(plain).read_bytes()

    try:
        return BUNDLES.take((package, plain), read), fingerprinted
    except FileNotFoundError:
        return None


def fingerprinted_address(package: str, path: str) -> str:
    """Return the address of a bundle with its fingerprint, under which it may be kept for good."""
    module = sys.modules[package]
    where = Path(str(module.__file__)).parent / path
    version = getattr(module, "__version__", "0")
    named = build_fingerprint(path, version, int(where.stat().st_mtime))  # type: ignore[no-untyped-call]
    return f"/_dash-component-suites/{package}/{named}"


class AssetFolder:
    """Our own scripts, styles, fonts and icons, under `/assets`.

    Each file is known by path and time of change, so that an edited file is served at once and an old one forgotten.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._files: dict[str, tuple[int, StaticFile]] = {}

    def read(self, path: str) -> StaticFile | None:
        """Return a file of the folder, None when there is none; blocks."""
        where = (self.folder / path).resolve()
        # A path that climbs out of the folder (`..`, a symbolic link) is no file of ours.
        if not where.is_relative_to(self.folder) or not where.is_file():
            return None
        changed_ns = where.stat().st_mtime_ns
        known = self._files.get(path)
        if known is None or known[0] != changed_ns:
            body = where.read_bytes()
            # What lies in a folder is sent with no page, but asked for later; see bundles.asset_belongs.
            later = where.suffix == ".js" and where.parent != self.folder
            known = (changed_ns, prepare(AT_ONCE + body if later else body, where.name))
            self._files[path] = known
        return known[1]

    def cache_control(self, path: str, version: str) -> str:
        """Return how long a browser may keep a file; `version` is what Dash appends as `?m=`, "" for none."""
        if version:
            return FOREVER
        return A_WEEK if path.endswith(".woff2") else ASK


@cache
def current_layers() -> CurrentLayers:
    """Return the layers of `geodata` in use, prepared once a process and again after an import."""
    return CurrentLayers()


class CurrentLayers:
    """The layers in use, taken up anew within a second of an import; the former ones stay for pages still open."""

    def __init__(self) -> None:
        self._shelves = [LayerShelf()]
        self._version = storage.active_name()
        self._looked_at = monotonic()
        self._damaged = ""
        self._lock = threading.Lock()

    @property
    def urls(self) -> dict[str, str]:
        """Name → address of every layer in use now; blocks for a moment right after an import."""
        with self._lock:
            self._look()
            return self._shelves[0].urls

    @property
    def stamp(self) -> tuple[str, ...]:
        """What changes with an import: the version in use, and every address."""
        urls = self.urls
        return (str(self._version), *urls.values())

    def read(self, file_name: str) -> StaticFile | None:
        """Return the layer of an address's last part, None when there is none of that name and hash."""
        return next((file for shelf in self._shelves if (file := shelf.read(file_name)) is not None), None)

    def _look(self) -> None:
        now = monotonic()
        if now - self._looked_at >= LOOK_S:
            self._looked_at = now
            try:
                storage.refresh()
                self._damaged = ""
            except (LayerError, OSError) as error:
                # The former layers stay in use; said once, not at every page.
                if str(error) != self._damaged:
                    self._damaged = str(error)
                    log.warning("imported layers cannot be used", error=self._damaged)
        if storage.active_name() != self._version:
            self._version = storage.active_name()
            self._shelves = [LayerShelf(), *self._shelves][:KEPT_SHELVES]
            log.info("map layers changed", version=self._version or "shipped")


class LayerShelf:
    """The map layers, under `/layers/<name>.<hash>.json`."""

    def __init__(self, names: Iterable[str] | None = None, read: Callable[[str], bytes] = layer) -> None:
        self._files: dict[str, StaticFile] = {}
        self._hashes: dict[str, str] = {}
        for name in known_layers() if names is None else names:
            file = prepare(read(name), f"{name}.json")
            self._files[name] = file
            self._hashes[name] = file.etag.strip('"')[:12]

    @property
    def urls(self) -> dict[str, str]:
        """Name → address of every layer."""
        return {name: f"/layers/{name}.{digest}.json" for name, digest in self._hashes.items()}

    def read(self, file_name: str) -> StaticFile | None:
        """Return the layer of an address's last part, None when there is none of that name and hash."""
        name, _, rest = file_name.partition(".")
        if name not in self._files or rest != f"{self._hashes[name]}.json":
            return None
        return self._files[name]
