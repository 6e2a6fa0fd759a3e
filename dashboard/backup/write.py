"""Writing an archive while everything goes on: streamed, compressed, and in its place only once it is whole."""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sqlite3
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

import msgspec
import redis
from sqlalchemy import Connection, Table, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.backup import bus
from dashboard.backup.files import collect
from dashboard.backup.manifest import FORMAT, MEMBER, VERSION, BusPosition, FileEntry, Manifest, TableEntry
from dashboard.backup.rows import Digest, columns_of, encoder
from dashboard.backup.snapshot import Snapshot, open_snapshot, pages, short
from dashboard.errors import BackupError
from dashboard.rooms import Room
from dashboard.settings import Settings

LEVEL: Final = 3
"""zlib level: a quarter larger than the best, at several times its speed; a backup runs beside the house."""
BLOCK: Final = 1 << 20
Progress = Callable[[str, int, int], None]
"""Told (what, done, of how many) as a backup or restore goes on."""


def write_backup(
    settings: Settings,
    to: Path,
    now: datetime,
    *,
    bus_url: str = "",
    secrets: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> Manifest:
    """Write an archive of everything that is kept, while everything is running.

    Args:
        settings: which databases, which directories.
        to: the file; one that is there is replaced, once the new one is whole and on disk.
        now: aware; the instant of the snapshot.
        bus_url: the bus, to note how far its streams were recorded; "" notes nothing.
        secrets: also the signing key and the feeds' secrets.
        progress: told how far it is.

    Returns:
        The manifest of the archive.

    Raises:
        BackupError: when a database cannot be read or the file not be written; nothing is left behind then.
    """
    noted, bus_error = _note_bus(bus_url)
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with open_snapshot({"history": settings.history_url, "desk": settings.desk_url}) as snapshot:
            # Hashes of passwords are in it: nobody but its owner may read it.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
                    manifest = Manifest(
                        format=FORMAT,
                        version=VERSION,
                        made_at=now.isoformat(),
                        kinds={str(name): kind for name, kind in snapshot.kinds.items()},
                        revisions={room.name: revision for room, _, revision in snapshot.rooms},
                        versions=_versions(snapshot),
                        secrets=secrets,
                        tables=list(_write_tables(archive, snapshot, progress)),
                        files=list(_write_files(archive, settings, secrets=secrets)),
                        bus=noted,
                        bus_error=bus_error,
                    )
                    archive.writestr(MEMBER, msgspec.json.format(msgspec.json.encode(manifest)))
                file.flush()
                os.fsync(file.fileno())
        part.replace(to)
        _sync_directory(to.parent)
    except SQLAlchemyError as error:
        raise BackupError(f"The database stopped answering while it was backed up: {short(error)}") from error
    except OSError as error:
        raise BackupError(f"{to}: the archive cannot be written ({error.strerror or error})") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return manifest


def _write_tables(archive: zipfile.ZipFile, snapshot: Snapshot, progress: Progress) -> Iterator[TableEntry]:
    for room, connection, _ in snapshot.rooms:
        for table in room.tables():
            yield _write_table(archive, room, connection, table, progress)


def _write_table(
    archive: zipfile.ZipFile, room: Room, connection: Connection, table: Table, progress: Progress
) -> TableEntry:
    columns, keys = columns_of(table), list(table.primary_key.columns)
    encode, digest, checksum, size = encoder(columns), Digest(), hashlib.sha256(), 0
    total = connection.execute(select(func.count()).select_from(table)).scalar_one()
    progress(table.name, 0, total)
    with archive.open(f"tables/{room.name}/{table.name}.jsonl", "w", force_zip64=True) as member:
        for page in pages(connection, table, keys):
            lines = [encode(row) for row in page]
            digest.add(lines)
            block = b"\n".join(lines) + b"\n"
            checksum.update(block)
            size += len(block)
            member.write(block)
            progress(table.name, digest.rows, total)
    return TableEntry(
        room=room.name,
        name=str(table.name),
        columns=columns,
        primary_key=[str(column.name) for column in keys],
        rows=digest.rows,
        digest=digest.hex(),
        bytes=size,
        sha256=checksum.hexdigest(),
    )


def _write_files(archive: zipfile.ZipFile, settings: Settings, *, secrets: bool) -> Iterator[FileEntry]:
    for area, path, source in collect(settings, secrets=secrets):
        checksum, size = hashlib.sha256(), 0
        with source.open("rb") as file, archive.open(f"files/{area}/{path}", "w", force_zip64=True) as member:
            while block := file.read(BLOCK):
                checksum.update(block)
                size += len(block)
                member.write(block)
        yield FileEntry(area=area, path=path, bytes=size, sha256=checksum.hexdigest())


def _note_bus(url: str) -> tuple[list[BusPosition] | None, str]:
    if not url:
        return None, "no bus was named"
    try:
        return bus.positions(url), ""
    except redis.RedisError as error:
        return None, f"the bus did not answer ({type(error).__name__})"


def _versions(snapshot: Snapshot) -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    for _, connection, _ in snapshot.rooms:
        if connection.dialect.name == "postgresql":
            found["postgresql"] = str(connection.execute(text("SHOW server_version")).scalar())
            break
    for name in ("sqlalchemy", "alembic", "psycopg"):
        with contextlib.suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def _sync_directory(folder: Path) -> None:
    """Make the new name durable too; some file systems have no such thing."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
