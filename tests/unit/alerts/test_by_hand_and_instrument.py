"""Alerts on what a person entered, and on what a broken instrument told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alerts.engine import Engine
from feeds.model import Reading
from tests.unit.alerts.world import engine_of, rule_yaml

NINE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


def reading(value: float | None, at_s: float = 0, source: str = "platform", **more: Any) -> Reading:
    """Return a queue at Tan Thanh."""
    at = NINE + timedelta(seconds=at_s)
    return Reading("queue_length_vehicles", "tan-thanh", value, at, at, source, {"queue": "physical"}, **more)


def by_hand(value: float | None, at_s: float, until_s: float, quality: str = "manual") -> Reading:
    """Return what Lan entered."""
    expires_at = NINE + timedelta(seconds=until_s)
    return reading(value, at_s, "manual.lan", method="manual", quality=quality, expires_at=expires_at)


@pytest.fixture
def engine() -> Engine:
    """An engine with one rule on a queue."""
    return make_engine()


def make_engine() -> Engine:
    """Return an engine with one rule on a queue."""
    return engine_of(rule_yaml('queue_length_vehicles{queue="physical"} > 100'))


def step(engine: Engine, at_s: float, *readings: Reading) -> list[tuple[str, str]]:
    """Let time come to an instant and return what was decided."""
    return [(event.kind, event.reason.value) for event in engine.step(readings, NINE + timedelta(seconds=at_s))]


def test_an_entry_raises_and_its_expiry_ends(engine: Engine) -> None:
    """A count entered by hand raises like any other, for as long as it is valid and not an instant longer."""
    assert step(engine, 0, by_hand(150, 0, 7_200)) == [("raised", "condition-met")]
    assert step(engine, 7_199) == []
    assert [kind for kind, _ in step(engine, 7_201)] == ["cleared"]


def test_an_entry_takes_the_place_of_a_dead_feed_and_yields(engine: Engine) -> None:
    """While a feed is live its own figure counts; once stale the entry does, until the feed tells something new."""
    assert step(engine, 0, reading(50)) == []
    assert step(engine, 10, by_hand(150, 10, 7_200)) == []
    assert [kind for kind, _ in step(engine, 200)] == ["raised"]
    assert [kind for kind, _ in step(engine, 300, reading(60, 300))] == ["cleared"]


def test_a_withdrawn_entry_ends_at_once(engine: Engine) -> None:
    """What was taken back holds no alert up."""
    step(engine, 0, by_hand(150, 0, 7_200))
    assert [kind for kind, _ in step(engine, 30, by_hand(None, 0, 30, "missing"))] == ["cleared"]


def test_a_broken_instrument_raises_nothing_and_ends_what_it_raised(engine: Engine) -> None:
    """Marking the newest reading ends its alert; readings that come marked raise none; unmarked they do."""
    assert [kind for kind, _ in step(engine, 0, reading(150))] == ["raised"]
    assert [kind for kind, _ in step(engine, 10, reading(150, quality="instrument", was="good"))] == ["cleared"]
    assert step(engine, 60, reading(900, 60, quality="instrument", was="good")) == []
    assert [kind for kind, _ in step(engine, 70, reading(900, 60))] == ["raised"]


def test_a_restart_forgets_neither() -> None:
    """An engine that goes on from another's state knows how long an entry is valid and what is broken."""
    before = make_engine()
    step(before, 0, by_hand(150, 0, 7_200))
    after = make_engine()
    after.load(before.dump())
    assert step(after, 3_600) == []
    assert [kind for kind, _ in step(after, 7_201)] == ["cleared"]
    broken = make_engine()
    step(broken, 0, reading(150))
    step(broken, 10, reading(150, quality="instrument", was="good"))
    again = make_engine()
    again.load(broken.dump())
    assert step(again, 20) == []
