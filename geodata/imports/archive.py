"""Open a file offered for import: what it is by its content, and a zip unpacked within bounds.

A name is a claim and nothing more: GDAL is only handed what begins like the format it claims to be. Deliberately not
here: reading what is inside.
"""

import contextlib
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Final

from geodata.errors import ImportRefusedError

# The province's communes at full detail are some 30 MB as GeoJSON; parsed they take ten times as much.
LARGEST_BYTES: Final = 64_000_000
# A shapefile or geopackage holds the same in binary; a zip, what it unpacks to.
LARGEST_UNPACKED_BYTES: Final = 256_000_000
MOST_MEMBERS: Final = 200
# Coordinates as text compress to a fifth, empty tables to a hundredth; a bomb to a thousandth and less.
HIGHEST_RATIO: Final = 150
_CHUNK: Final = 1 << 20
_TAKEN: Final = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg", ".gpkg", ".geojson", ".json", ".csv"})
_DATASETS: Final = (".shp", ".gpkg", ".geojson", ".json", ".csv")
_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
_GPKG: Final = b"SQLite format 3\x00"
# File code 9994, big-endian. Source: ESRI Shapefile Technical Description (1998), table 1.
_SHAPEFILE: Final = b"\x00\x00\x27\x0a"


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that may be read: `form` is `geojson`, `gpkg`, `shapefile` or `csv`."""

    path: Path
    form: str


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Opened]:
    """Yield the data set in a file, unpacked for as long as the context lasts when it is a zip.

    Raises:
        ImportRefusedError: There is no such file, it is empty, too large, a bomb, or holds not exactly one data set.
    """
    head = _head(path)
    if not head.startswith((_ZIP, _EMPTY_ZIP)):
        yield Opened(path, _form(path, head))
        return
    with TemporaryDirectory(prefix="geodata-") as folder:
        found = _unpack(path, Path(folder))
        yield Opened(found, _form(found, _head(found)))


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ImportRefusedError(f"There is no file {path.name!r}. Expected a file that can be read.")
        with path.open("rb") as file:
            head = file.read(64)
        size = path.stat().st_size
    except OSError as error:
        raise ImportRefusedError(f"The file {path.name!r} cannot be read: {error.strerror}.") from error
    if not head:
        raise ImportRefusedError(f"The file {path.name!r} is empty.")
    if size > LARGEST_UNPACKED_BYTES:
        raise ImportRefusedError(f"The file {path.name!r} has {size:,} bytes; at most {LARGEST_UNPACKED_BYTES:,}.")
    return head


def _form(path: Path, head: bytes) -> str:
    suffix = path.suffix.lower()
    if head.startswith(_SHAPEFILE):
        for other in (".shx", ".dbf"):
            if not any(path.with_suffix(each).is_file() for each in (other, other.upper())):
                raise ImportRefusedError(
                    f"Beside {path.name!r} the file {path.stem + other!r} is missing. A shapefile needs "
                    ".shp, .shx and .dbf (and .prj, .cpg) in one folder, or all of them in one zip."
                )
        return "shapefile"
    if head.startswith(_GPKG):
        return "gpkg"
    if suffix in {".shp", ".gpkg"}:
        raise ImportRefusedError(f"The file {path.name!r} does not begin as a {suffix} does. It may be damaged.")
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise ImportRefusedError(
            f"The file {path.name!r} has {size:,} bytes; as text at most {LARGEST_BYTES:,} are taken. "
            "Simplify it, or give it as GeoPackage."
        )
    if suffix in {".dbf", ".shx", ".prj", ".cpg"}:
        raise ImportRefusedError(
            f"The file {path.name!r} is a part of a shapefile. Name the .shp beside it, or zip all."
        )
    text = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00")
    if suffix in {".geojson", ".json"} or text[:1] in {b"{", b"["}:
        return "geojson"
    if suffix in {".csv", ".txt", ".tsv"}:
        return "csv"
    raise ImportRefusedError(
        f"The file {path.name!r} is of no known kind. Expected GeoJSON, GeoPackage, a shapefile, a zip of one, or CSV."
    )


def _unpack(path: Path, folder: Path) -> Path:
    try:
        with zipfile.ZipFile(path) as archive:
            names = _checked(path.name, archive)
            for info, name in names:
                _extract(path.name, archive, info, folder / name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        if isinstance(error, ImportRefusedError):
            raise
        raise ImportRefusedError(f"The zip {path.name!r} cannot be unpacked: {error}.") from error
    found = sorted(each for each in folder.iterdir() if each.suffix.lower() in _DATASETS)
    if len(found) != 1:
        held = ", ".join(each.name for each in found[:5]) or "none"
        raise ImportRefusedError(
            f"The zip {path.name!r} holds {len(found)} data sets ({held}). Expected exactly one: "
            "a .shp with its parts, a .gpkg, a .geojson or a .csv."
        )
    return found[0]


def _checked(name: str, archive: zipfile.ZipFile) -> list[tuple[zipfile.ZipInfo, str]]:
    """Return the members to extract with the plain lower-case-suffix name each gets."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ImportRefusedError(f"The zip {name!r} holds {len(members)} members; at most {MOST_MEMBERS}.")
    total = sum(info.file_size for info in members)
    if total > LARGEST_UNPACKED_BYTES:
        raise ImportRefusedError(
            f"The zip {name!r} would unpack to {total:,} bytes; at most {LARGEST_UNPACKED_BYTES:,}. Is it a bomb?"
        )
    taken: dict[str, zipfile.ZipInfo] = {}
    for info in members:
        path = PurePosixPath(info.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in info.filename:
            raise ImportRefusedError(f"The zip {name!r} holds the path {info.filename[:80]!r}, which leads out of it.")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ImportRefusedError(f"The zip {name!r} holds the link {info.filename[:80]!r}. Expected plain files.")
        # macOS puts shadows of every file beside them.
        if info.is_dir() or path.suffix.lower() not in _TAKEN or "__MACOSX" in path.parts or path.name[:1] == ".":
            continue
        if info.compress_size and info.file_size > HIGHEST_RATIO * info.compress_size + _CHUNK:
            raise ImportRefusedError(
                f"The member {info.filename[:80]!r} of the zip {name!r} unpacks to {info.file_size:,} from "
                f"{info.compress_size:,} bytes; at most {HIGHEST_RATIO} to 1. Is it a bomb?"
            )
        plain = f"{path.stem}{path.suffix.lower()}"
        if plain in taken:
            raise ImportRefusedError(f"The zip {name!r} holds {plain!r} twice. Expected exactly one data set.")
        taken[plain] = info
    return [(info, plain) for plain, info in taken.items()]


def _extract(name: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> None:
    # What a header says about its size may be a lie: counted while unpacking.
    left = info.file_size
    with archive.open(info) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ImportRefusedError(
                    f"The member {info.filename[:80]!r} of the zip {name!r} is larger than it says."
                )
            sink.write(chunk)
