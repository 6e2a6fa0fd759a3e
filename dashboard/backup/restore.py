"""Restoring an archive: verified first, loaded in one transaction, read back and compared, and only then kept.

The tables are made at the archive's own revision, so that an archive of an older version fits, and brought to head
once they are filled. Two SQLite files are two transactions, committed one right after the other; a power cut between
the two leaves the old desk beside the new history, and the restore has to be repeated.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from dashboard.backup.archive import Archive, open_archive, verify
from dashboard.backup.files import roots
from dashboard.backup.manifest import Area, FileEntry, Manifest, TableEntry
from dashboard.backup.rows import Digest, clause, encoder
from dashboard.backup.snapshot import pages, short
from dashboard.backup.target import filling, load_rows, renumber, rooms_of, rows_in, wipe
from dashboard.backup.write import Progress
from dashboard.errors import BackupError
from dashboard.rooms import ROOMS, Database
from dashboard.settings import Settings
from feeds.history import partitions
from feeds.sql import knows, upgrade_on

DATABASES: Final[tuple[Database, ...]] = ("history", "desk")
POINTER: Final = "current"
"""Names the version of the geodata in use; written once that version is there."""


class Restored(NamedTuple):
    """What a restore did: the archive's manifest, and how many files were written."""

    manifest: Manifest
    files: int


def restore(
    path: Path,
    settings: Settings,
    now: datetime,
    *,
    into: str = "",
    force: bool = False,
    files: bool = True,
    progress: Progress = lambda _what, _done, _total: None,
) -> Restored:
    """Make the databases (and files) what they were when an archive was made.

    Args:
        path: the archive.
        settings: where things belong.
        now: aware; for which days a partitioned table is made ready.
        into: URL of another database for everything; then no files are written.
        force: replace what is there.
        files: also configuration, imported geodata, and secrets if the archive has them.
        progress: told how far it is.

    Raises:
        BackupError: when the archive is damaged, the target in use or not empty, or what was read back differs; then
            nothing was changed.
    """
    manifest = verify(path, progress).manifest
    _refuse_newer(manifest)
    urls: dict[Database, str] = {
        "history": into or settings.history_url,
        "desk": into or settings.desk_url,
    }
    places = roots(settings) if files and not into else None
    with open_archive(path) as archive:
        if places and not force:
            _refuse_other_files(archive, places)
        try:
            with filling(urls) as connections:
                _fill(archive, connections, now, force=force, progress=progress)
        except SQLAlchemyError as error:
            raise BackupError(f"The database refused: {short(error)}. Nothing was changed.") from error
        written = _write_files(archive, places) if places else 0
    return Restored(manifest, written)


def _refuse_newer(manifest: Manifest) -> None:
    rooms = {room.name: room for room in ROOMS}
    for name, revision in manifest.revisions.items():
        if name not in rooms or not knows(rooms[name].migrations, revision):
            raise BackupError(
                f"{name} in this archive stands at {revision[:40]!r}, which this programme does not know: it was made "
                "by a newer version; restore it with that one."
            )
    for entry in manifest.tables:
        if entry.room not in manifest.revisions:
            raise BackupError(f"{entry.member}: the manifest names no revision of {entry.room}")


def _fill(
    archive: Archive, connections: dict[Database, Connection], now: datetime, *, force: bool, progress: Progress
) -> None:
    for database in DATABASES:
        rooms, connection = rooms_of(database), connections[database]
        held = "" if force else rows_in(connection, rooms)
        if held:
            raise BackupError(
                f"The {database} database is not empty ({held} has rows). --force replaces everything in it by the "
                "archive; a backup of it first costs a minute."
            )
        wipe(connection, rooms)
        for room in rooms:
            if room.name in archive.manifest.revisions:
                upgrade_on(connection, room.migrations, room.version_table, archive.manifest.revisions[room.name])
    databases = {room.name: room.database for room in ROOMS}
    _make_ready(connections["history"], now)
    for entry in archive.manifest.tables:
        _load(archive, entry, connections[databases[entry.room]], progress)
    for entry in archive.manifest.tables:
        _compare(entry, connections[databases[entry.room]], progress)
    for database in DATABASES:
        for room in rooms_of(database):
            upgrade_on(connections[database], room.migrations, room.version_table)


def _make_ready(connection: Connection, now: datetime) -> None:
    """Let recent rows go where they will be dropped from one day, not into the partition for everything else."""
    partitions.make_ready(connection, now, back_days=partitions.KEPT_DAYS)


def _load(archive: Archive, entry: TableEntry, connection: Connection, progress: Progress) -> None:
    into, done = clause(entry.name, entry.columns), 0
    progress(f"load {entry.name}", 0, entry.rows)
    for page in archive.pages(entry):
        load_rows(connection, into, entry.columns, page)
        done += len(page)
        progress(f"load {entry.name}", done, entry.rows)
    if done:
        renumber(connection, entry.name, [name for name, kind in entry.columns if kind == "int"])


def _compare(entry: TableEntry, connection: Connection, progress: Progress) -> None:
    digest, encode, found = Digest(), encoder(entry.columns), clause(entry.name, entry.columns)
    for page in pages(connection, found, [found.c[name] for name in entry.primary_key]):
        digest.add(encode(row) for row in page)
        progress(f"compare {entry.name}", digest.rows, entry.rows)
    if (digest.rows, digest.hex()) != (entry.rows, entry.digest):
        raise BackupError(
            f"{entry.name}: {digest.rows} rows were read back from the database, the archive has {entry.rows}, and "
            "their contents differ. Nothing was changed."
        )


def _refuse_other_files(archive: Archive, places: dict[Area, Path]) -> None:
    for entry in archive.manifest.files:
        target = places[entry.area] / entry.path
        if target.is_file() and target.read_bytes() != archive.read(entry):
            raise BackupError(
                f"{target} is there and differs from the archive's. --force replaces it, --no-files leaves every file "
                "as it is."
            )


def _write_files(archive: Archive, places: dict[Area, Path]) -> int:
    entries = sorted(archive.manifest.files, key=lambda entry: (Path(entry.path).name == POINTER, entry.member))
    for entry in entries:
        try:
            _write_file(archive, entry, places[entry.area] / entry.path)
        except OSError as error:
            raise BackupError(
                f"{entry.path}: cannot be written ({error.strerror or error}). The databases are restored; repeat with "
                "--force once that is mended."
            ) from error
    return len(entries)


def _write_file(archive: Archive, entry: FileEntry, target: Path) -> None:
    secret = entry.area == "secrets"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if secret else 0o755)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if secret else 0o644), "wb") as file:
            file.write(archive.read(entry))
        part.replace(target)
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
