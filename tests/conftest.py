"""Fixtures of the whole suite: a real Valkey, started once a test session and worker."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis

from dashboard.valkey import EmbeddedValkey
from feeds.bus.redis import RedisBus

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
