"""MQTT feeds against a real mosquitto: topics, sessions, passwords, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiomqtt
import pytest

from tests.integration.sources.broker import Broker, make_users
from tests.integration.sources.station import MAPPING, Station, payload, until

pytestmark = pytest.mark.service

LANES = """
source: lanes
name: {vi: "Làn xe", en: "Lanes"}
format: json
place: {path: "levels[1]", lookup: {tt: tan-thanh, hn: huu-nghi}}
time: {path: taken_at}
readings:
  - metric: lanes_open
    value: {path: payload.open}
    method: sensor
"""
"""The gate stands in the topic, and the sensor has no clock."""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """Yield a running broker."""
    folder = tmp_path / "broker"
    folder.mkdir()
    broker = Broker(folder).start()
    yield broker
    broker.stop()


def settings(broker: Broker, **more: object) -> dict[str, object]:
    """Return the settings of a feed of this broker."""
    return {"kind": "mqtt", "host": "127.0.0.1", "port": broker.port, "topics": ["gates/#"], **more}


async def publish(broker: Broker, *messages: tuple[str, bytes], **more: object) -> None:
    """Publish messages, each acknowledged by the broker."""
    async with aiomqtt.Client("127.0.0.1", broker.port, **more) as client:
        for topic, body in messages:
            await client.publish(topic, body, qos=1)


@pytest.mark.parametrize("version", ["5", "3.1.1"])
async def test_each_message_is_a_payload(station: Station, broker: Broker, version: str) -> None:
    """What matches the topics becomes readings, and nothing else does."""
    async with station.running(station.declared(settings(broker, version=version, topics=["gates/+/q"]))) as status:
        await until("the connection", lambda: status.facts.state == "running")
        await publish(broker, ("gates/tt/q", payload(1)), ("other", payload(666)), ("gates/tt/q", payload(2, start=1)))
        await until("both", lambda: status.facts.accepted >= 2)
    assert await station.counts() == [1, 2]
    assert status.facts.target == f"127.0.0.1:{broker.port} gates/+/q"


async def test_the_mapping_sees_the_topic(station: Station, broker: Broker) -> None:
    """With the envelope a place may stand in the topic, and a sensor without a clock is dated on arrival."""
    async with station.running(station.declared(settings(broker, envelope=True), mapping=LANES)) as status:
        await until("the connection", lambda: status.facts.state == "running")
        await publish(broker, ("gates/tt/lanes", b'{"open": 3}'), ("gates/hn/lanes", b'{"open": 6}'))
        await until("both", lambda: status.facts.accepted >= 2)
    found = {(reading.metric, reading.place): reading.value for reading in await station.readings()}
    assert found["lanes_open", "tan-thanh"] == 3
    assert found["lanes_open", "huu-nghi"] == 6


async def test_messages_sent_while_we_are_away_arrive(station: Station, broker: Broker) -> None:
    """The broker keeps our session: a restart of ours loses nothing."""
    feed = station.declared(settings(broker))
    async with station.running(feed) as status:
        await until("the connection", lambda: status.facts.state == "running")
    await publish(broker, *((f"gates/{n}", payload(n, start=n)) for n in range(1, 31)))
    async with station.running(feed) as status:
        await until("all", lambda: status.facts.accepted >= 30)
    # What was taken was acknowledged: the next life is sent only what is new.
    await publish(broker, ("gates/31", payload(31, start=31)))
    async with station.running(feed):
        await until("the new one", lambda: status.facts.accepted >= 31)
    assert await station.counts() == list(range(1, 32))


async def test_what_was_not_safe_is_not_acknowledged(station: Station, broker: Broker, monkeypatch) -> None:
    """A process killed between taking a message and keeping it is sent the message again."""
    feed = station.declared(settings(broker))
    taken = asyncio.Event()

    async def killed(*_: object, **__: object) -> bool:
        taken.set()
        await asyncio.sleep(60)
        return True

    with monkeypatch.context() as patched:
        patched.setattr("feeds.sources.outlet.Outlet.take", killed)
        async with station.running(feed) as status:
            await until("the connection", lambda: status.facts.state == "running")
            await publish(broker, ("gates/tt", payload(1)))
            await asyncio.wait_for(taken.wait(), 10)
    async with station.running(feed):
        await until("the message", station.counts)
    assert await station.counts() == [1]


async def test_a_broker_that_restarts_is_found_again(station: Station, broker: Broker) -> None:
    """The desk sees it go and come back; what is sent afterwards arrives."""
    async with station.running(station.declared(settings(broker))) as status:
        await until("the connection", lambda: status.facts.state == "running")
        broker.stop()
        await until("the loss", lambda: status.facts.state == "failing")
        assert "cannot be reached" in status.facts.error_en
        broker.start()
        await until("the return", lambda: status.facts.state == "running")
        await publish(broker, ("gates/tt", payload(4)))
        await until("the message", lambda: status.facts.accepted >= 1)
    assert await station.counts() == [4]


async def test_while_the_bus_is_away_messages_wait_on_disk(station: Station, broker: Broker) -> None:
    """They were acknowledged to the broker, so they must be safe with us."""
    async with station.running(station.declared(settings(broker))) as status:
        await until("the connection", lambda: status.facts.state == "running")
        station.bus.down = True
        await publish(broker, *((f"gates/{n}", payload(n, start=n)) for n in range(1, 6)))
        await until("all on disk", lambda: status.facts.spooled == 5)
        station.bus.down = False
        await until("all delivered", lambda: status.facts.accepted == 5)
    assert await station.counts() == [1, 2, 3, 4, 5]


async def test_a_wrong_password_is_said(station: Station, tmp_path: Path) -> None:
    """The sentence says what to check; the right one connects."""
    folder = tmp_path / "closed"
    folder.mkdir()
    users = make_users(folder, "lan", "s3cret-value")
    broker = Broker(folder, password_file=users).start()
    try:
        async with station.running(station.declared(settings(broker))) as status:
            await until("the refusal", lambda: "check user and secret" in status.facts.error_en)
        async with station.running(station.declared(settings(broker, user="lan", secret="TOKEN"))) as status:
            await until("the connection", lambda: status.facts.state == "running")
    finally:
        broker.stop()


async def test_a_message_that_is_no_payload_is_kept_with_its_reason(station: Station, broker: Broker) -> None:
    """Nonsense on one topic does not stop the others."""
    async with station.running(station.declared(settings(broker), mapping=MAPPING)) as status:
        await until("the connection", lambda: status.facts.state == "running")
        await publish(broker, ("gates/x", b"\xff\xfenonsense"), ("gates/tt", payload(1)))
        await until("the good one", lambda: status.facts.accepted >= 1)
    [letter] = await station.letters()
    assert "gates/x" in letter.origin
