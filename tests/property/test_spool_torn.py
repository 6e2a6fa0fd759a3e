"""A spool never loses a whole payload, never invents one, and keeps their order, whatever happens to its files."""

from __future__ import annotations

import tempfile
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from feeds.sources.spool import Spool, Spooled

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def item(number: int, size: int = 10) -> Spooled:
    """Return a payload that can be told from every other."""
    return Spooled(NOW + timedelta(seconds=number), f"o{number}", "", str(number).encode().ljust(size, b"."))


def drained(spool: Spool) -> list[Spooled]:
    """Take everything out."""
    found = []
    while (oldest := spool.oldest()) is not None:
        found.append(oldest)
        spool.strike()
    return found


@given(st.lists(st.integers(0, 300), min_size=1, max_size=12), st.data())
@settings(max_examples=60, deadline=None)
def test_a_torn_or_damaged_tail_costs_only_itself(sizes: list[int], data: st.DataObject) -> None:
    """After a cut or a flipped byte the spool gives back exactly the whole payloads before it."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        spool = Spool(directory)
        items, ends = [], []
        for number, size in enumerate(sizes):
            items.append(item(number, size))
            assert spool.append(items[-1])
            [segment] = directory.glob("*.seg")
            ends.append(segment.stat().st_size)
        spool.close()
        whole = segment.read_bytes()
        at = data.draw(st.integers(0, len(whole) - 1))
        if data.draw(st.booleans()):
            segment.write_bytes(whole[:at])
        else:
            segment.write_bytes(whole[:at] + bytes([whole[at] ^ data.draw(st.integers(1, 255))]) + whole[at + 1 :])
        untouched = sum(end <= at for end in ends)
        again = Spool(directory)
        assert len(again) == untouched
        # What is written behind the damage is found too, in its order.
        assert again.append(item(999))
        assert drained(again) == [*items[:untouched], item(999)]
        again.close()


class SpoolLife(RuleBasedStateMachine):
    """Appends, deliveries and kills in any order, against a plain queue."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.expected: deque[Spooled] = deque()
        self.number = 0
        self.lost = 0
        self.spool = self.open()

    def open(self) -> Spool:
        return Spool(Path(self.directory.name) / "s", max_bytes=4_000)

    @rule(size=st.integers(0, 900))
    def append(self, size: int) -> None:
        made = item(self.number, size)
        self.number += 1
        assert self.spool.append(made)
        self.expected.append(made)
        while len(self.expected) > len(self.spool):
            self.expected.popleft()
            self.lost += 1

    @precondition(lambda self: self.expected)
    @rule()
    def deliver(self) -> None:
        assert self.spool.oldest() == self.expected.popleft()
        self.spool.strike()

    @precondition(lambda self: self.expected)
    @rule()
    def killed_before_striking_off(self) -> None:
        assert self.spool.oldest() == self.expected[0]
        self.killed()

    @rule()
    def killed(self) -> None:
        # The old object is left as a killed process leaves its files: open, and never closed in order.
        self.spool.close()
        self.spool = self.open()

    @rule()
    def somebody_is_told(self) -> None:
        self.spool.told()
        self.lost = 0

    @invariant()
    def nothing_goes_unnoticed(self) -> None:
        assert len(self.spool) == len(self.expected)
        assert self.spool.oldest() == (self.expected[0] if self.expected else None)
        assert self.spool.lost.payloads == self.lost
        files = Path(self.directory.name, "s").glob("*.seg")
        assert sum(path.stat().st_size for path in files) <= 4_000

    def teardown(self) -> None:
        self.spool.close()
        self.directory.cleanup()


SpoolLife.TestCase.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
TestSpoolLife = SpoolLife.TestCase
TestSpoolLife.__doc__ = "Appends, deliveries and kills in any order leave what a queue would that forgets its oldest."
