"""A small border to count on: two gates, three routes, and vehicles that pass them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from feeds.border.derivation import Derivation
from feeds.model import STEPS, Passage, dims_key
from feeds.validation import RawReading
from geodata.gates import GateFacts, LaneCount
from geodata.places import Place, Places

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # 08:00 in Hanoi
MINUTE = timedelta(minutes=1)


@pytest.fixture
def morning() -> datetime:
    """Eight in the morning in Hanoi."""
    return MORNING


@pytest.fixture
def places() -> Places:
    """Two gates with three routes."""
    rows = (
        ("lang-son", None, "province"),
        ("tan-thanh", "lang-son", "gate"),
        ("tan-thanh.a", "tan-thanh", "route"),
        ("tan-thanh.b", "tan-thanh", "route"),
        ("chi-ma", "lang-son", "gate"),
        ("chi-ma.a", "chi-ma", "route"),
    )
    return Places(Place(name, parent, kind, name, name, None, None) for name, parent, kind in rows)


def facts_of(place: str, gate: str, yard: int | None, lanes: int, abreast: int = 1) -> GateFacts:
    """Make the facts of a gate or route that was widened by one lane in 2026."""
    counts = (LaneCount(lanes - 1, None, "A", ""), LaneCount(lanes, date(2026, 1, 1), "A", "")) if lanes else ()
    return GateFacts(place, gate, (), counts, yard, abreast, "", True, False, False, 100.0, "", "")


@pytest.fixture
def gate_facts() -> dict[str, GateFacts]:
    """A yard of two places before two lanes abreast; nothing known of the other gate's yard."""
    return {
        "tan-thanh": facts_of("tan-thanh", "tan-thanh", 2, 0, abreast=2),
        "tan-thanh.a": facts_of("tan-thanh.a", "tan-thanh", 2, 4),
        "tan-thanh.b": facts_of("tan-thanh.b", "tan-thanh", 2, 2),
        "chi-ma": facts_of("chi-ma", "chi-ma", None, 0),
    }


@pytest.fixture
def derivation(places: Places, gate_facts: dict[str, GateFacts]) -> Derivation:
    """A derivation of the source `platform`."""
    return Derivation(places, gate_facts, "platform")


@pytest.fixture
def passage() -> Callable[..., Passage]:
    """Make one passage, `minute` minutes after the morning; received as it happens unless said otherwise."""

    def make(
        vehicle: str, step: str, phase: str, minute: float, received: float | None = None, **more: object
    ) -> Passage:
        at = MORNING + minute * MINUTE
        received_at = at if received is None else MORNING + received * MINUTE
        fields = {"place": "tan-thanh.a", "direction": "export", "goods_class": "fruit", "source": "platform", **more}
        return Passage(vehicle=vehicle, step=step, phase=phase, at=at, received_at=received_at, **fields)

    return make


@pytest.fixture
def trip(passage: Callable[..., Passage]) -> Callable[..., list[Passage]]:
    """Make a whole visit: from `minute` on, `each` minutes in each step, steps without a pause between."""

    def make(
        vehicle: str, minute: float, each: float = 10, steps: Sequence[str] = STEPS, **more: object
    ) -> list[Passage]:
        made = []
        for step in steps:
            made.append(passage(vehicle, step, "enter", minute, **more))
            minute += each
            load = {"goods_tonnes": 20.5, "fee_vnd": 1_500_000} if step == STEPS[-1] else {}
            made.append(passage(vehicle, step, "exit", minute, **load, **more))
        return made

    return make


@pytest.fixture
def value() -> Callable[..., float | None]:
    """Look a figure up among readings; None where it was not told."""

    def find(readings: Sequence[RawReading], metric: str, place: str = "tan-thanh", **dims: str) -> float | None:
        found = [
            one.value
            for one in readings
            if one.metric == metric and one.place == place and dims_key(one.dims) == dims_key(dims)
        ]
        assert len(found) <= 1, f"{metric} {dims} was told {len(found)} times"
        return found[0] if found else None

    return find
