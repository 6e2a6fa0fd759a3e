"""Bad files through a watched folder: a hundred megabytes, bombs, and the odd files of the collection."""

from __future__ import annotations

import shutil
import tracemalloc
from pathlib import Path

import pytest

from tests.integration.sources.station import Station, payload, until

MB = 1 << 20


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Return the watched folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


SETTINGS = {"kind": "folder", "path": "inbox", "pattern": "*", "every_s": 0.05, "settle_s": 0.0}
LARGE = {
    "one string": lambda size: b'{"a": "' + b"x" * size + b'"}',
    "nothing but brackets": lambda size: b"[" * size,
    "nothing but spaces": lambda size: b" " * size,
}


@pytest.mark.parametrize("name", LARGE)
async def test_a_file_of_100_mb_is_never_held_whole(station: Station, inbox: Path, name: str) -> None:
    """It is set aside with a reason, less than half of it was ever held, and the next file is read."""
    (inbox / "a.json").write_bytes(LARGE[name](100 * MB))
    tracemalloc.start()
    try:
        async with station.running(station.declared(dict(SETTINGS))):
            await until("the refusal", (inbox / "refused" / "a.json.reason.txt").exists)
            (inbox / "b.json").write_bytes(payload(2))
            await until("the next file", (inbox / "done" / "b.json").exists)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len((inbox / "refused" / "a.json.reason.txt").read_text(encoding="utf-8")) > 20
    assert most < 45 * MB
    assert await station.counts() == [2]


async def test_the_odd_files_are_set_aside_one_by_one(station: Station, inbox: Path, shared: Path) -> None:
    """Every bad file of the collection ends in refused/ with a reason, and the good one behind them is read."""
    files = [file for file in (shared / "samples" / "bad").rglob("*.*") if file.is_file()]
    names = [file for file in files if file.suffix in {".csv", ".geojson"}]
    for file in names:
        shutil.copyfile(file, inbox / file.name)
    async with station.running(station.declared(dict(SETTINGS))):
        await until("all to be gone", lambda: not [path for path in inbox.iterdir() if path.is_file()])
        (inbox / "z.json").write_bytes(payload(3))
        await until("the good one", (inbox / "done" / "z.json").exists)
    refused = {path.name for path in (inbox / "refused").glob("*.reason.txt")}
    assert len(refused) > 40
    assert await station.counts() == [3]
    assert all(letter.reason and letter.message for letter in await station.letters())
