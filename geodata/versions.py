"""Versions of imported layers: one folder each, complete before it counts, switched by one atomic rename.

A version holds every file that differs from the shipped data and a manifest: which imports led to it, with source,
licence, date and checksum, and the checksum of each file. The file `current` names the version in use; going back is
naming the parent again. Deliberately not here: geometry, and reading the environment.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from geodata.errors import ImportRefusedError, LayerError

FOLDER: Final = "geodata"
_POINTER: Final = "current"
_MANIFEST: Final = "manifest.json"
_LOCK: Final = "lock"
# Enough to go back over a season of attempts; a version weighs about a megabyte.
KEPT: Final = 20


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import, as the manifest keeps it.

    Attributes:
        kind: `communes`, `districts`, `province`, `sites` or `population`.
        file: Name of the file, without its folder.
        sha256: Checksum of the file.
        size: Bytes of the file.
        source: Who the data is owed to; shown on the map.
        licence: Under which terms.
        date: ISO date of the data.
        imported_at: ISO instant, UTC.
        crs: The coordinate system it was read in, "" where there is none.
        url: Where it was fetched from, "" for a file at hand.
        warnings: What was repaired or is doubtful, a sentence each.
        counts: Figures of the import, for instance units, or rows accepted and refused.
    """

    kind: str
    file: str
    sha256: str
    size: int
    source: str
    licence: str
    date: str
    imported_at: str
    crs: str = ""
    url: str = ""
    warnings: Sequence[str] = ()
    counts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Version:
    """One complete set of imported files.

    Attributes:
        name: Folder name: instant and kind of its last import.
        path: The folder.
        parent: Name of the version it was made from, "" for shipped data.
        imports: Oldest first; the last of a kind is the one in force.
        files: Checksum by file name.
        layers: What differs in the description of a layer (title, source, licence, `built_on`, `schematic`), by name.
    """

    name: str
    path: Path
    parent: str
    imports: tuple[ImportRecord, ...]
    files: Mapping[str, str]
    layers: Mapping[str, Mapping[str, Any]]

    def last(self, kind: str) -> ImportRecord | None:
        """Return the import in force of a kind, or None."""
        return next((each for each in reversed(self.imports) if each.kind == kind), None)


def active_name(directory: Path) -> str:
    """Return the name of the version in use, "" for shipped data."""
    try:
        return (directory / _POINTER).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def active_version(directory: Path) -> Version | None:
    """Return the version in use after checking its files, or None for shipped data.

    Raises:
        LayerError: It is incomplete or was changed by hand.
    """
    name = active_name(directory)
    if not name:
        return None
    version = read_version(directory, name)
    for file, checksum in version.files.items():
        found = version.path / file
        if not found.is_file() or hashlib.sha256(found.read_bytes()).hexdigest() != checksum:
            raise LayerError(
                f"The imported file {file!r} of version {name!r} is missing or was changed by hand. "
                "Run `python -m dashboard geodata revert`, or import again."
            )
    return version


def read_version(directory: Path, name: str) -> Version:
    """Return a version by name, its files not checked.

    Raises:
        LayerError: There is none of that name, or its manifest is damaged.
    """
    path = directory / name
    try:
        # A name that climbs out of the folder names no version of ours.
        if path.parent != directory or name in {"", ".", ".."}:
            raise FileNotFoundError(name)
        manifest = json.loads((path / _MANIFEST).read_bytes())
        return Version(
            name=name,
            path=path,
            parent=manifest["parent"],
            imports=_records(manifest),
            files=manifest["files"],
            layers=manifest["layers"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        known = ", ".join(each.name for each in list_versions(directory)) or "none"
        raise LayerError(
            f"There is no complete imported version {name!r} ({error}). Known are: {known}. "
            "Run `python -m dashboard geodata revert --to NAME`, or `--to shipped`."
        ) from error


def list_versions(directory: Path) -> list[Version]:
    """Return the complete versions, oldest first."""
    found = []
    for manifest in sorted(directory.glob(f"*/{_MANIFEST}")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            content = json.loads(manifest.read_bytes())
            found.append(
                Version(
                    manifest.parent.name,
                    manifest.parent,
                    content["parent"],
                    _records(content),
                    content["files"],
                    content["layers"],
                )
            )
    return found


def _records(manifest: Mapping[str, Any]) -> tuple[ImportRecord, ...]:
    return tuple(ImportRecord(**{**each, "warnings": tuple(each["warnings"])}) for each in manifest["imports"])


@contextlib.contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the folder for one import at a time; the folder is made if it is missing.

    Raises:
        ImportRefusedError: Another import is at work.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / _LOCK).open("w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise ImportRefusedError("Another import is at work. Wait until it has ended.") from error
        yield


def write_version(
    directory: Path,
    base: Version | None,
    record: ImportRecord,
    files: Mapping[str, bytes],
    layers: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> Version:
    """Write a new version and make it the one in use; the old one stays until it is pruned.

    Args:
        directory: Folder of the versions; hold it with `locked`.
        base: The version in use; its files are carried over unless they are written anew.
        record: The import that led here.
        files: New or changed files by name.
        layers: New or changed descriptions of layers by name.
        now: The instant, aware.
    """
    name = f"{now:%Y%m%dT%H%M%S}-{now.microsecond:06d}-{record.kind}"
    if (directory / name).exists():
        raise ImportRefusedError("Another import ended at this very instant. Run it again.")
    draft = directory / f".{name}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    checksums: dict[str, str] = {}
    for file in sorted({*(base.files if base else ()), *files}):
        content = files[file] if file in files else (base.path / file).read_bytes() if base else b""
        (draft / file).write_bytes(content)
        checksums[file] = hashlib.sha256(content).hexdigest()
    manifest = {
        "name": name,
        "parent": base.name if base else "",
        "imports": [asdict(each) for each in (*(base.imports if base else ()), record)],
        "files": checksums,
        "layers": {**(base.layers if base else {}), **layers},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1, allow_nan=False)
    (draft / _MANIFEST).write_text(text + "\n", encoding="utf-8")
    for path in draft.iterdir():
        _sync(path)
    # Complete before it has its name, named before it counts.
    draft.rename(directory / name)
    _sync(directory)
    activate(directory, name)
    _prune(directory)
    return read_version(directory, name)


def activate(directory: Path, name: str) -> None:
    """Make a version the one in use; "" means shipped data.

    Raises:
        LayerError: There is no such version.
    """
    if name:
        read_version(directory, name)
    draft = directory / f".{_POINTER}"
    draft.write_text(f"{name}\n", encoding="utf-8")
    _sync(draft)
    draft.replace(directory / _POINTER)
    _sync(directory)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _prune(directory: Path) -> None:
    for version in list_versions(directory)[:-KEPT]:
        if version.name != active_name(directory):
            shutil.rmtree(version.path, ignore_errors=True)
