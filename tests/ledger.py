"""Senders whose every reading is known, and what history must hold of them afterwards, to the last one.

What got no answer is sent again, so it may have been taken twice. So that the sum can still be exact, every attempt
carries one reading and two faulty records that no other attempt has: whether the good part and the refused part of an
attempt were taken can be read from the history itself (each part is one entry of a stream: taken whole or not at all).
"""

from __future__ import annotations

import http.client
import json
import re
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Self

import redis
import sqlalchemy as sa

from feeds.sql import open_engine
from tests.house import House, wait_for

FRESH = 44
AGAIN = 3
"""Records of a batch that the batch before held already: deliberate duplicates."""
FAULTY = 2
BATCH = FRESH + AGAIN + 1 + FAULTY
PLACE = "commune.06001"
ATTEMPT = re.compile(r'"value":-(\d+)')


@dataclass(frozen=True)
class Attempt:
    """One sending of one batch: which numbers its good records had."""

    batch: int
    first: int
    again: tuple[int, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """Numbers of its records, repeated ones included."""
        return (*range(self.first, self.first + FRESH), *self.again)


@dataclass
class Account:
    """What one source must have in history, and what it has."""

    source: str
    stored: int = 0
    duplicates: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)


class Sender(threading.Thread):
    """Pushes batches at a steady pace, each until it is acknowledged, until told to stop.

    Args:
        house: takes them.
        token: of a machine.
        number: of this sender; its source is `ledger-N`.
        batches_per_s: its pace; after an outage it makes up for what it missed, at most as fast as it is answered.
    """

    def __init__(self, house: House, token: str, number: int, batches_per_s: float = 10.0) -> None:
        super().__init__(daemon=True, name=f"sender {number}")
        self.source = f"ledger-{number}"
        self.attempts: list[Attempt] = []
        self.acknowledged: set[int] = set()
        self.unexpected: list[str] = []
        self.refusals = 0
        self._port = house.port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._pause_s = 1 / batches_per_s
        self._stopping = threading.Event()
        # Hours ago, so that a clock that is set back by one does not see them in the future.
        self._base = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=3)
        self._connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        """Push until stopped; the batch under way is insisted on."""
        batch, due = 0, time.monotonic()
        while not self._stopping.is_set():
            self._insist(batch)
            batch += 1
            due = max(due + self._pause_s, time.monotonic() - 30.0)
            self._stopping.wait(max(0.0, due - time.monotonic()))
        if self._connection is not None:
            self._connection.close()

    def stop(self) -> None:
        """Stop once the batch under way is acknowledged."""
        self._stopping.set()
        self.join(180)
        assert not self.is_alive(), f"{self.source} still insists on a batch; last: {self.unexpected[-3:]}"

    def observed_ms(self, number: int) -> int:
        """Return the instant of a reading in ms."""
        return int(self._base.timestamp() * 1_000) + number

    def _insist(self, batch: int) -> None:
        first = batch * FRESH
        again = tuple(range(first - FRESH, first - FRESH + AGAIN)) if batch else ()
        deadline = time.monotonic() + 150
        while time.monotonic() < deadline:
            attempt = len(self.attempts)
            self.attempts.append(Attempt(batch, first, again))
            status, answer = self._post(self._body(attempt))
            good = FRESH + len(again) + 1
            if status == 200 and (answer["accepted"], len(answer["rejected"])) == (good, FAULTY):
                self.acknowledged.add(attempt)
                return
            if status not in {0, 503}:
                self.unexpected.append(f"{status} {str(answer)[:300]}")
            self.refusals += 1
            time.sleep(0.1)
        self.unexpected.append(f"batch {batch} was not acknowledged for 150 s")

    def _body(self, attempt: int) -> bytes:
        one = self.attempts[attempt]
        rows = [self._row("dossiers_received", number, number % 1_000) for number in one.numbers]
        rows.append(self._row("dossiers_settled", attempt, attempt % 1_000))
        # Below every bound, and long before any clock was set: two reasons, in one entry of the dead letters.
        rows.append(self._row("dossiers_received", attempt, -attempt - 1))
        rows.append({**self._row("dossiers_settled", 0, -attempt - 1), "observed_at": "1999-01-01T00:00:00Z"})
        return json.dumps(rows).encode()

    def _row(self, metric: str, number: int, value: int) -> dict[str, Any]:
        at = datetime.fromtimestamp(self.observed_ms(number) / 1_000, UTC).isoformat()
        return {"metric": metric, "place": PLACE, "value": value, "observed_at": at, "source": self.source}

    def _post(self, body: bytes) -> tuple[int, Any]:
        """Return status and answer, 0 when there was none."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
            self._connection.request("POST", "/api/v1/readings", body, self._headers)
            response = self._connection.getresponse()
            status, text = response.status, response.read()
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return 0, "nobody answered"
        with suppress(ValueError):
            return status, json.loads(text)
        return status, text[:300]

    # ------------------------------------------------------------ afterwards

    def account(self, history: Reader) -> Account:
        """Return what must be in history; `faults` tells each way in which it is not so."""
        account = Account(self.source)
        base = self.observed_ms(0)
        taken = {round(at / 1_000) - base for at in history.instants(self.source, "dossiers_settled")}
        letters = history.letters(self.source)
        refused = {attempt: letters.count(attempt) for attempt in set(letters)}
        sent = set(range(len(self.attempts)))
        for what, wrong in (
            ("attempts were acknowledged, but their good part is lost", self.acknowledged - taken),
            ("attempts were acknowledged, but their refused part is lost", self.acknowledged - refused.keys()),
            ("attempts were never made", (taken | refused.keys()) - sent),
            ("attempts have a refused part without the good one before it", refused.keys() - taken),
            ("attempts have their refused part in part or doubled", {a for a, n in refused.items() if n != FAULTY}),
        ):
            if wrong:
                account.faults.append(f"{len(wrong)} {what}: {sorted(wrong)[:5]}")
        numbers = [number for attempt in taken & sent for number in self.attempts[attempt].numbers]
        expected = set(numbers)
        stored = {round(at / 1_000) - base for at in history.instants(self.source, "dossiers_received")}
        if stored != expected:
            account.faults.append(f"{len(expected - stored)} readings are lost, {len(stored - expected)} are too many")
        account.stored = len(expected) + len(taken)
        account.duplicates = len(numbers) - len(expected)
        account.refused = FAULTY * len(refused)
        booked = history.ledger(self.source)
        if booked != (account.stored, account.duplicates, account.refused):
            account.faults.append(f"the ledger says {booked}, the sender knows {account}")
        return account


class Reader:
    """Looks into the history's database beside the house, on SQLite and PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._engine = open_engine(url)

    def instants(self, source: str, metric: str) -> list[int]:
        """Return when the stored readings of a source's metric were observed, in µs."""
        return [at for (at,) in self._ask(
            "SELECT observed_at FROM raw JOIN series ON series.id = raw.series_id WHERE source = :s AND metric = :m",
            s=source, m=metric,
        )]  # fmt: skip

    def letters(self, source: str) -> list[int]:
        """Return the attempts whose faulty records are among the dead letters, each as often as it is there."""
        rows = self._ask("SELECT payload FROM dead_letters WHERE source = :s", s=source)
        return [int(found[1]) - 1 if (found := ATTEMPT.search(payload)) else -1 for (payload,) in rows]

    def ledger(self, source: str) -> tuple[int, int, int]:
        """Return what the ledger says: stored, duplicates, refused."""
        rows = self._ask(
            "SELECT stored, duplicates, refused FROM ledger WHERE source = :s AND kind = 'reading'", s=source
        )
        return tuple(rows[0]) if rows else (0, 0, 0)  # type: ignore[return-value]

    def journal(self, rule: str) -> dict[str, list[str]]:
        """Return what the journal says of each alert of a rule: its id → actions, in order."""
        found: dict[str, list[str]] = {}
        for alert_id, action, body in self._ask(
            "SELECT j.alert_id, j.action, a.body FROM alert_journal j JOIN alerts a ON a.id = j.alert_id ORDER BY j.seq"
        ):
            if json.loads(bytes(body))["rule"] == rule:
                found.setdefault(alert_id, []).append(action)
        return found

    def size_bytes(self) -> int:
        """Return how large the database is."""
        if self._engine.dialect.name == "postgresql":
            return int(self._ask("SELECT pg_database_size(current_database())")[0][0])
        pages, size = self._ask("PRAGMA page_count")[0][0], self._ask("PRAGMA page_size")[0][0]
        return int(pages) * int(size)

    def rows(self) -> dict[str, int]:
        """Return how many rows the tables that grow have."""
        tables = ("raw", "passages", "rollup_1m", "rollup_1h", "dead_letters", "marks")
        return {name: int(self._ask(f"SELECT count(*) FROM {name}")[0][0]) for name in tables}

    def close(self) -> None:
        """Close it."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, question: str, **values: Any) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(sa.text(question), values).fetchall()


class Witness(threading.Thread):
    """Lets one alert rise, be acknowledged and end, again and again, through every outage.

    Each step is insisted on until it has happened; so afterwards there are exactly `cycles` alerts, each raised once,
    acknowledged once and over (the last one perhaps still under way).
    """

    RULE = "vehicles_turning_back"

    def __init__(self, house: House, machine: str, duty: str) -> None:
        super().__init__(daemon=True, name="witness")
        self.cycles = 0
        self._alert = ""
        self.trouble: list[str] = []
        self._house, self._machine, self._duty = house, machine, duty
        self._stopping = threading.Event()

    def run(self) -> None:
        """Go round until stopped."""
        while not self._stopping.is_set():
            if not self._until("the alert", lambda: self._say(99) and self._raised()):
                return
            alert = self._alert
            if not self._until("the acknowledgement", lambda alert=alert: self._acknowledge(alert)):
                return
            if not self._until("its end", lambda: self._say(0) and self._live() == ""):
                return
            self.cycles += 1

    def stop(self) -> None:
        """Stop at the end of the round under way."""
        self._stopping.set()
        self.join(240)
        assert not self.is_alive()

    def verdict(self, history: Reader) -> list[str]:
        """Return every way in which alerts were lost or doubled; empty when none was."""
        faults = list(self.trouble)
        journal = history.journal(self.RULE)
        if len(journal) != self.cycles:
            faults.append(f"{self.cycles} breaches made {len(journal)} alerts")
        for alert, actions in journal.items():
            faults += [
                f"{alert} was {action} {actions.count(action)} times: {actions}"
                for action in ("raised", "acknowledged", "cleared")
                if actions.count(action) != 1
            ]
        return faults

    def _until(self, what: str, done: Any) -> bool:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                if done():
                    return True
            time.sleep(0.2)
        self.trouble.append(f"waited 180 s in vain for {what}")
        return False

    def _say(self, value: int) -> bool:
        body = [{
            "metric": "diverted_vehicles", "place": "chi-ma", "value": value, "source": "border-gate-platform",
            "observed_at": datetime.now(UTC).isoformat(), "method": "report",
        }]  # fmt: skip
        return self._house.request("POST", "/api/v1/readings", self._machine, body)[0] == 200

    def _raised(self) -> bool:
        self._alert = self._live() or ""
        return self._alert != ""

    def _live(self) -> str | None:
        """Return the id of the live alert, "" when there is none, None when nobody can tell."""
        status, answer = self._house.request("GET", "/api/v1/alerts", self._duty)
        if status != 200:
            return None
        for alert in answer["alerts"]:
            if alert["rule"] == self.RULE:
                return str(alert["id"])
        return ""

    def _acknowledge(self, alert: str) -> bool:
        return self._house.request("POST", f"/api/v1/alerts/{alert}/ack", self._duty, {"note": "đã gọi"})[0] == 200


def drained(house: House) -> bool:
    """Tell whether everything on the streams is recorded and watched."""
    with suppress(redis.RedisError, AssertionError), house.bus() as bus:
        groups = [group for stream in ("lso:readings", "lso:dead") for group in bus.xinfo_groups(stream)]
        return all(group["lag"] == 0 and group["pending"] == 0 for group in groups)
    return False


def settled(house: House, url: str, senders: Sequence[Sender], witness: Witness) -> list[Account]:
    """Return the account of each sender once history holds everything; fail where a sum is wrong.

    Fails too where an alert was lost or doubled.
    """
    wait_for("history to hold everything", lambda: drained(house), 180)
    with Reader(url) as history:
        assert [sender.unexpected for sender in senders] == [[] for _ in senders]
        accounts = [sender.account(history) for sender in senders]
        assert [account.faults for account in accounts] == [[] for _ in senders]
        assert witness.verdict(history) == []
    return accounts
