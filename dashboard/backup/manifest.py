"""The manifest: what an archive holds, by which it is verified. The last member of the archive. Pure.

Names of tables and files in here come from outside when an archive is read, so they are checked before anything is
done with them.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Final, Literal

import msgspec

from dashboard.backup.rows import Kind
from dashboard.errors import BackupError

FORMAT: Final = "lang-son-backup"
VERSION: Final = 1
MEMBER: Final = "manifest.json"
LONGEST_MANIFEST: Final = 16 * 1024 * 1024
MOST_MEMBERS: Final = 50_000
LARGEST_FILE: Final = 256 * 1024 * 1024
"""Bytes of one file of configuration or geodata."""
LARGEST_FILES: Final = 1024 * 1024 * 1024
"""Bytes of all files together; tables may be of any size, they are never held whole."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")

Area = Literal["config", "geodata", "secrets"]


class TableEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One table: `rows` and `digest` as in `rows.Digest`, `bytes` and `sha256` of the member before compression."""

    room: str
    name: str
    columns: list[tuple[str, Kind]]
    primary_key: list[str]
    rows: int
    digest: str
    bytes: int
    sha256: str

    @property
    def member(self) -> str:
        """Return the name of its member in the archive."""
        return f"tables/{self.room}/{self.name}.jsonl"


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One file, by its area and its path inside it."""

    area: Area
    path: str
    bytes: int
    sha256: str

    @property
    def member(self) -> str:
        """Return the name of its member in the archive."""
        return f"files/{self.area}/{self.path}"


class BusPosition(msgspec.Struct, frozen=True, kw_only=True):
    """How far a stream was recorded when the backup began: what came later is on the bus, not in the archive."""

    stream: str
    last_id: str
    recorded_to: str
    waiting: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds.

    Attributes:
        format, version: what kind of archive this is.
        made_at: the instant of the snapshot, ISO 8601, UTC.
        kinds: database (`history`, `desk`) → `sqlite` or `postgresql`.
        revisions: room → revision of its tables.
        versions: program → version it was made with.
        secrets: whether the signing key and the feeds' secrets are in it.
        tables: in the order in which they are filled.
        files: configuration, imported geodata, and secrets if asked for.
        bus: None when the bus could not be asked; `bus_error` says why.
    """

    format: str
    version: int
    made_at: str
    kinds: dict[str, str]
    revisions: dict[str, str]
    versions: dict[str, str]
    secrets: bool
    tables: list[TableEntry]
    files: list[FileEntry]
    bus: list[BusPosition] | None = None
    bus_error: str = ""

    def members(self) -> dict[str, TableEntry | FileEntry]:
        """Return every member but the manifest by its name."""
        entries: list[TableEntry | FileEntry] = [*self.tables, *self.files]
        return {entry.member: entry for entry in entries}

    @property
    def rows(self) -> int:
        """Return how many rows all tables have."""
        return sum(entry.rows for entry in self.tables)


def parse_manifest(body: bytes) -> Manifest:
    """Return the manifest of an archive.

    Raises:
        BackupError: when it is not one, or names what no backup of ours would.
    """
    try:
        manifest = msgspec.json.decode(body, type=Manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BackupError(f"{MEMBER}: not the manifest of a backup ({error})") from error
    if manifest.format != FORMAT:
        raise BackupError(f"{MEMBER}: not a backup of this programme (format {manifest.format[:40]!r})")
    if manifest.version != VERSION:
        raise BackupError(f"{MEMBER}: archive version {manifest.version}; this programme reads version {VERSION}")
    for entry in manifest.tables:
        for name in (entry.room, entry.name, *entry.primary_key, *(name for name, _ in entry.columns)):
            if not _NAME.fullmatch(name):
                raise BackupError(f"{MEMBER}: {name[:60]!r} is not the name of a table or column")
        if not entry.columns or len({name for name, _ in entry.columns}) < len(entry.columns):
            raise BackupError(f"{MEMBER}: table {entry.name} needs columns, each once")
    for one in manifest.files:
        check_path(one.path)
        if not 0 <= one.bytes <= LARGEST_FILE:
            raise BackupError(f"{one.member}: {one.bytes} bytes; a file may have {LARGEST_FILE}")
    if sum(one.bytes for one in manifest.files) > LARGEST_FILES:
        raise BackupError(f"{MEMBER}: the files together are larger than {LARGEST_FILES} bytes")
    if len(manifest.members()) < len(manifest.tables) + len(manifest.files):
        raise BackupError(f"{MEMBER}: names a member twice")
    return manifest


def check_path(path: str) -> None:
    """Refuse a path that leads out of its area.

    Raises:
        BackupError: when it is absolute, climbs, or holds what no file name of ours does.
    """
    parts = path.split("/")
    fit = path and not PurePosixPath(path).is_absolute() and not {"", ".", ".."} & set(parts)
    if not fit or "\\" in path or "\0" in path or len(path) > 512:
        raise BackupError(f"{MEMBER}: {path[:80]!r} is not a path inside the archive")
