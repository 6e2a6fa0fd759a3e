"""The databases a restore fills: refused while they are used or hold something, emptied, made, filled, read back."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.sql.expression import TableClause

from dashboard.backup.rows import Kind
from dashboard.backup.snapshot import opened
from dashboard.errors import BackupError
from dashboard.rooms import ROOMS, Database, Room
from feeds.sql import APPLICATION, database_of

LEAVE_S: Final = 2.0
"""How long connections of a house that has just ended may take to be gone from the server's list."""


@contextmanager
def filling(urls: dict[Database, str]) -> Iterator[dict[Database, Connection]]:
    """Open one transaction a database, the only writer in it; commit at the end, or undo all.

    Raises:
        BackupError: when the house is running on a database.
    """
    with ExitStack() as stack:
        found: dict[str, Connection] = {}
        for url in dict.fromkeys(urls.values()):
            _refuse_running(url)
            engine = stack.enter_context(opened(url))
            connection = stack.enter_context(engine.begin())
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                connection.execute(text("SET LOCAL statement_timeout = 0"))
                connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
                _refuse_others(connection)
            found[url] = connection
        yield {name: found[url] for name, url in urls.items()}


def rows_in(connection: Connection, rooms: Sequence[Room]) -> str:
    """Return the name of a table that has rows already, "" when there is none."""
    there = set(inspect(connection).get_table_names())
    for room in rooms:
        for table in room.tables():
            if table.name in there and connection.execute(table.select().limit(1)).first() is not None:
                return table.name
    return ""


def wipe(connection: Connection, rooms: Sequence[Room]) -> None:
    """Drop the tables of rooms, and what their migrations made besides."""
    there = set(inspect(connection).get_table_names())
    names = [table.name for room in rooms for table in reversed(room.tables())]
    names += [room.version_table for room in rooms]
    mine = [name for name in names if name in there]
    postgresql = connection.dialect.name == "postgresql"
    functions = _trigger_functions(connection, mine) if postgresql and mine else []
    for name in mine:
        connection.exec_driver_sql(f"DROP TABLE {name}{' CASCADE' if postgresql else ''}")
    for function in functions:
        connection.exec_driver_sql(f"DROP FUNCTION IF EXISTS {function} CASCADE")


def _trigger_functions(connection: Connection, names: Sequence[str]) -> list[str]:
    found = connection.execute(
        text(
            "SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal AND c.relname = ANY(:names) AND c.relnamespace = current_schema()::regnamespace"
        ),
        {"names": list(names)},
    )
    return [str(one) for one in found.scalars()]


def load_rows(
    connection: Connection, into: TableClause, columns: Sequence[tuple[str, Kind]], rows: Sequence[tuple[Any, ...]]
) -> None:
    """Write rows in the order of the columns."""
    names = ", ".join(f'"{name}"' for name, _ in columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        connection.exec_driver_sql(f'INSERT INTO "{into.name}" ({names}) VALUES ({marks})', list(rows))  # noqa: S608
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{into.name}" ({names}) FROM STDIN') as copy:  # names checked
        for row in rows:
            copy.write_row(row)


def renumber(connection: Connection, name: str, columns: Sequence[str]) -> None:
    """Let rows that come later be numbered after those that were loaded; SQLite does so by itself."""
    if connection.dialect.name == "sqlite":
        return
    for column in columns:
        sequence = connection.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": name, "column": column}
        ).scalar()
        if sequence:
            highest = f'(SELECT max("{column}") FROM "{name}")'  # noqa: S608 (names checked)
            connection.exec_driver_sql(f"SELECT setval('{sequence}', {highest}) WHERE {highest} IS NOT NULL")


def rooms_of(database: Database) -> list[Room]:
    """Return the rooms that live in a database."""
    return [room for room in ROOMS if room.database == database]


def _refuse_running(url: str) -> None:
    """Refuse a SQLite file that a process has open: a restore under its feet would leave it with half of each."""
    parsed = database_of(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or not Path(parsed.database).is_file():
        return
    with closing(sqlite3.connect(parsed.database, timeout=0.5)) as connection:
        try:
            # In WAL mode every open connection holds a lock that only this finds.
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.rollback()
        except sqlite3.OperationalError as error:
            raise BackupError(
                f"{parsed.database} is in use ({error}); end the house (Ctrl-C, or stop its services), then restore."
            ) from error
        except sqlite3.DatabaseError as error:
            raise BackupError(f"{parsed.database} is no SQLite database ({error}); move it away first.") from error


def _refuse_others(connection: Connection) -> None:
    deadline = time.monotonic() + LEAVE_S
    while (others := _others(connection)) and time.monotonic() < deadline:
        time.sleep(0.1)
        connection.execute(text("SELECT pg_stat_clear_snapshot()"))
    if others:
        raise BackupError(
            f"The house is connected to this database ({others} connections); end the house (Ctrl-C, or stop its "
            "services), then restore."
        )


def _others(connection: Connection) -> int:
    asked = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
        "AND pid <> pg_backend_pid() AND application_name LIKE :name"
    )
    return int(connection.execute(asked, {"name": f"{APPLICATION}%"}).scalar_one())
