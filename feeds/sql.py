"""Opening SQL databases: engines for SQLite and PostgreSQL, and their schema brought to head.

Every room that keeps something in SQL has its own tables and its own Alembic scripts; this module is how all of them
open a database.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

BUSY_TIMEOUT_MS: Final = 10_000
"""How long a SQLite writer waits for another one: longer than any batch takes on a slow disk."""
ADVISORY_LOCK: Final = 0x4C534F
"""PostgreSQL advisory lock held while migrating, so that processes started together do it one after another ("LSO")."""

APPLICATION: Final = "lso"
"""What our connections call themselves in `pg_stat_activity`; a restore looks for them."""
STATEMENT_TIMEOUT_MS: Final = 60_000
"""Far above the slowest question (a tenth of a second) and the largest batch; what takes longer hangs."""
LOCK_TIMEOUT_MS: Final = 30_000
"""How long a PostgreSQL writer waits for another one before it gives up and comes again."""
IDLE_TIMEOUT_MS: Final = 120_000
"""A transaction forgotten for so long is ended by the server, since it would hold up everybody's vacuum."""
CONNECT_TIMEOUT_S: Final = 5
RECYCLE_S: Final = 1_800
"""Age at which a pooled connection is replaced: proxies and firewalls drop older ones without a word."""


def _set(cursor: sqlite3.Cursor, pragma: str) -> None:
    # Several processes that make a new file WAL at once: SQLite says "locked" at once, without waiting as it was told.
    until_s = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until_s:
                raise
            time.sleep(0.02)
        else:
            return


def open_engine(url: str, *, fsync_always: bool = False) -> Engine:
    """Return an engine for a SQLAlchemy URL; `postgresql://` is served by psycopg 3.

    SQLite files get their directory made, WAL mode, and full synchronisation only when asked for: in WAL mode
    `NORMAL` survives kill −9, and `FULL` survives power loss too.
    """
    parsed = database_of(url)
    if parsed.get_backend_name() != "sqlite":
        return _open_postgres(parsed)
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
            _set(cursor, pragma)
        cursor.close()

    event.listen(engine, "connect", on_connect)
    return engine


def database_of(url: str) -> URL:
    """Return a SQLAlchemy URL with its driver; `postgresql://` and `postgres://` are served by psycopg 3."""
    parsed = make_url(url)
    return parsed.set(drivername="postgresql+psycopg") if parsed.drivername in {"postgresql", "postgres"} else parsed


def _open_postgres(url: URL) -> Engine:
    given = url.query.get("options", "")
    limits = (
        f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout={LOCK_TIMEOUT_MS}"
        f" -c idle_in_transaction_session_timeout={IDLE_TIMEOUT_MS}"
    )
    # Given ones come last, so that an operator's word counts.
    options = " ".join([limits, *([given] if isinstance(given, str) else given)]).strip()
    return create_engine(
        url.difference_update_query(["options"]),
        pool_pre_ping=True,  # after a restart of the server the first use replaces every dead connection
        pool_size=5,
        max_overflow=10,
        pool_timeout=10,
        pool_recycle=RECYCLE_S,
        connect_args={
            "options": options,
            "application_name": url.query.get("application_name", APPLICATION),
            "connect_timeout": CONNECT_TIMEOUT_S,
            # A server whose machine vanished is noticed within half a minute, not after the kernel's two hours.
            "keepalives_idle": 10,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 30_000,
        },
    )


def upgrade(engine: Engine, scripts: Path, version_table: str) -> None:
    """Bring a schema to its newest version.

    Args:
        engine: the database.
        scripts: the Alembic script directory (with `env.py` and `versions/`); its `env.py` takes the connection from
            `config.attributes["connection"]` and the version table from `config.attributes["version_table"]`.
        version_table: the table in which this room keeps its version.
    """
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            # A write lock from the first statement on: processes that start together migrate one after another.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        upgrade_on(connection, scripts, version_table)


def upgrade_on(connection: Connection, scripts: Path, version_table: str, revision: str = "head") -> None:
    """Bring a schema to a revision inside a transaction of the caller's, who commits it.

    Processes that do so together on PostgreSQL take turns; on SQLite the caller holds the write lock.
    """
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        # Migrations may move whole tables, and wait for another process that does.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["version_table"] = version_table
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def head_of(scripts: Path) -> str:
    """Return the newest revision of an Alembic script directory."""
    return str(_directory(scripts).get_current_head())


def knows(scripts: Path, revision: str) -> bool:
    """Tell whether a script directory has a revision; one of a newer version of ours it has not."""
    return revision in {script.revision for script in _directory(scripts).walk_revisions()}


def revision_of(connection: Connection, version_table: str) -> str | None:
    """Return the revision a database stands at, None where the tables were never made."""
    if not inspect(connection).has_table(version_table):
        return None
    found = connection.execute(text(f"SELECT version_num FROM {version_table}")).scalar()  # noqa: S608 (a constant of ours)
    return None if found is None else str(found)


def _directory(scripts: Path) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(scripts))
