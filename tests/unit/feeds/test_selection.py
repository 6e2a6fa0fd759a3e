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
    quality: str = "good"
    expires_in_s: float | None = None

    @property
    def expires_at(self) -> datetime | None:
        return None if self.expires_in_s is None else NOW + timedelta(seconds=self.expires_in_s)

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


def entry(age_s: float, expires_in_s: float = 3_600, quality: str = "manual") -> Seen:
    """Return what a person entered."""
    return Seen("manual.lan", age_s, quality=quality, expires_in_s=expires_in_s)


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([entry(10), Seen("platform", 90)], "platform"),
        ([entry(10), Seen("platform", 180)], "platform"),
        ([entry(10), Seen("platform", 180.001)], "manual.lan"),
        ([entry(190), Seen("platform", 185)], "platform"),
        ([entry(7_000), Seen("platform", 601)], "manual.lan"),
        ([entry(10), Seen("platform", 5, quality="instrument")], "manual.lan"),
        ([entry(10), Seen("platform", 5, quality="missing")], "manual.lan"),
        ([entry(7_000), Seen("simulator", 1, simulated=True)], "manual.lan"),
        ([entry(7_000, expires_in_s=0), Seen("simulator", 1, simulated=True)], "simulator"),
        ([entry(7_000, expires_in_s=0), Seen("platform", 9_000)], "manual.lan"),
        ([entry(10, quality="missing"), Seen("platform", 9_000)], "platform"),
        ([Seen("platform", 5, quality="instrument"), Seen("simulator", 1, simulated=True)], "simulator"),
        ([Seen("platform", 5, quality="instrument"), Seen("customs", 500)], "customs"),
        ([entry(10), Seen("platform", 90), Seen("customs", 9_000)], "platform"),
    ],
)
def test_a_person_speaks_in_the_place_of_a_dead_feed(candidates: list[Seen], expected: str) -> None:
    """An entry speaks where no feed is live or late, and yields as soon as the feed says something newer."""
    for order in (candidates, candidates[::-1]):
        chosen = choose(order, NOW)
        assert chosen is not None
        assert chosen.source == expected


def test_what_was_withdrawn_never_speaks() -> None:
    """Of an entry that was taken back nothing is shown, not even as lost."""
    assert choose([entry(10, expires_in_s=0, quality="missing")], NOW) is None


def test_a_tie_does_not_depend_on_arrival() -> None:
    """Two equally fresh sources give the same answer in either order."""
    first, second = Seen("customs", 10), Seen("platform", 10)
    assert choose([first, second], NOW) is choose([second, first], NOW) is first
