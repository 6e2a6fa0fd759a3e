"""The recorder's pace as a monitor reads it."""

from __future__ import annotations

import pytest

from feeds.pace import Pace, entry_ms


def test_transactions_are_measured_and_failures_are_not_counted() -> None:
    """A database that refuses does not look like one that is fast."""
    now = [10.0]
    pace = Pace(lambda: now[0])
    with pace.transaction(500):
        now[0] += 0.25
    with pytest.raises(OSError, match="away"), pace.transaction(7):
        raise OSError("away")
    assert (pace.transactions, pace.records, pace.seconds) == (1, 500, 0.25)
    now[0] += 60.0
    assert pace.slowest_s() == 0.25
    now[0] += 0.001
    assert pace.slowest_s() == 0.0


def test_positions_are_the_time_of_the_entry() -> None:
    """An id that is none has no time."""
    pace = Pace()
    pace.reached("s", "1700000000123-4")
    assert pace.positions == {"s": 1_700_000_000_123}
    assert entry_ms("rubbish") == 0
