"""Which source speaks for a series: a real one while it can, a person in its place, a simulated one only then.

The read models of the screens and the alert engine ask the same question and get the same answer here. Pure: `now`
is an argument. What this module does not do: average sources, or fill the gaps of one with another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Protocol, TypeVar

from feeds.freshness import Freshness, age_s, freshness_of, freshness_until

VALUELESS: Final = frozenset({"missing", "instrument"})
"""Qualities of a reading that has no value that counts."""


class Candidate(Protocol):
    """The newest reading of one source of a series, with what is needed to judge it.

    Attributes:
        source: who says so.
        observed_at: when the source saw it, aware UTC.
        cadence_s: seconds between readings expected of this source.
        simulated: whether it is not the real world.
        quality: of the reading.
        expires_at: of a manual entry, when it stops to speak; None for what a feed says.
    """

    @property
    def source(self) -> str: ...  # noqa: D102 (the class describes its attributes)
    @property
    def observed_at(self) -> datetime: ...  # noqa: D102
    @property
    def cadence_s(self) -> float: ...  # noqa: D102
    @property
    def simulated(self) -> bool: ...  # noqa: D102
    @property
    def quality(self) -> str: ...  # noqa: D102
    @property
    def expires_at(self) -> datetime | None: ...  # noqa: D102


C = TypeVar("C", bound=Candidate)


def choose(candidates: Iterable[C], now: datetime) -> C | None:
    """Return the candidate that speaks for the series now; None when there is none.

    The freshest real source that is not lost wins. A valid manual entry takes its place where that source is stale
    and older than the entry, or has no value. Where every real source is lost or tells of a broken instrument, and
    nobody entered anything, the freshest simulated one speaks (and is shown as simulated); where there is no simulated
    one the freshest of the rest does, expired entries too, so that a screen can say since when it is lost. An entry
    that was withdrawn never speaks. Of equally fresh ones the source first in the alphabet wins, so that the answer
    never depends on the order of arrival.
    """
    feed: C | None = None
    entry: C | None = None
    best: C | None = None
    best_rank: tuple[int, float, str] | None = None
    for candidate in candidates:
        age = age_s(candidate.observed_at, now)
        if candidate.expires_at is not None:
            if candidate.quality == "missing":
                continue
            tier = 0 if freshness_until(candidate.expires_at, now) is Freshness.LIVE else 3
        elif candidate.simulated:
            tier = 2
        elif candidate.quality == "instrument" or freshness_of(age, candidate.cadence_s) is Freshness.LOST:
            tier = 3
        else:
            tier = 1
        rank = (tier, age, candidate.source)
        if tier == 1 and (feed is None or rank < (1, age_s(feed.observed_at, now), feed.source)):
            feed = candidate
        if tier == 0 and (entry is None or rank < (0, age_s(entry.observed_at, now), entry.source)):
            entry = candidate
        if best_rank is None or rank < best_rank:
            best, best_rank = candidate, rank
    if entry is None or feed is None:
        return best
    return entry if _takes_the_place(entry, feed, now) else feed


def _takes_the_place(entry: Candidate, feed: Candidate, now: datetime) -> bool:
    """Tell whether a valid entry speaks instead of the freshest real source that is not lost."""
    if feed.quality in VALUELESS:
        return True
    state = freshness_of(age_s(feed.observed_at, now), feed.cadence_s)
    return state is Freshness.STALE and feed.observed_at < entry.observed_at
