"""However readings are cut into batches, repeated and corrected, the history says what a plain recount says."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from feeds.history import History, LedgerRow, open_history, tables
from feeds.model import Passage, Reading

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
START_US = int(START.timestamp()) * 1_000_000
METRICS = ("queue_length_vehicles", "site_on_air")

_sources = (f"source-{number}" for number in itertools.count())

sent = st.tuples(
    st.sampled_from(METRICS),
    st.sampled_from((0, 1, 20, 59, 60, 61, 3599, 3600, 7000)),  # both sides of minutes and hours
    st.one_of(st.none(), st.integers(-3, 3)),
    st.sampled_from(("good", "late", "estimated")),
)
batches = st.lists(st.tuples(st.booleans(), st.lists(sent, min_size=1, max_size=12)), min_size=1, max_size=6)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.service, pytest.mark.slow])]
)
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """One history for all examples, on each kind of database: each example has a source of its own."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('history') / 'history.sqlite'}"
    else:
        url = request.getfixturevalue("postgres").copied()
    history = open_history(url)
    yield history
    assert history.engine.pool.checkedout() == 0
    history.close()


def _reading(source: str, metric: str, second: int, value: int | None, quality: str) -> Reading:
    at = START + timedelta(seconds=second)
    quality = "missing" if value is None else quality
    return Reading(metric, "tan-thanh", value, at, at, source, {}, "count", quality)


def _recount(readings: list[Reading]) -> tuple[dict, LedgerRow]:
    """Apply readings one by one, without a database."""
    kept: dict[tuple[str, datetime], Reading] = {}
    stored = duplicates = corrections = 0
    for one in readings:
        identity = (one.metric, one.observed_at)
        before = kept.get(identity)
        if before is None:
            stored += 1
        else:
            duplicates += 1
            alike = {before.quality, one.quality} <= {"good", "late"} or before.quality == one.quality
            if before.value == one.value and alike:
                continue
            corrections += 1
        kept[identity] = one
    return kept, LedgerRow(readings[0].source, "reading", stored, duplicates, corrections, 0)


def _expected_buckets(kept: dict, metric: str, width_s: int) -> list[tuple]:
    rows: dict[int, list[Reading]] = {}
    for (own, at), one in sorted(kept.items(), key=lambda item: item[0][1]):
        if own == metric:
            rows.setdefault(int((at - START).total_seconds()) // width_s, []).append(one)
    found = []
    for bucket, members in sorted(rows.items()):
        values = [one.value for one in members if one.value is not None]
        figures = (min(values), max(values), sum(values), values[-1]) if values else (None, None, 0, None)
        found.append((bucket, len(values), len(members) - len(values), *figures))
    return found


def _stored_buckets(history: History, source: str, metric: str, table, width_s: int) -> list[tuple]:
    own = select(tables.series.c.id).where(tables.series.c.source == source, tables.series.c.metric == metric)
    with history.engine.connect() as connection:
        rows = connection.execute(select(table).where(table.c.series_id.in_(own)).order_by(table.c.bucket)).all()
    return [((row[1] - START_US) // (width_s * 1_000_000), *row[2:8]) for row in rows]


@settings(max_examples=40, deadline=None)
@given(batches=batches)
@example(  # taken back and given again within one batch: the later word counts, quality included
    batches=[
        (False, [(METRICS[1], 0, 1, "late")]),
        (False, [(METRICS[1], 0, None, "good"), (METRICS[1], 0, 1, "good")]),
    ]
)
def test_any_batches_give_what_a_recount_gives(history, batches):
    """Raw values, minutes, hours, latest values and the ledger equal an independent recount, delivery by delivery."""
    source = next(_sources)
    applied: list[Reading] = []
    for number, (twice, some) in enumerate(batches):
        batch = [_reading(source, *one) for one in some]
        applied += batch
        history.record_entries([(f"{source}-{number}", batch)])
        if twice:  # the same stream entry again, as after a crash before its acknowledgement
            assert history.record_entries([(f"{source}-{number}", batch)]) == (0, 0, 0)
    kept, books = _recount(applied)
    assert [row for row in history.ledger() if row.source == source] == [books]
    for metric in METRICS:
        minutes = _expected_buckets(kept, metric, 60) if metric == "queue_length_vehicles" else []
        assert _stored_buckets(history, source, metric, tables.rollup_1m, 60) == minutes
        assert _stored_buckets(history, source, metric, tables.rollup_1h, 3600) == _expected_buckets(kept, metric, 3600)
    newest = {metric: max(at for own, at in kept if own == metric) for metric, _ in kept}
    latest = {one.metric: one for one in history.latest() if one.source == source}
    assert latest == {metric: kept[metric, at] for metric, at in newest.items()}


@settings(max_examples=30, deadline=None)
@given(
    readings=st.lists(st.tuples(st.integers(0, 50_000), st.integers(-50, 50)), min_size=1, max_size=60),
    start=st.integers(-10, 49_000),
    length=st.integers(1, 60_000),
    points=st.integers(1, 120),
)
def test_any_question_keeps_the_extremes_of_its_range(history, readings, start, length, points):
    """At most so many points, in order, inside the range, and with exactly its lowest and highest reading."""
    source = next(_sources)
    history.record_readings([_reading(source, METRICS[0], second, value, "good") for second, value in readings])
    begin, end = START + timedelta(seconds=start), START + timedelta(seconds=start + length)
    inside = [value for second, value in dict(readings).items() if start <= second < start + length]
    [series] = history.series(METRICS[0], "tan-thanh", {}, source, start=begin, end=end, points=points)
    assert len(series.points) <= points
    assert bool(series.points) == bool(inside)
    assert all(begin <= point.t < end for point in series.points)
    assert [point.t for point in series.points] == sorted({point.t for point in series.points})
    if inside:
        assert min(point.min for point in series.points) == min(inside)
        assert max(point.max for point in series.points) == max(inside)


events = st.tuples(
    st.sampled_from(("v1", "v2", "v3")),
    st.sampled_from(("transport", "quarantine")),
    st.sampled_from(("enter", "exit")),
    st.integers(0, 4),
)


@settings(max_examples=40, deadline=None)
@given(batches=st.lists(st.lists(events, min_size=1, max_size=8), min_size=1, max_size=5))
def test_any_passages_give_what_a_recount_gives(history, batches):
    """Passages repeated and corrected in any order leave the last of each, read back by time."""
    source = next(_sources)
    kept: dict[tuple[str, str, str], Passage] = {}
    produced = corrections = 0
    for some in batches:
        batch = [
            Passage(
                vehicle, "tan-thanh", "export", "fruit", step, phase, START + timedelta(minutes=minute), START, source
            )
            for vehicle, step, phase, minute in some
        ]
        history.record_passages(batch)
        for one in batch:
            identity = (one.vehicle, one.step, one.phase)
            produced += 1
            corrections += identity in kept and kept[identity] != one
            kept[identity] = one
    found = [one for one in history.passages(START) if one.source == source]
    assert sorted(found, key=repr) == sorted(kept.values(), key=repr)
    assert [one.at for one in found] == sorted(one.at for one in found)
    [books] = [row for row in history.ledger() if row.source == source]
    assert books == LedgerRow(source, "passage", len(kept), produced - len(kept), corrections, 0)
