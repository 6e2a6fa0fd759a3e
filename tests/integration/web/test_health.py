"""`/healthz` and `/metrics`: what a monitor sees when something is wrong."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError

from dashboard.heartbeat import Beat, to_ms, write_beat
from feeds.bus.codec import DEAD_LETTERS, FACTS_PROCESSES, READINGS, decode_dead_letters


async def beat(web: Any, name: str, state: Any = "running", age_s: float = 0.0) -> None:
    """Let a process give its heartbeat."""
    at = to_ms(web.clock.now) - round(age_s * 1000)
    await write_beat(web.bus, name, Beat(state, at - 60_000, 2, at, 4711))


async def all_beat(web: Any) -> None:
    """Let every process give its heartbeat."""
    for name in ("feeds", "recorder", "alerts"):
        await beat(web, name)


async def ask(web: Any) -> tuple[int, dict[str, Any]]:
    """Ask for health as a monitor does, without sign-in, past the second a report is kept."""
    web.clock.forward(seconds=1.5)
    answer = await web.client.get("/healthz")
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["components"]


async def test_a_whole_house_is_healthy(web: Any) -> None:
    """200, every component up, each with its lag."""
    await all_beat(web)
    await web.bus.ensure_group(READINGS, "recorder")
    await web.bus.publish(READINGS, [b"[]", b"[]"])
    status, components = await ask(web)
    assert status == 200
    assert {name: one["state"] for name, one in components.items()} == dict.fromkeys(
        ("bus", "history", "desk", "hub", "feeds", "recorder", "alerts"), "up"
    )
    assert components["recorder"]["lag_s"] == 1.5
    assert components["recorder"]["lag_entries"] == 2
    assert components["recorder"]["restarts"] == 2
    assert "lag_entries" not in components["alerts"]


async def test_a_process_that_died_is_named(web: Any) -> None:
    """A monitor reads which process is silent, since when, or that it is being restarted."""
    await all_beat(web)
    await beat(web, "recorder", age_s=8.5)
    assert (await ask(web))[0] == 200
    await beat(web, "recorder", age_s=8.6)
    status, components = await ask(web)
    assert (status, components["recorder"]["state"]) == (503, "down")
    assert components["recorder"]["message"] == "the process recorder was last heard of 10 s ago"
    await beat(web, "recorder", "restarting")
    status, components = await ask(web)
    assert (status, components["recorder"]["message"]) == (503, "the process recorder is restarting")
    await web.bus.drop_fact(FACTS_PROCESSES, "recorder")
    assert "never been started" in (await ask(web))[1]["recorder"]["message"]


async def test_a_bus_that_is_down_is_told_apart_from_dead_processes(web: Any) -> None:
    """Without the bus nobody can say how the processes are, and health says just that."""
    await all_beat(web)
    web.bus.down = True
    status, components = await ask(web)
    assert status == 503
    assert components["bus"]["message"].startswith("the bus does not answer")
    assert components["feeds"]["message"] == "unknown while the bus does not answer"
    assert components["history"]["state"] == "up"
    web.bus.down = False
    assert (await ask(web))[0] == 200


async def test_a_database_that_is_down_is_named(web: Any, monkeypatch: Any) -> None:
    """History and desk are told apart."""
    await all_beat(web)

    def down() -> None:
        raise OperationalError("select", {}, Exception("connection refused at secret-host"))

    monkeypatch.setattr(web.users, "ping", down)
    status, components = await ask(web)
    assert (status, components["desk"]["state"], components["history"]["state"]) == (503, "down", "up")
    assert "secret-host" not in components["desk"]["message"]


async def test_the_hub_counts(web: Any) -> None:
    """A web process whose hub ended is not healthy although it answers."""
    await all_beat(web)
    web.hub.running = False
    assert (await ask(web))[0] == 503


async def test_a_heartbeat_nobody_can_read_breaks_nothing(web: Any) -> None:
    """Rubbish on the bus is a component that is down, not a failing route."""
    await web.bus.put_facts(FACTS_PROCESSES, {"recorder": b"rubbish"})
    status, components = await ask(web)
    assert status == 503
    assert components["recorder"]["message"] == "its heartbeat cannot be read"


async def test_a_storm_of_questions_asks_the_databases_once(web: Any, monkeypatch: Any) -> None:
    """The open route cannot be used to load the databases."""
    await all_beat(web)
    asked = 0
    ping = web.users.ping

    def counted() -> None:
        nonlocal asked
        asked += 1
        ping()

    monkeypatch.setattr(web.users, "ping", counted)
    for _ in range(20):
        assert (await web.client.get("/healthz")).status_code == 200
    assert asked == 1


async def scrape(web: Any) -> dict[tuple[str, str], float]:
    """Return every sample by its name and its labels' values in the order of their names."""
    web.clock.forward(seconds=1.5)
    answer = await web.client.get("/metrics", headers=web.bearer("machine"))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    families = list(text_string_to_metric_families(answer.text))
    assert all(family.documentation for family in families)
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in families
        for sample in family.samples
    }


async def test_metrics_are_prometheus_text(web: Any) -> None:
    """A Prometheus server reads the same figures with a machine's token."""
    await all_beat(web)
    found = await scrape(web)
    assert found["lso_component_up", "bus"] == 1.0
    assert found["lso_process_restarts_total", "feeds"] == 2.0
    assert found["lso_process_resident_memory_bytes", "web"] > 0
    assert found["lso_alerts_live", "critical,UNACK"] == 0
    assert found["lso_database_size_bytes", "postgresql" if web.parts.settings.database_url else "history"] > 0
    assert found["lso_disk_free_bytes", ""] > 0
    assert found["lso_backup_last_success_time_seconds", ""] == 0
    assert all(value == 1 for (name, _), value in found.items() if name == "lso_scrape_part_up")
    await web.client.get("/no-such-page")
    assert (await scrape(web))["lso_http_requests_total", "unknown,4xx"] == 1


async def test_what_was_pushed_refused_and_is_waiting_is_counted(web: Any) -> None:
    """Refusals by reason, and how far the recorder is behind."""
    await web.bus.ensure_group(READINGS, "recorder")
    good = {"metric": "queue_length_vehicles", "place": "tan-thanh", "dims": {"queue": "physical"}, "value": 3}
    at = web.clock.now.isoformat()
    body = [{**good, "observed_at": at}, {**good, "place": "nowhere", "observed_at": at}]
    assert (await web.client.post("/api/v1/readings", json=body, headers=web.bearer("machine"))).status_code == 200
    letters = [
        (entry.id, letter)
        for entry in await web.bus.tail(DEAD_LETTERS, 9)
        for letter in decode_dead_letters(entry.data)
    ]
    web.history.record_dead_letters(letters)
    found = await scrape(web)
    assert found["lso_stream_lag_entries", "recorder,readings"] == 1
    assert found["lso_records_refused_today", "unknown_place,token-machine"] == 1
    assert found["lso_records_refused_total", "reading,token-machine"] == 1
    assert found["lso_http_requests_total", "push,2xx"] == 1
    assert found["lso_http_request_duration_seconds_count", "push"] == 1


async def test_a_part_that_is_away_is_named_and_hides_no_other(web: Any) -> None:
    """While the bus is down the databases' figures are still read; nothing old is told as new."""
    await all_beat(web)
    web.bus.down = True
    found = await scrape(web)
    web.bus.down = False
    assert found["lso_scrape_part_up", "bus"] == 0
    assert found["lso_scrape_part_up", "history"] == 1
    assert found["lso_component_up", "bus"] == 0
    assert not any(name == "lso_stream_lag_entries" for name, _ in found)
    assert (await scrape(web))["lso_scrape_part_up", "bus"] == 1


async def test_metrics_need_authority(web: Any) -> None:
    """What is watched says much about a house; nobody reads it without a token."""
    assert (await web.client.get("/metrics")).status_code == 401
    assert (await web.client.get("/metrics", headers={"authorization": "Bearer none"})).status_code == 401
