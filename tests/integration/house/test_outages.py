"""Kill −9 of each process in turn, and a Valkey that does not answer for ten seconds, all under load."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.house import House, wait_for
from tests.load import SOURCE, Producer

pytestmark = [pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(400)]

BREACH = {"metric": "diverted_vehicles", "place": "chi-ma", "source": "border-gate-platform"}


@pytest.fixture(scope="module")
def machine(house: House) -> str:
    """Return a token that may push."""
    return house.token("machine", "ledger")


@pytest.fixture(scope="module")
def duty(house: House) -> str:
    """Return a token that may acknowledge."""
    return house.token("duty", "officer")


@pytest.fixture(scope="module")
def producer(house: House, machine: str) -> Iterator[Producer]:
    """Keep the house under load for the whole module."""
    thread = Producer(house, machine)
    thread.start()
    yield thread
    if thread.is_alive():
        thread.stop()


def latest_number(house: House, token: str) -> int | None:
    """Return how many of the producer's readings history knows so far."""
    with contextlib.suppress(OSError):
        status, rows = house.request("GET", "/api/v1/feeds", token)
        if status == 200:
            return sum(row["stored"] for row in rows["ledger"] if row["source"] == SOURCE)
    return None


def moving(house: House, token: str, producer: Producer) -> None:
    """Return once readings acknowledged from now on reach history: the whole path works."""
    acknowledged = len(producer.acknowledged)
    wait_for("pushes to be acknowledged again", lambda: len(producer.acknowledged) > acknowledged)
    goal = len(producer.acknowledged)
    wait_for("history to follow", lambda: (latest_number(house, token) or 0) >= goal, 120)


@pytest.mark.parametrize("name", ["web", "recorder", "alerts", "feeds", "valkey"])
def test_a_killed_process_comes_back_and_the_path_works_again(
    house: House, duty: str, producer: Producer, name: str
) -> None:
    """After kill −9 of any process the supervisor starts it anew and readings flow to history again."""
    moving(house, duty, producer)
    old = house.kill(name)
    house.wait_for_new(name, old)
    moving(house, duty, producer)
    wait_for("health to be good again", lambda: healthy(house))


def test_a_monitor_sees_every_process_and_what_happened_to_it(house: House, machine: str) -> None:
    """Memory, restarts and the recorder's work, of processes that are not the one that answers."""

    def figures() -> dict[tuple[str, str], float]:
        status, text = house.request("GET", "/metrics", machine)
        assert status == 200
        return {
            (sample.name, sample.labels.get("process", sample.labels.get("stream", ""))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def told() -> dict[tuple[str, str], float] | None:
        found = figures()
        return found if found.get(("lso_recorder_records_total", "recorder")) else None

    found = wait_for("the recorder to say what it did", told)
    for process in ("web", "recorder", "alerts", "feeds"):
        assert found["lso_process_restarts_total", process] >= 1, process
        assert found["lso_process_resident_memory_bytes", process] > 20e6
    assert found["lso_recorder_transactions_total", "recorder"] > 0
    assert found["lso_recorder_slowest_transaction_seconds", "recorder"] > 0
    assert found["lso_stream_lag_seconds", "readings"] >= 0
    assert found["lso_bus_append_only_ok", ""] == 1


def healthy(house: House) -> bool:
    """Tell whether every component says that it is well."""
    with contextlib.suppress(OSError):
        return house.request("GET", "/healthz")[0] == 200
    return False


def test_a_valkey_that_hangs_for_ten_seconds_loses_nothing(house: House, duty: str, producer: Producer) -> None:
    """Pushes are refused meanwhile (503), health says so, and everything recovers by itself."""
    pid = wait_for("valkey to run", lambda: house.pid("valkey"))
    before = producer.refusals
    os.kill(pid, signal.SIGSTOP)
    try:
        wait_for("health to say that the bus is gone", lambda: not healthy(house))
        until = time.monotonic() + 10  # the outage itself, not a wait for something
        while time.monotonic() < until:
            time.sleep(0.1)
    finally:
        os.kill(pid, signal.SIGCONT)
    moving(house, duty, producer)
    wait_for("health to be good again", lambda: healthy(house))
    assert producer.refusals > before


def test_an_alert_and_its_acknowledgement_survive_kills(house: House, machine: str, duty: str) -> None:
    """A breach before the kill is one alert after it, an acknowledgement stays, and the journal has each line once."""
    wait_for("the alert", lambda: breach(house, machine) and alert_of(house, duty))
    found = alert_of(house, duty)
    assert found
    house.wait_for_new("alerts", house.kill("alerts"))
    status, _ = house.request("POST", f"/api/v1/alerts/{found['id']}/ack", duty, {"note": "đã gọi Chi Ma"})
    assert status == 200
    house.wait_for_new("valkey", house.kill("valkey"))
    house.wait_for_new("web", house.kill("web"))
    again = wait_for("the alert after the kills", lambda: breach(house, machine) and alert_of(house, duty))
    assert (again["id"], again["state"], again["note"]) == (found["id"], "ACKED", "đã gọi Chi Ma")
    actions = journal_actions(house, found["id"])
    assert actions.count("raised") == 1
    assert actions.count("acknowledged") == 1


def breach(house: House, machine: str) -> bool:
    """Say, as a real platform would, that 99 vehicles turned back at Chi Ma today."""
    body = [{**BREACH, "value": 99, "observed_at": datetime.now(UTC).isoformat(), "method": "report"}]
    with contextlib.suppress(OSError):
        return house.request("POST", "/api/v1/readings", machine, body)[0] == 200
    return False


def alert_of(house: House, token: str) -> dict | None:
    """Return the live alert that the breach raises, if it is there."""
    with contextlib.suppress(OSError):
        status, answer = house.request("GET", "/api/v1/alerts", token)
        if status == 200:
            for alert in answer["alerts"]:
                if alert["place"] == BREACH["place"] and alert["metric"] == BREACH["metric"]:
                    return alert
    return None


def journal_actions(house: House, alert_id: str) -> list[str]:
    """Return what the journal says of an alert, in order."""
    with sqlite3.connect(f"file:{house.directory / 'var' / 'desk.sqlite'}?mode=ro", uri=True) as desk:
        rows = desk.execute("SELECT action FROM alert_journal WHERE alert_id = ? ORDER BY seq", (alert_id,)).fetchall()
    return [action for (action,) in rows]


def test_a_supervisor_switches_the_scenario_of_the_running_house(house: House, duty: str) -> None:
    """Tân Thanh is shut on the screens' stream within seconds, an officer may not do it, and it opens again."""
    wish = {"scenario": "gate-closed", "why": "diễn tập", "ends_after_s": 3_600}
    assert house.request("POST", "/api/v1/feeds/simulator/scenario", duty, wish)[0] == 403
    supervisor = house.token("supervisor", "lan")
    feeds = house.pid("feeds")
    assert house.request("POST", "/api/v1/feeds/simulator/scenario", supervisor, wish)[0] == 200
    wait_for("the gate to be shut", lambda: told_of_tan_thanh(house, duty) == ("gate-closed", "lan", 0.0))
    assert house.pid("feeds") == feeds
    assert house.request("POST", "/api/v1/feeds/simulator/scenario", supervisor, {"scenario": None})[0] == 200
    wait_for("the scenario to end", lambda: (told_of_tan_thanh(house, duty) or ("",))[0] == "normal")


def told_of_tan_thanh(house: House, token: str) -> tuple[str, str, float] | None:
    """Return what the live stream says: scenario, who chose it, and the status of Tân Thanh."""
    with contextlib.suppress(OSError, KeyError, TypeError, ValueError):
        feeds, gates = house.live("feeds", token), house.live("gates", token)
        return feeds["scenario"], feeds["scenario_by"], gates["gates"]["tan-thanh"]["status"]["v"]
    return None


def test_at_the_end_nothing_acknowledged_is_lost_or_doubled(house: House, duty: str, producer: Producer) -> None:
    """History holds exactly the readings that were acknowledged, each once, with its value; the ledger agrees."""
    moving(house, duty, producer)
    producer.stop()
    assert producer.unexpected == []
    expected = {
        int(producer.observed_at(number).timestamp() * 1_000): value for number, value in producer.acknowledged.items()
    }
    wait_for("history to hold them all", lambda: len(stored(house)) >= len(expected))
    assert stored(house) == expected
    with sqlite3.connect(f"file:{house.directory / 'var' / 'history.sqlite'}?mode=ro", uri=True) as history:
        [(in_ledger, refused)] = history.execute(
            "SELECT stored, refused FROM ledger WHERE source = ? AND kind = 'reading'", (SOURCE,)
        ).fetchall()
    assert (in_ledger, refused) == (len(expected), 0)


def stored(house: House) -> dict[int, float]:
    """Return the producer's readings in history: instant in ms → value."""
    with sqlite3.connect(f"file:{house.directory / 'var' / 'history.sqlite'}?mode=ro", uri=True) as history:
        rows = history.execute(
            "SELECT observed_at, value FROM raw JOIN series ON series.id = raw.series_id WHERE source = ?",
            (SOURCE,),
        ).fetchall()
    return {round(at / 1_000): value for at, value in rows}
