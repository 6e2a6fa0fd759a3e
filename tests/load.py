"""A producer that pushes readings through the front door and remembers what was acknowledged, to the last reading."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

from tests.house import House

SOURCE = "ledger"
BATCH = 50


class Producer(threading.Thread):
    """Pushes batches of unique readings until told to stop; what gets no answer is sent again (at least once)."""

    def __init__(
        self,
        house: House,
        token: str,
        batches_per_s: float = 10.0,
        place: str = "commune.06001",
        patience_s: float = 120.0,
    ) -> None:
        super().__init__(daemon=True)
        self._house = house
        self._token = token
        self._pause_s = 1 / batches_per_s
        self._place = place
        self._patience_s = patience_s
        self._stopping = threading.Event()
        self._base = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
        self.acknowledged: dict[int, int] = {}  # number of the reading → its value
        self.refusals = 0  # calls that got no or no good answer, and were repeated
        self.unexpected: list[str] = []

    def observed_at(self, number: int) -> datetime:
        """Return the instant of a reading: each has its own millisecond."""
        return self._base + timedelta(milliseconds=number)

    def run(self) -> None:
        """Push until stopped."""
        number = 0
        while not self._stopping.is_set():
            numbers = range(number, number + BATCH)
            if self._insist(numbers):
                self.acknowledged.update((n, n % 1_000) for n in numbers)
            number += BATCH
            self._stopping.wait(self._pause_s)

    def stop(self) -> None:
        """Stop after the batch under way is acknowledged."""
        self._stopping.set()
        self.join(120)
        assert not self.is_alive()

    def _insist(self, numbers: range) -> bool:
        body = [
            {
                "metric": "dossiers_received",
                "place": self._place,
                "value": number % 1_000,
                "observed_at": self.observed_at(number).isoformat(),
                "source": SOURCE,
            }
            for number in numbers
        ]
        deadline = time.monotonic() + self._patience_s
        while time.monotonic() < deadline:
            try:
                status, answer = self._house.request("POST", "/api/v1/readings", self._token, body)
            except OSError:
                status, answer = 0, "nobody answered"
            if status == 200 and answer["accepted"] == len(body):
                return True
            if status not in {0, 503}:
                self.unexpected.append(f"{status} {answer}")
                return False
            self.refusals += 1
            time.sleep(0.1)
        self.unexpected.append(f"{self._patience_s:.0f} s without an answer")
        return False
