"""The same payload is the same readings, whichever way it came: file, folder, HTTP, WebSocket or MQTT."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import aiomqtt
import pytest
from websockets.asyncio.server import ServerConnection, serve

from feeds.bus.codec import READINGS, decode_readings
from feeds.bus.redis import RedisBus
from feeds.door import utc_now
from feeds.history import open_history
from feeds.mapping import load_mapping
from feeds.model import Reading, dims_key
from feeds.sources.declarations import Declared
from feeds.sources.delivery import Delivery
from tests.integration.sources.broker import Broker
from tests.integration.sources.station import Station, until
from tests.integration.sources.web import Request, serving

MAPPINGS = Path(__file__).resolve().parents[3] / "config" / "mappings"
SAMPLES = {
    "border/dpsu_2026-06-28.csv": "dpsu.yaml",
    "border/dpsu_2026-06-29.csv": "dpsu.yaml",
    "border/dpsu_2026-07-14.csv": "dpsu.yaml",
    "border/echerga-snapshot.json": "echerga.yaml",
    "border/us_cbp_bwt_2014.xml": "us-cbp.yaml",
    "network/opencellid_lesotho.csv": "opencellid.yaml",
}
WAYS = ("folder", "http", "websocket", "mqtt")
Said = tuple[str, str, str, float | None, str]


def said(readings: list[Reading]) -> Counter[Said]:
    """Return what readings say: everything but who, how and when they came."""
    # A list without a time of its own is dated on arrival, which differs.
    return Counter(
        (reading.metric, reading.place, dims_key(reading.dims), reading.value, reading.quality) for reading in readings
    )


@contextlib.asynccontextmanager
async def coming(way: str, station: Station, body: bytes, name: str) -> AsyncIterator[dict[str, object]]:
    """Offer a payload in one way and yield the settings of the feed that takes it."""
    if way == "folder":
        folder = station.directory / "inbox"
        folder.mkdir()
        (folder / name).write_bytes(body)
        yield {"kind": "folder", "path": "inbox", "every_s": 0.05, "settle_s": 0}
    elif way == "http":

        async def handler(request: Request, _: object) -> tuple[int, dict[str, str], bytes]:
            return (304, {}, b"") if "if-none-match" in request.headers else (200, {"ETag": '"1"'}, body)

        async with serving(handler) as web:
            yield {"kind": "http", "url": web.url + "/" + name, "every_s": 0.1}
    elif way == "websocket":

        async def once(connection: ServerConnection) -> None:
            await connection.send(body)
            await connection.wait_closed()

        async with serve(once, "127.0.0.1", 0) as server:
            yield {"kind": "websocket", "url": f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"}
            server.close(close_connections=True)
    else:
        folder = station.directory / "broker"
        folder.mkdir()
        broker = Broker(folder).start()
        try:
            yield {"kind": "mqtt", "host": "127.0.0.1", "port": broker.port, "topics": ["sample"]}
        finally:
            await asyncio.to_thread(broker.stop)


async def offered(way: str, settings: dict[str, object], body: bytes) -> None:
    """Send what has to be sent once the feed listens."""
    if way == "mqtt":
        async with aiomqtt.Client("127.0.0.1", int(str(settings["port"]))) as client:
            await client.publish("sample", body, qos=1)


def declared(station: Station, settings: dict[str, object], mapping: str) -> Declared:
    """Return the declaration of a feed with one of the shipped mappings."""
    return station.declared(settings, mapping=(MAPPINGS / mapping).read_text(encoding="utf-8"))


async def from_file(directory: Path, body: bytes, sample: str) -> tuple[Counter[Said], int]:
    """Return what the payload says when it is read as a file, and how many records it refuses."""
    alone = Station(directory)
    mapping = load_mapping(MAPPINGS / SAMPLES[sample], alone.catalogue)
    await Delivery(alone.door, alone.registry, alone.catalogue, mapping).send(body, utc_now(), origin=sample)
    return said(await alone.readings()), len(await alone.letters())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sample", SAMPLES)
async def test_every_way_gives_the_same_readings(station: Station, shared: Path, sample: str, way: str) -> None:
    """A recorded payload of a real provider: same figures, same missing ones, same refusals."""
    body = (shared / "samples" / sample).read_bytes()
    expected, refused = await from_file(station.directory, body, sample)
    assert expected.total() > 20
    async with (
        coming(way, station, body, Path(sample).name) as settings,
        station.running(declared(station, settings, SAMPLES[sample])) as status,
    ):
        if way == "mqtt":
            await until("the connection", lambda: status.facts.state == "running")
        await offered(way, settings, body)
        await until("all of it", lambda: status.facts.accepted >= expected.total())
    assert said(await station.readings()) == expected
    assert len(await station.letters()) == refused


@pytest.mark.service
async def test_what_is_stored_is_the_same_too(tmp_path: Path, redis_bus: RedisBus, shared: Path) -> None:
    """Through a real Valkey into a history: by HTTP and by folder the same rows, and the second time none."""
    sample = "border/dpsu_2026-07-14.csv"
    body = (shared / "samples" / sample).read_bytes()
    expected, _ = await from_file(tmp_path, body, sample)
    history = open_history(f"sqlite:///{tmp_path / 'history.sqlite'}")
    try:
        for way in ("http", "folder"):
            station = Station(tmp_path / way, redis_bus)
            station.directory.mkdir()
            async with coming(way, station, body, Path(sample).name) as settings:
                feed = declared(station, settings, SAMPLES[sample])
                async with station.running(feed) as status:
                    await until("all of it", lambda status=status: status.facts.accepted >= expected.total())
        entries = await redis_bus.tail(READINGS, 1_000)
        batches = [(entry.id, decode_readings(entry.data)) for entry in entries]
        stored = await asyncio.to_thread(history.record_entries, batches)
        distinct = {
            (reading.metric, reading.place, dims_key(reading.dims), reading.observed_at)
            for _, batch in batches
            for reading in batch
        }
    finally:
        await asyncio.to_thread(history.close)
    assert stored.stored == len(distinct)
    assert stored.duplicates == 2 * expected.total() - len(distinct)
    assert stored.corrections == 0


def test_samples_have_their_mappings() -> None:
    """Nothing is compared with a mapping that is not shipped."""
    assert {path.name for path in MAPPINGS.glob("*.yaml")} >= set(SAMPLES.values())
