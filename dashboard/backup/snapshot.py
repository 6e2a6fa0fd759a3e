"""A consistent look at the databases: what a backup reads is as of one instant, whatever is written meanwhile.

PostgreSQL: one read-only transaction at REPEATABLE READ. SQLite: one read transaction a file, both begun before the
first row is read; the files are some milliseconds apart, which no row of one refers to in the other. While it is open
SQLite's write-ahead log grows by what is written, and is folded back afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, FromClause, select, text
from sqlalchemy.exc import SQLAlchemyError

from dashboard.errors import BackupError
from dashboard.rooms import ROOMS, Database, Room
from feeds.sql import database_of, head_of, open_engine, revision_of

PAGE: Final = 2_000
"""Rows fetched at once: some hundred kilobytes."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The rooms that have tables, each with the connection that sees it and its revision."""

    rooms: list[tuple[Room, Connection, str]]
    kinds: dict[Database, str]


@contextmanager
def open_snapshot(urls: dict[Database, str]) -> Iterator[Snapshot]:
    """Look at the databases as of now.

    Raises:
        BackupError: when a database is not there, cannot be reached, or its tables are of another version of ours.
    """
    with ExitStack() as stack:
        connections: dict[str, Connection] = {}
        try:
            for name, url in urls.items():
                refuse_absent(name, url)
                if url not in connections:
                    connections[url] = stack.enter_context(_reading(stack.enter_context(opened(url))))
            rooms = [(room, connections[urls[room.database]]) for room in ROOMS]
            found = [(room, one, _at_head(room, one)) for room, one in rooms]
        except SQLAlchemyError as error:
            raise BackupError(f"The database cannot be read: {short(error)}") from error
        kinds = {name: connections[url].dialect.name for name, url in urls.items()}
        yield Snapshot(found, kinds)


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Open an engine and close every connection at the end."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def refuse_absent(name: str, url: str) -> None:
    """Refuse a SQLite file that is not there: looking would make it.

    Raises:
        BackupError: when the file is not there.
    """
    parsed = database_of(url)
    if parsed.get_backend_name() == "sqlite" and not (parsed.database and Path(parsed.database).is_file()):
        raise BackupError(f"There is no {name} database at {parsed.database}; was the house ever started here?")


@contextmanager
def _reading(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            # The first read takes the snapshot, not the BEGIN.
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar()
            yield connection
            connection.rollback()
        return
    with engine.connect() as plain:
        connection = plain.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        yield connection
        connection.rollback()


def _at_head(room: Room, connection: Connection) -> str:
    revision = revision_of(connection, room.version_table)
    head = head_of(room.migrations)
    if revision is None:
        raise BackupError(f"The tables of {room.name} were never made here; start the house once, then back it up.")
    if revision != head:
        raise BackupError(
            f"The tables of {room.name} stand at {revision} and this programme expects {head}: back up with the "
            "programme that wrote them, or start this one once so that it brings them up to date."
        )
    return revision


def pages(connection: Connection, of: FromClause, order: Sequence[ColumnElement[Any]]) -> Iterator[Sequence[Any]]:
    """Yield a table's rows a page at a time, never more than a page in memory."""
    asked = select(of).order_by(*order).execution_options(stream_results=True, yield_per=PAGE)
    result = connection.execute(asked)
    try:
        yield from result.partitions(PAGE)
    finally:
        result.close()


def short(error: SQLAlchemyError) -> str:
    """Return the database's own words, on one line."""
    own = getattr(error, "orig", None) or error
    return " ".join(str(own).split())[:300]
