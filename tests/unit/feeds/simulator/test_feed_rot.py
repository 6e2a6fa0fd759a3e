"""The bad feed: every defect is injected at its rate, and counted where it belongs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feeds.bus.codec import DEAD_LETTERS, PASSAGES, READINGS, decode_dead_letters, decode_passages, decode_readings
from feeds.bus.memory import MemoryBus
from feeds.catalogue import METRICS as METRICS_KNOWN
from feeds.catalogue import Catalogue, Metric
from feeds.door import Door
from feeds.errors import RefusedError
from feeds.history import History, open_history
from feeds.history.ledger import LedgerRow
from feeds.model import Reading
from feeds.registry import Registry
from feeds.sources.simulator.rot import FATES, REFUSALS, Rotten
from feeds.twin.play import Rot
from feeds.twin.scenario import FEED_ROT
from feeds.validation import RawPassage, RawReading, judge_reading
from geodata.places import Places
from geodata.sites import load_sites

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
PLACES = Places.load()
CATALOGUE = Catalogue()
SITES = [site.id for site in load_sites()[:200]]
METRICS: tuple[tuple[str, dict[str, str], float], ...] = (
    ("site_on_air", {}, 1.0),
    ("lanes_open", {}, 4.0),
    ("online_rate", {"tier": "commune"}, 0.87),
    ("lanes_max", {}, 6.0),
)


def healthy(rounds: int, *, places: int = 50) -> list[RawReading]:
    """Return what a healthy feed tells in some rounds of four minutes."""
    return [
        RawReading(
            metric, place, NOW + timedelta(minutes=4 * turn, milliseconds=number), value, "simulator", dims, "count"
        )
        for turn in range(rounds)
        for number, place in enumerate(SITES[:places])
        for metric, dims, value in METRICS
    ]


def fates(seed: int, rot: Rot, readings: list[RawReading]) -> Counter[str]:
    """Return how many readings have which fate."""
    rotten = Rotten(seed, lambda _: rot, CATALOGUE)
    return Counter(rotten.fate_of(reading) for reading in readings)


def test_the_stated_rates_are_kept() -> None:
    """Of 12,000 readings as many are late, ahead, doubled, missing, contradictory and refused as `feed-rot` says."""
    readings = [reading for reading in healthy(60) if reading.metric != "lanes_max"]
    assert FEED_ROT.rot is not None
    counts = fates(1, FEED_ROT.rot, readings)
    for fate in FATES:
        expected = getattr(FEED_ROT.rot, fate) * len(readings)
        assert counts[fate] == pytest.approx(expected, abs=4 * expected**0.5), fate


def test_a_healthy_feed_is_told_as_it_is() -> None:
    """Without rot, and outside its time, every reading passes unchanged and nothing is counted."""
    readings = healthy(2)
    spoiled = Rotten(1, lambda _: None, CATALOGUE).spoil(readings, NOW)
    assert (spoiled.first, spoiled.again, spoiled.injected) == (readings, [], Counter())
    half = Rotten(1, lambda at: Rot(refused=1.0) if at >= NOW + timedelta(minutes=4) else None, CATALOGUE)
    assert half.spoil(readings, NOW).injected == {"told": 200, "refused": 200}


def test_the_fate_of_a_reading_does_not_depend_on_when_it_is_asked() -> None:
    """One batch or many: the same readings go bad in the same way, so that a restart repeats them."""
    readings = healthy(6)
    rot = Rot(0.2, 0.1, 0.1, 0.1, 0.1, 0.1)
    end = NOW + timedelta(hours=1)
    whole = Rotten(5, lambda _: rot, CATALOGUE).spoil(readings, NOW)
    pieces = Rotten(5, lambda _: rot, CATALOGUE)
    said = [pieces.spoil(readings[at : at + 37], NOW) for at in range(0, len(readings), 37)]
    assert [r for part in said for r in part.first] == whole.first
    # A restart holds back again what was not due yet.
    again = Rotten(5, lambda _: rot, CATALOGUE)
    again.remember(readings, NOW)
    assert again.held == pieces.held > 0
    assert again.spoil([], end).first == pieces.spoil([], end).first


def test_a_late_reading_comes_when_the_house_calls_it_late() -> None:
    """Neither a second before its age is beyond the bound, nor is it forgotten."""
    readings = [reading for reading in healthy(1) if reading.metric == "site_on_air"]
    rotten = Rotten(1, lambda _: Rot(late=1.0), CATALOGUE)
    assert rotten.spoil(readings, NOW).first == []
    assert rotten.spoil([], NOW + timedelta(seconds=919)).first == []
    due = NOW + timedelta(seconds=921)
    told = rotten.spoil([], due)
    assert told.injected == {"told": len(readings), "late": len(readings)}
    judged = [judge_reading(r, "simulator", due, CATALOGUE, PLACES) for r in told.first]
    assert {r.quality for r in judged} == {"late"}
    assert rotten.held == 0


@given(st.floats(0, 1e6, allow_nan=False), st.sampled_from(list(METRICS_KNOWN)))
@settings(max_examples=60, deadline=None)
def test_a_contradiction_is_another_value_the_house_would_take(value: float, metric: Metric) -> None:
    """The wrong value is a possible one, so that only its twin shows that it is wrong."""
    name = metric.name
    known = metric
    fit = min(max(value, known.lower or 0.0), known.upper if known.upper is not None else value)
    fit = float(int(fit)) if known.integer else fit
    raw = RawReading(name, "tan-thanh", NOW, fit, "simulator")
    spoiled = Rotten(1, lambda _: Rot(contradictory=1.0), CATALOGUE).spoil([raw], NOW)
    assert spoiled.again == [raw]
    judged = judge_reading(spoiled.first[0], "simulator", NOW, CATALOGUE, PLACES)
    assert judged.value != fit
    assert judged.observed_at == NOW


def test_each_reason_of_refusal_is_the_one_that_was_meant() -> None:
    """A third each: a place nobody knows, a clock an hour ahead, a value that is not there."""
    rotten = Rotten(3, lambda _: Rot(refused=1.0), CATALOGUE)
    reasons: Counter[str] = Counter()
    for raw in rotten.spoil(healthy(3), NOW + timedelta(minutes=12)).first:
        with pytest.raises(RefusedError) as refused:
            judge_reading(raw, "simulator", NOW + timedelta(minutes=12), CATALOGUE, PLACES)
        reasons[refused.value.reason] += 1
    assert set(reasons) == set(REFUSALS)
    assert min(reasons.values()) > 0.25 * 600


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Return a history; every run writes under a source of its own."""
    opened = open_history(f"sqlite:///{tmp_path_factory.mktemp('rot') / Path('h.sqlite')}")
    yield opened
    opened.close()


async def told(readings: list[RawReading], rotten: Rotten, bus: MemoryBus, source: str) -> Counter[str]:
    """Tell readings round by round through a real door; return what was injected."""
    now = NOW
    door = Door(bus, Registry(bus, PLACES), CATALOGUE, lambda: now)
    injected: Counter[str] = Counter()
    for turn in range(12):
        now = NOW + timedelta(minutes=4 * turn, seconds=1)
        due = [r for r in readings if now - timedelta(minutes=4) < r.observed_at <= now]
        spoiled = rotten.spoil(due, now)
        for batch in (spoiled.first, spoiled.again):
            await door.readings([_under(r, source) for r in batch], source)
        injected += spoiled.injected
    return injected


def _under(reading: RawReading, source: str) -> RawReading:
    return RawReading(
        reading.metric, reading.place, reading.observed_at, reading.value, source, reading.dims, reading.method,
        reading.quality,
    )  # fmt: skip


RUNS: list[int] = []


@given(
    st.integers(0, 10_000),
    st.lists(st.integers(0, 15), min_size=6, max_size=6),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_ledger_equals_what_was_injected(history: History, seed: int, percents: list[int]) -> None:
    """Whatever the rates: stored, duplicates, corrections, refused, late and missing are exactly the injected ones."""
    RUNS.append(seed)
    source = f"simulator.{len(RUNS)}"
    rot = Rot(*(percent / 100 for percent in percents))
    bus = MemoryBus()
    rotten = Rotten(seed, lambda _: rot, CATALOGUE)
    injected = await told(healthy(5, places=25), rotten, bus, source)
    assert rotten.held == 0
    assert injected["told"] == 500
    kept: list[Reading] = []
    for entry in await bus.tail(READINGS, 10_000):
        batch = decode_readings(entry.data)
        kept += batch
        history.record_entries([(f"{len(RUNS)}-{entry.id}", batch)])
    letters = [x for entry in await bus.tail(DEAD_LETTERS, 10_000) for x in decode_dead_letters(entry.data)]
    history.record_dead_letters([(f"{len(RUNS)}-{number}", letter) for number, letter in enumerate(letters)])
    stored = 500 - injected["refused"]
    duplicates = injected["duplicated"] + injected["contradictory"]
    if any(percents) or kept:
        assert [row for row in history.ledger() if row.source == source] == [
            LedgerRow(source, "reading", stored, duplicates, injected["contradictory"], injected["refused"])
        ]
    final = {(r.metric, r.place, r.observed_at): r for r in kept}
    qualities = Counter(r.quality for r in final.values())
    assert qualities["late"] == injected["late"]
    assert qualities["missing"] == injected["missing"]
    assert sum(r.observed_at > r.received_at for r in final.values()) == injected["ahead"]
    # What stands in the end is never the wrong one of two that contradict each other.
    right = {metric: value for metric, _, value in METRICS}
    assert all(r.value == right[r.metric] for r in final.values() if r.value is not None)


async def test_doubled_passages_change_no_queue() -> None:
    """A passage told twice is the same passage: its identity and content are those of the first."""
    passages = [
        RawPassage(f"v{n}", "chi-ma.1223-1224", "export", "transport", "enter", NOW + timedelta(seconds=n), "fruit")
        for n in range(400)
    ]
    rotten = Rotten(2, lambda _: Rot(passages_duplicated=0.1), CATALOGUE)
    doubled = rotten.doubled(passages)
    assert 15 < len(doubled) < 75
    bus = MemoryBus()
    door = Door(bus, Registry(bus, PLACES), CATALOGUE, lambda: NOW + timedelta(hours=1))
    await door.passages(passages, "simulator")
    await door.passages(doubled, "simulator")
    kept = [p for entry in await bus.tail(PASSAGES, 100) for p in decode_passages(entry.data)]
    assert len(kept) == 400 + len(doubled)
    assert set(kept[400:]) <= set(kept[:400])
