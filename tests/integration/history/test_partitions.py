"""Days of raw readings on PostgreSQL: made ahead, dropped whole, kept while a replayed one is young; and migrations."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, text

from feeds.history import History, open_history, partitions, tables
from feeds.history.dialect import writing
from feeds.history.store import MIGRATIONS
from feeds.model import Reading
from feeds.sql import open_engine, revision_of, upgrade, upgrade_on
from tests.databases import Postgres

pytestmark = pytest.mark.service

NOW = datetime(2027, 3, 10, 5, tzinfo=UTC)  # no day of the days around the real present
DAY = timedelta(days=1)


@pytest.fixture
def history(postgres: Postgres) -> Iterator[History]:
    """A history on PostgreSQL that no other test has changed."""
    history = open_history(postgres.copied())
    yield history
    history.close()


def reading(at: datetime, value: float = 1.0, received: datetime | None = None) -> Reading:
    """Return a reading of one series."""
    return Reading("queue_length_vehicles", "tan-thanh", value, at, received or at, "platform")


def where(history: History) -> dict[str, int]:
    """Return how many raw rows lie in each partition that has any."""
    with history.engine.connect() as connection:
        rows = connection.execute(text("SELECT tableoid::regclass::text, count(*) FROM raw GROUP BY 1"))
        return {str(row[0]): int(row[1]) for row in rows}


def days(connection: Connection) -> set[str]:
    """Return the partitions' names."""
    rows = connection.execute(
        text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'raw'::regclass")
    )
    return set(rows.scalars())


def test_a_start_finds_its_days_made(history: History) -> None:
    """Today, yesterday and the next days have partitions as soon as a history is open."""
    today = datetime.now(UTC)
    with history.engine.connect() as connection:
        made = days(connection)
    assert {f"raw_{today + n * DAY:%Y%m%d}" for n in range(-1, 4)} <= made
    assert "raw_default" in made


def test_housekeeping_makes_the_days_ahead_and_readings_go_there(history: History) -> None:
    """Both sides of midnight (UTC) go to their own day; a day nobody made goes to the default one and is found too."""
    history.prune(NOW)
    midnight = NOW.replace(hour=0)
    instants = [midnight - timedelta(microseconds=1), midnight, midnight + 3 * DAY, midnight - 20 * DAY]
    history.record_readings([reading(at, value) for value, at in enumerate(instants)])
    assert where(history) == {"raw_20270309": 1, "raw_20270310": 1, "raw_20270313": 1, "raw_default": 1}
    [series] = history.series(
        "queue_length_vehicles", "tan-thanh", start=midnight - 30 * DAY, end=midnight + 4 * DAY, points=900
    )
    assert (min(point.min for point in series.points), max(point.max for point in series.points)) == (0, 3)
    again = history.record_readings([reading(at, value) for value, at in enumerate(instants)])
    assert again == (0, 4, 0)


def test_a_day_that_was_late_takes_its_readings_out_of_the_default_one(history: History) -> None:
    """A recorder that was down for a week writes into the default partition until housekeeping mends it."""
    history.record_readings([reading(NOW), reading(NOW + timedelta(minutes=1), 2.0)])
    assert where(history) == {"raw_default": 2}
    history.prune(NOW)
    assert where(history) == {"raw_20270310": 2}
    assert history.record_readings([reading(NOW)]) == (0, 1, 0)


def test_a_day_with_too_much_to_move_stays_where_it_is(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """Housekeeping never moves so much that recording would wait for it; both sides of the bound."""
    monkeypatch.setattr(partitions, "MOST_MOVED", 2)
    history.record_readings([reading(NOW + timedelta(seconds=n)) for n in range(3)])
    history.record_readings([reading(NOW + DAY + timedelta(seconds=n)) for n in range(2)])
    history.prune(NOW)
    assert where(history) == {"raw_default": 3, "raw_20270311": 2}


def test_a_day_past_its_time_is_dropped_whole(history: History) -> None:
    """On the last instant that it is kept it is there; after it, it is gone, table and all, and its rollups stay."""
    history.prune(NOW)
    end = NOW.replace(hour=0) + DAY
    history.record_readings([reading(NOW), reading(end - timedelta(microseconds=1), 5.0)])
    while history.prune(end + 30 * DAY - timedelta(microseconds=1)).more:
        pass
    assert where(history) == {"raw_20270310": 1}  # the earlier one was forgotten as a row
    while history.prune(end + 30 * DAY).more:
        pass
    with history.engine.connect() as connection:
        assert "raw_20270310" not in days(connection)
    assert where(history) == {}
    [series] = history.series("queue_length_vehicles", "tan-thanh", start=NOW - DAY, end=end, points=900)
    assert max(point.max for point in series.points) == 5.0


def test_a_day_that_was_replayed_lately_is_kept(history: History) -> None:
    """What was received within thirty days stays, however old it is."""
    history.prune(NOW)
    late = NOW + 35 * DAY
    history.record_readings([reading(NOW, received=late)])
    assert history.prune(NOW + 40 * DAY).raw == 0
    assert where(history) == {"raw_20270310": 1}
    while history.prune(late + 31 * DAY).more:
        pass
    assert where(history) == {}


def test_a_question_and_a_batch_look_into_their_days_only(history: History) -> None:
    """The plan of a day's question reads that day and the default partition, not the other thirty."""
    with writing(history.engine) as connection:
        partitions.make_ready(connection, NOW, back_days=31)
        rows = connection.execute(
            text("EXPLAIN SELECT * FROM raw WHERE series_id = 5 AND observed_at >= :start AND observed_at < :end"),
            {"start": int(NOW.timestamp()) * 1_000_000, "end": int(NOW.timestamp()) * 1_000_000 + 60_000_000},
        ).scalars()
        plan = "\n".join(rows)
    assert "raw_20270310" in plan
    assert "raw_20270309" not in plan


def test_an_installation_of_before_keeps_every_row(postgres: Postgres) -> None:
    """The unpartitioned table of an earlier release becomes the default partition; nothing is lost or doubled."""
    url = postgres.empty()
    engine = open_engine(url)
    with engine.begin() as connection:
        upgrade_on(connection, MIGRATIONS, tables.VERSION_TABLE, "h002")
        connection.execute(
            text("INSERT INTO series VALUES (1, 'queue_length_vehicles', 'tan-thanh', '{}', 'platform')")
        )
        insert = "INSERT INTO raw VALUES (1, :at, 1.5, 'good', 'count', :at)"
        at = [int((NOW - n * DAY).timestamp()) * 1_000_000 for n in range(5)]
        connection.execute(text(insert), [{"at": one} for one in at])
    engine.dispose()
    history = open_history(url)
    try:
        assert where(history) == {"raw_default": 5}
        assert history.prune(NOW).raw == 0
        assert where(history) == {"raw_default": 3, "raw_20270309": 1, "raw_20270310": 1}
        with history.engine.connect() as connection:
            assert revision_of(connection, tables.VERSION_TABLE) == "h003"
    finally:
        history.close()


def test_processes_that_start_together_make_one_schema(empty_database_url: str) -> None:
    """Six that open an empty database at once all get it, at head; none fails because another was first."""

    def open_and_write(number: int) -> Any:
        history = open_history(empty_database_url)
        try:
            return history.record_readings([reading(NOW + timedelta(seconds=number))])
        finally:
            history.close()

    with ThreadPoolExecutor(6) as pool:
        assert [one.stored for one in pool.map(open_and_write, range(6))] == [1] * 6
    engine = open_engine(empty_database_url)
    upgrade(engine, MIGRATIONS, tables.VERSION_TABLE)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM raw")).scalar() == 6
    engine.dispose()


def test_connections_say_who_they_are_and_end_what_hangs(postgres: Postgres) -> None:
    """An administrator sees them by name, a statement that hangs is ended, and options of the URL still count."""
    engine = open_engine(postgres.copied() + "&options=-csearch_path%3Dpublic%20-cstatement_timeout%3D777")
    with engine.connect() as connection:
        shown = {
            name: connection.execute(text(f"SHOW {name}")).scalar() for name in ("application_name", "lock_timeout")
        }
        assert shown == {"application_name": "lso", "lock_timeout": "30s"}
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "777ms"
    engine.dispose()
