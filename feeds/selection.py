"""Which source speaks for a series: a real one while it can, a simulated one only in its place.

The read models of the screens and the alert engine ask the same question and get the same answer here. Pure: `now`
is an argument. What this module does not do: average sources, or fill the gaps of one with another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from feeds.freshness import Freshness, age_s, freshness_of


class Candidate(Protocol):
    """The newest reading of one source of a series, with what is needed to judge it.

    Attributes:
        source: who says so.
        observed_at: when the source saw it, aware UTC.
        cadence_s: seconds between readings expected of this source.
        simulated: whether it is not the real world.
    """

    @property
    def source(self) -> str: ...  # noqa: D102 (the class describes its attributes)
    @property
    def observed_at(self) -> datetime: ...  # noqa: D102
    @property
    def cadence_s(self) -> float: ...  # noqa: D102
    @property
    def simulated(self) -> bool: ...  # noqa: D102


C = TypeVar("C", bound=Candidate)


def choose(candidates: Iterable[C], now: datetime) -> C | None:
    """Return the candidate that speaks for the series now; None when there is none.

    The freshest real source that is not lost wins. Where every real source is lost the freshest simulated one speaks
    (and is shown as simulated); where there is no simulated one the freshest lost real one does, so that a screen can
    say since when it is lost. Of equally fresh ones the source first in the alphabet wins, so that the answer never
    depends on the order of arrival.
    """
    best: C | None = None
    best_rank: tuple[int, float, str] | None = None
    for candidate in candidates:
        age = age_s(candidate.observed_at, now)
        if candidate.simulated:
            tier = 1
        elif freshness_of(age, candidate.cadence_s) is Freshness.LOST:
            tier = 2
        else:
            tier = 0
        rank = (tier, age, candidate.source)
        if best_rank is None or rank < best_rank:
            best, best_rank = candidate, rank
    return best
