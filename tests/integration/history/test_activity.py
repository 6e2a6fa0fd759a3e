"""What each source told of every five minutes, and the gaps in it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from feeds.errors import HistoryError
from feeds.history import History
from feeds.model import DeadLetter, Passage, Reading

NINE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def reading(at: datetime, received_at: datetime, source: str = "platform") -> Reading:
    """Return a reading."""
    return Reading("queue_length_vehicles", "tan-thanh", 1.0, at, received_at, source)


def test_each_five_minutes_once(history: History) -> None:
    """A strip counts what happened where it happened, once however often it is sent, and what was heard besides."""
    late = NINE + 20 * MINUTE
    batch = [reading(NINE, late), reading(NINE + MINUTE, late), reading(NINE + 7 * MINUTE, late)]
    history.record_entries([("1-0", batch)])
    history.record_entries([("1-0", batch)])
    history.record_entries([("2-0", batch)])
    passage = Passage("v", "tan-thanh", "export", "fruit", "transport", "enter", NINE + MINUTE, late, "gates")
    history.record_passage_entries([("3-0", [passage])])
    told = history.activity(None, NINE, NINE + 30 * MINUTE)
    assert [tuple(one) for one in told] == [
        ("gates", NINE, 0, 1, 0),
        ("gates", late, 0, 0, 1),
        ("platform", NINE, 2, 0, 0),
        ("platform", NINE + 5 * MINUTE, 1, 0, 0),
        ("platform", late, 0, 0, 6),
    ]
    [first, second] = history.activity("platform", NINE, NINE + 30 * MINUTE, 900)
    assert (first.start, first.readings, first.heard) == (NINE, 3, 0)
    assert (second.start, second.readings, second.heard) == (NINE + 15 * MINUTE, 0, 6)


def test_gaps_lie_between_what_was_told(history: History) -> None:
    """A gap begins where the last bucket with data ends; before the first record there is none; an open one shows."""
    times = [NINE + 12 * MINUTE, NINE + 13 * MINUTE, NINE + 40 * MINUTE]
    history.record_readings([reading(at, at) for at in times])
    gaps = history.gaps(None, NINE, NINE + 60 * MINUTE)
    assert [(gap.start - NINE, gap.end - NINE) for gap in gaps] == [
        (15 * MINUTE, 40 * MINUTE),
        (45 * MINUTE, 60 * MINUTE),
    ]
    assert [gap.start - NINE for gap in history.gaps("platform", NINE, NINE + 60 * MINUTE, shortest_s=1_200)] == [
        15 * MINUTE
    ]
    assert history.gaps("nobody", NINE, NINE + 60 * MINUTE) == []


def test_a_strip_is_kept_for_35_days(history: History) -> None:
    """What is older is forgotten, and what comes from before is not taken up again."""
    history.record_readings([reading(NINE, NINE)])
    later = NINE + timedelta(days=36)
    history.record_readings([reading(later, later), reading(NINE + MINUTE, later)])
    history.prune(later)
    assert [one.start for one in history.activity(None, NINE, NINE + timedelta(days=36, minutes=-1))] == []
    assert [one.readings for one in history.activity(None, later, later + MINUTE)] == [1]


@pytest.mark.parametrize(
    ("start", "end", "bucket_s", "field"),
    [
        (NINE, NINE, 300, "to"),
        (NINE.replace(tzinfo=None), NINE, 300, "from"),
        (NINE, NINE + timedelta(days=37), 300, "from"),
        (NINE, NINE + MINUTE, 60, "bucket_s"),
        (NINE, NINE + MINUTE, 301, "bucket_s"),
    ],
)
def test_what_a_strip_cannot_answer(
    history: History, start: datetime, end: datetime, bucket_s: float, field: str
) -> None:
    """A range or width that cannot be answered is refused with the parameter at fault."""
    with pytest.raises(HistoryError) as refused:
        history.activity(None, start, end, bucket_s)
    assert refused.value.field == field


def test_letters_that_were_driven_again(history: History) -> None:
    """Who sent a letter through the door again is kept, once; it stays refused in the books."""
    letter = DeadLetter("reading", "bad_value", "not a number", "value", "platform", NINE, "{}", "f.csv:1")
    history.record_dead_letters([("1-0", letter), ("1-0", letter)])
    first, second = sorted(one.id for one in history.dead_letters())
    assert history.mark_redriven([first, first, 10**30], "lan", NINE + MINUTE) == 1
    assert history.mark_redriven([first], "minh", NINE + 2 * MINUTE) == 0
    kept = history.dead_letter(first)
    assert kept is not None
    assert (kept.redriven_by, kept.redriven_at) == ("lan", NINE + MINUTE)
    assert [one.id for one in history.dead_letters(redriven=False)] == [second]
    assert [one.id for one in history.dead_letters(redriven=True)] == [first]
    assert history.dead_letter(10**30) is None
    assert [row.refused for row in history.ledger()] == [2]
