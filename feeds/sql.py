"""Opening SQL databases: engines for SQLite and PostgreSQL, and their schema brought to head.

Every room that keeps something in SQL has its own tables and its own Alembic scripts; this module is how all of them
open a database.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.engine import make_url

BUSY_TIMEOUT_MS: Final = 10_000
"""How long a SQLite writer waits for another one: longer than any batch takes on a slow disk."""
ADVISORY_LOCK: Final = 0x4C534F
"""PostgreSQL advisory lock held while migrating, so that processes started together do it one after another ("LSO")."""


def open_engine(url: str, *, fsync_always: bool = False) -> Engine:
    """Return an engine for a SQLAlchemy URL; `postgresql://` is served by psycopg 3.

    SQLite files get their directory made, WAL mode, and full synchronisation only when asked for: in WAL mode
    `NORMAL` survives kill −9, and `FULL` survives power loss too.
    """
    parsed = make_url(url)
    if parsed.drivername in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=10)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    synchronous = "FULL" if fsync_always else "NORMAL"

    def on_connect(connection: sqlite3.Connection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "temp_store=MEMORY",
            "cache_size=-65536",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    return engine


def upgrade(engine: Engine, scripts: Path, version_table: str) -> None:
    """Bring a schema to its newest version.

    Args:
        engine: the database.
        scripts: the Alembic script directory (with `env.py` and `versions/`); its `env.py` takes the connection from
            `config.attributes["connection"]` and the version table from `config.attributes["version_table"]`.
        version_table: the table in which this room keeps its version.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = version_table
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        elif engine.dialect.name == "sqlite":
            # A write lock from the first statement on: processes that start together migrate one after another.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
