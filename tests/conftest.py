"""Fixtures of the whole suite: a real Valkey and a real PostgreSQL, started once a test session and worker."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from dashboard.valkey import EmbeddedValkey
from feeds.bus.redis import RedisBus
from tests.databases import KINDS, Postgres, bring_to_head, sqlite_copy

SHARED = Path(__file__).resolve().parents[2] / "shared"
"""Recorded feeds and yardsticks that lie beside the project; tests that need them skip where they are absent."""


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded feeds, or skip."""
    if not SHARED.is_dir():
        pytest.skip("the recorded feeds (../shared) are not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """Start a real Valkey with an append-only file, for this worker's session."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def redis_bus(valkey: EmbeddedValkey) -> AsyncIterator[RedisBus]:
    """Return a bus on an empty Valkey."""
    client = redis.Redis.from_url(valkey.url)
    client.flushall()
    client.close()
    bus = RedisBus(valkey.url)
    yield bus
    await bus.aclose()


@pytest.fixture
def names() -> Iterator[str]:
    """Return names nobody else in this test uses."""
    return (f"n{number}" for number in itertools.count())


DATABASES = [kind if kind == "sqlite" else pytest.param(kind, marks=pytest.mark.service) for kind in KINDS]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Start a real PostgreSQL for this worker's session; nobody may kill this one."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with every room's tables, made once, to be copied."""
    path = tmp_path_factory.mktemp("rooms") / "rooms.sqlite"
    bring_to_head(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return each kind of database in turn; a test that asks for it runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database with the tables of every room at head and no rows; on each kind in turn."""
    if database_kind == "sqlite":
        return sqlite_copy(request.getfixturevalue("sqlite_template"), tmp_path)
    return str(request.getfixturevalue("postgres").swept())


@pytest.fixture
def empty_database_url(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database with nothing in it at all, for what makes tables; on each kind in turn."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite'}"
    return str(request.getfixturevalue("postgres").empty())
