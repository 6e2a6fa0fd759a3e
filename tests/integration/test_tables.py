"""The migrations of every room make, on each kind of database, exactly the tables that its code expects."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from dashboard.rooms import ROOMS, Room
from feeds.sql import head_of, open_engine, revision_of, upgrade

ONE_DATABASE_ONLY = {"raw_by_reception"}
"""Indexes that only PostgreSQL has; they stand in the scripts alone."""


@pytest.mark.parametrize("room", ROOMS, ids=[room.name for room in ROOMS])
def test_the_scripts_make_what_the_code_uses(database_url: str, room: Room) -> None:
    """A change of tables that was forgotten in the scripts would break every installation."""
    engine = open_engine(database_url)
    names = {table.name for table in room.tables()}

    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in names

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": False})
        differences = compare_metadata(context, room.metadata)
        assert [one for one in differences if getattr(one[1], "name", "") not in ONE_DATABASE_ONLY] == []
        assert names <= set(inspect(connection).get_table_names())
        assert revision_of(connection, room.version_table) == head_of(room.migrations)
    upgrade(engine, room.migrations, room.version_table)
    engine.dispose()


def test_no_two_rooms_use_one_name() -> None:
    """On PostgreSQL all rooms share one database."""
    names = [table.name for room in ROOMS for table in room.tables()] + [room.version_table for room in ROOMS]
    assert sorted(names) == sorted(set(names))
