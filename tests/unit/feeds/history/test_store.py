"""Opening a history, its tables, and questions it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, inspect
from sqlalchemy.exc import DatabaseError

from feeds.errors import HistoryError
from feeds.history import History, open_history, tables
from feeds.model import Passage, Reading

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
GATE = "queue_length_vehicles"


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """An empty history in a file."""
    history = open_history(f"sqlite:///{tmp_path / 'history.sqlite'}")
    yield history
    history.close()


def test_the_migrations_build_exactly_the_tables(history):
    """What the scripts create is what the code expects, column by column."""
    with history.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": tables.VERSION_TABLE})
        assert compare_metadata(context, tables.metadata) == []
        indexes = {index["name"] for index in inspect(connection).get_indexes("passages")}
    assert indexes == {"passages_by_time"}


def test_a_history_opened_again_still_knows_everything(tmp_path):
    """A restart loses nothing and finds nothing to migrate."""
    url = f"sqlite:///{tmp_path / 'deep' / 'history.sqlite'}"
    first = open_history(url)
    first.record_readings([Reading(GATE, "tan-thanh", 5.0, NOW, NOW, "platform")])
    first.close()
    second = open_history(url)
    assert [one.value for one in second.latest()] == [5.0]
    assert second.record_readings([Reading(GATE, "tan-thanh", 5.0, NOW, NOW, "platform")]).duplicates == 1
    second.close()


def test_a_file_that_is_no_database_stops_the_start(tmp_path):
    """A damaged file is reported when the history is opened, not when the first batch is lost."""
    path = tmp_path / "history.sqlite"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(DatabaseError, match="not a database"):
        open_history(f"sqlite:///{path}")


def test_a_batch_is_looked_up_and_never_searched_for(history):
    """Recording must not read the whole history: every statement looks its rows up by key."""
    plans: list[str] = []
    raw = history.engine.raw_connection()

    def explain(_connection, _cursor, statement, parameters, _context, many) -> None:
        if many or not statement.startswith(("SELECT", "INSERT")):
            return
        plans.extend(row[3] for row in raw.driver_connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    batch = [Reading(GATE, "tan-thanh", float(n), NOW + timedelta(seconds=n), NOW, "platform") for n in range(3)]
    passages = [Passage("v1", "tan-thanh", "export", "fruit", "transport", "enter", NOW, NOW, "gate")]
    history.record_readings(batch)
    history.record_passages(passages)
    for table in tables.staging.tables.values():  # so that this connection can plan what uses them
        columns = ", ".join(column.name for column in table.columns)
        raw.driver_connection.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {table.name} ({columns})")
    event.listen(history.engine, "after_cursor_execute", explain)
    history.record_readings([Reading(GATE, "tan-thanh", 9.0, NOW, NOW, "platform"), *batch[1:]], ("1-0",))
    history.record_passages(passages, ("2-0",))
    history.series(GATE, "tan-thanh", start=NOW - timedelta(days=90), end=NOW, points=1000)
    event.remove(history.engine, "after_cursor_execute", explain)
    raw.close()
    scans = [plan for plan in plans if plan.startswith("SCAN") and "staged" not in plan and "CONSTANT" not in plan]
    assert any(plan.startswith("SEARCH raw") for plan in plans), plans
    assert any(plan.startswith("SEARCH passages") for plan in plans), plans
    assert scans == []


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"metric": "queue_length"}, "metric", "'queue_length' is not in the catalogue"),
        ({"dims": {"colour": "red"}}, "dims", "got 'colour'"),
        ({"start": NOW.replace(tzinfo=None)}, "from", "must carry its zone"),
        ({"end": NOW.replace(tzinfo=None)}, "to", "must carry its zone"),
        ({"end": NOW - timedelta(days=1)}, "to", "must lie after from"),
        ({"start": NOW - timedelta(days=4000)}, "from", "at most 3660 days"),
        ({"points": 0}, "points", "must lie in 1–1000, got 0"),
        ({"points": 1001}, "points", "must lie in 1–1000, got 1001"),
    ],
)
def test_a_question_that_cannot_be_answered_names_its_parameter(history, change, field, message):
    """A wrong query says which parameter is wrong and what was expected."""
    question = {"metric": GATE, "place": "tan-thanh", "start": NOW - timedelta(days=1), "end": NOW, "points": 10}
    with pytest.raises(HistoryError, match=message) as caught:
        history.series(**(question | change))
    assert caught.value.field == field


def test_closing_gives_every_connection_back(history):
    """After use no connection is checked out, and closing twice is harmless."""
    history.record_readings([Reading(GATE, "tan-thanh", 5.0, NOW, NOW, "platform")])
    assert len(history.latest()) == 1
    assert history.engine.pool.checkedout() == 0
    history.close()
    history.close()


def test_a_question_finds_its_series_among_those_of_every_site(history):
    """Only what was asked of is answered, ordered by source, also what another process adds in between."""
    places = (f"site.{number:05d}" for number in range(500))
    others = [Reading(GATE, place, 1.0, NOW, NOW, source) for place in places for source in "ab"]
    asked = [Reading(GATE, "huu-nghi", 5.0, NOW, NOW, source) for source in ("z", "a")]
    history.record_readings([*others, *asked])
    hour = {"start": NOW - timedelta(hours=1), "end": NOW + timedelta(hours=1)}
    assert [one.source for one in history.series(GATE, "huu-nghi", **hour)] == ["a", "z"]
    assert history.series(GATE, "tan-thanh", **hour) == []
    beside = open_history(str(history.engine.url))
    beside.record_readings([Reading(GATE, place, 5.0, NOW, NOW, "m") for place in ("huu-nghi", "tan-thanh")])
    beside.close()
    assert [one.source for one in history.series(GATE, "huu-nghi", **hour)] == ["a", "m", "z"]
    assert {one.source for one in history.readings(GATE, "huu-nghi", **hour)} == {"a", "m", "z"}
    assert len(history.series(GATE, "tan-thanh", **hour)) == 1
