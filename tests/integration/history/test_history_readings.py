"""What a history must remember of readings, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from feeds.history import History, LedgerRow, Recorded, ledger, open_history, tables
from feeds.model import Reading

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SITE = "site_on_air"
GATE = "queue_length_vehicles"


def _reading(second: float, value: float | None, *, metric: str = GATE, quality: str = "", source: str = "platform"):
    at = START + timedelta(seconds=second)
    quality = quality or ("missing" if value is None else "good")
    place = "site.00001" if metric == SITE else "tan-thanh"
    dims = {} if metric == SITE else {"queue": "physical"}
    return Reading(metric, place, value, at, at + timedelta(seconds=1), source, dims, "count", quality)


def _buckets(history: History, table) -> list[tuple]:
    """All buckets without series number: (minutes from START, readings, missing, lowest, highest, total, last)."""
    start_us = int(START.timestamp()) * 1_000_000
    with history.engine.connect() as connection:
        rows = connection.execute(select(table).order_by(table.c.series_id, table.c.bucket)).all()
    return [((row.bucket - start_us) // 60_000_000, *row[2:8]) for row in rows]


def test_the_same_reading_again_changes_nothing(history):
    """Sending a file twice stores it once."""
    batch = [_reading(0, 5), _reading(60, 6), _reading(120, None)]
    assert history.record_readings(batch) == Recorded(3, 0, 0)
    before = (_buckets(history, tables.rollup_1m), _buckets(history, tables.rollup_1h), history.latest())
    assert history.record_readings(batch) == Recorded(0, 3, 0)
    assert (_buckets(history, tables.rollup_1m), _buckets(history, tables.rollup_1h), history.latest()) == before


def test_a_retry_that_comes_late_is_no_correction(history):
    """A reading that was good when it came stays good when its sender repeats it an hour later."""
    history.record_readings([_reading(0, 5)])
    assert history.record_readings([_reading(0, 5, quality="late")]) == Recorded(0, 1, 0)
    assert [one.quality for one in history.latest()] == ["good"]


def test_a_correction_replaces_the_value_everywhere(history):
    """After a correction raw reading, minute, hour and latest value show the new value, and it is counted."""
    history.record_readings([_reading(0, 5), _reading(30, 9), _reading(90, 7)])
    assert history.record_readings([_reading(30, 1)]) == Recorded(0, 1, 1)
    assert _buckets(history, tables.rollup_1m) == [(0, 2, 0, 1, 5, 6, 1), (1, 1, 0, 7, 7, 7, 7)]
    assert _buckets(history, tables.rollup_1h) == [(0, 3, 0, 1, 7, 13, 7)]
    history.record_readings([_reading(90, 8)])
    assert [one.value for one in history.latest()] == [8]


def test_a_correction_to_missing_leaves_a_gap(history):
    """A value that its source takes back is missing afterwards, never 0."""
    history.record_readings([_reading(0, 5)])
    assert history.record_readings([_reading(0, None)]) == Recorded(0, 1, 1)
    assert _buckets(history, tables.rollup_1m) == [(0, 0, 1, None, None, 0, None)]
    assert [(one.value, one.quality) for one in history.latest()] == [(None, "missing")]


def test_one_instant_many_times_in_one_batch(history):
    """Within a batch the last of one instant wins, exactly as in batches of one."""
    batch = [_reading(0, 5), _reading(0, 6), _reading(0, 6), _reading(0, 5), _reading(0, 7)]
    assert history.record_readings(batch) == Recorded(1, 4, 3)
    assert _buckets(history, tables.rollup_1m) == [(0, 1, 0, 7, 7, 7, 7)]
    assert history.record_readings([_reading(0, 8), _reading(0, 7)]) == Recorded(0, 2, 2)
    assert _buckets(history, tables.rollup_1m) == [(0, 1, 0, 7, 7, 7, 7)]


def test_missing_readings_count_in_no_mean(history):
    """A missing count makes neither minimum nor mean 0."""
    history.record_readings([_reading(0, 10), _reading(10, None), _reading(20, 20)])
    assert _buckets(history, tables.rollup_1m) == [(0, 2, 1, 10, 20, 30, 20)]


def test_late_readings_fill_history_and_leave_the_present_alone(history):
    """What arrives late goes where it belongs; the latest value does not go back in time."""
    history.record_readings([_reading(3700, 50)])
    history.record_readings([_reading(100, 900)])
    assert [one.value for one in history.latest()] == [50]
    assert _buckets(history, tables.rollup_1h) == [(0, 1, 0, 900, 900, 900, 900), (60, 1, 0, 50, 50, 50, 50)]


def test_the_last_value_of_a_minute_is_the_newest_not_the_latest_to_come(history):
    """Batches that arrive out of order leave the minute's last value with its newest reading."""
    for second, value in ((30, 3), (10, 1), (50, None), (40, 4), (20, 2)):
        history.record_readings([_reading(second, value)])
    assert _buckets(history, tables.rollup_1m) == [(0, 4, 1, 1, 4, 10, 4)]


def test_latest_gives_back_what_was_sent(history):
    """The newest reading of each series comes back whole, dims and times to the microsecond included."""
    one = Reading(
        GATE,
        "huu-nghi",
        3.0,
        START + timedelta(microseconds=123_457),
        START + timedelta(seconds=2, microseconds=1),
        "simulator",
        {"queue": "physical", "direction": "export", "step": "quarantine"},
        "model",
        "estimated",
    )
    history.record_readings([one, _reading(0, 1), _reading(60, 2)])
    assert sorted(history.latest(), key=lambda each: each.place) == [one, _reading(60, 2)]


def test_a_single_site_has_no_minutes(history):
    """Mobile sites are kept raw and by the hour only."""
    history.record_readings([_reading(0, 1, metric=SITE), _reading(300, 0, metric=SITE), _reading(0, 4)])
    assert _buckets(history, tables.rollup_1m) == [(0, 1, 0, 4, 4, 4, 4)]
    history.record_readings([_reading(300, 1, metric=SITE)])
    assert (0, 2, 0, 1, 1, 2, 1) in _buckets(history, tables.rollup_1h)


def test_an_entry_delivered_again_is_not_counted_again(history):
    """A crash between commit and acknowledgement does not show up as duplicates in the ledger."""
    first, second = [_reading(0, 5), _reading(60, 6)], [_reading(120, 7)]
    history.record_entries([("1-0", first)])
    assert history.record_entries([("1-0", first), ("2-0", second)]) == Recorded(1, 0, 0)
    assert history.record_readings(second, ("2-0",)) == Recorded(0, 0, 0)
    assert history.ledger() == [LedgerRow("platform", "reading", 3, 0, 0, 0)]


def test_an_entry_id_that_means_something_new_is_recorded(history):
    """A bus that lost its streams may give an id again: the new facts under it are not taken for old ones."""
    history.record_readings([_reading(0, 5)], ("1-0",))
    assert history.record_readings([_reading(60, 6)], ("1-0",)) == Recorded(1, 0, 0)


def test_the_ledger_adds_up_by_source(history):
    """For each source, produced = stored + duplicates."""
    history.record_readings([_reading(0, 1), _reading(0, 2, source="b"), _reading(0, 3), _reading(60, 4, source="b")])
    history.record_readings([_reading(0, 3), _reading(60, 5, source="b")])
    assert history.ledger() == [
        LedgerRow("b", "reading", 2, 1, 1, 0),
        LedgerRow("platform", "reading", 1, 2, 1, 0),
    ]


def test_an_empty_batch_does_nothing(history):
    """Nothing in, nothing written."""
    assert history.record_readings([], ("1-0",)) == Recorded(0, 0, 0)
    assert (history.ledger(), history.latest()) == ([], [])


def test_a_batch_that_fails_leaves_nothing_behind(history, monkeypatch):
    """When storing fails half-way nothing is stored, and the same batch succeeds later."""

    def fail(*_args) -> None:
        raise RuntimeError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(ledger, "enter", fail)
        with pytest.raises(RuntimeError, match="disk full"):
            history.record_readings([_reading(0, 5)], ("1-0",))
    assert (history.latest(), history.ledger(), _buckets(history, tables.rollup_1h)) == ([], [], [])
    assert history.record_readings([_reading(0, 5, source="other")], ("0-1",)) == Recorded(1, 0, 0)
    assert history.record_readings([_reading(0, 5)], ("1-0",)) == Recorded(1, 0, 0)
    assert sorted(one.source for one in history.latest()) == ["other", "platform"]


def test_two_writers_count_each_reading_once(history, database_url):
    """Two recorders with the same readings store each of them once and lose no count."""
    other = open_history(database_url)
    batches = [[_reading(second, second % 7) for second in range(start, start + 40)] for start in range(0, 200, 20)]
    failures: list[Exception] = []

    def write(own: History) -> None:
        try:
            for batch in batches:
                own.record_readings(batch)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)

    threads = [threading.Thread(target=write, args=(own,)) for own in (history, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    other.close()
    assert failures == []
    assert history.ledger() == [LedgerRow("platform", "reading", 220, 580, 0, 0)]
    assert sum(row[1] for row in _buckets(history, tables.rollup_1m)) == 220


def test_another_process_sees_new_series(history, database_url):
    """A screen's process finds series that the recorder created after it started."""
    other = open_history(database_url)
    history.record_readings([_reading(0, 5)])
    assert [one.value for one in other.latest()] == [5]
    assert other.record_readings([_reading(60, 6)]) == Recorded(1, 0, 0)
    other.close()
    assert [one.value for one in history.latest()] == [6]
