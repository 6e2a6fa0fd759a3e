"""Numbers for what repeats in every record: a series, or a point where passages happen.

One process keeps the whole directory in memory (some thousands of rows), so that a batch is numbered without asking
the database. Numbers only grow and are never taken back, which is why looking beyond the highest one known finds
everything that other processes added.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from feeds.history.dialect import insert

Key = tuple[str, ...]


class Directory:
    """The numbered keys of one table with an `id` and text columns.

    Attributes:
        ids: key → number; read it freely, only this class writes it.
        keys: number → key.
    """

    def __init__(self, table: Table) -> None:
        self.ids: dict[Key, int] = {}
        self.keys: dict[int, Key] = {}
        self._about: dict[Key, list[Key]] = {}
        self._table = table
        self._highest = 0
        self._lock = Lock()

    def about(self, *first: str) -> list[tuple[Key, int]]:
        """Return the keys that begin with these two columns, with their numbers, in the keys' order; [] for none.

        Of a series the two are metric and place: a question finds its few among ten thousands without looking at them.
        """
        return [(key, self.ids[key]) for key in sorted(self._about.get(first, ()))]

    def refresh(self, connection: Connection) -> None:
        """Take over what was committed since; for readers."""
        self.adopt(self._beyond(connection))

    def claim(self, connection: Connection, wanted: Iterable[Key]) -> list[tuple[int, Key]]:
        """Number keys that have none yet, inside the writer's transaction.

        Returns:
            Every (number, key) not in the directory, those of other processes too. Pass them to `adopt` once the
            transaction is committed: one that is undone takes its numbers with it.
        """
        names = [column.name for column in self._table.columns if column.name != "id"]
        missing = sorted({key for key in wanted if key not in self.ids})
        if missing:
            statement = insert(connection, self._table).on_conflict_do_nothing()
            connection.execute(statement, [dict(zip(names, key, strict=True)) for key in missing])
        return self._beyond(connection)

    def adopt(self, rows: Iterable[tuple[int, Key]]) -> None:
        """Take committed numbers into memory."""
        with self._lock:
            for number, key in rows:
                known = key in self.ids
                self.ids[key] = number
                self.keys[number] = key
                if not known:
                    # Last: a reader in another thread looks the number up as soon as the key stands here.
                    self._about.setdefault(key[:2], []).append(key)
                self._highest = max(self._highest, number)

    def _beyond(self, connection: Connection) -> list[tuple[int, Key]]:
        columns = self._table.columns
        rows: Iterable[Row[Any]] = connection.execute(
            select(self._table).where(columns.id > self._highest).order_by(columns.id)
        )
        return [(row[0], tuple(row[1:])) for row in rows]
