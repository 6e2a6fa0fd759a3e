"""What differs between SQLite and PostgreSQL, and nothing else: write locks, bulk loads, upserts, storable text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

WRITER_LOCK: Final = 0x4C534F48
"""PostgreSQL advisory lock of whoever writes history ("LSOH"): comparing a batch with what is stored and then storing
it must not interleave with another writer, or both would count the same reading as new."""
CHECKPOINT_PAGES: Final = 16_384
"""SQLite pages (64 MiB) in the write-ahead log before it is folded into the file: a batch touches one page per series
and table, and folding after every batch (the default is 1,000 pages) would write each of them twice."""


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a transaction that is the only writer from its first statement on; commit at the end, or undo all."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": WRITER_LOCK})
        yield connection


def load(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Fill a staging table with rows in the order of its columns; what was in it is gone."""
    connection.execute(CreateTable(table, if_not_exists=True))
    connection.execute(delete(table))
    if not rows:
        return
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(table.columns))
        # Plain tuples: the driver binds those about twice as fast as named ones.
        plain = list(map(tuple, rows))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", plain)  # noqa: S608
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT; both dialects spell it the same way."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def storable(words: str) -> str:
    """Return text that both databases take and that reads the same afterwards.

    PostgreSQL refuses U+0000 and neither can encode a lone surrogate; both become visible escapes. Text without them
    comes back unchanged.
    """
    if "\0" in words:
        words = words.replace("\0", "\\x00")
    if words.isascii():
        return words
    return words.encode("utf-8", "backslashreplace").decode()
