"""Reading series over ranges, and forgetting, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select

from feeds.history import History, Pruned, Recorded, retention, tables
from feeds.model import Passage, Reading

START = datetime(2026, 11, 15, 3, 0, tzinfo=UTC)
GATE = "queue_length_vehicles"
SITE = "site_on_air"


def _reading(at: datetime, value: float | None, *, metric: str = GATE, received: datetime | None = None, **dims):
    quality = "missing" if value is None else "good"
    place = "site.00001" if metric == SITE else "tan-thanh"
    return Reading(metric, place, value, at, received or at, dims.pop("source", "platform"), dims, "count", quality)


def _ask(history: History, start: datetime, end: datetime, points: int, metric: str = GATE):
    place = "site.00001" if metric == SITE else "tan-thanh"
    [series] = history.series(metric, place, {}, start=start, end=end, points=points)
    return series.points


def _fill(history: History, days: float, every_s: int, metric: str = GATE) -> list[tuple[datetime, float]]:
    """Record a noisy series and return it."""
    dice = random.Random(4)
    count = int(days * 86_400 / every_s)
    made = [(START + timedelta(seconds=n * every_s + n % 7), float(dice.randrange(1000))) for n in range(count)]
    for first in range(0, count, 5000):
        history.record_readings([_reading(at, value, metric=metric) for at, value in made[first : first + 5000]])
    return made


def test_few_readings_come_back_as_they_are(history):
    """A short range gives every reading with its own instant; a missing one is a gap, not a zero."""
    history.record_readings([_reading(START + timedelta(seconds=n), None if n == 3 else n) for n in range(6)])
    found = _ask(history, START + timedelta(seconds=1), START + timedelta(seconds=5), 100)
    assert [(point.t, point.value, point.min, point.max) for point in found] == [
        (START + timedelta(seconds=n), *([None if n == 3 else n] * 3)) for n in range(1, 5)
    ]


@pytest.mark.parametrize(
    ("hours", "length", "points"),
    [
        (0.1, 0.05, 50),
        (0.0, 5.0, 100),
        (1.7, 20.3, 288),
        (0.0, 72.0, 1000),
        (3.3, 68.1, 40),
        (7.01, 60.02, 7),
        (0, 72, 1),
    ],
)
def test_points_are_few_and_keep_every_extreme(history, hours, length, points):
    """Whatever the range and resolution: no more points than asked, and exactly the range's extremes."""
    made = _fill(history, 3, 40)
    start = START + timedelta(hours=hours, microseconds=17)
    end = start + timedelta(hours=length)
    inside = [(at, value) for at, value in made if start <= at < end]
    found = _ask(history, start, end, points)
    assert 0 < len(found) <= points
    assert min(point.min for point in found) == min(value for _, value in inside)
    assert max(point.max for point in found) == max(value for _, value in inside)
    instants = [point.t for point in found]
    assert instants == sorted(set(instants))
    assert instants[-1] == inside[-1][0]
    assert all(point.min <= point.value <= point.max for point in found)


@pytest.mark.parametrize(("metric", "every_s", "points"), [(GATE, 1, 100), (SITE, 100, 30)])
def test_many_raw_readings_become_few_points(history, metric, every_s, points):
    """Where only raw readings are fine enough, points are made of them, gaps and extremes included."""
    at = [START + timedelta(seconds=n * every_s) for n in range(600)]
    values = [None if 120 <= n < 240 else float((n * 37) % 601) for n in range(600)]
    history.record_readings(
        [_reading(instant, value, metric=metric) for instant, value in zip(at, values, strict=True)]
    )
    found = _ask(history, START, START + timedelta(seconds=600 * every_s), points, metric)
    size = 600 // points
    groups = [values[first : first + size] for first in range(0, 600, size)]
    expected = [(min(group), max(group)) if None not in group else (None, None) for group in groups]
    assert [(point.min, point.max) for point in found] == expected
    assert [point.value for point in found] == [
        None if None in group else pytest.approx(sum(group) / size) for group in groups
    ]


def test_the_shares_of_a_day_begin_at_its_start(history):
    """288 points of a day are five minutes each, whatever second the day begins at."""
    start = START + timedelta(seconds=13)
    history.record_readings([_reading(start + timedelta(minutes=m), m % 5) for m in range(24 * 60)])
    found = _ask(history, start, start + timedelta(days=1), 288)
    assert len(found) == 288
    assert [point.value for point in found[:3]] == [2, 2, 2]


def test_a_gap_stays_a_gap_in_the_long_view(history):
    """Where a source said for a whole share that counts are missing, the point has no value."""
    for day in range(3):
        at = [START + timedelta(days=day, minutes=m) for m in range(0, 1440, 5)]
        history.record_readings([_reading(each, None if day == 1 else 7) for each in at])
    found = _ask(history, START, START + timedelta(days=3), 3)
    assert [point.value for point in found] == [7, None, 7]


def test_five_years_are_answered_from_hours(history):
    """Five years fit into 1,000 points, and a single peak hour years ago is still there."""
    years = [START - timedelta(days=day) for day in range(1826, 0, -1)]
    history.record_readings([_reading(at, 4550 if at == years[500] else 100) for at in years])
    with history.engine.begin() as connection:
        connection.execute(delete(tables.rollup_1m))  # the answer must not need them
    found = _ask(history, START - timedelta(days=1826), START, 1000)
    assert len(found) <= 1000
    assert [point.t for point in found if point.max == 4550] == [years[500]]


def test_a_quiet_series_and_an_unknown_place(history):
    """A range without readings has no points; a place without series has no series."""
    history.record_readings([_reading(START, 1)])
    assert _ask(history, START - timedelta(days=2), START, 10) == []
    assert _ask(history, START + timedelta(days=20), START + timedelta(days=2000), 10) == []
    assert history.series(GATE, "nowhere", start=START, end=START + timedelta(days=1), points=10) == []


def test_series_are_chosen_by_dims_and_source(history):
    """Without dims every series of a place comes, with them exactly that one."""
    history.record_readings(
        [
            _reading(START, 1),
            _reading(START, 2, queue="physical"),
            _reading(START, 3, queue="physical", direction="export"),
            _reading(START, 4, queue="physical", source="simulator"),
        ]
    )

    def values(dims=None, source=None):
        found = history.series(GATE, "tan-thanh", dims, source, start=START, end=START + timedelta(hours=1), points=5)
        return [series.points[0].value for series in found]

    assert sorted(values()) == [1, 2, 3, 4]
    assert values({}) == [1]
    assert values({"direction": "export", "queue": "physical"}) == [3]
    assert values({"queue": "physical"}) == [2, 4]
    assert values({"queue": "physical"}, "simulator") == [4]


def _count(history: History, table) -> int:
    with history.engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_pruned_raw_readings_live_on_in_their_rollups(history):
    """After 30 days raw readings go, and the chart of that time keeps its extremes, even at its ragged ends."""
    made = _fill(history, 1, 40)
    now = START + timedelta(days=31, hours=1)
    assert history.prune(now).raw == len(made)
    assert (_count(history, tables.raw), _count(history, tables.rollup_1h)) == (0, 24)
    found = _ask(history, START + timedelta(seconds=20), START + timedelta(days=1), 1000)
    assert max(point.max for point in found) == max(value for _, value in made)
    short = _ask(history, START + timedelta(seconds=30), START + timedelta(seconds=90), 100)
    assert len(short) == 2
    assert all(START + timedelta(seconds=30) <= point.t < START + timedelta(seconds=90) for point in short)
    second = _ask(history, START + timedelta(seconds=5), START + timedelta(seconds=6), 100)
    assert [(point.t, point.max) for point in second] == [(START + timedelta(seconds=6, microseconds=-1), short[0].max)]
    assert [one.observed_at for one in history.latest()] == [made[-1][0]]


def test_single_sites_are_forgotten_sooner(history):
    """Sites keep 48 hours raw and 30 days of hours; in between the hours answer."""
    made = _fill(history, 1, 300, SITE)
    history.record_readings([_reading(START, 1)])
    assert history.prune(START + timedelta(days=2)) == Pruned(0, 0, 0, 0, more=False)
    assert history.prune(START + timedelta(days=4)) == Pruned(len(made), 0, 0, 0, more=False)
    found = _ask(history, START, START + timedelta(days=1), 1000, SITE)
    assert len(found) == 24
    assert max(point.max for point in found) == max(value for _, value in made)
    assert history.prune(START + timedelta(days=32))[:4] == (1, 24, 0, 0)
    assert _count(history, tables.rollup_1h) == 1


def test_a_replayed_day_is_kept_from_its_reception_on(history):
    """A day recorded months ago and replayed today survives pruning, so sending it twice still changes nothing."""
    now = START + timedelta(days=200)
    batch = [_reading(START + timedelta(minutes=n), n, received=now) for n in range(10)]
    history.record_readings(batch)
    assert history.prune(now + timedelta(days=29)).raw == 0
    assert history.record_readings(batch) == Recorded(0, 10, 0)
    assert history.prune(now + timedelta(days=31)).raw == 10


def test_a_correction_after_pruning_is_worked_into_the_bucket(history):
    """A correction in an hour whose other raw readings are gone keeps what the hour knew."""
    history.record_readings([_reading(START + timedelta(minutes=0, seconds=s), v) for s, v in ((0, 10), (10, 30))])
    now = START + timedelta(days=31)
    history.prune(now)
    late = START + timedelta(seconds=20)
    history.record_readings([_reading(late, 20, received=now)])
    assert history.record_readings([_reading(late, 50, received=now)]) == Recorded(0, 1, 1)
    for table in (tables.rollup_1m, tables.rollup_1h):
        with history.engine.connect() as connection:
            [row] = connection.execute(select(table)).all()
        assert tuple(row[2:8]) == (3, 0, 10, 50, 90, 50)


def test_pruning_goes_in_bounded_pieces(history, monkeypatch):
    """One call forgets a bounded number of rows and says when there is more to do."""
    monkeypatch.setattr(retention, "CHUNK", 4)
    history.record_readings([_reading(START + timedelta(minutes=n), n) for n in range(6)])
    history.record_passages(
        [Passage(f"v{n}", "tan-thanh", "export", "fruit", "transport", "enter", START, START, "g") for n in range(5)],
        ("1-0",),
    )
    now = START + timedelta(days=40)
    assert history.prune(now)._replace(days=0) == Pruned(4, 0, 4, 0, more=True)
    assert history.prune(now)[:4] == (2, 0, 1, 0)
    last = [history.prune(now) for _ in range(9)][-1]  # PostgreSQL drops its empty days too, one a call
    assert last == Pruned(0, 0, 0, 0, more=False)
    assert (_count(history, tables.raw), _count(history, tables.passages), _count(history, tables.marks)) == (0, 0, 0)
