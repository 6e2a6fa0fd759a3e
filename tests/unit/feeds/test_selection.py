"""Which source speaks for a series."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from feeds.selection import choose

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seen:
    source: str
    age_s: float
    simulated: bool = False
    cadence_s: float = 60.0

    @property
    def observed_at(self) -> datetime:
        return NOW - timedelta(seconds=self.age_s)


def test_nothing_to_choose_from() -> None:
    """A series nobody reports has no voice."""
    assert choose([], NOW) is None


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([Seen("simulator", 1, simulated=True), Seen("platform", 300)], "platform"),
        ([Seen("simulator", 1, simulated=True), Seen("platform", 600)], "platform"),
        ([Seen("simulator", 1, simulated=True), Seen("platform", 600.001)], "simulator"),
        ([Seen("old-simulator", 90_000, simulated=True), Seen("platform", 601)], "old-simulator"),
        ([Seen("platform", 9_000), Seen("customs", 8_000)], "customs"),
        ([Seen("platform", 30), Seen("customs", 20)], "customs"),
        ([Seen("replay", 3, simulated=True), Seen("simulator", 2, simulated=True)], "simulator"),
    ],
)
def test_real_while_not_lost_then_simulated(candidates: list[Seen], expected: str) -> None:
    """A real source speaks up to ten cadences of age, then a simulated one, then the freshest lost one."""
    for order in (candidates, candidates[::-1]):
        chosen = choose(order, NOW)
        assert chosen is not None
        assert chosen.source == expected


def test_a_tie_does_not_depend_on_arrival() -> None:
    """Two equally fresh sources give the same answer in either order."""
    first, second = Seen("customs", 10), Seen("platform", 10)
    assert choose([first, second], NOW) is choose([second, first], NOW) is first
