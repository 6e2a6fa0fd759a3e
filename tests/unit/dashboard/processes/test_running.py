"""A process runs until it is told to stop, or until other ground came into use."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.processes import running
from feeds.bus.memory import MemoryBus
from geodata import storage, versions
from geodata.versions import ImportRecord


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Path]:
    """Return the folder of imported layers of a house that has imported nothing yet."""
    storage.use_directory(tmp_path)
    yield tmp_path / versions.FOLDER
    storage.use_directory(None)


def import_something(directory: Path) -> versions.Version:
    """Bring a version into use, as an import does."""
    record = ImportRecord("population", "dan-so.csv", "0" * 64, 1, "s", "l", "2025-07-01", "2026-11-23T00:00:00Z")
    directory.mkdir(parents=True, exist_ok=True)
    return versions.write_version(directory, None, record, {"extra.json": b"{}"}, {}, datetime.now(UTC))


async def test_an_import_ends_the_process_so_that_it_starts_anew(ground: Path, monkeypatch: pytest.MonkeyPatch):
    """It ends by itself and without an error; its tasks are cancelled first."""
    monkeypatch.setattr(running, "GROUND_CHECK_S", 0.01)
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    process = asyncio.create_task(running.run_until_stopped("recorder", MemoryBus(), work()))
    done, _ = await asyncio.wait([process], timeout=0.2)
    assert not done, "nothing was imported yet"
    import_something(ground)
    async with asyncio.timeout(30):
        await process
    assert cancelled.is_set()


def test_a_damaged_version_is_not_taken_up(ground: Path):
    """A process goes on with what it has rather than end again and again."""
    version = import_something(ground)
    assert storage.ready_name() == version.name
    (version.path / "extra.json").write_bytes(b"changed by hand")
    assert storage.ready_name() is None
    storage.use_directory(None)
    assert storage.ready_name() is None
