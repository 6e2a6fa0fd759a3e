"""The ledger under fire, whole: a hundred kills −9 on PostgreSQL, a full disk, a clock that jumps by an hour.

`LSO_SOAK_KILLS` and `LSO_SOAK_SEED` choose how many and which; the seed is printed, so that a failure can be repeated.
"""

from __future__ import annotations

import os
import random
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.chaos import Chaos
from tests.databases import Postgres
from tests.house import House, wait_for
from tests.ledger import Sender, Witness, settled

pytestmark = [pytest.mark.soak, pytest.mark.service, pytest.mark.timeout(3_600)]

KILLS = int(os.environ.get("LSO_SOAK_KILLS", "100"))
SEED = int(os.environ.get("LSO_SOAK_SEED", "0")) or random.SystemRandom().randrange(1, 1_000_000)
CLOCK = Path(__file__).parent / "clock.c"
DISK_MB = 400


@contextmanager
def under_load(house: House) -> Iterator[tuple[list[Sender], Witness, str]]:
    """Keep a house under 2,000 readings a second and one alert after the other; yields a machine's token too."""
    machine, duty = house.token("machine", "ledger"), house.token("duty", "officer")
    senders = [Sender(house, machine, number) for number in range(4)]
    witness = Witness(house, machine, duty)
    for thread in (*senders, witness):
        thread.start()
    try:
        wait_for("the first batches", lambda: all(len(sender.acknowledged) > 5 for sender in senders))
        yield senders, witness, machine
    finally:
        for thread in (*senders, witness):
            thread.stop()


def healthy(house: House) -> bool:
    """Tell whether every component says that it is well."""
    with suppress(OSError):
        return house.request("GET", "/healthz")[0] == 200
    return False


def progress(senders: list[Sender]) -> int:
    """Return how many attempts were acknowledged."""
    return sum(len(sender.acknowledged) for sender in senders)


def test_a_hundred_kills(tmp_path: Path) -> None:
    """Kills of everything, workers stopped for 30 s, half-open sockets: the sum is right to the last reading."""
    print(f"LSO_SOAK_SEED={SEED}")
    server = Postgres(to_be_killed=True)
    url = server.empty()
    house = House(tmp_path / "house", simulator=False, database_url=url).start()
    chaos = Chaos(house, SEED, server)
    begun = time.monotonic()
    try:
        with under_load(house) as (senders, witness, machine):
            for number in range(KILLS):
                chaos.kill()
                chaos.pause(0.2, 6.0)
                if number % 20 == 10:
                    chaos.close()
                    chaos.half_open(100, machine)
                if number % 33 == 20:
                    chaos.stop_a_worker(30.0)
            wait_for("health to be good again", lambda: healthy(house), 120)
            before = progress(senders)
            wait_for("pushes to be acknowledged again", lambda: progress(senders) > before + 20)
        chaos.close()
        accounts = settled(house, url, senders, witness)
        lasted_s = time.monotonic() - begun
        produced = sum(one.stored + one.duplicates + one.refused for one in accounts)
        again = sum(sender.refusals for sender in senders)
        print(f"{produced} records in {lasted_s:.0f} s ({produced / lasted_s:.0f}/s), {witness.cycles} alerts")
        print(f"{again} attempts without a good answer; {dict(chaos.done)}")
        for account in accounts:
            print(account)
        assert sum(chaos.done[name] for name in chaos.victims()) == KILLS
        assert witness.cycles > 0
        assert house.stop() == 0
    finally:
        house.stop()
        server.stop()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own that can be filled, where root may mount one."""
    folder = tmp_path / "house" / "var"
    folder.mkdir(parents=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip("a small disk can be mounted by root alone")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    """While Valkey's and the databases' disk is full, pushes are refused; with room again all goes on, nothing lost."""
    house = House(tmp_path / "house", simulator=False).start()
    try:
        with under_load(house) as (senders, witness, machine):
            ballast = small_disk / "ballast"
            with suppress(OSError), ballast.open("wb") as file:
                while True:
                    file.write(b"\0" * 65_536)
                    file.flush()
            wait_for("pushes to be refused", lambda: refused(house, machine), 120)
            Chaos(house, 1).pause(10.0, 10.0)
            while_full = progress(senders)
            ballast.unlink()
            wait_for("pushes to be taken again", lambda: progress(senders) > while_full + 20, 120)
            wait_for("health to be good again", lambda: healthy(house), 120)
        accounts = settled(house, f"sqlite:///{small_disk / 'history.sqlite'}", senders, WITHOUT_JOURNAL)
        print([str(account) for account in accounts], witness.cycles, witness.trouble)
        assert witness.trouble == []
        assert house.stop() == 0
    finally:
        house.stop()


class _WithoutJournal(Witness):
    """On SQLite the journal stands in another file than the history."""

    def __init__(self) -> None:
        """Watch nothing."""

    def verdict(self, history: object) -> list[str]:
        """Return nothing."""
        return []


WITHOUT_JOURNAL = _WithoutJournal()


def refused(house: House, machine: str) -> bool:
    """Tell whether a push is answered 503."""
    with suppress(OSError):
        return house.request("POST", "/api/v1/readings", machine, [reading(datetime.now(UTC))])[0] == 503
    return False


def reading(at: datetime) -> dict[str, object]:
    """Return a reading of another source than the ledger's."""
    return {
        "metric": "lanes_open", "place": "huu-nghi", "value": 2, "observed_at": at.isoformat(), "source": "clock",
    }  # fmt: skip


def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """An hour ahead, then an hour behind, then right: late and future readings as documented, and the sum is right."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler to build the clock that can be set")
    library, offset = tmp_path / "clock.so", tmp_path / "offset"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, CLOCK], check=True)
    set_clock(offset, 0)
    server = Postgres(to_be_killed=True)
    url = server.empty()
    fake = {"LD_PRELOAD": str(library), "CLOCK_FILE": str(offset)}
    house = House(tmp_path / "house", simulator=False, database_url=url, variables=fake).start()
    try:
        with under_load(house) as (senders, witness, machine):
            for hours in (1, -1, 0):
                set_clock(offset, hours * 3_600)
                theirs = timedelta(hours=hours)
                wait_for("the clock to have jumped", lambda theirs=theirs: edge(house, machine, theirs + MINUTES, 0))
                assert edge(house, machine, theirs + timedelta(seconds=280), 0)
                assert edge(house, machine, theirs + timedelta(seconds=330), 1)
                before = progress(senders)
                wait_for("readings to be taken all the while", lambda before=before: progress(senders) > before + 100)
            wait_for("health to be good again", lambda: healthy(house), 120)
        accounts = settled(house, url, senders, witness)
        print([str(account) for account in accounts], witness.cycles)
        assert house.stop() == 0
    finally:
        house.stop()
        server.stop()


MINUTES = timedelta(minutes=4)


def set_clock(file: Path, seconds: int) -> None:
    """Set the house's clock, in the very bytes that its processes have mapped."""
    with file.open("r+b" if file.exists() else "w+b") as mapped:
        mapped.write(struct.pack("<q", seconds))


def edge(house: House, machine: str, ahead: timedelta, rejected: int) -> bool:
    """Tell whether a reading that is so far ahead of our clock is taken (0) or refused as from the future (1)."""
    status, answer = house.request("POST", "/api/v1/readings", machine, [reading(datetime.now(UTC) + ahead)])
    said = [one["reason"] for one in answer.get("rejected", [])]
    assert said in ([], ["clock_ahead"]), answer
    return status == (422 if rejected else 200) and len(said) == rejected
