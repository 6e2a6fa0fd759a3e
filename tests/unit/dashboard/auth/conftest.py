"""A users service on a SQLite file, with a clock and cheap password hashes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from dashboard.auth.passwords import Passwords
from dashboard.auth.users import MIGRATIONS, VERSION_TABLE, Users
from feeds.sql import open_engine, upgrade


class Clock:
    """A clock that stands still until told otherwise; it serves as wall clock and as monotonic one."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.now.timestamp()

    def forward(self, **delta: float) -> None:
        self.now += timedelta(**delta)


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands still."""
    return Clock()


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a desk database at its newest version, to be copied: migrating takes longer than most tests."""
    path = tmp_path_factory.mktemp("desk") / "desk.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    upgrade(engine, MIGRATIONS, VERSION_TABLE)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture
def users(tmp_path: Path, empty_desk: Path, clock: Clock) -> Iterator[Users]:
    """Return the service on an empty database; no connection may be left checked out."""
    path = shutil.copy(empty_desk, tmp_path / "desk.sqlite")
    engine = open_engine(f"sqlite:///{path}")
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    service = Users(engine, "k" * 40, clock, passwords, clock.monotonic)
    yield service
    assert engine.pool.checkedout() == 0
    service.close()
