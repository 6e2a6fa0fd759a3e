"""The rooms' tables in SQL: which there are, which database they live in, and the scripts that make them.

Every room brings its own tables to head when it opens (`feeds.sql.upgrade`). What needs all of them at once (backup,
doctor, the suite) finds them here, in the order in which they are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sqlalchemy import MetaData, Table

import alerts.tables
import feeds.desk.tables
import feeds.history.tables
from alerts.desk import MIGRATIONS as ALERTS_MIGRATIONS
from dashboard.auth import tables as access_tables
from dashboard.auth.users import MIGRATIONS as ACCESS_MIGRATIONS
from dashboard.auth.users import VERSION_TABLE as ACCESS_VERSION
from dashboard.frozen import tables as frozen_tables
from dashboard.frozen.store import MIGRATIONS as FROZEN_MIGRATIONS
from dashboard.notes import tables as notes_tables
from dashboard.notes.store import MIGRATIONS as NOTES_MIGRATIONS
from dashboard.screen_journal import tables as screen_tables
from dashboard.screen_journal.store import MIGRATIONS as SCREEN_MIGRATIONS
from feeds.desk.store import MIGRATIONS as FEED_DESK_MIGRATIONS
from feeds.history.store import MIGRATIONS as HISTORY_MIGRATIONS

Database = Literal["history", "desk"]


@dataclass(frozen=True, slots=True)
class Room:
    """The tables of one room.

    Attributes:
        name: how it is called in archives and messages.
        database: which of the two databases it lives in.
        metadata: its tables at head.
        migrations: its Alembic scripts.
        version_table: where its revision is kept.
    """

    name: str
    database: Database
    metadata: MetaData
    migrations: Path
    version_table: str

    def tables(self) -> list[Table]:
        """Return its tables, those others refer to first."""
        return self.metadata.sorted_tables


ROOMS: Final[tuple[Room, ...]] = (
    Room(
        "history",
        "history",
        feeds.history.tables.metadata,
        HISTORY_MIGRATIONS,
        feeds.history.tables.VERSION_TABLE,
    ),
    Room("alerts", "desk", alerts.tables.metadata, ALERTS_MIGRATIONS, alerts.tables.VERSION_TABLE),
    Room("access", "desk", access_tables.METADATA, ACCESS_MIGRATIONS, ACCESS_VERSION),
    Room("frozen", "desk", frozen_tables.metadata, FROZEN_MIGRATIONS, frozen_tables.VERSION_TABLE),
    Room("notes", "desk", notes_tables.metadata, NOTES_MIGRATIONS, notes_tables.VERSION_TABLE),
    Room("screens", "desk", screen_tables.metadata, SCREEN_MIGRATIONS, screen_tables.VERSION_TABLE),
    Room("feed_desk", "desk", feeds.desk.tables.metadata, FEED_DESK_MIGRATIONS, feeds.desk.tables.VERSION_TABLE),
)
