"""The alerts process on a real Valkey, killed with −9 at random while readings come."""

import asyncio
import multiprocessing
import os
import random
import signal
from datetime import UTC, datetime

import msgspec
import pytest

from alerts.desk import open_desk
from alerts.model import Alert, to_ms
from alerts.runner import AlertRunner
from dashboard.valkey import EmbeddedValkey
from feeds.bus.codec import ALERTS, READINGS, encode_batches
from feeds.bus.redis import RedisBus
from feeds.model import Reading
from feeds.registry import Registry
from tests.unit.alerts.world import CATALOGUE, PLACES, rule_set, rule_yaml

pytestmark = pytest.mark.service


def run_alerts(redis_url: str, desk_url: str) -> None:
    """Be the alerts process, until killed."""

    async def work() -> None:
        bus = RedisBus(redis_url)
        rules = rule_set(rule_yaml("queue_length_vehicles > 1000", clear="900"))
        await AlertRunner(bus, Registry(bus, PLACES), open_desk(desk_url), rules, CATALOGUE, PLACES).run()

    asyncio.run(work())


async def test_killed_again_and_again(redis_bus: RedisBus, valkey: EmbeddedValkey, database_url: str) -> None:
    """Each of twenty changes of a queue is an alert or its end, once, in journal and on stream, whatever is killed."""
    desk = open_desk(database_url)
    context = multiprocessing.get_context("spawn")
    chance = random.Random(5)
    changes, kills = 20, set(chance.sample(range(20), 4))
    times: list[datetime] = []

    def begin() -> multiprocessing.process.BaseProcess:
        process = context.Process(target=run_alerts, args=(valkey.url, database_url), daemon=True)
        process.start()
        return process

    def decided() -> int:
        return sum(entry.action in {"raised", "cleared"} for entry in desk.journal())

    process = begin()
    try:
        for index in range(changes):
            now = datetime.now(UTC)
            times.append(now)
            value = 1200.0 if index % 2 == 0 else 5.0
            reading = Reading("queue_length_vehicles", "tan-thanh", value, now, now, "platform")
            await redis_bus.publish(READINGS, encode_batches([reading]))
            if index in kills:
                # At times before it saw the reading, at times between transaction and telling, at times after.
                for _ in range(chance.randrange(4)):
                    await redis_bus.ping()
                assert process.pid is not None
                os.kill(process.pid, signal.SIGKILL)
                process.join(10)
                process = begin()
            await _until(lambda index=index: decided() == index + 1)
        told: dict[tuple[str, int], Alert] = {}

        async def all_told() -> bool:
            """Tell whether the stream carries the last version of each alert; the outbox is the runner's alone."""
            told.clear()
            for entry in await redis_bus.tail(ALERTS, 10_000):
                for alert in msgspec.json.decode(entry.data, type=list[Alert]):
                    told[alert.id, alert.version] = alert
            raised = {entry.alert_id for entry in desk.journal()}
            return len(raised) == changes // 2 and all((key, desk.get(key).version) in told for key in raised)

        for _ in range(600):
            if await all_told():
                break
            await asyncio.sleep(0.05)
    finally:
        process.kill()
        process.join(10)
    assert await all_told()
    entries = desk.journal()
    by_alert = {
        entry.alert_id: [each.action for each in entries if each.alert_id == entry.alert_id] for entry in entries
    }
    assert len(by_alert) == changes // 2
    for alert_id, actions in by_alert.items():
        assert actions.count("raised") == 1
        assert actions.count("cleared") == 1
        assert max(version for told_id, version in told if told_id == alert_id) == desk.get(alert_id).version
    starts = sorted(alert.started_at for (_, version), alert in told.items() if version == 1)
    # Decided at the time of the reading, or a moment later where the engine's clock was ahead of it already.
    assert len(starts) == changes // 2
    assert all(start >= to_ms(time) for start, time in zip(starts, times[::2], strict=True))
    desk.close()


async def _until(condition) -> None:
    for _ in range(1_200):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("waited a minute in vain")
