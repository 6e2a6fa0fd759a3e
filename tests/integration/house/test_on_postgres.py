"""The whole house on PostgreSQL: it starts, replays and derives as on SQLite, and outlives a server that is killed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.chaos import Chaos
from tests.databases import Postgres
from tests.house import House, wait_for
from tests.ledger import Sender, Witness, settled

pytestmark = [pytest.mark.service, pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of this module's own, for it is killed."""
    own = Postgres(to_be_killed=True)
    yield own
    own.stop()


@pytest.fixture(scope="module")
def url(server: Postgres) -> str:
    """The URL of an empty database."""
    return server.empty()


@pytest.fixture(scope="module")
def house(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that makes its tables there itself; nothing is simulated."""
    running = House(tmp_path_factory.mktemp("house"), simulator=False, database_url=url).start()
    yield running
    assert running.stop() == 0


def ask(url: str, question: str) -> list[tuple]:
    """Ask the database, beside the house; [] while it does not answer."""
    with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url) as connection:
        return connection.execute(question).fetchall()
    return []


def test_a_replayed_day_is_what_it_is_on_sqlite(house: House, url: str, shared: Path) -> None:
    """Produced = stored + duplicates + refused, and sending the day twice changes nothing."""
    day = min((shared / "samples" / "border").glob("dpsu_*.csv"))
    for _ in range(2):
        house.cli("replay", str(day), "--mapping", "config/mappings/dpsu.yaml", "--speed", "max")
    [(stored, duplicates)] = ask(
        url, "SELECT sum(stored), sum(duplicates) FROM ledger WHERE source = 'replay-dpsu' AND kind = 'reading'"
    )
    assert stored == duplicates > 100
    raw = "SELECT count(*) FROM raw JOIN series ON id = series_id WHERE source = 'replay-dpsu'"
    assert ask(url, raw) == [(stored,)]
    assert ask(url, "SELECT relkind::text FROM pg_class WHERE oid = 'raw'::regclass") == [("p",)]


def test_nothing_is_left_in_files(house: House) -> None:
    """With LSO_DATABASE_URL no process keeps a database of its own beside it."""
    assert list((house.directory / "var").glob("*.sqlite*")) == []


def test_the_ledger_under_fire(house: House, url: str, server: Postgres) -> None:
    """2,000 readings a second and kill −9 of everything: the sum is right to the last one, no alert lost or doubled.

    The short version of `tests/soak/test_ledger_under_fire.py`, which kills a hundred times.
    """
    machine, duty = house.token("machine", "ledger"), house.token("duty", "officer")
    senders = [Sender(house, machine, number) for number in range(4)]
    witness = Witness(house, machine, duty)
    chaos = Chaos(house, seed=20261123, server=server)
    for thread in (*senders, witness):
        thread.start()
    try:
        wait_for("the first batches", lambda: all(len(sender.acknowledged) > 5 for sender in senders))
        chaos.half_open(20, machine)
        for victim in ("recorder", "valkey", "postgresql", "web", "alerts", "supervisor"):
            chaos.kill(victim)
            chaos.pause(0.5, 2.0)
        chaos.stop_a_worker(2.0, "recorder")
        wait_for("health to be good again", lambda: status(house) == 200)
    finally:
        for thread in (*senders, witness):
            thread.stop()
        chaos.close()
    accounts = settled(house, url, senders, witness)
    assert witness.cycles > 0
    assert all(one.stored > 1_000 and one.duplicates > 0 and one.refused > 0 for one in accounts)


def status(house: House) -> int:
    """Return what /healthz answers, 0 when nobody does."""
    with contextlib.suppress(OSError):
        return house.request("GET", "/healthz")[0]
    return 0


def test_it_is_backed_up_while_it_runs_and_taken_up_by_sqlite(house: House, tmp_path: Path) -> None:
    """A backup of the running house restores into files, the bus's position is noted, and the doctor finds no fault."""
    archive = house.cli("backup", "--to", str(tmp_path / "all.zip")).splitlines()[-1]
    target = tmp_path / "moved.sqlite"
    house.cli("restore", archive, "--into", f"sqlite:///{target}")
    assert target.stat().st_size > 100_000
    said = json.loads(house.cli("doctor", "--json", codes=(0, 1, 2)))
    found = {one["check"]: one["state"] for one in said["findings"]}
    assert {found[check] for check in ("database.history", "bus.appendonly", "tables.history", "port")} == {"ok"}
