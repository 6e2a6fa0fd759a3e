"""Reading an archive that may be cut off, damaged or made to do harm: nothing is believed before it is checked.

Members are read as streams with a bound for each: no archive, however it was packed, can make this process hold more
than one line or one small file.
"""

from __future__ import annotations

import contextlib
import hashlib
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from dashboard.backup.manifest import (
    LONGEST_MANIFEST,
    MEMBER,
    MOST_MEMBERS,
    FileEntry,
    Manifest,
    TableEntry,
    parse_manifest,
)
from dashboard.backup.rows import Digest, decoder
from dashboard.backup.write import Progress
from dashboard.errors import BackupError

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes of one row; the largest of ours are some megabytes of the alert engine's state."""
BOMB_RATIO: Final = 400
"""Rows of ours shrink to a tenth, a hundredth at most; zlib itself ends at about a thousandth."""
BOMB_BYTES: Final = 64 * 1024 * 1024
"""Below this size no ratio does harm."""
BATCH: Final = 2_000
_LOCAL_HEADER: Final = struct.Struct("<4s5H3I2H")


class Verified(NamedTuple):
    """An archive that is whole."""

    manifest: Manifest
    bytes: int


class Archive:
    """An open archive whose index and manifest agree; members are checked as they are read."""

    def __init__(self, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self._file = file
        self.manifest = manifest

    def pages(self, entry: TableEntry) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a table, some at a time, and check them against the manifest at the end.

        Raises:
            BackupError: naming the member, when it is not what the manifest says.
        """
        digest, checksum, size = Digest(), hashlib.sha256(), 0
        decode = decoder(entry.columns)
        page: list[tuple[Any, ...]] = []
        lines: list[bytes] = []
        for line in _lines(self._file, entry.member):
            checksum.update(line)
            size += len(line)
            body = line.rstrip(b"\n")
            try:
                page.append(decode(body))
            except ValueError as error:
                raise BackupError(f"{entry.member}: line {digest.rows + len(lines) + 1}: {error}") from error
            lines.append(body)
            if len(page) == BATCH:
                digest.add(lines)
                yield page
                page, lines = [], []
        digest.add(lines)
        if page:
            yield page
        _compare(entry, size, checksum.hexdigest())
        if (digest.rows, digest.hex()) != (entry.rows, entry.digest):
            raise BackupError(f"{entry.member}: {digest.rows} rows; the manifest says {entry.rows} with other contents")

    def read(self, entry: FileEntry) -> bytes:
        """Return a file, checked.

        Raises:
            BackupError: naming the member, when it is not what the manifest says.
        """
        with _reading(entry.member), self._file.open(entry.member) as member:
            body = member.read(entry.bytes + 1)
        _compare(entry, len(body), hashlib.sha256(body).hexdigest())
        return body


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive and check its index.

    Raises:
        BackupError: when it is no archive of ours, cut off, or its members are not those of the manifest.
    """
    try:
        with zipfile.ZipFile(path) as file:
            manifest = _read_manifest(file)
            _check_index(file, manifest)
            yield Archive(file, manifest)
    except zipfile.BadZipFile as error:
        raise BackupError(f"{path.name}: {_damage(path, error)}") from error
    except FileNotFoundError as error:
        raise BackupError(f"{path}: there is no such file") from error
    except OSError as error:
        raise BackupError(f"{path}: cannot be read ({error.strerror or error})") from error


def verify(path: Path, progress: Progress = lambda _what, _done, _total: None) -> Verified:
    """Read an archive from end to end and check everything in it against its manifest.

    Raises:
        BackupError: naming the member at fault.
    """
    with open_archive(path) as archive:
        for entry in archive.manifest.tables:
            done = 0
            progress(entry.name, 0, entry.rows)
            for page in archive.pages(entry):
                done += len(page)
                progress(entry.name, done, entry.rows)
        for one in archive.manifest.files:
            archive.read(one)
        return Verified(archive.manifest, path.stat().st_size)


def _read_manifest(file: zipfile.ZipFile) -> Manifest:
    names = file.namelist()
    if len(names) > MOST_MEMBERS:
        raise BackupError(f"{len(names)} members; a backup of ours has some dozens")
    if names.count(MEMBER) != 1:
        raise BackupError(f"{MEMBER}: expected once, found {names.count(MEMBER)} times; this is no backup of ours")
    info = file.getinfo(MEMBER)
    if info.file_size > LONGEST_MANIFEST:
        raise BackupError(f"{MEMBER}: {info.file_size} bytes, expected at most {LONGEST_MANIFEST}")
    with _reading(MEMBER), file.open(MEMBER) as member:
        body = member.read(LONGEST_MANIFEST + 1)
    return parse_manifest(body)


def _check_index(file: zipfile.ZipFile, manifest: Manifest) -> None:
    expected = manifest.members()
    found: set[str] = set()
    for info in file.infolist():
        name = info.filename
        if name == MEMBER:
            continue
        if name in found:
            raise BackupError(f"{name}: is in the archive twice")
        found.add(name)
        entry = expected.get(name)
        if entry is None:
            raise BackupError(f"{name[:200]!r}: is in the archive and not in its manifest")
        if info.file_size != entry.bytes:
            raise BackupError(f"{name}: {info.file_size} bytes; the manifest says {entry.bytes}")
        if info.file_size > BOMB_BYTES and info.file_size > BOMB_RATIO * max(info.compress_size, 1):
            raise BackupError(f"{name}: unpacks to {info.file_size} bytes from {info.compress_size}; refused as a bomb")
        if info.flag_bits & 0x1:
            raise BackupError(f"{name}: is encrypted; backups of ours are not")
    missing = sorted(set(expected) - found)
    if missing:
        raise BackupError(f"{missing[0]}: is in the manifest and not in the archive")


def _lines(file: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with _reading(name), file.open(name) as member:
        while line := _line(member, name):
            yield line


def _line(member: IO[bytes], name: str) -> bytes:
    line = member.readline(LONGEST_LINE + 1)
    if len(line) > LONGEST_LINE:
        raise BackupError(f"{name}: a row of more than {LONGEST_LINE} bytes")
    return line


@contextlib.contextmanager
def _reading(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        if isinstance(error, BackupError):
            raise
        raise BackupError(f"{name}: damaged ({error})") from error


def _compare(entry: TableEntry | FileEntry, size: int, checksum: str) -> None:
    if size != entry.bytes:
        raise BackupError(f"{entry.member}: {size} bytes or more; the manifest says {entry.bytes}")
    if checksum != entry.sha256:
        raise BackupError(f"{entry.member}: its checksum is not the manifest's; it was changed or damaged")


def _damage(path: Path, error: Exception) -> str:
    """Say where a file that has no readable index ends."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        end = path.stat().st_size
        at, last = 0, ""
        while at + _LOCAL_HEADER.size <= end:
            file.seek(at)
            header = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
            if header[0] != b"PK\x03\x04":
                break
            name = file.read(header[9]).decode("utf-8", "replace")
            extra = file.read(header[10])
            packed = _packed_size(header[7], extra)
            last, at = name, at + _LOCAL_HEADER.size + header[9] + header[10] + packed
            if at > end or not packed:
                return f"cut off inside {name[:200]!r}; the copy is incomplete"
        if last:
            return f"cut off after {last[:200]!r}; its index is missing"
    return f"no archive of ours ({error})"


def _packed_size(size: int, extra: bytes) -> int:
    """Return the size of a member's packed bytes, from its header or the zip64 field behind it."""
    if size != 0xFFFFFFFF:
        return size
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == 1 and length >= 16:
            return int(struct.unpack_from("<Q", extra, 12)[0])
        extra = extra[4 + length :]
    return 0
