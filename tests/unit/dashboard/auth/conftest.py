"""A users service on each kind of database, with a clock and cheap password hashes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from dashboard.auth.passwords import Passwords
from dashboard.auth.users import Users
from feeds.sql import open_engine


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


@pytest.fixture
def users(database_url: str, clock: Clock) -> Iterator[Users]:
    """Return the service on an empty database; no connection may be left checked out."""
    engine = open_engine(database_url)
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    service = Users(engine, "k" * 40, clock, passwords, clock.monotonic)
    yield service
    assert engine.pool.checkedout() == 0
    service.close()
