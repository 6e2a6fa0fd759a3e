"""Watched folders: files come to rest, are read once, and are put away; names and contents are other people's."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from feeds.door import utc_now
from feeds.errors import SourceError
from feeds.sources.declarations import Declared
from feeds.sources.making import run_feed
from feeds.sources.status import FeedFacts, Status
from tests.integration.sources.station import Station, payload, until


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Return the watched folder."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


def declared(station: Station, **more: object) -> Declared:
    """Return the declaration of a folder that is looked at all the time."""
    return station.declared(
        {"kind": "folder", "path": "inbox", "pattern": "*.json", "every_s": 0.05, "settle_s": 0.0, **more}
    )


async def test_a_file_is_read_once_and_put_away(station: Station, inbox: Path) -> None:
    """The file ends in done/; its readings are on the bus once."""
    (inbox / "a.JSON").write_bytes(payload(1, 2))
    async with station.running(declared(station)) as status:
        await until("the file to go", (inbox / "done" / "a.JSON").exists)
        await until("more looks", lambda: status.facts.polls >= 3)
        assert status.facts.state == "running"
    assert await station.counts() == [1, 2]
    assert [path.name for path in inbox.iterdir()] == ["done"]


async def test_the_same_content_is_not_sent_twice(station: Station, inbox: Path) -> None:
    """A nightly job that writes yesterday's file again under another name changes nothing."""
    (inbox / "a.json").write_bytes(payload(1))
    async with station.running(declared(station)):
        await until("the first", (inbox / "done" / "a.json").exists)
        (inbox / "a.json").write_bytes(payload(1))
        (inbox / "b.json").write_bytes(payload(1))
        await until("both", lambda: (inbox / "done" / "a.2.json").exists() and (inbox / "done" / "b.json").exists())
    async with station.running(declared(station)):
        (inbox / "c.json").write_bytes(payload(1))
        await until("the last", (inbox / "done" / "c.json").exists)
    assert await station.counts() == [1]


async def test_a_mended_mapping_reads_the_same_file_again(station: Station, inbox: Path) -> None:
    """Whoever mends a mapping puts the file there once more and gets its readings."""
    feed = declared(station)
    (inbox / "a.json").write_bytes(payload(1))
    async with station.running(feed):
        await until("the first", (inbox / "done" / "a.json").exists)
    mended = msgspec.structs.replace(feed, mapping_text=feed.mapping_text.replace("source: yard", "source: yard-2"))
    (inbox / "a.json").write_bytes(payload(1))
    async with station.running(mended):
        await until("the second", (inbox / "done" / "a.2.json").exists)
    assert [reading.source for reading in await station.readings()] == ["yard", "yard-2"]


async def test_a_file_still_being_written_is_left_alone(station: Station, inbox: Path) -> None:
    """Half a file is never read: it is taken when it has not changed for a while."""
    whole = payload(*range(50))
    growing = inbox / "a.json"
    async with station.running(declared(station, settle_s=0.2)) as status:
        for end in range(0, len(whole), 400):
            with growing.open("ab") as file:
                file.write(whole[end : end + 400])
            looks = status.facts.polls
            await until("another look", lambda looks=looks: status.facts.polls > looks)
            assert await station.readings() == []
        await until("the whole file", (inbox / "done" / "a.json").exists)
    assert await station.counts() == list(range(50))
    assert not (inbox / "refused").exists()


async def test_an_unusable_file_is_set_aside_with_its_reason(station: Station, inbox: Path) -> None:
    """It does not stand in the way of the next one, and says why it was refused."""
    (inbox / "a.json").write_bytes(b"this is no JSON")
    (inbox / "b.json").write_bytes(payload(2))
    async with station.running(declared(station)):
        await until("both", lambda: (inbox / "refused" / "a.json").exists() and (inbox / "done" / "b.json").exists())
    reason = (inbox / "refused" / "a.json.reason.txt").read_text(encoding="utf-8")
    assert "could be used" in reason
    assert await station.counts() == [2]
    assert len(await station.letters()) == 1


async def test_a_file_that_is_too_large_is_not_read(station: Station, inbox: Path) -> None:
    """The bound is told with both sizes."""
    (inbox / "a.json").write_bytes(payload(*range(1_000)))
    async with station.running(declared(station, max_bytes=1_000)) as status:
        await until("the refusal", (inbox / "refused" / "a.json.reason.txt").exists)
        await until("the sentence", lambda: "max_bytes (1000)" in status.facts.error_en or status.facts.polls > 3)
    [letter] = await station.letters()
    assert (letter.reason, letter.origin) == ("too_large", "a.json")
    assert await station.readings() == []


async def test_links_folders_pipes_and_hidden_files_are_left_alone(station: Station, inbox: Path) -> None:
    """Nothing outside the folder can be pulled in, and nothing blocks."""
    outside = station.directory / "outside.json"
    outside.write_bytes(payload(666))
    (inbox / "link.json").symlink_to(outside)
    (inbox / "folder.json").mkdir()
    os.mkfifo(inbox / "pipe.json")
    (inbox / ".upload.json").write_bytes(payload(666))
    (inbox / "other.txt").write_bytes(payload(666))
    (inbox / "z.json").write_bytes(payload(1))
    async with station.running(declared(station)) as status:
        await until("the honest file", (inbox / "done" / "z.json").exists)
        await until("more looks", lambda: status.facts.polls >= 3)
    assert await station.counts() == [1]
    assert outside.exists()
    assert len(list(inbox.iterdir())) == 6


async def test_names_may_be_anything(station: Station, inbox: Path) -> None:
    """Bytes that are no text, blanks, newlines, quotes, the longest name there is: each file is read and put away."""
    names = [
        b"\xff\xfe\xc3.json", "Tờ khai số 1 – ngày 22.json".encode(), b"a\nb\tc.json", b"--help; rm -rf $HOME.json",
        b"x" * 250 + b".json", b"%s{0}.json", b"..json.json", b"con.json",
    ]  # fmt: skip
    for index, name in enumerate(names):
        (inbox / os.fsdecode(name)).write_bytes(payload(index, start=index))
    visible = [name for name in names if not name.startswith(b".")]
    async with station.running(declared(station)):
        await until(
            "all", lambda: len(list((inbox / "done").glob("*"))) == len(visible) if (inbox / "done").exists() else 0
        )
    assert len(set(await station.counts())) == len(visible)


async def test_an_outage_in_the_middle_loses_nothing(station: Station, inbox: Path) -> None:
    """The file waits for the bus, also over a restart, and is complete in the end."""
    (inbox / "a.json").write_bytes(payload(*range(1_000)))
    station.bus.down = True
    async with station.running(declared(station)) as status:
        await until("waiting", lambda: status.facts.state == "waiting")
    assert (inbox / "a.json").exists()
    async with station.running(declared(station)):
        station.bus.down = False
        await until("done", (inbox / "done" / "a.json").exists)
    assert await station.counts() == list(range(1_000))


async def test_a_folder_that_is_not_there_is_said(station: Station) -> None:
    """It is no crash, and the feed goes on when somebody makes the folder."""
    async with station.running(declared(station)) as status:
        await until("the failure", lambda: status.facts.state == "failing")
        assert "No such file" in status.facts.error_en
        (station.directory / "inbox").mkdir()
        await until("the recovery", lambda: status.facts.state == "running")


async def test_two_processes_do_not_run_one_feed(station: Station, inbox: Path) -> None:
    """The second one is refused with a sentence, so that no file and no spooled payload is taken by both."""
    feed = declared(station)
    async with station.running(feed) as status:
        await until("the first", lambda: status.facts.polls)
        with pytest.raises(SourceError, match="another process"):
            await run_feed(feed, Status(FeedFacts("f"), utc_now, lambda: None), station.house)
    async with station.running(feed) as status:
        await until("the next one", lambda: status.facts.state == "running")
    assert inbox.is_dir()
